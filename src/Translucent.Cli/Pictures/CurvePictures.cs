// How classes come into being, as charts over layers (Vilas et al. 2023, arXiv:2310.18969, section 4).

using Translucent.Cli.Runs;
using Translucent.Images;
using Translucent.Pictures;

namespace Translucent.Cli.Pictures;

/// <summary>Draws the evolution of classes.</summary>
static class CurvePictures
{
    static readonly string[] s_dashes = ["7 5", "2 4"]; // of passes with less context, in their order

    /// <summary>All charts as one SVG.</summary>
    /// <param name="projection">What was found.</param>
    /// <param name="colors">Of the classes.</param>
    /// <param name="name">What a class is called.</param>
    public static string Draw(Projection projection, ClassColors colors, Func<int, string> name)
    {
        IReadOnlyList<ClassEvolution> classes = projection.Classes;
        List<ChartLine> Stream(Func<ClassCurve, float[]> values) =>
        [
            .. classes.Select(c => new ChartLine(name(c.Class.Index), colors[c.Class.Index], "", 1, values(c.Hidden))),
            .. classes.SelectMany(c => c.Perturbed.Select(
                (p, i) => new ChartLine($"{name(c.Class.Index)}, {p.Name}", colors[c.Class.Index], s_dashes[i], 1, values(p.Curve)))),
        ];
        List<ChartLine> Added(Func<ClassEvolution, float[]> values) =>
            [.. classes.Select(c => new ChartLine(name(c.Class.Index), colors[c.Class.Index], "", 2, values(c)))];

        Chart[] charts =
        [
            new("Class token: identifiability", "1 - rank / classes", Stream(c => c.ClassToken)),
            new("Image tokens: identifiability, mean", "1 - rank / classes", Stream(c => c.Patches)),
            new("Class token: score", "score (logit)", Stream(c => c.ClassTokenScore), Share: false),
            new("Image tokens: score, mean", "score (logit)", Stream(c => c.PatchScore), Share: false),
            new("Attention pushes the class", "share of image tokens", Added(c => c.AttentionPushes)),
            new("The MLP pushes the class", "share of image tokens", Added(c => c.MlpPushes)),
            new("Image tokens that stand for the class", "share of image tokens", Stream(c => c.Rate)),
            new("Where the class of a token comes from", "share of all tokens", Sources(projection), Legend: true),
        ];
        (string, string)[] dashes = classes.Count == 0 || classes[0].Perturbed.Count == 0 ? []
            : [("", "untouched"), .. classes[0].Perturbed.Select((p, i) => (s_dashes[i], PerturbationText(p.Name)))];
        return LineChart.Draw(charts, [.. classes.Select(c => (colors[c.Class.Index], name(c.Class.Index)))], dashes,
            projection.Hidden.Shape[0]);
    }

    /// <summary>A perturbation in words.</summary>
    public static string PerturbationText(string name) => name == "self-only" ? "self-only: image tokens see themselves alone"
        : "no-cls: no other token sees the class token";

    static ChartLine[] Sources(Projection projection)
    {
        string[] names = ["the stream before", "attention", "MLP", "none of them"];
        int[] colors = [5, 1, 6, 9]; // far from those of the first classes
        return [.. names.Select((name, i) => new ChartLine(name, i == 3 ? ClassColors.Other : Palette.Distinct(colors[i]), "", 2,
            [.. Enumerable.Range(0, projection.Sources.Rows).Select(block => projection.Sources.Row(block)[i])]))];
    }
}
