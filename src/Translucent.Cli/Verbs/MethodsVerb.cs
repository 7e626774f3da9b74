// translucent methods: every method, what it shows, what it needs and costs, where it was published (docs/methods.md, docs/multimodal.md).

using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Translucent.Cli.Options;
using Translucent.Cli.Records;
using Translucent.Explain;
using Translucent.Models;

namespace Translucent.Cli.Verbs;

/// <summary>The verb <c>methods</c>.</summary>
static class MethodsVerb
{
    const string Classes = "classes", Streams = "streams";

    const int Patches = 64; // of an image of the default model

    const string Note = "Patented, or said to be by their authors, whoever wrote the code (docs/methods.md#patents); ask before you use them in a product: ";

    public static Command Create()
    {
        Argument<string[]> names = new("METHOD") { Description = "Show these only, one by one. [default: a table of all]", Arity = ArgumentArity.ZeroOrMore };
        Option<bool> json = new("--json") { Description = "Print JSON instead." };
        Command command = new("methods", "List every method: what it shows, whether it is signed, what it needs, what it costs, where it was published.")
        {
            names, json,
        };
        command.SetAction(parse =>
        {
            string[] wanted = parse.GetValue(names) ?? [];
            Terminal terminal = Terminal.Of(parse);
            MethodRecord[] all = [.. All()], shown = wanted.Length == 0 ? all : [.. wanted.SelectMany(name => Named(all, name))];
            if (parse.GetValue(json)) terminal.Raw(JsonSerializer.Serialize(shown, ReportJson.Ascii.Methods));
            else if (wanted.Length > 0) foreach (MethodRecord method in shown) Print(terminal, method);
            else Print(terminal, all);
        });
        return command;
    }

    /// <summary>Those that explain classes, then those for several streams and for texts.</summary>
    public static IEnumerable<MethodRecord> All()
    {
        using VisionTransformer model = VisionModels.Open(ModelFolders.Find(ModelFolders.Default));
        using Trace plan = model.Plan(1, Patches);
        double pass = Cost.Forward(plan);
        return
        [
            .. ClassMethods.All.Select(m => new MethodRecord(m.Name, Classes, m.Aliases, m.Meaning, m.IsSigned, [.. Needs(m)],
                Math.Round(m.Operations(plan, 1) / pass, 1), null, IsPatented(m.Name), m.Source)),
            .. StreamMethods.All.Concat(StreamMethods.OfTexts.Except(StreamMethods.All)).Select(m => new MethodRecord(m.Name, Streams, m.Aliases, m.Meaning,
                m.IsSigned, [Needs(m)], null, m.Sweeps, IsPatented(m.Name), m.Source)),
        ];
    }

    static IEnumerable<MethodRecord> Named(MethodRecord[] all, string name)
    {
        string plain = name.Replace('-', '_');
        MethodRecord[] found = [.. all.Where(m => m.Aliases.Prepend(m.Name).Contains(plain, StringComparer.OrdinalIgnoreCase))];
        return found.Length > 0 ? found
            : throw new UsageException($"METHOD {name}{DidYouMean.Of(name, all.SelectMany(m => m.Aliases.Prepend(m.Name)))}: there is none of this name; "
                + "'translucent methods' lists all.");
    }

    static void Print(Terminal terminal, MethodRecord method)
    {
        terminal.Line($"{method.Name}: {method.Meaning}");
        terminal.Table(["", ""],
        [
            ["explains", method.Explains == Classes ? "classes" : "objects, answers and texts"],
            ["aliases", method.Aliases.Count > 0 ? string.Join(", ", method.Aliases) : "none"],
            ["sign", Sign(method)],
            ["needs", string.Join(", ", method.Needs)],
            ["cost", method.Cost is null ? Times(method) : $"{Times(method)} forward passes of {ModelFolders.Default}, for one class"],
            ["source", method.Source],
            .. method.Patents ? (string[][])[["patents", "patented, or said to be by its authors; ask before you use it in a product"]] : [],
        ]);
        terminal.Line();
    }

    static void Print(Terminal terminal, MethodRecord[] all)
    {
        terminal.Line("Methods that explain classes, with one token stream (explain, compare, classify):");
        Table(terminal, "cost", all.Where(m => m.Explains == Classes));
        terminal.Line($"Cost: arithmetic for one class, in forward passes of {ModelFolders.Default}, beside the one that all methods share.");
        terminal.Line();
        terminal.Line("Methods that explain objects, answers and texts (explain with a detector, ask, text, embed):");
        Table(terminal, "sweeps", all.Where(m => m.Explains == Streams));
        terminal.Line();
        terminal.Line(Note + string.Join(", ", all.Where(m => m.Patents).Select(m => m.Name).Distinct()) + ".");
    }

    static void Table(Terminal terminal, string cost, IEnumerable<MethodRecord> methods) =>
        terminal.Table(["method", "sign", cost, "meaning", "needs", "aliases", "source"], methods.Select(m => (string[])[m.Name, Sign(m), Times(m), m.Meaning,
            string.Join(", ", m.Needs), string.Join(", ", m.Aliases), m.Source]));

    static string Sign(MethodRecord method) => method.Signed ? "signed" : ">= 0";

    static string Times(MethodRecord method) => method.Cost?.ToString("0.0", CultureInfo.InvariantCulture)
        ?? (method.Sweeps == 1 ? "1 sweep" : method.Sweeps > 1 ? $"{method.Sweeps} passes and sweeps" : "none");

    static IEnumerable<string> Needs(ClassMethod method)
    {
        if (method.Needs.HasFlag(MethodNeeds.Scores)) yield return "class scores";
        if (method.Needs.HasFlag(MethodNeeds.Pixels)) yield return "pixels";
        else if (method.Needs.HasFlag(MethodNeeds.Patches)) yield return "patches";
        if (method.Needs.HasFlag(MethodNeeds.Input)) yield return "pixels or a text";
        if (method.Needs.HasFlag(MethodNeeds.OneToken)) yield return "a class token";
        if (method.PropagatesByRules) yield return "a rule for every operation";
        if (method.Needs == MethodNeeds.SingleStream) yield return "attention alone";
    }

    static string Needs(StreamMethod method) => method.NeedsSeveralStreams ? "several streams" : StreamMethods.Find(method.Name) is null ? "a text" : "any";

    static bool IsPatented(string name) => name.Contains("lrp", StringComparison.Ordinal) || name == "transformer_attribution";
}
