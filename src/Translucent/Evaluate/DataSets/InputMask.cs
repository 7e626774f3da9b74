// A mask of a photograph as the model's input shows it: each pixel of the input takes the pixel of the photograph in which its centre lies.

using Translucent.Images;

namespace Translucent.Evaluate.DataSets;

/// <summary>Brings masks onto the input.</summary>
static class InputMask
{
    /// <summary>The mask on the input, [InputHeight · InputWidth]: 1 object, 0 background, -1 where the input shows nothing of the photograph.</summary>
    /// <param name="mask">[PhotoHeight · PhotoWidth].</param>
    /// <param name="geometry">Where the input lies on the photograph.</param>
    /// <exception cref="ArgumentException">The mask is not of this photograph.</exception>
    public static sbyte[] Of(bool[] mask, InputGeometry geometry)
    {
        if (mask.Length != geometry.PhotoWidth * geometry.PhotoHeight)
            throw new ArgumentException($"mask: {mask.Length} pixels, expected {geometry.PhotoWidth} x {geometry.PhotoHeight}.", nameof(mask));
        sbyte[] input = new sbyte[geometry.InputHeight * geometry.InputWidth];
        for (int y = 0, at = 0; y < geometry.InputHeight; y++)
            for (int x = 0; x < geometry.InputWidth; x++, at++)
            {
                (double px, double py) = geometry.ToPhoto(x + 0.5, y + 0.5);
                (int column, int row) = ((int)Math.Floor(px), (int)Math.Floor(py));
                input[at] = column < 0 || row < 0 || column >= geometry.PhotoWidth || row >= geometry.PhotoHeight ? (sbyte)-1
                    : mask[row * geometry.PhotoWidth + column] ? (sbyte)1 : (sbyte)0;
            }
        return input;
    }

    /// <summary>The share of every patch that is object, [n], of pixels that count; 0 where none does.</summary>
    /// <param name="input">As <see cref="Of"/> makes it.</param>
    /// <param name="rows">Rows of patches.</param>
    /// <param name="columns">Columns of patches.</param>
    /// <param name="patch">Side of a patch; the input is rows · patch high.</param>
    public static double[] Shares(sbyte[] input, int rows, int columns, int patch)
    {
        double[] shares = new double[rows * columns];
        for (int i = 0; i < shares.Length; i++)
        {
            (int on, int all) = (0, 0);
            for (int p = 0; p < patch * patch; p++)
            {
                sbyte v = input[(i / columns * patch + p / patch) * columns * patch + i % columns * patch + p % patch];
                if (v > 0) on++;
                if (v >= 0) all++;
            }
            shares[i] = all == 0 ? 0 : (double)on / all;
        }
        return shares;
    }
}
