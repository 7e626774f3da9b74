// One object of a scene: how it was drawn, and what can be seen of it.

using Translucent.Evaluate.DataSets;

namespace Translucent.Shapes;

/// <summary>An object of a scene. Lengths are in pixels, x to the right and y down from the image's upper left corner.</summary>
public sealed class SceneObject
{
    /// <summary>What it is.</summary>
    public required ShapeKind Kind { get; init; }

    /// <summary>Its colour.</summary>
    public required ShapeColour Colour { get; init; }

    /// <summary>Its pattern.</summary>
    public required Surface Surface { get; init; }

    /// <summary>Whether the pattern's second colour is dark; light otherwise.</summary>
    public required bool DarkPattern { get; init; }

    /// <summary>The direction of the pattern against the object, 0 .. 179 degrees.</summary>
    public required int PatternAngle { get; init; }

    /// <summary>The centre, in hundredths of a pixel; it can lie outside the image.</summary>
    public required double X { get; init; }

    /// <summary>The centre.</summary>
    public required double Y { get; init; }

    /// <summary>The diameter; outlines of the kinds lie between 0.7 and 1.12 half sizes from the centre where they are convex.</summary>
    public required double Size { get; init; }

    /// <summary>Clockwise rotation, 0 .. 359 degrees.</summary>
    public required int Angle { get; init; }

    /// <summary>How much lighter or darker than its named colour it is painted; 1 is as named.</summary>
    public required double Shade { get; init; }

    /// <summary>The pixels that show it: those whose centre it covers with nothing in front.</summary>
    public Rle Visible { get; internal set; } = null!;

    /// <summary>The pixels that would show it with nothing in front.</summary>
    public Rle Full { get; internal set; } = null!;

    /// <summary>The smallest box around <see cref="Visible"/>.</summary>
    public Box Box { get; internal set; }

    /// <summary>Pixels of <see cref="Visible"/>.</summary>
    public int Area { get; internal set; }

    /// <summary>Pixels that it would have with nothing in front in a larger image: those outside the image count.</summary>
    public int WholeArea { get; internal set; }

    /// <summary>The mean place of the visible pixels' centres.</summary>
    internal double CentroidX { get; set; }

    internal double CentroidY { get; set; }

    /// <summary>The visible share of the object, 0 .. 1.</summary>
    public double Visibility => (double)Area / WholeArea;
}
