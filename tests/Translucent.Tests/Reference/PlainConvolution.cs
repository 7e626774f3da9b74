using Translucent.Tensors;

namespace Translucent.Tests.Reference;

/// <summary>Convolutions and pools of images [B, H, W, C] by their definition, in float64.</summary>
static class PlainConvolution
{
    /// <summary>Filter [O, kernel·kernel·C]; x is the image, and a shortcut if there are two.</summary>
    public static double[] Of(double[][] x, Tensor filter, Tensor bias, int[] shape, int kernel, int stride, int padding, bool relu)
    {
        (int height, int width, int channels) = (shape[1], shape[2], shape[3]);
        int down = (height + 2 * padding - kernel) / stride + 1, across = (width + 2 * padding - kernel) / stride + 1, outs = filter.Rows;
        double[] y = new double[shape[0] * down * across * outs];
        for (int i = 0; i < y.Length; i++)
        {
            int o = i % outs, column = i / outs % across, line = i / outs / across % down, image = i / outs / across / down;
            double sum = bias.Span[o] + (x.Length > 1 ? x[1][i] : 0);
            for (int a = 0; a < kernel; a++)
                for (int b = 0; b < kernel; b++)
                    for (int c = 0; c < channels; c++)
                    {
                        int h = line * stride - padding + a, w = column * stride - padding + b;
                        if (h >= 0 && h < height && w >= 0 && w < width)
                            sum += x[0][((image * height + h) * width + w) * channels + c] * filter.Row(o)[(a * kernel + b) * channels + c];
                    }
            y[i] = relu ? Math.Max(sum, 0) : sum;
        }
        return y;
    }

    /// <summary>The largest of every window.</summary>
    public static double[] Largest(double[] x, int images, int height, int width, int channels, int kernel, int stride, int padding)
    {
        int down = (height + 2 * padding - kernel) / stride + 1, across = (width + 2 * padding - kernel) / stride + 1;
        return [.. Enumerable.Range(0, images * down * across * channels).Select(i =>
            (from a in Enumerable.Range(0, kernel)
             from b in Enumerable.Range(0, kernel)
             let h = i / channels / across % down * stride - padding + a
             let w = i / channels % across * stride - padding + b
             where h >= 0 && h < height && w >= 0 && w < width
             select x[((i / channels / across / down * height + h) * width + w) * channels + i % channels]).Max())];
    }
}
