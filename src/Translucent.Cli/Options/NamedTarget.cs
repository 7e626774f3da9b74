// A class, or a pair of classes, with the words that stand for it in titles and file names.

using Translucent.Cli.Runs;
using Translucent.Explain;
using Translucent.Files;

namespace Translucent.Cli.Options;

/// <summary>What is explained, with its label.</summary>
/// <param name="Target">The class, or the difference of two.</param>
/// <param name="Label">Its first name, as <see cref="ModelInfo.Short"/> gives it; "cat - dog" for a difference.</param>
/// <param name="FileName">The label as part of a file name.</param>
/// <param name="Probability">The probability of the class; of a difference, that of the first.</param>
sealed record NamedTarget(ClassTarget Target, string Label, string FileName, float Probability)
{
    /// <summary>The label of the class; of a difference, that of the first.</summary>
    public string First { get; private init; } = Label;

    /// <summary>Names a target of a run.</summary>
    public static NamedTarget Of(ClassTarget target, ImageRun run)
    {
        (string first, string file) = Names(run.Model, target.Class);
        string label = first;
        if (target.Against is { } other)
        {
            (string second, string against) = Names(run.Model, other);
            (label, file) = ($"{first} - {second}", $"{file}-minus-{against}");
        }
        return new NamedTarget(target, label, file, run.Predictions.First(p => p.Index == target.Class).Probability) { First = first };
    }

    /// <summary>A class in titles and in file names, where its index stands behind what is not exactly its label.</summary>
    static (string Label, string File) Names(ModelInfo model, int index)
    {
        string label = model.Short(index), plain = SafeName.Words(label, whenNone: "class");
        bool asItIs = label == plain && label == model.Label(index) && !(char.IsAsciiDigit(plain[^1]) && plain.Contains('-')); // else it could be another's
        if (asItIs) return (label, plain);
        string first = label.EndsWith($" ({index})", StringComparison.Ordinal) ? label[..^$" ({index})".Length] : label;
        return (label, $"{SafeName.Words(first, whenNone: "class")}-{index}");
    }
}
