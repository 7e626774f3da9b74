// What a language model reads: token ids of one text or of two, many texts at a time, shorter ones filled up.

using Translucent.Files;

namespace Translucent.Models;

/// <summary>One text as token ids, those that frame it included.</summary>
/// <param name="Ids">The ids.</param>
/// <param name="Types">The type of every token, as many as ids: 0 for the first text, 1 for the second (BERT); zeros when null.</param>
public sealed record TextInput(IReadOnlyList<int> Ids, IReadOnlyList<int>? Types = null)
{
    /// <summary>How many of the first ids are the text; the others only fill it up, and no token sees them. All when null.</summary>
    public int? Real { get; init; }

    /// <summary>A text of one type.</summary>
    public static implicit operator TextInput(int[] ids) => new(ids, Types: null); // one argument would be a copy
}

/// <summary>Texts of one pass as tables of one length.</summary>
/// <param name="Ids">[B][N], 0 where a text is shorter.</param>
/// <param name="Types">[B][N].</param>
/// <param name="Lengths">[B], how many ids of each are the text.</param>
sealed record TextBatch(IReadOnlyList<int[]> Ids, IReadOnlyList<int[]> Types, IReadOnlyList<int> Lengths)
{
    public int Count => Ids.Count;

    /// <summary>N.</summary>
    public int Length => Ids[0].Length;

    /// <summary>Whether any text is shorter than the table.</summary>
    public bool IsFilled => Lengths.Any(n => n < Length);

    /// <param name="texts">The texts.</param>
    /// <param name="types">How many types of tokens there are; 0 for models that know none.</param>
    /// <param name="limit">The longest text that is read, and what limits it; null for any length.</param>
    /// <exception cref="TranslucentException">There is no text, one is empty or too long, or types or lengths do not fit.</exception>
    public static TextBatch Of(IReadOnlyList<TextInput> texts, int types, TextLimit? limit)
    {
        if (texts.Count == 0) throw TranslucentException.OfRequest("texts: none, expected one or more.");
        foreach (TextInput text in texts)
        {
            int n = text.Ids.Count;
            if (n == 0) throw TranslucentException.OfRequest("text: no token ids, expected one or more.");
            if (limit is not null && n > limit.Tokens)
                throw TranslucentException.OfRequest($"text: {n} tokens, expected at most {limit.Tokens}: {limit.Reason}.");
            if (text.Real is < 1 || text.Real > n) throw TranslucentException.OfRequest($"text: {text.Real} real ones of {n} ids, expected 1 to {n}.");
            if (text.Types is { } given && (given.Count != n || given.Any(t => t < 0 || t >= Math.Max(1, types))))
                throw TranslucentException.OfRequest($"text: token types {string.Join(", ", given)}, expected {n} from 0 to {Math.Max(1, types) - 1}.");
        }
        int longest = texts.Max(t => t.Ids.Count);
        return new TextBatch([.. texts.Select(t => Filled(t.Ids, longest))], [.. texts.Select(t => Filled(t.Types ?? [], longest))],
            [.. texts.Select(t => t.Real ?? t.Ids.Count)]);
    }

    static int[] Filled(IReadOnlyList<int> numbers, int length) => [.. numbers, .. new int[length - numbers.Count]];
}

/// <summary>The longest text that a model computes as it should.</summary>
/// <param name="Tokens">How many tokens.</param>
/// <param name="Reason">What ends there, as in "max_position_embeddings".</param>
sealed record TextLimit(int Tokens, string Reason);
