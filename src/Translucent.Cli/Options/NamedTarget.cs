// A class, or a pair of classes, with the words that stand for it in titles and file names.

using Translucent.Cli.Runs;
using Translucent.Explain;

namespace Translucent.Cli.Options;

/// <summary>What is explained, with its label.</summary>
/// <param name="Target">The class, or the difference of two.</param>
/// <param name="Label">Its label; "cat - dog" for a difference.</param>
/// <param name="FileName">The label as part of a file name.</param>
/// <param name="Probability">The probability of the class; of a difference, that of the first.</param>
sealed record NamedTarget(ClassTarget Target, string Label, string FileName, float Probability)
{
    /// <summary>The label of the class; of a difference, that of the first.</summary>
    public string First { get; private init; } = Label;

    /// <summary>Names a target of a run.</summary>
    public static NamedTarget Of(ClassTarget target, ImageRun run)
    {
        string label = run.Model.Label(target.Class), file = Plain(label, target.Class);
        if (target.Against is { } other) (label, file) = ($"{label} - {run.Model.Label(other)}", $"{file}-minus-{Plain(run.Model.Label(other), other)}");
        return new NamedTarget(target, label, file, run.Predictions.First(p => p.Index == target.Class).Probability) { First = run.Model.Label(target.Class) };
    }

    /// <summary>The label in small letters, digits and dashes; with the index when that changed it, so that it stays the only one.</summary>
    static string Plain(string label, int index)
    {
        string plain = string.Concat(label.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
        while (plain.Contains("--")) plain = plain.Replace("--", "-");
        plain = plain.Trim('-') is { Length: > 0 } some ? some[..Math.Min(some.Length, 40)] : "class";
        return label == plain ? plain : $"{plain}-{index}";
    }
}
