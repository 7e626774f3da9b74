// Resizes real-valued maps as PyTorch's F.interpolate(align_corners=False) does (aten/src/ATen/native/UpSample.h):
// without antialiasing bicubic has a = -0.75 and repeats the border; with it filters widen when shrinking and a = -0.5.

using Translucent.Tensors;

namespace Translucent.Images;

/// <summary>Resizing of maps and of position embeddings, summed in float64.</summary>
static class Interpolate
{
    /// <summary>Resizes each map of a stack.</summary>
    /// <param name="maps">[.., h, w].</param>
    /// <param name="height">Rows of each result.</param>
    /// <param name="width">Columns of each result.</param>
    /// <param name="filter">Nearest, bilinear or bicubic.</param>
    /// <param name="antialias">Whether filters widen when shrinking (bilinear and bicubic).</param>
    /// <returns>[.., height, width].</returns>
    /// <exception cref="ArgumentException">The maps have fewer than two axes or no numbers, or the filter does not interpolate.</exception>
    public static Tensor Maps(Tensor maps, int height, int width, Resampling filter = Resampling.Bilinear, bool antialias = false)
    {
        (int h, int w) = Size(maps);
        return Maps(maps, Weights(h, height, filter, antialias), Weights(w, width, filter, antialias));
    }

    /// <summary>Resizes a grid of vectors, such as position embeddings without their class token.</summary>
    /// <param name="rows">[h · w, C]: the vectors of the grid, row by row.</param>
    /// <param name="from">Rows h and columns w of the grid.</param>
    /// <param name="to">Rows H and columns W of the result.</param>
    /// <param name="filter">How numbers between the given ones are made.</param>
    /// <param name="antialias">Whether filters widen when shrinking.</param>
    /// <returns>[H · W, C].</returns>
    /// <inheritdoc cref="Maps(Tensor, int, int, Resampling, bool)"/>
    public static Tensor Grid(
        Tensor rows, (int Height, int Width) from, (int Height, int Width) to, Resampling filter = Resampling.Bicubic, bool antialias = false)
    {
        double[] precise = PreciseGrid(rows, from, to, filter, antialias);
        Tensor result = new(to.Height * to.Width, rows.Width);
        TensorPrimitives.ConvertTruncating<double, float>(precise, result.Span);
        return result;
    }

    /// <summary>As above, with the results in float64, as they were summed; only the corner at the top left where one is given.</summary>
    internal static double[] PreciseGrid(
        Tensor rows, (int Height, int Width) from, (int Height, int Width) to, Resampling filter, bool antialias, (int Height, int Width)? corner = null)
    {
        if (rows.Shape.Length != 2 || from.Height < 1 || from.Width < 1 || rows.Rows != from.Height * from.Width)
            throw new ArgumentException($"rows: {rows}, expected [{from.Height} x {from.Width}, width].", nameof(rows));
        Taps down = Weights(from.Height, to.Height, filter, antialias), across = Weights(from.Width, to.Width, filter, antialias);
        int channels = rows.Width, band = from.Width * channels;
        (int height, int width) = corner ?? to;
        double[] source = Widen(rows.Span), line = new double[band], result = new double[checked(height * width * channels)];
        for (int y = 0, at = 0; y < height; y++)
        {
            Sum(source, band, down, y, line);
            for (int x = 0; x < width; x++, at += channels) Sum(line, channels, across, x, result.AsSpan(at, channels));
        }
        return result;
    }

    /// <summary>Resizes a map of labels, each pixel taking the label whose cell it lies in.</summary>
    /// <param name="labels">[h · w], row by row.</param>
    /// <param name="from">Rows h and columns w.</param>
    /// <param name="to">Rows H and columns W of the result.</param>
    /// <returns>[H · W].</returns>
    public static int[] Labels(ReadOnlySpan<int> labels, (int Height, int Width) from, (int Height, int Width) to)
    {
        if (from.Height < 1 || from.Width < 1 || labels.Length != from.Height * from.Width)
            throw new ArgumentException($"labels: {labels.Length}, expected {from.Height} x {from.Width}.", nameof(labels));
        Taps down = Weights(from.Height, to.Height, Resampling.Nearest, false), across = Weights(from.Width, to.Width, Resampling.Nearest, false);
        int[] result = new int[to.Height * to.Width];
        for (int y = 0, at = 0; y < to.Height; y++)
            for (int x = 0; x < to.Width; x++, at++) result[at] = labels[down.First[y] * from.Width + across.First[x]];
        return result;
    }

    /// <summary>Each map of [.., h, w] through the given weights of rows and of columns.</summary>
    internal static Tensor Maps(Tensor maps, Taps down, Taps across)
    {
        (int h, int w) = Size(maps);
        (int height, int width) = (down.First.Length, across.First.Length);
        Tensor result = new([.. maps.Shape[..^2], height, width]);
        Compute.Default.For(maps.Length / (h * w), k =>
        {
            ReadOnlySpan<float> map = maps.Span.Slice(k * h * w, h * w);
            double[] wide = new double[h * width], line = new double[width]; // wide: [h, width]
            for (int y = 0; y < h; y++)
                for (int x = 0; x < width; x++)
                {
                    ReadOnlySpan<double> weights = across[x];
                    ReadOnlySpan<float> taps = map.Slice(y * w + across.First[x], weights.Length);
                    double sum = 0;
                    for (int i = 0; i < weights.Length; i++) sum += weights[i] * taps[i];
                    wide[y * width + x] = sum;
                }
            for (int y = 0; y < height; y++)
            {
                Sum(wide, width, down, y, line);
                TensorPrimitives.ConvertTruncating<double, float>(line, result.Row(k * height + y));
            }
        });
        return result;
    }

    // The weighted sum of neighbouring rows of source [.., width] that makes one output.
    static void Sum(ReadOnlySpan<double> source, int width, Taps taps, int output, Span<double> into)
    {
        into.Clear();
        ReadOnlySpan<double> weights = taps[output];
        for (int i = 0; i < weights.Length; i++)
            TensorPrimitives.MultiplyAdd(source.Slice((taps.First[output] + i) * width, width), weights[i], into, into);
    }

    static Taps Weights(int inputs, int outputs, Resampling filter, bool antialias)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        return antialias && filter != Resampling.Nearest ? Taps.Antialiased(inputs, outputs, filter) : Taps.Interpolated(inputs, outputs, filter);
    }

    static (int Height, int Width) Size(Tensor maps)
    {
        if (maps.Shape.Length < 2 || maps.Length == 0)
            throw new ArgumentException($"maps: {maps}, expected [.., height, width] with numbers in it.", nameof(maps));
        return (maps.Shape[^2], maps.Shape[^1]);
    }

    static double[] Widen(ReadOnlySpan<float> values)
    {
        double[] wide = new double[values.Length];
        TensorPrimitives.ConvertTruncating<float, double>(values, wide);
        return wide;
    }
}
