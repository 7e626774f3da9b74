// The closed vocabulary of all texts about scenes, and how texts are cut into its words.

namespace Translucent.Shapes;

/// <summary>The words of questions, answers, captions and stories.</summary>
static class SceneVocabulary
{
    static readonly string[] s_numbers = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight"];

    /// <summary>Every word and punctuation mark that can occur, in ordinal order.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. new HashSet<string>(
    [
        .. Attributes.Kinds.Select(k => k.Name()), .. Attributes.Kinds.Select(k => k.Plural()), "object", "objects",
        .. Attributes.Colours.Select(c => c.Name()), .. Attributes.Surfaces.Select(s => s.Name()), .. Attributes.Backdrops.Select(b => b.Name()),
        .. s_numbers, .. Enumerable.Range(0, 9).Select(n => $"{n}"),
        .. ("a about above an and are as at away background behind below bottom colour comes from front gradient has have how in is larger left light "
            + "little many middle much noise of on one or other picture right same shape shows smaller story surface taken than the then there this top "
            + "what where yes . , : ?").Split(' '),
    ]).Order(StringComparer.Ordinal)];

    /// <summary>Cuts a text into words: lower case, punctuation marks apart.</summary>
    public static string[] Tokenize(string text)
    {
        List<string> words = [];
        for (int at = 0, start; at < text.Length;)
        {
            start = at;
            while (at < text.Length && char.IsAsciiLetterOrDigit(text[at])) at++;
            if (at > start) words.Add(text[start..at].ToLowerInvariant());
            else if (text[at++] != ' ') words.Add(text[start..at]);
        }
        return [.. words];
    }

    /// <summary>Writes words as a sentence, the inverse of <see cref="Tokenize"/>.</summary>
    internal static string Join(IReadOnlyList<string> words)
    {
        string text = string.Concat(words.Select((w, i) => i == 0 || w is "." or "," or ":" or "?" ? w : " " + w));
        return char.ToUpperInvariant(text[0]) + text[1..];
    }

    internal static string Number(int n) => s_numbers[n];

    internal static string Article(string before) => before[0] is 'o' ? "an" : "a"; // orange, object
}
