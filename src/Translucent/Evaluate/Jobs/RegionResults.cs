// What regions without classes are worth against those of people (BSDS500): covering and adjusted Rand index, means over pictures.

using System.Globalization;
using Translucent.Evaluate.Metrics;

namespace Translucent.Evaluate.Jobs;

/// <summary>Results of <see cref="SegmentationMeasure"/> where people have drawn regions.</summary>
static class RegionResults
{
    static readonly string[] s_measures = ["average covering, %", "best covering, %", "average adjusted Rand index", "best adjusted Rand index"];

    /// <summary>Adds pictures up.</summary>
    public static EvaluationResults Of(JobSettings settings, JobItems items)
    {
        List<ResultRow> rows = [], apart = [];
        List<ResultExample> examples = [];
        List<double[]> first = [];
        foreach (string function in SegmentationResults.Functions(items))
        {
            List<double[]> all = [];
            foreach ((int item, string key, Dictionary<string, SegmentedItem> result) in items.Results(SegmentedJson.Default.DictionaryStringSegmentedItem))
            {
                double[] c = [.. result[function].Covering!];
                all.Add(c);
                if (rows.Count == 0)
                    examples.Add(new ResultExample(item, key, c[0], string.Create(CultureInfo.InvariantCulture,
                        $"average covering {100 * c[0]:0.0} %, best {100 * c[1]:0.0} %, {result[function].Pixels.Count} segments")));
            }
            rows.Add(Row($"function {function}", all));
            if (first.Count > 0) apart.Add(Row($"{function} - s", [.. all.Zip(first, (a, b) => a.Zip(b, (x, y) => x - y).ToArray())]));
            if (rows.Count == 1) first = all;
        }
        string[] columns = [.. s_measures.SelectMany(m => (string[])[m, $"{m}: low", $"{m}: high"]), "images"];
        List<ResultTable> tables = [new("Regions against those of people", "function", columns, rows,
            "Covering: every region of a person has the overlap of the "
            + "segment that fits it best, weighted by its pixels. Average: over the people of a picture; best: of the person that fits best. low and "
            + "high: 95 % by bootstrap over pictures.")];
        if (apart.Count > 0) tables.Add(new ResultTable("Differences between functions on the same pictures", "difference", columns, apart));
        return new EvaluationResults { Tables = tables, Examples = ResultExamples.BestAndWorst("average covering", examples) };
    }

    static ResultRow Row(string name, List<double[]> all) => ResultRow.Of(name, [.. Enumerable.Range(0, s_measures.Length).SelectMany(m =>
    {
        double[] values = [.. all.Select(v => v[m])];
        (double low, double high) = Bootstrap.Mean(values);
        double unit = m < 2 ? 100 : 1;
        return (double[])[unit * values.Average(), unit * low, unit * high];
    }), all.Count]);
}
