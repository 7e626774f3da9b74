// Which classes are explained: --target top, an index, a label, a difference a-b of two of these, or all.

using System.Globalization;
using Translucent.Cli.Runs;
using Translucent.Explain;

namespace Translucent.Cli.Options;

/// <summary>Classes as the user names them.</summary>
/// <param name="Words">What was typed after --target, one entry per occurrence.</param>
sealed record TargetChoice(IReadOnlyList<string> Words)
{
    /// <summary>Stands for the predicted class until the prediction is known.</summary>
    const int Top = -1;

    /// <summary>What to explain, each once, in the order given.</summary>
    public ClassTarget[] Targets(ModelInfo model, int predicted) =>
        [.. Resolve(model).Select(t => new ClassTarget(Known(t.Class, predicted), t.Against is { } other ? Known(other, predicted) : null)).Distinct()];

    /// <summary>The same where only classes by themselves make sense.</summary>
    /// <exception cref="UsageException">A difference of classes was asked for.</exception>
    public int[] Classes(ModelInfo model, int predicted) => [.. Targets(model, predicted).Select(t => t.Against is null ? t.Class
        : throw new UsageException("--target: a difference of classes; here it takes classes by themselves."))];

    /// <summary>Holds the words against the model's classes.</summary>
    /// <exception cref="UsageException">There is no such class, or a label could be several.</exception>
    public void Check(ModelInfo model) => Resolve(model);

    static int Known(int index, int predicted) => index == Top ? predicted : index;

    List<ClassTarget> Resolve(ModelInfo model)
    {
        List<ClassTarget> targets = [];
        foreach (string word in Words)
        {
            // Labels may have commas in them, as in "tabby, tabby cat"; only a word that is no label is a list.
            if (Find(word, model) is { } found) targets.AddRange(found);
            else
                foreach (string part in word.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                    targets.AddRange(Find(part, model) ?? throw Unknown(part, model));
        }
        return targets;
    }

    static ClassTarget[]? Find(string word, ModelInfo model)
    {
        if (word.Equals("all", StringComparison.OrdinalIgnoreCase)) return [.. Enumerable.Range(0, model.Transformer.Classes).Select(c => new ClassTarget(c))];
        return One(word, model) is { } index ? [index] : Difference(word, model) is { } difference ? [difference] : null;
    }

    /// <summary>a-b; labels may have dashes in them, so that every dash is tried.</summary>
    static ClassTarget? Difference(string word, ModelInfo model)
    {
        for (int dash = word.IndexOf('-', StringComparison.Ordinal); dash > 0; dash = word.IndexOf('-', dash + 1))
        {
            if (One(word[..dash].Trim(), model) is not { } a || One(word[(dash + 1)..].Trim(), model) is not { } b) continue;
            return a != b ? new ClassTarget(a, b) : throw new UsageException($"--target {word}: a class minus itself is nothing.");
        }
        return null;
    }

    static int? One(string word, ModelInfo model)
    {
        int count = model.Transformer.Classes;
        if (word.Equals("top", StringComparison.OrdinalIgnoreCase)) return Top;
        if (int.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int index))
            return index >= 0 && index < count ? index : throw new UsageException($"--target {word}: {model.Name} has classes 0 to {count - 1}.");

        int[] whole = Matching(model, label => label.Equals(word, StringComparison.OrdinalIgnoreCase));
        int[] any = whole.Length > 0 ? whole : Matching(model, label => label.Split(',', StringSplitOptions.TrimEntries).Contains(word, StringComparer.OrdinalIgnoreCase));
        return any.Length > 1
            ? throw new UsageException($"--target {word}: classes {string.Join(", ", any)} have that label; give the index of one.")
            : any.Length == 1 ? any[0] : null;
    }

    static int[] Matching(ModelInfo model, Func<string, bool> is_) =>
        [.. Enumerable.Range(0, model.Transformer.Classes).Where(c => is_(model.Label(c)))];

    static UsageException Unknown(string word, ModelInfo model)
    {
        string[] labels = [.. Enumerable.Range(0, model.Transformer.Classes).Select(model.Label)];
        string[] near = [.. labels.Where(l => l.Contains(word, StringComparison.OrdinalIgnoreCase)).Take(5)];
        string hint = near.Length > 0 ? $"; near it are {string.Join("; ", near)}"
            : labels.Length <= 20 ? $", which are {string.Join(", ", labels)}"
            : $"; give an index from 0 to {labels.Length - 1}, or a label such as '{labels[0]}'";
        return new UsageException($"--target {word}: is not among the {labels.Length} classes of {model.Name}{hint}.");
    }
}
