// The text of tokens that come one by one. A character may take several tokens, and a token's text may depend on the one before it.

namespace Translucent.Text;

/// <summary>Turns tokens into text as they come, never a part of a character. Used by one thread at a time.</summary>
public sealed class StreamedText
{
    const int Before = 6; // earlier tokens that are decoded along, so that spaces between words come out as in the whole

    readonly Tokenizer _tokenizer;
    readonly List<int> _ids;
    int _from, _told; // text is made from token _from on; that up to token _told is told

    /// <summary>A text that goes on behind others.</summary>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="earlier">Tokens before it, whose text is not told; null for none.</param>
    public StreamedText(Tokenizer tokenizer, IReadOnlyList<int>? earlier = null)
    {
        (_tokenizer, _ids) = (tokenizer, [.. earlier ?? []]);
        (_told, _from) = (_ids.Count, Math.Max(0, _ids.Count - Before));
    }

    /// <summary>Adds a token.</summary>
    /// <param name="token">Its id in the tokenizer's vocabulary.</param>
    /// <returns>The text that is new with it; empty while a character is incomplete.</returns>
    public string Add(int token)
    {
        _ids.Add(token);
        return Told(complete: true);
    }

    /// <summary>What is left when no more tokens come: an incomplete character as U+FFFD.</summary>
    public string Rest() => Told(complete: false);

    string Told(bool complete)
    {
        string before = Decoded(_told), now = Decoded(_ids.Count);
        if (now.Length <= before.Length || (complete && now.EndsWith('\uFFFD'))) return "";
        (_from, _told) = (Math.Max(_from, _told - Before), _ids.Count);
        return now[before.Length..];
    }

    string Decoded(int end) => _tokenizer.Decode(_ids[_from..end]);
}
