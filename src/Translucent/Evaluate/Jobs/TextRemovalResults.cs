// Means over texts of what TextRemoval measures, with bootstrap intervals over texts, and their differences from random orders.

using System.Globalization;
using Translucent.Evaluate.Metrics;
using Translucent.Evaluate.Perturb;

namespace Translucent.Evaluate.Jobs;

/// <summary>Results of <see cref="TextRemoval"/>.</summary>
static class TextRemovalResults
{
    const string Bootstrapped = "Low and high: 95 % of the mean over texts, by bootstrap. ";

    static readonly string[] s_scores = ["comprehensiveness", "low", "high", "sufficiency", "low ", "high "];

    /// <summary>Adds items up.</summary>
    public static EvaluationResults Of(JobSettings settings, JobItems items)
    {
        TextItem[] texts = [.. items.Results(TextItemJson.Default.TextItem).Select(i => i.Result)];
        string[] methods = [.. texts[0].Methods.Select(m => m.Method)], ways = [.. texts[0].Methods[0].Erased.Select(e => e.How)];
        List<ResultTable> tables = [];
        for (int w = 0; w < ways.Length; w++)
        {
            string tokens = ways[w] == "delete" ? "Tokens deleted" : "Tokens replaced";
            double[][] lost = [.. methods.Select((_, m) => Areas(texts, m, w, e => e.Comprehensiveness))],
                kept = [.. methods.Select((_, m) => Areas(texts, m, w, e => e.Sufficiency))];
            tables.Add(new ResultTable(tokens, "method", [.. s_scores, "texts"],
                [.. methods.Select((name, m) => ResultRow.Of(name, [.. Interval(lost[m]), .. Interval(kept[m]), texts.Length]))],
                "Losses, areas over 1, 5, 10, 20 and 50 % of the tokens. Comprehensiveness: without the most relevant, larger is better; sufficiency: with "
                + "them alone, smaller is better. " + Bootstrapped));
            tables.Add(new ResultTable($"{tokens}: differences from random orders", "method", [.. s_scores, "texts"],
                [.. methods.Take(methods.Length - 1).Select((name, m) => ResultRow.Of(name,
                    [.. Interval(Less(lost[m], lost[^1])), .. Interval(Less(kept[m], kept[^1])), texts.Length]))],
                "The same texts, each with its own random order. An interval without 0 says that the method and chance differ. " + Bootstrapped));
            tables.Add(Percentages(texts, methods, w, tokens));
        }
        if (texts.Any(t => t.Known > 0)) tables.Add(Polarity(texts, methods));
        return new EvaluationResults { Tables = tables, Notes = [Note(settings, texts)] };
    }

    static string Note(JobSettings settings, TextItem[] texts)
    {
        string right = texts.Any(t => t.Right is not null)
            ? string.Create(CultureInfo.InvariantCulture, $"; {100.0 * texts.Count(t => t.Right == true) / texts.Length:0.0} % are classified rightly") : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"Losses are of the {settings.Choices["measure"]}, which is {texts.Average(t => t.Full):0.0000} of whole texts{right}.");
    }

    /// <summary>ERASER's areas, text by text: the sum over k divided by one more than there are, for of k = 0 nothing is lost.</summary>
    static double[] Areas(TextItem[] texts, int method, int way, Func<ErasedScore, IReadOnlyList<double>> of) =>
        [.. texts.Select(t => of(t.Methods[method].Erased[way]).Sum() / (TextErasure.Percents.Count + 1))];

    static double[] Less(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x - y)];

    /// <summary>The mean of what is a number, and where it lies.</summary>
    static double[] Interval(double[] values)
    {
        double[] known = [.. values.Where(v => !double.IsNaN(v))];
        if (known.Length == 0) return [double.NaN, double.NaN, double.NaN];
        (double low, double high) = Bootstrap.Mean(known);
        return [known.Average(), low, high];
    }

    static ResultTable Percentages(TextItem[] texts, string[] methods, int way, string tokens)
    {
        IReadOnlyList<int> percents = TextErasure.Percents;
        return new ResultTable($"{tokens}: every percentage", "method", [.. percents.SelectMany(k => (string[])[$"comp {k} %", $"suff {k} %"])],
            [.. methods.Select((name, m) => ResultRow.Of(name, percents.SelectMany((_, k) => (double[])
            [
                texts.Average(t => t.Methods[m].Erased[way].Comprehensiveness[k]), texts.Average(t => t.Methods[m].Erased[way].Sufficiency[k]),
            ])))]);
    }

    static ResultTable Polarity(TextItem[] texts, string[] methods)
    {
        TextItem[] known = [.. texts.Where(t => t.Known > 0)];
        ResultRow Row(string name, double[] areas, double[] agree) =>
            ResultRow.Of(name, [.. Interval(areas), areas.Count(double.IsFinite), .. Interval(agree), agree.Count(double.IsFinite)]);
        IEnumerable<ResultRow> rows = methods.Select((name, m) => Row(name, [.. known.Select(t => t.Methods[m].Polarity?.Area ?? double.NaN)],
            [.. known.Select(t => t.Methods[m].Polarity?.Agree ?? double.NaN)]));
        ResultRow always = Row("every word for the class", [double.NaN], [.. known.Select(t => t.Toward!.Value / (double)t.Known!.Value)]);
        return new ResultTable("Words of known polarity", "method", ["area", "low", "high", "texts", "sign agrees", "low ", "high ", "texts "],
            [.. rows, always], $"{known.Sum(t => t.Known)} words of {known.Length} texts are known by themselves. Area: under the ROC curve, words of the "
            + "predicted class before those of others, in texts that have both. Sign agrees: the share of words with relevance above zero where they are of "
            + "the predicted class and below where they are not. " + Bootstrapped);
    }
}
