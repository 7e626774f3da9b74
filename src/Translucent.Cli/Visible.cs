// Text for a terminal: what it would not show, or would interpret as a command, is written as a number.

using System.Globalization;
using System.Text;

namespace Translucent.Cli;

/// <summary>Makes text safe to print.</summary>
static class Visible
{
    /// <summary>A text of several lines; line ends and tabs stay.</summary>
    public static string Text(string text) => Of(text, keepLines: true);

    /// <summary>A text on one line.</summary>
    public static string Line(string text) => Of(text, keepLines: false);

    /// <summary>A text on one line that people wrote: what joins letters or sets their direction stays.</summary>
    public static string Words(string text) => Of(text, keepLines: true).Replace("\n", "\\u000a", StringComparison.Ordinal).Replace('\t', ' ');

    static string Of(string text, bool keepLines)
    {
        StringBuilder shown = new();
        foreach (Rune rune in text.EnumerateRunes())
            if (keepLines ? IsCommand(rune) : IsCommand(rune) || rune.Value is '\n' or '\t' || Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format)
                shown.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            else shown.Append(rune.ToString());
        return shown.ToString();
    }

    // Joiners and direction marks are parts of words in Arabic, Indic scripts and emoji; overrides, which reorder what stands around them, are not.
    static bool IsCommand(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control => rune.Value is not ('\n' or '\t'),
        UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse => true,
        UnicodeCategory.Format => rune.Value is not (0x200C or 0x200D or 0x200E or 0x200F or 0x061C),
        _ => false,
    };
}
