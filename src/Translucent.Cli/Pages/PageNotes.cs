// The words on a page: how to read it, what was set, which file holds what.

using System.Text;
using System.Text.Json;
using Translucent.Cli.Options;
using Translucent.Cli.Runs;
using Translucent.Explain;
using Translucent.Runs;
using Translucent.Segment;

namespace Translucent.Cli.Pages;

/// <summary>Writes the notes beneath the pictures.</summary>
static class PageNotes
{
    /// <summary>What the colours of maps mean.</summary>
    public static (string Term, string Text) ColoursOf(MapLook look, bool shared = false) => ("Colours",
        (shared ? "" : "Each map runs from its own smallest to its own largest number; the bar says which these are. Colours of two maps cannot be compared, "
            + "their numbers can where the method is the same. ")
            + (look.Fade ? "Where a map is low, the photograph comes through. " : "")
            + (look.Cells ? "Every patch has the colour of its one number." : "The smooth look comes from interpolation: there is one number per patch.")
            + (look.Top is { } share ? FormattableString.Invariant($" The line goes around the largest numbers, {100 * share:0.##} % of what the model sees.")
                : ""));

    /// <summary>What they mean where classes share a scale.</summary>
    public static (string Term, string Text) SharedColours { get; } = ("One scale",
        "All classes of a method share one scale, which the bar gives, so that a pale map is a weak one. Colours of two methods cannot be compared.");

    /// <summary>What the colours of maps with a sign mean.</summary>
    public static (string Term, string Text) Signs { get; } = ("Red and blue", "Red speaks for the class, blue against it, white is zero.");

    /// <summary>What maps of pixels show, if there are any.</summary>
    static IEnumerable<(string Term, string Text)> Pixels(ClassMapSet set)
    {
        ClassMap[] maps = [.. set.Maps.Where(m => m.Row is null).DistinctBy(m => m.Method)];
        if (maps.Length > 0) yield return ("Pixels",
            $"{string.Join(", ", maps.Select(m => m.Method.Name))}: here there is one number per pixel of the model's input ({maps[0].Map.Shape[1]} x "
                + $"{maps[0].Map.Shape[0]}), which the bar is about; the value shown for a patch is the sum over its pixels.");
    }

    /// <summary>Which maps are of logits and which of probabilities.</summary>
    static IEnumerable<(string Term, string Text)> Scalars(ClassMapSet set)
    {
        if (set.OfLogits.Length > 0) yield return ("Logit", $"The score of the class before softmax is what these explain: {set.OfLogits}.");
        if (set.OfProbabilities.Length > 0) yield return ("Probability", $"The probability of the class is what these explain: {set.OfProbabilities}.");
    }

    /// <summary>What stands at the place of the token itself.</summary>
    public static (string Term, string Text) OwnPatch { get; } = ("Framed",
        "The patch whose token is explained. A token always bears on itself through the residual connection, which would drown everything else; its own "
            + "number is therefore replaced by the largest of the others.");

    /// <summary>What a map does not say.</summary>
    public static (string Term, string Text) Mind { get; } =
        ("Mind", "A map shows what this model used, background included. It does not show that the answer is right.");

    /// <summary>How clusters come about.</summary>
    public static (string Term, string Text) Clusters(SegmentSettings s) =>
        ("Clusters", $"Every patch token of layer {s.Layer} gets an explanation map (ULTra, arXiv:2411.12589); tokens with like maps are joined "
            + $"({s.Linkage.ToString().ToLowerInvariant()} linkage, {s.Metric.ToString().ToLowerInvariant()} distance); a pixel belongs to the cluster whose "
            + "map is largest there.");

    /// <summary>How to read the pictures.</summary>
    public static string HowToRead(ClassMapSet set, CompareScale scale, Segmentation? segments, MapLook look)
    {
        ClassMethod[] methods = [.. set.Maps.Select(m => m.Method).Distinct()];
        List<(string, string)> notes = [.. Drawn(look, scale)];
        if (methods.Any(m => m.IsSigned)) notes.Add(Signs);
        notes.AddRange(Pixels(set));
        notes.AddRange(Scalars(set));
        notes.AddRange(methods.Select(m => (m.Name, $"{m.Meaning} ({m.Source})")));
        if (segments is not null) notes.Add(Clusters(segments.Settings));
        return Section([.. notes, Mind]);
    }

    static IEnumerable<(string, string)> Drawn(MapLook look, CompareScale scale) =>
        scale == CompareScale.Own ? [ColoursOf(look)] : [ColoursOf(look, shared: true), SharedColours];

    /// <summary>How to read maps of several methods.</summary>
    public static string Compared(ClassMapSet set, CompareScale scale, MapLook look)
    {
        ClassMethod[] methods = [.. set.Maps.Select(m => m.Method).Distinct()];
        List<(string, string)> notes = [.. Drawn(look, scale)];
        if (methods.Any(m => m.IsSigned)) notes.Add(Signs);
        notes.AddRange(Pixels(set));
        notes.AddRange(Scalars(set));
        notes.AddRange(methods.Select(m => (m.Name, m.Source)));
        return Section([.. notes, Mind]);
    }

    /// <summary>Notes as a section.</summary>
    public static string Section(IEnumerable<(string Term, string Text)> notes) =>
        "<section><h2>How to read this</h2><dl "
            + $"class='notes'>{string.Concat(notes.Select(n => $"<dt>{Html.Text(n.Term)}</dt><dd>{Html.Text(n.Text)}</dd>"))}</dl></section>\n";

    /// <summary>What was set, and on what it ran.</summary>
    public static string Settings(ImageRun run)
    {
        StringBuilder html = new("<section><h2>Settings</h2><table class='facts'>");
        void Row(string name, string value) => html.Append($"<tr><th>{Html.Text(name)}</th><td>{Html.Text(value)}</td></tr>");
        Row("image", run.Source.Path);
        Row("model", $"{run.Model.Name}: {run.Model.Config.Family}, {run.Model.Config.Depth} blocks, width {run.Model.Config.Width}, {run.Model.Config.Heads} "
            + $"heads, patches of {run.Model.Config.Patch} pixels");
        Row("model sha256", run.Model.Hash);
        foreach (JsonProperty setting in run.Settings.EnumerateObject()) Row(setting.Name.Replace('_', ' '), Value(setting.Value));
        if (run.Sparse is { } sweeps) Row("sweeps",
            string.Join("; ", sweeps.Checks.Where(c => sweeps.Rows is null || c.Rows == sweeps.Rows).Select(c => $"{c}").Prepend(sweeps.Why)));
        Row("translucent", $"{ThisProgram.Version}, {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}");
        return html.Append("</table></section>\n").ToString();
    }

    /// <summary>Which file holds what.</summary>
    public static string Files(ImageRun run)
    {
        StringBuilder html = new("<section><h2>Files</h2><table class='files'>");
        foreach (WrittenFile file in run.Folder.Files)
            html.Append($"<tr><td><a href='{Html.Text(Uri.EscapeDataString(file.Name))}'>{Html.Text(file.Name)}</a></td>")
                .Append($"<td>{ByteSize.Text(file.Bytes)}</td><td>{Html.Text(file.What)}</td></tr>");
        html.Append("<tr><td><a href='result.json'>result.json</a></td><td></td><td>settings, versions, seconds, predictions, and the SHA-256 of every "
            + "file</td></tr>");
        return html.Append("</table></section>\n").ToString();
    }

    /// <summary>The value of a setting, in words.</summary>
    public static string Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(Value)),
        JsonValueKind.True => "yes",
        JsonValueKind.False => "no",
        _ => value.ToString(),
    };
}
