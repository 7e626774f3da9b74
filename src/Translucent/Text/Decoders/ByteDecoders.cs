// Decoders of bytes: the byte alphabet of GPT-2, and the byte tokens of SentencePiece (decoders/byte_fallback.rs, pre_tokenizers/byte_level.rs).

using System.Globalization;
using System.Text;

namespace Translucent.Text.Decoders;

/// <summary>Characters of the byte alphabet become bytes, and those, all tokens together, text. A token with any other character stays as it is.</summary>
sealed class ByteLevelDecoder : Decoder
{
    public override List<string> Apply(List<string> tokens)
    {
        List<byte> bytes = [];
        foreach (string token in tokens)
        {
            int before = bytes.Count;
            foreach (char c in token)
            {
                if (ByteAlphabet.ByteOf(c) is >= 0 and int value)
                {
                    bytes.Add((byte)value);
                    continue;
                }
                bytes.RemoveRange(before, bytes.Count - before);
                bytes.AddRange(Encoding.UTF8.GetBytes(token));
                break;
            }
        }
        return [Encoding.UTF8.GetString([.. bytes])];
    }
}

/// <summary>Runs of byte tokens become text, or, if they are not UTF-8 as a whole, U+FFFD for each.</summary>
sealed class ByteFallback : Decoder
{
    static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    public override List<string> Apply(List<string> tokens)
    {
        List<string> texts = [];
        List<byte> bytes = [];
        foreach (string token in tokens)
        {
            if (ByteOf(token) is { } value) bytes.Add(value);
            else
            {
                Flush(bytes, texts);
                texts.Add(token);
            }
        }
        Flush(bytes, texts);
        return texts;
    }

    static byte? ByteOf(string token) =>
        token.Length == 6 && token.StartsWith("<0x", StringComparison.Ordinal) && token[5] == '>'
            && byte.TryParse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value) ? value : null;

    static void Flush(List<byte> bytes, List<string> texts)
    {
        if (bytes.Count == 0) return;
        try
        {
            texts.Add(s_strict.GetString([.. bytes]));
        }
        catch (DecoderFallbackException)
        {
            texts.AddRange(Enumerable.Repeat("\uFFFD", bytes.Count));
        }
        bytes.Clear();
    }
}
