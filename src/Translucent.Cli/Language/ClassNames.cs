// Which class of a text is meant: top, an index, a label, or one class against another.

using System.Globalization;
using Translucent.Explain;
using Translucent.Models;

namespace Translucent.Cli.Language;

/// <summary>Reads --target.</summary>
static class ClassNames
{
    /// <summary>The class, and what it is called.</summary>
    /// <param name="word">What was typed.</param>
    /// <param name="info">The model.</param>
    /// <param name="ranked">Its classes, the most probable first.</param>
    /// <exception cref="UsageException">There is no such class.</exception>
    public static (ClassTarget Target, string Name) Find(string word, LanguageInfo info, IReadOnlyList<ClassPrediction> ranked)
    {
        if (One(word) is { } one) return (one, info.Label(one));
        for (int dash = word.IndexOf('-', StringComparison.Ordinal); dash > 0; dash = word.IndexOf('-', dash + 1))
            if (One(word[..dash].Trim()) is { } a && One(word[(dash + 1)..].Trim()) is { } b && a != b)
                return (new ClassTarget(a, b), $"{info.Label(a)} - {info.Label(b)}");
        int count = info.Model.Classes;
        string labels = string.Join(", ", Enumerable.Range(0, Math.Min(count, 8)).Select(info.Label));
        throw new UsageException($"--target {word}: expected top, an index from 0 to {count - 1}, a label ({labels}{(count > 8 ? ", .." : "")}), "
            + "or a difference of two of these.");

        int? One(string name)
        {
            if (name.Equals("top", StringComparison.OrdinalIgnoreCase)) return ranked[0].Index;
            if (Enumerable.Range(0, info.Model.Classes).FirstOrDefault(c => info.Label(c).Equals(name, StringComparison.OrdinalIgnoreCase),
                -1) is >= 0 and int found) return found;
            return int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < info.Model.Classes ? index : null;
        }
    }
}
