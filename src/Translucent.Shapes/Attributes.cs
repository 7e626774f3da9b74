// What objects and backgrounds can be. The order of the names is part of the data format: label maps and seeds depend on it.

namespace Translucent.Shapes;

/// <summary>What an object is; its COCO category and its value in label maps is 1 + this number (0 is background).</summary>
public enum ShapeKind
{
    /// <summary>A filled circle.</summary>
    Disc,

    /// <summary>Four equal sides.</summary>
    Square,

    /// <summary>Three equal sides.</summary>
    Triangle,

    /// <summary>Five points.</summary>
    Star,

    /// <summary>A disc with a round hole.</summary>
    Ring,

    /// <summary>Two bars, one across the other.</summary>
    Cross,

    /// <summary>Two lobes and a point.</summary>
    Heart,

    /// <summary>A disc without a smaller disc.</summary>
    Crescent,
}

/// <summary>The colour an object is painted in.</summary>
public enum ShapeColour
{
    /// <summary>Red.</summary>
    Red,

    /// <summary>Between red and yellow.</summary>
    Orange,

    /// <summary>Yellow.</summary>
    Yellow,

    /// <summary>Green.</summary>
    Green,

    /// <summary>Between green and blue.</summary>
    Cyan,

    /// <summary>Blue.</summary>
    Blue,

    /// <summary>Between blue and red, dark.</summary>
    Purple,

    /// <summary>Red mixed with white.</summary>
    Pink,
}

/// <summary>The pattern on an object: its colour with a dark or light neutral one, or for <see cref="Gradient"/> with its own shade.</summary>
public enum Surface
{
    /// <summary>One colour.</summary>
    Plain,

    /// <summary>Bars of two colours.</summary>
    Striped,

    /// <summary>Dots of the second colour.</summary>
    Dotted,

    /// <summary>A chessboard of two colours.</summary>
    Checked,

    /// <summary>From the colour to a shade of it.</summary>
    Gradient,
}

/// <summary>The texture behind the objects.</summary>
public enum Backdrop
{
    /// <summary>Smooth noise.</summary>
    Noise,

    /// <summary>From one colour to another.</summary>
    Gradient,

    /// <summary>Rows of bricks with joints.</summary>
    Bricks,

    /// <summary>Sine waves.</summary>
    Waves,
}

/// <summary>Names and colours of the attributes.</summary>
static class Attributes
{
    public static readonly ShapeKind[] Kinds = Enum.GetValues<ShapeKind>();
    public static readonly ShapeColour[] Colours = Enum.GetValues<ShapeColour>();
    public static readonly Surface[] Surfaces = Enum.GetValues<Surface>();
    public static readonly Backdrop[] Backdrops = Enum.GetValues<Backdrop>();

    static readonly string[] s_kinds = Names(Kinds), s_colours = Names(Colours), s_surfaces = Names(Surfaces), s_backdrops = Names(Backdrops);

    public static string Name(this ShapeKind kind) => s_kinds[(int)kind];
    public static string Name(this ShapeColour colour) => s_colours[(int)colour];
    public static string Name(this Surface surface) => s_surfaces[(int)surface];
    public static string Name(this Backdrop backdrop) => s_backdrops[(int)backdrop];

    public static string Plural(this ShapeKind kind) => kind == ShapeKind.Cross ? "crosses" : kind.Name() + "s";

    /// <summary>sRGB, 0 .. 255.</summary>
    public static (float R, float G, float B) Paint(this ShapeColour colour) => colour switch
    {
        ShapeColour.Red => (212, 38, 44),
        ShapeColour.Orange => (244, 128, 26),
        ShapeColour.Yellow => (246, 214, 44),
        ShapeColour.Green => (52, 158, 62),
        ShapeColour.Cyan => (58, 204, 214),
        ShapeColour.Blue => (38, 82, 204),
        ShapeColour.Purple => (122, 52, 168),
        _ => (250, 146, 190),
    };

    static string[] Names<T>(T[] values) where T : struct, Enum => [.. values.Select(v => v.ToString().ToLowerInvariant())];
}
