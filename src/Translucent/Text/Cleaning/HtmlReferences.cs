// Character references of HTML, resolved as Python's html.unescape does (Lib/html/__init__.py), which follows the HTML standard, section 13.5 and 13.2.5.80:
// names without their semicolon where the standard has them so, the longest name that a text begins with, numbers that mean Windows-1252.

using System.Globalization;
using System.Text;

namespace Translucent.Text.Cleaning;

/// <summary>From &amp;amp; to &amp;.</summary>
static class HtmlReferences
{
    const int LongestName = 32, LongestStated = 24; // letters between & and ;

    static readonly Lazy<Dictionary<string, string>> s_named = new(Read);

    // Windows-1252 from 0x80 on; what it does not define stays a control character.
    const string Windows = "\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u008D\u017D\u008F"
        + "\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u009D\u017E\u0178";

    /// <summary>The text with every reference resolved once.</summary>
    public static string Unescape(string text)
    {
        if (!text.Contains('&')) return text;
        StringBuilder plain = new(text.Length);
        for (int i = 0; i < text.Length;)
            if (text[i] != '&') plain.Append(text[i++]);
            else i += 1 + One(text.AsSpan(i + 1), plain);
        return plain.ToString();
    }

    /// <summary>The text with those references resolved once that end in a semicolon, and names in capitals (&amp;EACUTE;) as capitals, as ftfy does it
    /// (github.com/rspeer/python-ftfy, ftfy/fixes.py unescape_html).</summary>
    public static string UnescapeStated(string text)
    {
        if (!text.Contains('&')) return text;
        StringBuilder plain = new(text.Length);
        for (int i = 0; i < text.Length;)
            if (text[i] == '&' && Stated(text.AsSpan(i)) is (var meant, var length))
            {
                plain.Append(meant);
                i += length;
            }
            else plain.Append(text[i++]);
        return plain.ToString();
    }

    /// <summary>What a byte means in Windows-1252.</summary>
    public static char OfWindows(int value) => value is >= 0x80 and < 0xA0 ? Windows[value - 0x80] : (char)value;

    /// <summary>The byte of Windows-1252 that stands for a character; -1 for none.</summary>
    public static int ToWindows(char letter) => letter < 0x100 ? letter : Windows.IndexOf(letter) is >= 0 and int place ? 0x80 + place : -1;

    /// <summary>Resolves what stands behind an &amp;; returns how many letters that were.</summary>
    static int One(ReadOnlySpan<char> text, StringBuilder plain)
    {
        if (text.Length > 0 && text[0] == '#')
        {
            if (Number(text, plain) is > 0 and int read) return read;
            plain.Append('&');
            return 0;
        }
        int end = 0;
        while (end < text.Length && end < LongestName && text[end] is not ('\t' or '\n' or '\f' or ' ' or '<' or '&' or '#' or ';')) end++;
        if (end > 0 && end < text.Length && text[end] == ';') end++;
        Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> names = s_named.Value.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int length = end; length >= 2; length--)
            if (names.TryGetValue(text[..length], out string? meant))
            {
                plain.Append(meant);
                return length;
            }
        plain.Append('&');
        return 0;
    }

    /// <summary>Resolves #65; or #x41;; returns how many letters that were, 0 where it is no number.</summary>
    static int Number(ReadOnlySpan<char> text, StringBuilder plain)
    {
        bool hex = text.Length > 1 && text[1] is 'x' or 'X';
        int at = hex ? 2 : 1, first = at, number = 0;
        for (; at < text.Length && (hex ? char.IsAsciiHexDigit(text[at]) : char.IsAsciiDigit(text[at])); at++)
            number = Math.Min(0x110000, number * (hex ? 16 : 10) + Convert.ToInt32(text[at].ToString(), 16));
        if (at == first) return 0;
        if (at < text.Length && text[at] == ';') at++;
        if (number is 0 or (>= 0xD800 and <= 0xDFFF) or > 0x10FFFF) plain.Append('\uFFFD');
        else if (number is >= 0x80 and < 0xA0) plain.Append(OfWindows(number));
        else if (!IsNoCharacter(number)) plain.Append(new Rune(number).ToString());
        return at;
    }

    static bool IsNoCharacter(int number) =>
        number is < 9 or 0xB or (>= 0xE and < 0x20) or 0x7F or (>= 0xFDD0 and <= 0xFDEF) || (number & 0xFFFE) == 0xFFFE;

    static (string Meant, int Length)? Stated(ReadOnlySpan<char> text)
    {
        int first = text.Length > 1 && text[1] == '#' ? 2 : 1, end = first;
        while (end < text.Length && end - first < LongestStated && char.IsAsciiLetterOrDigit(text[end])) end++;
        if (end == first || end == text.Length || text[end] != ';') return null;
        string all = text[..(end + 1)].ToString(), name = all[1..];
        if (first == 2) return Unescape(all) is var meant && !meant.Contains(';') ? (meant, all.Length) : null;
        if (s_named.Value.TryGetValue(name, out string? named)) return (named, all.Length);
        return name == name.ToUpperInvariant() && Unescape(all) == all && s_named.Value.TryGetValue(name.ToLowerInvariant(), out string? small)
            ? (small.ToUpperInvariant(), all.Length) : null;
    }

    static Dictionary<string, string> Read()
    {
        Dictionary<string, string> named = new(StringComparer.Ordinal);
        using StreamReader reader = new(typeof(HtmlReferences).Assembly.GetManifestResourceStream("Entities.txt")!);
        while (reader.ReadLine() is { } line)
            if (!line.StartsWith('#'))
            {
                string[] words = line.Split(' ');
                named[words[0]] = Runes.Text([.. words[1..].Select(w => int.Parse(w, NumberStyles.HexNumber, CultureInfo.InvariantCulture))]);
            }
        return named;
    }
}
