// The report of `models inspect` as people read it.

using System.Globalization;
using Translucent.Models;
using Translucent.Runs;

namespace Translucent.Cli.Verbs;

/// <summary>Prints a model report.</summary>
static class InspectText
{
    const int Few = 12;

    public static void Print(Terminal terminal, ModelReport report, bool tensors)
    {
        terminal.Table(["what", "found"], Facts(report).Where(f => f.Found.Length > 0).Select(f => (string[])[f.What, f.Found]));
        List(terminal, "missing", "Missing, or of another shape", report.Missing.Count, ["needed", "shape", "found instead"],
            report.Missing.Select(m => (string[])[Plain(m.Name), Shape(m.Expected), m.Found ?? "nothing"]));
        List(terminal, "left over", "Left over, read by no layer", report.LeftOver.Count, ["name"], report.LeftOver.Select(n => (string[])[Plain(n)]));
        if (report.Opens)
        {
            Needs(terminal, "verb", InspectNeeds.OfVerbs(report));
            Needs(terminal, "method", InspectNeeds.OfMethods(report).GroupBy(n => (n.What, n.Here)).OrderBy(g => g.Count())
                .Select(g => new InspectNeeds(g.Count() > Few ? $"the other {g.Count()}" : string.Join(", ", g.Select(n => n.Who)), g.Key.What, g.Key.Here)));
        }
        if (tensors)
        {
            terminal.Line();
            terminal.Table(["tensor in the files", "shape", "type"], report.Tensors.Select(t => (string[])[Plain(t.Name), Shape(t.Shape), t.Type.ToString()]));
        }
        terminal.Line();
        terminal.Line(report.Opens ? "This model opens." : $"This model does not open: {Why(report)}");
        if (!report.Opens && !tensors && report.Tensors.Count > 0) terminal.Line($"--tensors lists the {report.Tensors.Count} tensors in its files.");
    }

    static void Needs(Terminal terminal, string who, IEnumerable<InspectNeeds> needs)
    {
        if (!needs.Any()) return;
        terminal.Line();
        terminal.Table([who, "needs", "here"], needs.Select(n => (string[])[n.Who, n.What, n.Here]));
    }

    static (string What, string Found)[] Facts(ModelReport r) =>
    [
        ("model", r.Path),
        ("files", r.Format is null ? "" : Invariant(
            $"{r.Format}, {(r.Files == 1 ? "1 file" : $"{r.Files} files")}, {ByteSize.Text(r.Bytes)}, {r.Tensors.Count} tensors")),
        ("names", r.Layout is null ? "" : r.Layout + (r.Prefix.Length > 0 ? $", under '{Plain(r.Prefix)}'" : "")),
        ("recognised", string.Join(", ", r.Recognised)),
        ("model_type", Plain(r.ModelType ?? "")),
        ("family", r.Family ?? ""),
        ("layers", r.Config is { } a ? $"{a.Depth}, each of {a.Heads} heads" : r.Sizes?.Layers ?? ""),
        ("width", r.Config is { } b ? $"{b.Width}, {b.Hidden} in the MLP"
            : r.Sizes is { } s ? $"{s.Width}" + (s.Hidden > 0 ? $", {s.Hidden} in the MLP" : "") : ""),
        ("parameters", r.Parameters == 0 ? "" : Count(r.Parameters)),
        ("types", string.Join(", ", r.Tensors.GroupBy(t => t.Type).OrderBy(g => g.Key).Select(g => $"{g.Key} ({g.Count()})"))),
        ("image", r.Input is { } i && r.Config is { } c ? $"{i.Width} x {i.Height} pixels, patches of {c.Patch} x {c.Patch}" : ""),
        ("tokens", r.Config is { } d ? $"{r.Tokens}, {d.Prefix} of them before the patches" : ""),
        ("reads", r.Sizes?.Reads ?? ""),
        ("tokenizer", r.Sizes is not { } t || t.Use == ModelUse.Objects ? "" : t.HasTokenizer ? "in the folder" : "none"),
        ("classes", r.Family is null ? "" : (r.Sizes?.Classes ?? r.Classes) is > 0 and int n ? $"{n}" : "none"),
        ("passed over", r.PassedOver == 0 ? "" : $"{r.PassedOver} tensors that are not part of the model"),
        ("settings not read", string.Join(", ", r.UnreadSettings.Take(Few).Select(Plain))
            + (r.UnreadSettings.Count > Few ? $", ... ({r.UnreadSettings.Count} in all)" : "")),
        ("not run", string.Join(", ", r.OtherObjects.Take(Few).Select(Plain)) + (r.OtherObjects.Count > Few ? $", ... ({r.OtherObjects.Count} in all)" : "")),
    ];

    static void List(Terminal terminal, string what, string title, int count, string[] headings, IEnumerable<string[]> rows)
    {
        if (count == 0) return;
        terminal.Line();
        terminal.Line($"{title}:");
        terminal.Table(headings, rows.Take(Few));
        if (count > Few) terminal.Line($"... {count} {what} in all; --json lists them");
    }

    /// <summary>Why a model does not open.</summary>
    public static string Why(ModelReport report)
    {
        if (report.Problem is { } problem) return problem;
        string[] parts = [report.Missing.Count > 0 ? $"{report.Missing.Count} tensors are missing or of another shape" : "", report.LeftOver.Count > 0
            ? $"{report.LeftOver.Count} are left over" : ""];
        return string.Join(", ", parts.Where(p => p.Length > 0)) + "; the checkpoint may be incomplete, or of another model than its config.json.";
    }

    /// <summary>A count with its thousands apart.</summary>
    public static string Count(long count) => Invariant($"{count:N0}");

    /// <summary>A name from a file, which could hold commands to the terminal.</summary>
    public static string Plain(string name) => string.Concat(name.Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : $"{c}"));

    static string Shape(IReadOnlyList<int> shape) => $"[{string.Join(", ", shape)}]";

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
