// The mask of a map on a grid, as the public evaluation of "Generic Attention-model Explainability" (Chefer, Gur, Wolf 2021) makes it for
// DETR: Otsu's threshold times a factor on the grid, the grid of 0 and 1 resized to the network's input, the result to the photograph.

namespace Translucent.Segment;

/// <summary>Which pixels between two cells of the grid belong to the mask.</summary>
public enum MaskEdge
{
    /// <summary>Those that any foreground cell has a share in: regions grow by up to a cell. What the public evaluation does.</summary>
    Any,

    /// <summary>Those of which foreground cells have more than half.</summary>
    Half,
}

/// <summary>Masks of maps.</summary>
public static class MapMask
{
    /// <summary>The factor at which the paper's methods separate best: 0.3 of Otsu's threshold.</summary>
    public const double PaperFactor = 0.3;

    /// <summary>The cells whose level is above a share of Otsu's threshold.</summary>
    /// <param name="map">Any number of cells.</param>
    /// <param name="factor">Which share of the threshold, from 0.</param>
    /// <returns>[cells]: true in the foreground; a constant map has none.</returns>
    /// <exception cref="ArgumentException">No numbers, or one that is not finite.</exception>
    public static bool[] Foreground(ReadOnlySpan<float> map, double factor = 1)
    {
        if (!(factor >= 0)) throw new ArgumentOutOfRangeException(nameof(factor), factor, "factor: expected a number from 0.");
        byte[] levels = OtsuThreshold.Levels(map);
        double cut = factor * OtsuThreshold.Of(levels);
        return Array.ConvertAll(levels, level => level > cut);
    }

    /// <summary>The mask of a map at the size of a photograph.</summary>
    /// <param name="map">[rows · columns], row by row.</param>
    /// <param name="rows">Of the grid.</param>
    /// <param name="columns">Of the grid.</param>
    /// <param name="input">Height and width of the network's input, which the grid covers.</param>
    /// <param name="photo">Height and width of the mask; those of the input where null.</param>
    /// <param name="factor">Which share of Otsu's threshold a cell has to pass: 1, or <see cref="PaperFactor"/>.</param>
    /// <param name="edge">What becomes of pixels between cells.</param>
    /// <returns>[height · width], row by row.</returns>
    /// <exception cref="ArgumentException">The map has another number of cells, or a number that is not finite; a size below 1.</exception>
    public static bool[] Of(ReadOnlySpan<float> map, int rows, int columns, (int Height, int Width) input, (int Height, int Width)? photo = null,
        double factor = 1, MaskEdge edge = MaskEdge.Any)
    {
        if (rows < 1 || columns < 1 || map.Length != (long)rows * columns)
            throw new ArgumentException($"map: {map.Length} cells, expected {rows} x {columns}.", nameof(map));
        bool[] mask = Resize(Foreground(map, factor), rows, columns, input, edge);
        return photo is { } size && size != input ? Nearest(mask, input, size) : mask;
    }

    /// <summary>Bilinear interpolation of a grid of 0 and 1 with half-pixel centres, in whole numbers, so that a weight of zero is zero.</summary>
    static bool[] Resize(bool[] grid, int rows, int columns, (int Height, int Width) size, MaskEdge edge)
    {
        Step[] down = Steps(rows, size.Height), across = Steps(columns, size.Width);
        bool[] mask = new bool[size.Height * size.Width];
        long whole = 4L * size.Height * size.Width; // the four weights of a pixel sum to this
        for (int y = 0, at = 0; y < size.Height; y++)
        {
            Step v = down[y];
            int upper = v.First * columns, lower = v.Second * columns;
            for (int x = 0; x < size.Width; x++, at++)
            {
                Step h = across[x];
                long left = (grid[upper + h.First] ? v.Near : 0) + (grid[lower + h.First] ? v.Far : 0);
                long right = (grid[upper + h.Second] ? v.Near : 0) + (grid[lower + h.Second] ? v.Far : 0);
                long value = left * h.Near + right * h.Far;
                mask[at] = edge == MaskEdge.Any ? value > 0 : 2 * value > whole;
            }
        }
        return mask;
    }

    /// <summary>The two cells around a pixel and their weights, which sum to twice the number of pixels.</summary>
    readonly record struct Step(int First, int Second, long Near, long Far);

    static Step[] Steps(int cells, int pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pixels, 1);
        Step[] steps = new Step[pixels];
        for (int i = 0; i < pixels; i++)
        {
            long position = Math.Max((2L * i + 1) * cells - pixels, 0); // in units of 1 / (2 · pixels) of a cell
            (long first, long far) = Math.DivRem(position, 2L * pixels);
            steps[i] = new Step((int)first, (int)Math.Min(first + 1, cells - 1), 2L * pixels - far, far);
        }
        return steps;
    }

    /// <summary>Pixel floor(i · from / to).</summary>
    static bool[] Nearest(bool[] mask, (int Height, int Width) from, (int Height, int Width) to)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Math.Min(to.Height, to.Width), 1, "photo");
        bool[] resized = new bool[to.Height * to.Width];
        for (int y = 0, at = 0; y < to.Height; y++)
        {
            int row = (int)((long)y * from.Height / to.Height) * from.Width;
            for (int x = 0; x < to.Width; x++) resized[at++] = mask[row + (int)((long)x * from.Width / to.Width)];
        }
        return resized;
    }
}
