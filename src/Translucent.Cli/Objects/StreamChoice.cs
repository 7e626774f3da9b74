// Which methods of the table for several token streams are meant, and which of them fit: shared by explain on detectors, ask and evaluate.

using System.CommandLine;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;

namespace Translucent.Cli.Objects;

/// <summary>Methods by name, or all.</summary>
/// <param name="Methods">Each once, in the order given.</param>
/// <param name="All">Whether every method was asked for, so that one that does not fit is left out instead of being an error.</param>
sealed record StreamChoice(IReadOnlyList<StreamMethod> Methods, bool All)
{
    /// <summary>The option; several names in a comma list, or given several times.</summary>
    /// <param name="usual">What is done when nothing is named, in words.</param>
    public static Option<string[]> Option(string usual) => new("--method", "--methods")
    {
        Description = $"How relevance is found: all, or some of {Names}. [default: {usual}]",
        HelpName = "NAMES",
        CustomParser = result => [.. result.Tokens.SelectMany(t => t.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))],
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    /// <summary>The methods that were named, or the usual ones.</summary>
    /// <exception cref="UsageException">A name is unknown, or there is none.</exception>
    public static StreamChoice Of(ParseResult parse, Option<string[]> option, params string[] usual) =>
        Of(parse.GetResult(option) is null ? usual : parse.GetValue(option) ?? []);

    /// <summary>The methods of some names.</summary>
    /// <exception cref="UsageException">A name is unknown, or there is none.</exception>
    public static StreamChoice Of(IReadOnlyList<string> names)
    {
        if (names.Count == 0) throw new UsageException("--method: expected the name of a method.");
        if (names.Any(n => n.Equals("all", StringComparison.OrdinalIgnoreCase))) return new StreamChoice(StreamMethods.All, All: true);
        return new StreamChoice([.. names.Select(Named).Distinct()], All: false);
    }

    /// <summary>Those that can explain a pass.</summary>
    /// <param name="trace">A forward pass.</param>
    /// <param name="targets">What is explained; null to ask about the pass alone.</param>
    /// <param name="terminal">Is told which are left out where all were asked for.</param>
    /// <exception cref="TranslucentException">A method that was named does not fit.</exception>
    public IReadOnlyList<StreamMethod> Fitting(Trace trace, Targets? targets, Terminal terminal)
    {
        List<StreamMethod> fitting = [];
        foreach (StreamMethod method in Methods)
        {
            if (method.Fits(trace, targets) is not { } reason) fitting.Add(method);
            else if (All) terminal.Line($"{method.Name} left out: {reason}");
            else throw TranslucentException.OfRequest($"--method {method.Name}: {reason}.");
        }
        return fitting;
    }

    static string Names => string.Join(", ", StreamMethods.All.Select(m => m.Name));

    static StreamMethod Named(string name) => StreamMethods.Find(name) ?? throw new UsageException(ClassMethods.Find(name) is not null
        ? $"--method {name}: it explains models of one token stream; for detectors and questions about pictures choose all, or some of {Names}."
        : $"--method {name}{DidYouMean.Of(name, Known)}: expected all, or some of {Names}.");

    /// <summary>Every name and alias, and all.</summary>
    public static IEnumerable<string> Known => StreamMethods.All.SelectMany(m => m.Aliases.Prepend(m.Name)).Append("all");
}
