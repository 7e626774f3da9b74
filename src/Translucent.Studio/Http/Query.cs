// What a page asks for, word by word, checked: every message says what was found and what was expected.

using System.Globalization;
using Translucent.Files;

namespace Translucent.Studio.Http;

/// <summary>The words of one question.</summary>
/// <param name="values">By name; names come once.</param>
sealed class Query(IReadOnlyDictionary<string, string> values)
{
    const int Longest = 100_000; // letters of a value: a text of many pages

    /// <summary>The words in a fixed order, so that the same question has the same key.</summary>
    public string Key => KeyOf(values.OrderBy(v => v.Key, StringComparer.Ordinal).SelectMany(v => (string[])[v.Key, v.Value]));

    /// <summary>Words as one, different for different words whatever they hold: each comes behind its length.</summary>
    public static string KeyOf(IEnumerable<string?> words) => string.Concat(words.Select(word => word is null ? "-;" : $"{word.Length};{word}"));

    /// <summary>A word that may be missing.</summary>
    public string? Find(string name)
    {
        if (!values.TryGetValue(name, out string? value) || value.Length == 0) return null;
        return value.Length <= Longest ? value : throw TranslucentException.OfRequest($"{name}: {value.Length} letters, expected at most {Longest}.");
    }

    /// <summary>A word that must be there.</summary>
    public string Word(string name) => Find(name) ?? throw TranslucentException.OfRequest($"{name}: is missing.");

    /// <summary>A whole number in a range.</summary>
    public int Int(string name, int least, int most) => Number(name, Word(name), least, most);

    /// <summary>The same, or null.</summary>
    public int? IntOrNull(string name, int least, int most) => Find(name) is { } word ? Number(name, word, least, most) : null;

    /// <summary>Whole numbers with commas between them; none where the word is missing.</summary>
    public int[] Ints(string name, int least, int most) =>
        Find(name) is { } word ? [.. word.Split(',').Select(part => Number(name, part, least, most))] : [];

    /// <summary>A number in a range, or null.</summary>
    public double? DoubleOrNull(string name, double least, double most)
    {
        if (Find(name) is not { } word) return null;
        return double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= least && value <= most ? value
            : throw TranslucentException.OfRequest(
                FormattableString.Invariant($"{name}: '{Cut(word)}', expected a number from {least} to {most}."));
    }

    static int Number(string name, string word, int least, int most) =>
        int.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most ? value
            : throw TranslucentException.OfRequest($"{name}: '{Cut(word)}', expected a whole number from {least} to {most}.");

    static string Cut(string word) => word.Length <= 40 ? word : word[..40] + "…";
}
