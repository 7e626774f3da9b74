// Between .NET's UTF-16 texts and the code points that tokenizers work on.

using System.Text;

namespace Translucent.Text;

/// <summary>Conversions of code points.</summary>
static class Runes
{
    public const int Replacement = 0xFFFD;

    /// <summary>The code points of a text; a surrogate without its partner becomes U+FFFD.</summary>
    public static int[] Of(string text) => [.. text.EnumerateRunes().Select(r => r.Value)];

    /// <summary>The text of code points.</summary>
    public static string Text(ReadOnlySpan<int> runes)
    {
        int length = 0;
        foreach (int rune in runes) length += rune > 0xFFFF ? 2 : 1;
        return string.Create(length, runes, static (chars, runes) => Write(runes, chars));
    }

    /// <summary>Writes code points as UTF-16 and tells how many units that took.</summary>
    public static int Write(ReadOnlySpan<int> runes, Span<char> chars)
    {
        int at = 0;
        foreach (int rune in runes)
        {
            if (rune <= 0xFFFF) chars[at++] = (char)rune;
            else at += new Rune(rune).EncodeToUtf16(chars[at..]);
        }
        return at;
    }

    /// <summary>How many bytes a code point takes in UTF-8.</summary>
    public static int Utf8Length(int rune) => rune < 0x80 ? 1 : rune < 0x800 ? 2 : rune < 0x10000 ? 3 : 4;

    /// <summary>Writes a code point as UTF-8 and tells how many bytes that took.</summary>
    public static int WriteUtf8(int rune, Span<byte> bytes)
    {
        if (rune >= 0x80) return new Rune(rune).EncodeToUtf8(bytes);
        bytes[0] = (byte)rune;
        return 1;
    }
}
