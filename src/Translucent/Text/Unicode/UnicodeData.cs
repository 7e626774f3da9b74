// The character data of Unicode.txt, which make_unicode.mjs asked from Hugging Face tokenizers: decompositions, compositions, combining
// classes, and four classes of characters as that library knows them. .NET has no normalisation in invariant-globalisation mode.

using System.Globalization;

namespace Translucent.Text.Unicode;

/// <summary>Character data, read when it is first needed.</summary>
sealed class UnicodeData
{
    static readonly Lazy<UnicodeData> s_instance = new(() => new UnicodeData());

    /// <summary>Full canonical decompositions, but of Hangul syllables, which are computed.</summary>
    public readonly Dictionary<int, int[]> Canonical = [];

    /// <summary>Full compatibility decompositions where they differ from the canonical.</summary>
    public readonly Dictionary<int, int[]> Compatibility = [];

    /// <summary>What two code points compose to, but for Hangul.</summary>
    public readonly Dictionary<(int First, int Second), int> Compositions = [];

    readonly Dictionary<int, byte> _classes = [];
    readonly Dictionary<string, List<(int First, int Last)>> _ranges = [];

    UnicodeData()
    {
        using Stream stream = typeof(UnicodeData).Assembly.GetManifestResourceStream("Unicode.txt")!;
        using StreamReader reader = new(stream);
        string section = "";
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('[')) section = line[1..^1];
            else if (!line.StartsWith('#')) Read(section, line);
        }
        (Marks, Nonspacing, Others, Punctuation) = (Set("mark"), Set("nonspacing"), Set("other"), Set("punctuation"));
    }

    public static UnicodeData Instance => s_instance.Value;

    /// <summary>Combining marks (general categories M).</summary>
    public RuneSet Marks { get; }

    /// <summary>Non-spacing marks (Mn).</summary>
    public RuneSet Nonspacing { get; }

    /// <summary>Control, format and private-use characters (Cc but tab and line ends, Cf, Co).</summary>
    public RuneSet Others { get; }

    /// <summary>Punctuation (P), and the symbols among ASCII that count as such.</summary>
    public RuneSet Punctuation { get; }

    /// <summary>The canonical combining class; 0 for a starter.</summary>
    public int Class(int rune) => rune < 0x300 ? 0 : _classes.GetValueOrDefault(rune);

    void Read(string section, string line)
    {
        string[] words = line.Split(' ');
        switch (section)
        {
            case "canonical": Canonical[Hex(words[0])] = [.. words[1..].Select(Hex)]; break;
            case "compatibility": Compatibility[Hex(words[0])] = [.. words[1..].Select(Hex)]; break;
            case "composition": Compositions[(Hex(words[0]), Hex(words[1]))] = Hex(words[2]); break;
            case "class": _classes[Hex(words[0])] = byte.Parse(words[1], CultureInfo.InvariantCulture); break;
            default:
                string[] ends = line.Split('-');
                if (!_ranges.TryGetValue(section, out List<(int, int)>? list)) _ranges[section] = list = [];
                list.Add((Hex(ends[0]), Hex(ends[^1])));
                break;
        }
    }

    /// <summary>The characters that a pattern means by a property that is no general category; null when there is none of that name.</summary>
    /// <param name="name">Lower case, without separators.</param>
    public RuneSet? Property(string name) => _ranges.TryGetValue($"property {name}", out List<(int, int)>? ranges) ? RuneSet.Of(ranges) : null;

    RuneSet Set(string section) => RuneSet.Of(_ranges[section]);

    static int Hex(string word) => int.Parse(word, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
