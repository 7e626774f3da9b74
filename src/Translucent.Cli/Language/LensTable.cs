// How the tokens that follow are formed, layer by layer: the rows of the terminal, the page, layers.csv and result.json of `translucent lens`.

using System.Globalization;
using System.Text;
using Translucent.Explain.Projection;
using Translucent.Runs.Records;

namespace Translucent.Cli.Language;

/// <summary>Layers of a lens as text.</summary>
static class LensTable
{
    /// <summary>The heads of the columns.</summary>
    public static IReadOnlyList<string> Headings { get; } =
        ["layer", "identifiability", "first", "log p", "attention pushes", "MLP pushes", "from stream", "from attention", "from MLP", "from none"];

    /// <summary>The rows, the last layer first, as the grid has them.</summary>
    public static IEnumerable<string[]> Rows(IReadOnlyList<LensLayer> course) => course.Reverse().Select(l => (string[])[$"{l.Layer}",
        l.Identifiability.ToString("0.0000", CultureInfo.InvariantCulture), Percent(l.First), l.LogProbability.ToString("0.00", CultureInfo.InvariantCulture),
        .. Shares(l).Select(s => s is { } share ? Percent(share) : "")]);

    /// <summary>A line for every layer, from the first.</summary>
    public static string Csv(IReadOnlyList<LensLayer> course)
    {
        StringBuilder csv = new("layer,identifiability,first,log_p,attention_pushes,mlp_pushes,from_stream,from_attention,from_mlp,from_none\n");
        foreach (LensLayer l in course)
            csv.Append(CultureInfo.InvariantCulture, $"{l.Layer},{l.Identifiability:G9},{l.First:G9},{l.LogProbability:G9},")
                .AppendJoin(",", Shares(l).Select(s => s?.ToString("G9", CultureInfo.InvariantCulture) ?? "")).Append('\n');
        return csv.ToString();
    }

    /// <summary>For result.json; null where there is no layer.</summary>
    public static IReadOnlyList<LensLayerRecord>? Findings(IReadOnlyList<LensLayer> course) => course.Count == 0 ? null :
        [.. course.Select(l => new LensLayerRecord(l.Layer, l.Identifiability, l.First, l.LogProbability,
            l.Formed is not { } f ? null : new LensBlockRecord(f.AttentionPushes, f.MlpPushes, f.FromStream, f.FromAttention, f.FromMlp, f.Composed)))];

    static double?[] Shares(LensLayer l) => l.Formed is { } f
        ? [f.AttentionPushes, f.MlpPushes, f.FromStream, f.FromAttention, f.FromMlp, f.Composed] : new double?[6];

    static string Percent(double share) => (100 * share).ToString("0", CultureInfo.InvariantCulture) + " %";
}
