// Texts in UTF-8 that somebody read as Windows-1252 or Latin-1 (Ã© for é, â€™ for ’): found, not repaired.

using System.Text;

namespace Translucent.Text.Cleaning;

/// <summary>Finds texts that were decoded by a wrong encoding.</summary>
static class BrokenEncoding
{
    /// <summary>The first letters of a text that are plainly such, and what they should be; null where there are none.</summary>
    /// <remarks>Letters of western Europe, quotes and signs begin with one of five letters that seldom stand before such others; of letters in Cyrillic and
    /// Greek two must follow each other.</remarks>
    public static (string Found, string Meant)? In(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            int length = Sequence(text, i);
            if (length == 0) continue;
            if (text[i] is 'Ð' or 'Ñ' or 'Î' or 'Ï')
            {
                int next = Sequence(text, i + length);
                if (next == 0) continue;
                length += next;
            }
            string found = text.Substring(i, length);
            return (found, Encoding.UTF8.GetString([.. found.Select(c => (byte)HtmlReferences.ToWindows(c))]));
        }
        return null;
    }

    /// <summary>How many letters from a place on are the bytes of one character in UTF-8; 0 where none are.</summary>
    static int Sequence(string text, int at)
    {
        int length = at >= text.Length ? 0 : text[at] switch { 'Â' or 'Ã' or 'Ð' or 'Ñ' or 'Î' or 'Ï' => 2, 'â' or 'ï' => 3, 'ð' => 4, _ => 0 };
        if (length == 0 || at + length > text.Length) return 0;
        for (int k = 1; k < length; k++)
            if (HtmlReferences.ToWindows(text[at + k]) is not (>= 0x80 and < 0xC0)) return 0;
        return length;
    }
}
