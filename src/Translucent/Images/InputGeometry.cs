// Where the model's input lies on the photograph, so that maps over the input can be laid over the photograph.

using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Images;

/// <summary>A rectangle of the photograph that became the model's input; it reaches beyond the photograph where the input was padded.</summary>
/// <param name="PhotoWidth">Pixels per row of the photograph.</param>
/// <param name="PhotoHeight">Rows of the photograph.</param>
/// <param name="InputWidth">Pixels per row of the input.</param>
/// <param name="InputHeight">Rows of the input.</param>
/// <param name="Left">Left edge in the photograph's pixels.</param>
/// <param name="Top">Top edge.</param>
/// <param name="Right">Right edge.</param>
/// <param name="Bottom">Bottom edge.</param>
/// <remarks>Coordinates count from the upper left corner; the first pixel covers 0 .. 1.</remarks>
public sealed record InputGeometry(
    int PhotoWidth, int PhotoHeight, int InputWidth, int InputHeight, double Left, double Top, double Right, double Bottom)
{
    /// <summary>A point of the input on the photograph.</summary>
    /// <param name="x">In pixels of the input, from its left edge.</param>
    /// <param name="y">In pixels of the input, from its upper edge.</param>
    public (double X, double Y) ToPhoto(double x, double y) =>
        (Left + x * (Right - Left) / InputWidth, Top + y * (Bottom - Top) / InputHeight);

    /// <summary>A point of the photograph on the input; outside 0 .. size where the model does not see it.</summary>
    /// <param name="x">In pixels of the photograph, from its left edge.</param>
    /// <param name="y">In pixels of the photograph, from its upper edge.</param>
    public (double X, double Y) ToInput(double x, double y) =>
        ((x - Left) * InputWidth / (Right - Left), (y - Top) * InputHeight / (Bottom - Top));

    /// <summary>The part of the input that whole patches cover; models ignore the pixels beyond it.</summary>
    /// <param name="patch">Side of a patch in the input's pixels.</param>
    public InputGeometry Covered(int patch)
    {
        (int width, int height) = (InputWidth / patch * patch, InputHeight / patch * patch);
        if (patch < 1 || width == 0 || height == 0)
            throw new TranslucentException($"patch: {patch}, expected 1 to {Math.Min(InputWidth, InputHeight)}, the shorter side of the model's input.");
        (double right, double bottom) = ToPhoto(width, height);
        return this with { InputWidth = width, InputHeight = height, Right = right, Bottom = bottom };
    }

    /// <summary>The same for a photograph that was resized for display.</summary>
    /// <param name="photoWidth">Pixels per row of the resized one.</param>
    /// <param name="photoHeight">Its rows.</param>
    public InputGeometry Scaled(int photoWidth, int photoHeight)
    {
        (double x, double y) = ((double)photoWidth / PhotoWidth, (double)photoHeight / PhotoHeight);
        return new InputGeometry(photoWidth, photoHeight, InputWidth, InputHeight, Left * x, Top * y, Right * x, Bottom * y);
    }

    /// <summary>A cell of a grid that divides the input evenly, such as a patch, in the photograph's pixels.</summary>
    /// <param name="row">From 0 at the top.</param>
    /// <param name="column">From 0 at the left.</param>
    /// <param name="rows">Rows of the grid.</param>
    /// <param name="columns">Columns of the grid.</param>
    public (double Left, double Top, double Right, double Bottom) Cell(int row, int column, int rows, int columns)
    {
        (double left, double top) = ToPhoto((double)column * InputWidth / columns, (double)row * InputHeight / rows);
        (double right, double bottom) = ToPhoto((column + 1.0) * InputWidth / columns, (row + 1.0) * InputHeight / rows);
        return (left, top, right, bottom);
    }

    /// <summary>Lays maps over the whole photograph.</summary>
    /// <param name="maps">[.., h, w]: maps of any resolution over the input.</param>
    /// <param name="filter">Nearest, bilinear or bicubic.</param>
    /// <returns>[.., PhotoHeight, PhotoWidth]; NaN where the model does not see the photograph.</returns>
    public Tensor Lay(Tensor maps, Resampling filter = Resampling.Bilinear)
    {
        if (maps.Shape.Length < 2 || maps.Length == 0)
            throw new ArgumentException($"maps: {maps}, expected [.., height, width] with numbers in it.", nameof(maps));
        (Taps down, Taps across) = Over(maps.Shape[^2], maps.Shape[^1], filter);
        Tensor laid = Interpolate.Maps(maps, down, across);
        (int left, int right) = Seen(Left, Right, PhotoWidth);
        (int top, int bottom) = Seen(Top, Bottom, PhotoHeight);
        for (int row = 0; row < laid.Rows; row++)
        {
            Span<float> line = laid.Row(row);
            int y = row % PhotoHeight;
            if (y < top || y >= bottom) line.Fill(float.NaN);
            line[..left].Fill(float.NaN);
            line[right..].Fill(float.NaN);
        }
        return laid;
    }

    /// <summary>Lays a map of labels over the whole photograph, each pixel taking the label whose cell it lies in.</summary>
    /// <param name="labels">[h · w], row by row.</param>
    /// <param name="size">Rows h and columns w.</param>
    /// <returns>[PhotoHeight · PhotoWidth]; -1 where the model does not see the photograph.</returns>
    public int[] Lay(ReadOnlySpan<int> labels, (int Height, int Width) size)
    {
        if (size.Height < 1 || size.Width < 1 || labels.Length != size.Height * size.Width)
            throw new ArgumentException($"labels: {labels.Length}, expected {size.Height} x {size.Width}.", nameof(labels));
        (Taps down, Taps across) = Over(size.Height, size.Width, Resampling.Nearest);
        (int left, int right) = Seen(Left, Right, PhotoWidth);
        (int top, int bottom) = Seen(Top, Bottom, PhotoHeight);
        int[] laid = new int[PhotoHeight * PhotoWidth];
        for (int y = 0, at = 0; y < PhotoHeight; y++)
            for (int x = 0; x < PhotoWidth; x++, at++)
                laid[at] = y < top || y >= bottom || x < left || x >= right ? -1 : labels[down.First[y] * size.Width + across.First[x]];
        return laid;
    }

    (Taps Down, Taps Across) Over(int height, int width, Resampling filter) =>
        (Axis(height, PhotoHeight, filter, Top, Bottom), Axis(width, PhotoWidth, filter, Left, Right));

    static Taps Axis(int cells, int pixels, Resampling filter, double first, double end) =>
        Taps.Interpolated(cells, pixels, filter, -first / (end - first) * cells, (pixels - first) / (end - first) * cells);

    // The pixels whose centres lie between two edges.
    static (int First, int End) Seen(double first, double end, int pixels) =>
        (Math.Clamp((int)Math.Ceiling(first - 0.5), 0, pixels), Math.Clamp((int)Math.Ceiling(end - 0.5), 0, pixels));
}
