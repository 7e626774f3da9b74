// Which classes are explained: --target top, an index, a label, a difference a-b of two of these, topN, or all.

using System.CommandLine;
using System.Globalization;
using Translucent.Cli.Runs;
using Translucent.Explain;
using Translucent.Runs.Records;

namespace Translucent.Cli.Options;

/// <summary>Classes as the user names them.</summary>
/// <param name="Words">What was typed after --target, one entry per occurrence.</param>
/// <param name="UpTo">Whether topN may exceed the number of classes: it is a default, not a user's word.</param>
sealed record TargetChoice(IReadOnlyList<string> Words, bool UpTo = false)
{
    /// <summary>The option, with the words that count when it is not given.</summary>
    public static Option<string[]> Option(string words) => new("--target", "-t")
    {
        Description = "What to explain: top, top3 and so on for the most probable classes, an index from 0, a label, a difference such as cat-dog (why a cat "
            + "rather than a dog), or all; repeat it or give a comma list.",
        HelpName = "CLASS",
        DefaultValueFactory = _ => [words],
    };

    /// <summary>Reads the option.</summary>
    public static TargetChoice Read(ParseResult parse, Option<string[]> option) =>
        new(parse.GetRequiredValue(option), parse.GetResult(option) is null or { Implicit: true });

    /// <summary>What to explain in an image, each once, in the order given.</summary>
    /// <param name="model">The model.</param>
    /// <param name="ranked">Its classes, the most probable first.</param>
    public ClassTarget[] Targets(ModelInfo model, IReadOnlyList<Prediction> ranked)
    {
        int Known(int index) => index < 0 ? ranked[-1 - index].Index : index;
        return [.. Resolve(model).Select(t => new ClassTarget(Known(t.Class), t.Against is { } other ? Known(other) : null)).Distinct()];
    }

    /// <summary>How many there will be, or fewer where the same class is named twice.</summary>
    public int Count(ModelInfo model) => Resolve(model).Distinct().Count();

    /// <summary>The same where only classes by themselves make sense.</summary>
    /// <exception cref="UsageException">A difference of classes was asked for.</exception>
    public int[] Classes(ModelInfo model, IReadOnlyList<Prediction> ranked) => [.. Targets(model, ranked).Select(Alone)];

    /// <summary>Holds the words against the model's classes; whether a difference of two is among them.</summary>
    /// <exception cref="UsageException">There is no such class, or a label could be several.</exception>
    public bool HasDifferences(ModelInfo model) => Resolve(model).Any(t => t.Against is not null);

    /// <summary>The same where only classes by themselves make sense.</summary>
    /// <exception cref="UsageException">Also for a difference of classes.</exception>
    public void CheckClasses(ModelInfo model) => Resolve(model).ForEach(t => Alone(t));

    static int Alone(ClassTarget t) => t.Against is null ? t.Class
        : throw new UsageException("--target: a difference of classes; here it takes classes by themselves.");

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
        if (Words.Count > 0 && targets.Count == 0) throw new UsageException("--target: names no class, expected top, an index, a label or all.");
        return targets;
    }

    ClassTarget[]? Find(string word, ModelInfo model)
    {
        if (word.Equals("all", StringComparison.OrdinalIgnoreCase)) return [.. Enumerable.Range(0, model.Transformer.Classes).Select(c => new ClassTarget(c))];
        if (Ranks(word, model) is { } ranks) return ranks;
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

    /// <summary>top3: the three most probable classes.</summary>
    ClassTarget[]? Ranks(string word, ModelInfo model)
    {
        if (!word.StartsWith("top", StringComparison.OrdinalIgnoreCase)
            || !int.TryParse(word.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out int count)) return null;
        if (UpTo) count = Math.Min(count, model.Transformer.Classes);
        int classes = model.Transformer.Classes;
        return count >= 1 && count <= classes ? [.. Enumerable.Range(0, count).Select(rank => new ClassTarget(-1 - rank))]
            : throw new UsageException($"--target {word}: {model.Name} has "
                + $"{(classes == 1 ? "1 class, expected top1" : $"{classes} classes, expected top1 to top{classes}")}.");
    }

    /// <summary>The index of a class; -1 for the most probable one.</summary>
    static int? One(string word, ModelInfo model)
    {
        int count = model.Transformer.Classes;
        if (word.Equals("top", StringComparison.OrdinalIgnoreCase)) return -1;
        if (int.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int index))
            return index >= 0 && index < count ? index : throw new UsageException($"--target {word}: {model.Name} has classes 0 to {count - 1}.");

        int[] whole = Matching(model, label => label.Equals(word, StringComparison.OrdinalIgnoreCase));
        int[] any = whole.Length > 0 ? whole
            : Matching(model, label => label.Split(',', StringSplitOptions.TrimEntries).Contains(word, StringComparer.OrdinalIgnoreCase));
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
