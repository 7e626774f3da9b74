// Noisy linear imputation (Rong et al. 2022, ROAD, arXiv:2202.00449, section 4): a removed pixel is the weighted mean of its eight neighbours, 1/6 for those
// beside it and 1/12 for those at its corners, over those that the image has; all such equations together are one sparse linear system. Noise is added.

using Translucent.Tensors;

namespace Translucent.Evaluate.Perturb;

/// <summary>Fills what was removed from an image.</summary>
static class LinearImputation
{
    /// <summary>Deviation of the noise, in the units of the image, as the public code has it.</summary>
    public const double Noise = 0.01;

    const double Enough = 1e-5; // residual as a share of the right-hand side

    static readonly (int Y, int X, double Weight)[] s_neighbours =
        [(-1, -1, 1 / 12.0), (-1, 0, 1 / 6.0), (-1, 1, 1 / 12.0), (0, -1, 1 / 6.0), (0, 1, 1 / 6.0), (1, -1, 1 / 12.0), (1, 0, 1 / 6.0), (1, 1, 1 / 12.0)];

    /// <summary>Fills the removed pixels of an image; where all are removed they become zero. One thread.</summary>
    /// <param name="image">[channels · height · width], changed in place.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="removed">[height · width].</param>
    /// <param name="noise">Deviation of the noise; 0 for none.</param>
    /// <param name="seed">Of the noise.</param>
    public static void Fill(Span<float> image, int height, int width, bool[] removed, double noise, ulong seed)
    {
        int[] places = [.. Enumerable.Range(0, removed.Length).Where(i => removed[i])];
        if (places.Length == 0) return;
        System system = new(places, removed, height, width);
        SplitMix random = new(seed);
        for (int c = 0; c * height * width < image.Length; c++)
        {
            Span<float> plane = image.Slice(c * height * width, height * width);
            double[] x = places.Length == removed.Length ? new double[places.Length] : system.Solve(plane, Guess(plane, removed, height, width));
            for (int i = 0; i < places.Length; i++) plane[places[i]] = (float)(x[i] + (noise > 0 ? noise * random.Normal() : 0));
        }
    }

    /// <summary>A first guess from coarser images: each pixel of a coarser one is the mean of those of its four that are known.</summary>
    static float[] Guess(ReadOnlySpan<float> plane, bool[] removed, int height, int width)
    {
        float[] guess = plane.ToArray();
        if (!removed.Contains(true)) return guess;
        (int h, int w) = ((height + 1) / 2, (width + 1) / 2);
        float[] coarse = new float[h * w];
        bool[] unknown = new bool[h * w];
        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++)
            {
                (double sum, int count) = (0, 0);
                for (int i = 0; i < 4; i++)
                {
                    (int row, int column) = (2 * y + i / 2, 2 * x + i % 2);
                    if (row >= height || column >= width || removed[row * width + column]) continue;
                    (sum, count) = (sum + plane[row * width + column], count + 1);
                }
                unknown[y * w + x] = count == 0;
                coarse[y * w + x] = count == 0 ? 0 : (float)(sum / count);
            }
        coarse = Guess(coarse, unknown, h, w);
        for (int i = 0; i < guess.Length; i++)
            if (removed[i]) guess[i] = coarse[i / width / 2 * w + i % width / 2];
        return guess;
    }

    /// <summary>The equations: for every removed pixel, Σ_j w_j (x_i − x_j) = 0 over its neighbours, symmetric and positive definite.</summary>
    sealed class System
    {
        readonly int[] _places, _neighbours; // 8 of each unknown: its number, or -2 - place where the pixel is known, or -1 beyond the edge
        readonly double[] _diagonal;

        public System(int[] places, bool[] removed, int height, int width)
        {
            (_places, _neighbours, _diagonal) = (places, new int[8 * places.Length], new double[places.Length]);
            int[] numbers = new int[removed.Length];
            for (int i = 0; i < places.Length; i++) numbers[places[i]] = i;
            for (int i = 0; i < places.Length; i++)
                for (int n = 0; n < 8; n++)
                {
                    (int y, int x) = (places[i] / width + s_neighbours[n].Y, places[i] % width + s_neighbours[n].X);
                    bool inside = y >= 0 && x >= 0 && y < height && x < width;
                    int at = y * width + x;
                    _neighbours[8 * i + n] = !inside ? -1 : removed[at] ? numbers[at] : -2 - at;
                    if (inside) _diagonal[i] += s_neighbours[n].Weight;
                }
        }

        /// <summary>Conjugate gradients (Hestenes and Stiefel 1952) with the diagonal as preconditioner.</summary>
        public double[] Solve(ReadOnlySpan<float> known, float[] guess)
        {
            int n = _places.Length;
            double[] x = new double[n], b = new double[n], r = new double[n], z = new double[n], p = new double[n], q = new double[n];
            for (int i = 0; i < n; i++)
            {
                x[i] = guess[_places[i]];
                for (int k = 0; k < 8; k++)
                    if (_neighbours[8 * i + k] is <= -2 and int place) b[i] += s_neighbours[k].Weight * known[-2 - place];
            }
            Apply(x, q);
            for (int i = 0; i < n; i++) (r[i], z[i]) = (b[i] - q[i], (b[i] - q[i]) / _diagonal[i]);
            z.CopyTo(p, 0);
            double rz = TensorPrimitives.Dot<double>(r, z), limit = Enough * Math.Max(1e-12, TensorPrimitives.Norm<double>(b));
            for (int step = 0; step < 4 * n && TensorPrimitives.Norm<double>(r) > limit; step++)
            {
                Apply(p, q);
                double alpha = rz / TensorPrimitives.Dot<double>(p, q);
                TensorPrimitives.MultiplyAdd(p, alpha, x, x);
                TensorPrimitives.MultiplyAdd(q, -alpha, r, r);
                TensorPrimitives.Divide<double>(r, _diagonal, z);
                double next = TensorPrimitives.Dot<double>(r, z);
                TensorPrimitives.MultiplyAdd(p, next / rz, z, p);
                rz = next;
            }
            return x;
        }

        void Apply(double[] x, double[] into)
        {
            for (int i = 0; i < into.Length; i++)
            {
                double sum = _diagonal[i] * x[i];
                for (int k = 0; k < 8; k++)
                    if (_neighbours[8 * i + k] is >= 0 and int j) sum -= s_neighbours[k].Weight * x[j];
                into[i] = sum;
            }
        }
    }
}
