// Which methods explain: --method with names and aliases, or all.

using System.CommandLine;
using System.CommandLine.Parsing;
using Translucent.Explain;
using Translucent.Models;

namespace Translucent.Cli.Options;

/// <summary>The methods of a run.</summary>
/// <param name="Methods">Each once, in the order given.</param>
/// <param name="All">Whether every method was asked for, so that one that does not fit the model is left out instead of being an error.</param>
sealed record MethodChoice(IReadOnlyList<ClassMethod> Methods, bool All = false)
{
    /// <summary>The word for TokenTM of the first block, of the first two, .. of all.</summary>
    const string Depths = "tokentm_first";

    /// <summary>What was typed, for models with a table of methods of their own; null when nothing was.</summary>
    public IReadOnlyList<string>? Words { get; init; }

    /// <summary>Names that only models of several token streams know.</summary>
    public IReadOnlyList<string> OfDetectors { get; init; } = [];

    /// <summary>Whether a map of any of them depends on the class.</summary>
    public bool TellClassesApart => Methods.Any(m => m.TellsClassesApart);

    /// <summary>Their names.</summary>
    public IReadOnlyList<string> Names => [.. Methods.Select(m => m.Name)];

    /// <summary>The option, with its default.</summary>
    public static Option<MethodChoice> Option(params string[] defaults) => new("--method", "--methods")
    {
        Description =
            $"How class maps are made: all, or some of {string.Join(", ", ClassMethods.All.Select(m => m.Name))}; tokentm_first_K is TokenTM of the first K "
            + $"blocks, and {Depths} each K of the model; a comma list, or given several times.",
        HelpName = "NAMES",
        CustomParser = Parse,
        DefaultValueFactory = _ => new MethodChoice([.. defaults.Select(ClassMethods.Named)]),
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    /// <summary>How many maps there are of so many classes.</summary>
    public int Maps(int classes) => Methods.Sum(m => m.TellsClassesApart ? classes : 1);

    /// <summary>Floating-point operations for one image, roughly.</summary>
    public double Operations(Trace trace, int classes) => Methods.Sum(m => m.Operations(trace, classes));

    /// <summary>What is about to be made, in words.</summary>
    public string Describe(int classes)
    {
        string names = Methods.Count > 6 ? $"{Methods.Count} methods" : string.Join(", ", Methods.Select(m => m.Name));
        return TellClassesApart ? $"{names} of {(classes == 1 ? "1 class" : $"{classes} classes")}" : names;
    }

    /// <summary>As typed; help shows the default this way.</summary>
    public override string ToString() => string.Join(",", Methods.Select(m => m.Name));

    /// <summary>Every name and alias, those of detectors too, and all.</summary>
    public static IEnumerable<string> Known => ClassMethods.All.SelectMany(m => m.Aliases.Prepend(m.Name)).Append("all")
        .Union(StreamMethods.All.SelectMany(m => m.Aliases.Prepend(m.Name)));

    static MethodChoice? Parse(ArgumentResult result)
    {
        List<ClassMethod> found = [];
        List<string> words = [], others = [];
        bool all = false;
        foreach (string word in result.Tokens.SelectMany(t => t.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            words.Add(word);
            if (ClassMethods.Find(word) is null && StreamMethods.All.Any(m => m.Name == word || m.Aliases.Contains(word)))
            {
                others.Add(word);
                continue;
            }
            ClassMethod[] named = word.Equals("all", StringComparison.OrdinalIgnoreCase) ? [.. ClassMethods.All]
                : word.Equals(Depths, StringComparison.OrdinalIgnoreCase) ? [.. ClassMethods.ByDepth] : ClassMethods.Find(word) is { } one ? [one] : [];
            all |= named.Length > 1;
            if (named.Length == 0)
            {
                string near = DidYouMean.Of(word, Known);
                result.AddError($"--method {word}{near}: expected all, or some of {string.Join(", ", ClassMethods.All.Select(m => m.Name))}.");
                return null;
            }
            found.AddRange(named.Except(found));
        }
        if (found.Count + others.Count > 0) return new MethodChoice(found, all) { Words = words, OfDetectors = others };
        result.AddError("--method: expected the name of a method.");
        return null;
    }
}
