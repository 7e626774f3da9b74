// How the parts of tokenizer.json are read: each is an object that names its kind under "type".

using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Text.Patterns;

namespace Translucent.Text.Reading;

/// <summary>What several kinds of parts have in common.</summary>
static class Parts
{
    /// <summary>The kinds that are read, for the error about another one.</summary>
    /// <exception cref="TranslucentException">Always thrown by the caller: the kind is not known.</exception>
    public static TranslucentException Unknown(this ConfigSection section, params IEnumerable<string> kinds) =>
        section.Wrong("type", $"one of {string.Join(", ", kinds)}");

    /// <summary>A pattern: <c>{"String": ..}</c> or <c>{"Regex": ..}</c>.</summary>
    /// <exception cref="TranslucentException">It is neither, or Oniguruma's syntax as this reader knows it has no such expression.</exception>
    public static Pattern Pattern(this ConfigSection section, string key)
    {
        ConfigSection inner = section.Section(key);
        if (inner.Has("String")) return Patterns.Pattern.Literal(inner.String("String"));
        try
        {
            return Patterns.Pattern.Regex(inner.String("Regex"));
        }
        catch (TranslucentException e)
        {
            throw inner.Error("Regex", e.Message);
        }
    }

    /// <summary>A single character.</summary>
    /// <exception cref="TranslucentException">It is no text, or one of another length.</exception>
    public static int Rune(this ConfigSection section, string key) => Runes.Of(section.String(key)) is [int rune] ? rune
        : throw section.Wrong(key, "a single character");

    /// <summary>A text, or null where there is none.</summary>
    /// <exception cref="TranslucentException">It is something else.</exception>
    public static string? Optional(this ConfigSection section, string key) => section.Has(key) ? section.String(key) : null;

    /// <summary>A count, 0 or more.</summary>
    /// <exception cref="TranslucentException">It is something else.</exception>
    public static int Count(this ConfigSection section, string key) => section.Int(key) is >= 0 and int count ? count
        : throw section.Wrong(key, "a whole number from 0 on");

    /// <summary>A word of a list.</summary>
    /// <exception cref="TranslucentException">It is another word, or no text.</exception>
    public static T Word<T>(this ConfigSection section, string key, T? fallback, params (string Word, T Value)[] words) where T : struct
    {
        if (fallback is { } value && !section.Has(key)) return value;
        string found = section.String(key);
        foreach ((string word, T meaning) in words)
            if (word == found) return meaning;
        throw section.Wrong(key, $"one of {string.Join(", ", words.Select(w => w.Word))}");
    }

    /// <summary>How a text is split at matches.</summary>
    /// <exception cref="TranslucentException">There is no such behaviour.</exception>
    public static SplitBehaviour Behaviour(this ConfigSection section, SplitBehaviour? fallback = null) =>
        section.Word("behavior", fallback, [.. Enum.GetValues<SplitBehaviour>().Select(b => (b.ToString(), b))]);
}
