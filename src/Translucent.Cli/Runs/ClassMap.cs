// The class maps of one image, by method.

using Translucent.Explain;
using Translucent.Tensors;

namespace Translucent.Cli.Runs;

/// <summary>One explanation of a prediction.</summary>
/// <param name="Method">gae, rollout or raw.</param>
/// <param name="Class">The class it explains; null for methods that do not tell classes apart.</param>
/// <param name="Row">[N]: relevance of every token.</param>
/// <param name="Map">[h, w]: its patch part on the grid.</param>
sealed record ClassMap(string Method, Prediction? Class, Tensor Row, Tensor Map)
{
    /// <summary>The beginning of its file names.</summary>
    public string FileName => Class is null ? Method : $"{Method}-{Plain(Class.Label)}{(Class.Label == Plain(Class.Label) ? "" : $"-{Class.Index}")}";

    /// <summary>What it is, in words.</summary>
    public string Title => Class is null ? Method : $"{Method}: {Class.Label}";

    /// <summary>Computes the maps of an image.</summary>
    public static List<ClassMap> Of(ImageRun run, IReadOnlyList<string> methods, int[] classes, ClassScalar scalar)
    {
        List<ClassMap> maps = [];
        foreach (string method in methods)
        {
            Tensor rows = run.Time(method, () => method switch
            {
                "rollout" => Rollout.Rows(run.Trace),
                "raw" => RawAttention.Rows(run.Trace),
                _ => Gae.Rows(run.Trace, classes, scalar, run.Progress.Sweep(classes.Length, Flops(run.Trace, classes.Length))),
            });
            for (int i = 0; i < rows.Rows; i++)
            {
                Tensor row = new([rows.Width], rows.Row(i));
                Prediction? of = method == "gae" ? run.Predictions.First(p => p.Index == classes[i]) : null;
                maps.Add(new ClassMap(method, of, row, run.Grid(row)));
            }
        }
        return maps;
    }

    /// <summary>Operations of the sweep for classes.</summary>
    public static double Flops(Models.VisionTrace trace, int classes) =>
        Cost.Classes(trace.Model, 1, trace.Tokens, classes);

    /// <summary>A label as part of a file name.</summary>
    static string Plain(string label)
    {
        string plain = string.Concat(label.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
        while (plain.Contains("--")) plain = plain.Replace("--", "-");
        return plain.Trim('-') is { Length: > 0 } some ? some[..Math.Min(some.Length, 40)] : "class";
    }
}
