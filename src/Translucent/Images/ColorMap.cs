// Colour maps, as colours at even distances between which sRGB values are interpolated; none strays 2 levels from its source.
// Viridis and inferno: S. van der Walt, N. Smith and E. Firing (2015, CC0). Turbo: A. Mikhailov, Google (2019, Apache-2.0).
// Jet: the classic piecewise linear one. Blue-white-red: made here, darker towards both ends so that extremes stand out.

namespace Translucent.Images;

/// <summary>Colours for numbers from 0 to 1.</summary>
public sealed class ColorMap
{
    readonly Rgb[] _levels = new Rgb[1024];

    ColorMap(string name, bool diverging, string anchors)
    {
        (Name, IsDiverging) = (name, diverging);
        Rgb[] at = [.. anchors.Split(' ').Select(hex => Rgb.Parse(hex))];
        for (int i = 0; i < _levels.Length; i++)
        {
            double place = (double)i / (_levels.Length - 1) * (at.Length - 1);
            int left = Math.Min((int)place, at.Length - 2);
            _levels[i] = at[left].Mix(at[left + 1], place - left);
        }
    }

    /// <summary>The name in lower case, as options give it.</summary>
    public string Name { get; }

    /// <summary>Whether the middle stands for zero, so that the scale must reach equally far to both sides.</summary>
    public bool IsDiverging { get; }

    /// <summary>The colour of a number; below 0 that of 0, above 1 that of 1.</summary>
    /// <param name="place">0 .. 1; what is not a number counts as 0.</param>
    public Rgb At(double place) => _levels[double.IsNaN(place) ? 0 : (int)(Math.Clamp(place, 0, 1) * (_levels.Length - 1) + 0.5)];

    /// <summary>Dark violet over green to yellow; evenly growing lightness.</summary>
    public static ColorMap Viridis { get; } = new("viridis", false,
        "440154 470d60 48186a 482374 472d7b 453681 424086 3f4989 3b528b 375a8d 33638d 2f6a8e 2c728e 297a8e 26818e 23898e 21908c "
        + "1f988b 1f9f88 21a685 28ae80 31b57b 3ebc74 4cc26c 5dc963 6ece58 82d34c 96d83f abdc32 c0df24 d5e21a eae51a fde725");

    /// <summary>Black over red to pale yellow; evenly growing lightness.</summary>
    public static ColorMap Inferno { get; } = new("inferno", false,
        "000004 040312 0b0724 150b37 210c4a 2e0a5a 3c0965 4a0c6b 57106d 63146e 70196e 7d1e6d 89226a 962766 a32b61 af315c bb3755 "
        + "c63e4d d14644 db4f3b e35932 eb6528 f1711e f67f14 f98d0a fb9c06 fcab0f fbba1f f9ca32 f5d949 f2e865 f3f586 fcffa4");

    /// <summary>A smooth rainbow from dark blue to dark red.</summary>
    public static ColorMap Turbo { get; } = new("turbo", false,
        "30123b 392a73 4040a1 4456c7 466be3 467ff6 4293ff 37a7fa 29bbec 1dcdd8 18dcc3 1ee8b0 31f299 4cf97e 6bfd64 8aff4d a3fd3c "
        + "b8f735 cced34 dee037 edd03a f8c03a fdae35 fe982c fb8022 f56817 ec520f e04009 d23105 c02302 ac1701 950d01 7a0403");

    /// <summary>The rainbow of older figures; it shows steps that are not in the numbers.</summary>
    public static ColorMap Jet { get; } = new("jet", false, "00007f 0000ff 007fff 00ffff 7fff7f ffff00 ff7f00 ff0000 7f0000");

    /// <summary>White to black.</summary>
    public static ColorMap Greys { get; } = new("greys", false, "ffffff 000000");

    /// <summary>Blue for negative, white for zero, red for positive numbers.</summary>
    public static ColorMap BlueWhiteRed { get; } = new("bluewhitered", true, "0b2a6f 2f6fd0 9cc4f2 ffffff f7ad97 db4331 6e0a1e");

    /// <summary>Every colour map.</summary>
    public static IReadOnlyList<ColorMap> All { get; } = [Viridis, Inferno, Turbo, Jet, Greys, BlueWhiteRed];

    /// <summary>A colour map by its name.</summary>
    /// <param name="name">Upper or lower case.</param>
    /// <exception cref="ArgumentException">There is none of that name; the message lists all.</exception>
    public static ColorMap Named(string name) => All.FirstOrDefault(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"no colour map '{name}', expected one of {string.Join(", ", All.Select(m => m.Name))}.", nameof(name));
}
