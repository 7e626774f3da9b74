// The steps of ftfy.fix_text (github.com/rspeer/python-ftfy, ftfy/__init__.py and ftfy/fixes.py) that a rule without judgement decides, with its defaults. Not
// done is the repair of texts that were decoded by a wrong encoding; BrokenEncoding finds the plain cases of those.

using System.Text;
using Translucent.Text.Unicode;

namespace Translucent.Text.Cleaning;

/// <summary>References of HTML, C1 controls, ligatures of Latin, wide and narrow forms, curled quotes, line ends, lone surrogates, escapes of terminals,
/// control characters, NFC; again and again until nothing changes.</summary>
static class TextFixes
{
    const int Passes = 64; // a text that changes longer (&amp;amp;amp; ..) is left there, so that time stays linear

    /// <summary>The text with all steps done, line by line; from the first line with a &lt; on nothing is taken for a reference of HTML, as it may be
    /// HTML.</summary>
    public static string Apply(string text)
    {
        StringBuilder all = new(text.Length);
        bool references = true;
        for (int at = 0; at < text.Length;)
        {
            int end = text.IndexOf('\n', at) is >= 0 and int found ? found + 1 : text.Length;
            string line = text[at..end];
            references &= !line.Contains('<');
            all.Append(Line(line, references));
            at = end;
        }
        return all.ToString();
    }

    static string Line(string line, bool references)
    {
        for (int pass = 0; pass < Passes; pass++)
        {
            string better = Once(references ? HtmlReferences.UnescapeStated(line) : line);
            if (better == line) break;
            line = better;
        }
        return line;
    }

    static string Once(string text)
    {
        if (Ascii.IsValid(text) && text.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0) return text;
        StringBuilder plain = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes()) // a lone surrogate is U+FFFD
            if (rune.Value is >= 0x80 and < 0xA0 && HtmlReferences.OfWindows(rune.Value) is var meant) plain.Append(Lines(meant.ToString()));
            else if (Ligature(rune.Value) is { } letters) plain.Append(letters);
            else if (rune.Value is 0x3000) plain.Append(' ');
            else if (rune.Value is >= 0xFF01 and < 0xFFF0) plain.Append(Usual(rune));
            else if (rune.Value is 0x2BC or (>= 0x2018 and <= 0x201B)) plain.Append('\'');
            else if (rune.Value is >= 0x201C and <= 0x201F) plain.Append('"');
            else plain.Append(rune.ToString());
        return Composed(Printable(Lines(plain.ToString())));
    }

    static string Lines(string text) => text.Replace("\r\n", "\n").Replace('\r', '\n').Replace('\u2028', '\n').Replace('\u2029', '\n').Replace('\u0085', '\n');

    /// <summary>Without escapes of terminals (ESC [ numbers letter) and control characters that mean nothing in a text.</summary>
    static string Printable(string text)
    {
        StringBuilder plain = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\e' && i + 1 < text.Length && text[i + 1] == '[')
            {
                int end = i + 2;
                while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == ';')) end++;
                if (end < text.Length && char.IsAsciiLetter(text[end]))
                {
                    i = end;
                    continue;
                }
            }
            if (text[i] is not (< '\t' or '\v' or (>= '\u000E' and < ' ') or '\u007F' or (>= '\u206A' and <= '\u206F') or '\uFEFF'
                or (>= '\uFFF9' and <= '\uFFFC'))) plain.Append(text[i]);
        }
        return plain.ToString();
    }

    static string Composed(string text) => Runes.Text(NormalForm.Nfc.Apply(new AlignedText(text)).Runes);

    /// <summary>A wide or narrow form in its usual width.</summary>
    static string Usual(Rune rune) => Runes.Text(NormalForm.Nfkc.Apply(new AlignedText(rune.ToString())).Runes);

    static string? Ligature(int rune) => rune switch
    {
        0x132 => "IJ",
        0x133 => "ij",
        0x149 => "\u02BCn",
        0x1F1 => "DZ",
        0x1F2 => "Dz",
        0x1F3 => "dz",
        0x1C4 => "D\u017D",
        0x1C5 => "D\u017E",
        0x1C6 => "d\u017E",
        0x1C7 => "LJ",
        0x1C8 => "Lj",
        0x1C9 => "lj",
        0x1CA => "NJ",
        0x1CB => "Nj",
        0x1CC => "nj",
        0xFB00 => "ff",
        0xFB01 => "fi",
        0xFB02 => "fl",
        0xFB03 => "ffi",
        0xFB04 => "ffl",
        0xFB05 => "\u017Ft",
        0xFB06 => "st",
        _ => null,
    };
}
