// The characters that stand for bytes in byte-level vocabularies (github.com/openai/gpt-2, src/encoder.py, bytes_to_unicode).

namespace Translucent.Text;

/// <summary>Printable bytes of Latin-1 stand for themselves; the others for the characters from U+0100 on, in their order.</summary>
static class ByteAlphabet
{
    /// <summary>The character of each byte.</summary>
    public static readonly int[] Characters = Make();

    /// <summary>The byte of a space, as a character.</summary>
    public static readonly int Space = Characters[' '];

    static readonly short[] s_bytes = Inverse();

    /// <summary>The byte that a character stands for; -1 if none.</summary>
    public static int ByteOf(int rune) => (uint)rune < (uint)s_bytes.Length ? s_bytes[rune] : -1;

    /// <summary>Appends the characters of the UTF-8 bytes of a part of a text; each has the span of the character it belongs to.</summary>
    public static void Write(AlignedText text, int start, int end, AlignedText target)
    {
        Span<byte> bytes = stackalloc byte[4];
        ReadOnlySpan<int> runes = text.Runes;
        for (int i = start; i < end; i++)
        {
            if (runes[i] < 0x80)
            {
                target.Add(Characters[runes[i]], text[i]);
                continue;
            }
            int count = Runes.WriteUtf8(runes[i], bytes);
            foreach (byte value in bytes[..count]) target.Add(Characters[value], text[i]);
        }
    }

    static int[] Make()
    {
        int[] characters = new int[256];
        int next = 256;
        for (int value = 0; value < 256; value++)
            characters[value] = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF) ? value : next++;
        return characters;
    }

    static short[] Inverse()
    {
        short[] bytes = new short[Characters.Max() + 1];
        Array.Fill(bytes, (short)-1);
        for (int value = 0; value < 256; value++) bytes[Characters[value]] = (short)value;
        return bytes;
    }
}
