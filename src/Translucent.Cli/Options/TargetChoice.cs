// Which classes are explained: --target top, an index, a label, or all.

using System.Globalization;
using Translucent.Cli.Runs;

namespace Translucent.Cli.Options;

/// <summary>Classes as the user names them.</summary>
/// <param name="Words">What was typed after --target, one entry per occurrence.</param>
sealed record TargetChoice(IReadOnlyList<string> Words)
{
    /// <summary>Stands for the predicted class until the prediction is known.</summary>
    const int Top = -1;

    /// <summary>The classes to explain, each once, in the order given.</summary>
    public int[] Classes(ModelInfo model, int predicted) => [.. Resolve(model).Select(c => c == Top ? predicted : c).Distinct()];

    /// <summary>Holds the words against the model's classes.</summary>
    /// <exception cref="UsageException">There is no such class, or a label could be several.</exception>
    public void Check(ModelInfo model) => Resolve(model);

    IEnumerable<int> Resolve(ModelInfo model)
    {
        List<int> classes = [];
        foreach (string word in Words)
        {
            // Labels may have commas in them, as in "tabby, tabby cat"; only a word that is no label is a list.
            if (Find(word, model) is { } found) classes.AddRange(found);
            else
                foreach (string part in word.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                    classes.AddRange(Find(part, model) ?? throw Unknown(part, model));
        }
        return classes;
    }

    static int[]? Find(string word, ModelInfo model)
    {
        int count = model.Transformer.Classes;
        if (word.Equals("top", StringComparison.OrdinalIgnoreCase)) return [Top];
        if (word.Equals("all", StringComparison.OrdinalIgnoreCase)) return [.. Enumerable.Range(0, count)];
        if (int.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int index))
            return index >= 0 && index < count ? [index] : throw new UsageException($"--target {word}: {model.Name} has classes 0 to {count - 1}.");

        int[] whole = Matching(model, label => label.Equals(word, StringComparison.OrdinalIgnoreCase));
        int[] any = whole.Length > 0 ? whole : Matching(model, label => label.Split(',', StringSplitOptions.TrimEntries).Contains(word, StringComparer.OrdinalIgnoreCase));
        return any.Length > 1
            ? throw new UsageException($"--target {word}: classes {string.Join(", ", any)} have that label; give the index of one.")
            : any.Length == 1 ? any : null;
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
