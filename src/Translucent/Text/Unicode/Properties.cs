// Character properties by their names in patterns: general categories (Unicode Standard 4.5) and the classes built from them.

using System.Globalization;

namespace Translucent.Text.Unicode;

/// <summary>Sets of characters by property. A set is computed when it is first asked for.</summary>
static class Properties
{
    static readonly Lazy<RuneSet[]> s_categories = new(Categories);
    static readonly Lazy<RuneSet> s_word = new(() => Named("alphabetic")! | In("M", "Nd", "Pc"));
    static readonly Lazy<RuneSet> s_joined = new(() => Word | RuneSet.Of((0x200C, 0x200D)));
    static readonly Lazy<RuneSet> s_digit = new(() => In("Nd")), s_numeric = new(() => In("N") | RuneSet.Of((0x11DE0, 0x11DE9), (0x16FF4, 0x16FF6)));

    /// <summary>Short names, in the order of <see cref="UnicodeCategory"/>.</summary>
    static readonly string[] s_short =
    [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po",
        "Sm", "Sc", "Sk", "So", "Cn",
    ];

    static readonly Dictionary<string, string> s_long = new(StringComparer.Ordinal)
    {
        ["letter"] = "L",
        ["mark"] = "M",
        ["number"] = "N",
        ["separator"] = "Z",
        ["other"] = "C",
        ["punctuation"] = "P",
        ["symbol"] = "S",
        ["uppercaseletter"] = "Lu",
        ["lowercaseletter"] = "Ll",
        ["titlecaseletter"] = "Lt",
        ["modifierletter"] = "Lm",
        ["otherletter"] = "Lo",
        ["nonspacingmark"] = "Mn",
        ["spacingmark"] = "Mc",
        ["enclosingmark"] = "Me",
        ["decimalnumber"] = "Nd",
        ["letternumber"] = "Nl",
        ["othernumber"] = "No",
        ["spaceseparator"] = "Zs",
        ["lineseparator"] = "Zl",
        ["paragraphseparator"] = "Zp",
        ["control"] = "Cc",
        ["format"] = "Cf",
        ["surrogate"] = "Cs",
        ["privateuse"] = "Co",
        ["unassigned"] = "Cn",
        ["connectorpunctuation"] = "Pc",
        ["dashpunctuation"] = "Pd",
        ["openpunctuation"] = "Ps",
        ["closepunctuation"] = "Pe",
        ["initialpunctuation"] = "Pi",
        ["finalpunctuation"] = "Pf",
        ["otherpunctuation"] = "Po",
        ["mathsymbol"] = "Sm",
        ["currencysymbol"] = "Sc",
        ["modifiersymbol"] = "Sk",
        ["othersymbol"] = "So",
    };

    /// <summary>White space (property White_Space).</summary>
    public static RuneSet Space { get; } = RuneSet.Of((9, 13), (0x20, 0x20), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029),
        (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000));

    /// <summary>What words are made of: alphabetic characters, marks, decimal digits, connectors.</summary>
    public static RuneSet Word => s_word.Value;

    /// <summary>The same with the two joiners, as Rust's \w has it.</summary>
    public static RuneSet WordOrJoiner => s_joined.Value;

    /// <summary>Decimal digits (Nd).</summary>
    public static RuneSet Digit => s_digit.Value;

    /// <summary>All numbers (N), with those of Unicode 17, which .NET does not know yet and patterns do not mean.</summary>
    public static RuneSet Numeric => s_numeric.Value;

    /// <summary>The set of a property; null when the name is not known. Case, spaces, hyphens and underscores do not count.</summary>
    public static RuneSet? Named(string name)
    {
        string key = string.Concat(name.Where(c => c is not (' ' or '-' or '_'))).ToLowerInvariant();
        if (s_long.TryGetValue(key, out string? category)) key = category.ToLowerInvariant();
        if (s_short.Any(s => s.StartsWith(key, StringComparison.OrdinalIgnoreCase)) && key.Length is 1 or 2) return In(key);
        return key switch
        {
            "any" => RuneSet.All,
            "assigned" => ~In("Cn"),
            "ascii" => RuneSet.Of((0, 0x7F)),
            "alpha" => Named("alphabetic"),
            "alnum" => Named("alphabetic")! | Digit,
            "blank" => In("Zs") | RuneSet.Of((9, 9)),
            "cntrl" => In("Cc"),
            "digit" => Digit,
            "lower" => Named("lowercase"),
            "space" or "whitespace" => Space,
            "upper" => Named("uppercase"),
            "xdigit" => RuneSet.Of(('0', '9'), ('A', 'F'), ('a', 'f')),
            "word" => Word,
            _ => UnicodeData.Instance.Property(key),
        };
    }

    /// <summary>The code points of general categories, named by one letter or two.</summary>
    static RuneSet In(params string[] names) =>
        RuneSet.Of(names.SelectMany(name => s_short.Index().Where(c => c.Item.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            .SelectMany(c => s_categories.Value[c.Index].Ranges)));

    static RuneSet[] Categories()
    {
        List<(int First, int Last)>[] ranges = [.. s_short.Select(_ => new List<(int, int)>())];
        for (int first = 0, rune = 1; first <= RuneSet.Last; rune++)
        {
            UnicodeCategory category = CharUnicodeInfo.GetUnicodeCategory(first);
            if (rune <= RuneSet.Last && CharUnicodeInfo.GetUnicodeCategory(rune) == category) continue;
            ranges[(int)category].Add((first, rune - 1));
            first = rune;
        }
        return [.. ranges.Select(r => RuneSet.Of(r))];
    }
}
