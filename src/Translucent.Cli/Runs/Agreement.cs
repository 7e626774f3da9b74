// How far methods agree about one class: the rank correlation of their maps, patch by patch.

using System.Globalization;
using System.Text;
using Translucent.Evaluate.Metrics;
using Translucent.Tensors;

namespace Translucent.Cli.Runs;

/// <summary>Spearman's rank correlation of every two maps of a class.</summary>
/// <param name="Class">The label of the class.</param>
/// <param name="FileName">The label as part of a file name.</param>
/// <param name="Methods">Names of the methods, as rows and columns.</param>
/// <param name="Values">[n, n], 1 where two methods order the patches alike; NaN where a map is the same everywhere.</param>
sealed record Agreement(string Class, string FileName, string[] Methods, Tensor Values)
{
    /// <summary>One for every class; maps of methods that do not tell classes apart take part in each.</summary>
    public static List<Agreement> Of(ImageRun run, ClassMapSet set)
    {
        List<Agreement> all = [];
        foreach (var target in set.Maps.Select(m => m.Class).OfType<Options.NamedTarget>().Distinct())
            all.Add(Between(run, target.Label, target.FileName, [.. set.Maps.Where(m => m.Class is null || m.Class == target)]));
        if (all.Count == 0) all.Add(Between(run, "any class", "all", [.. set.Maps]));
        return all;
    }

    static Agreement Between(ImageRun run, string label, string fileName, ClassMap[] maps)
    {
        Tensor[] grids = [.. maps.Select(m => m.OnGrid(run.Trace.Grid.Rows, run.Trace.Grid.Columns))];
        Tensor values = new(maps.Length, maps.Length);
        for (int i = 0; i < maps.Length; i++)
            for (int j = 0; j < maps.Length; j++)
                values.Row(i)[j] = (float)RankCorrelation.Spearman(grids[i].Span, grids[j].Span);
        return new Agreement(label, fileName, [.. maps.Select(m => m.Method.Name)], values);
    }

    /// <summary>The matrix as comma-separated values; an empty field stands for a correlation that is not defined.</summary>
    public string Csv()
    {
        StringBuilder csv = new($"method,{string.Join(",", Methods)}\n");
        for (int i = 0; i < Methods.Length; i++)
            csv.Append(Methods[i]).Append(',').AppendJoin(
                ',', Values.Row(i).ToArray().Select(v => float.IsNaN(v) ? "" : v.ToString("0.####", CultureInfo.InvariantCulture))).Append('\n');
        return csv.ToString();
    }
}
