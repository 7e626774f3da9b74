// The distances between n observations: n(n-1)/2 float64, the upper triangle row by row (SciPy's condensed form).
// Differences are summed, not |a|² + |b|² - 2ab, which cancels for near observations. The cosine distance is half the squared
// distance of the unit vectors, which is never negative and keeps its digits where 1 - cos loses them.

using System.Runtime.Intrinsics;
using Translucent.Tensors;

namespace Translucent.Segment;

/// <summary>Symmetric distances of n items, without the diagonal.</summary>
sealed class DistanceMatrix
{
    /// <summary>n(n-1)/2 must fit an array.</summary>
    public const int MaxCount = 65536;

    const int Block = 16; // rows of one work item: their numbers stay in the second-level cache while all later rows pass by

    readonly double[] _values;

    DistanceMatrix(int count)
    {
        Count = count;
        _values = new double[(long)count * (count - 1) / 2];
    }

    /// <summary>How many items.</summary>
    public int Count { get; }

    /// <summary>The distance of items <paramref name="i"/> and <paramref name="j"/>, which differ.</summary>
    public ref double this[int i, int j] => ref i < j ? ref _values[RowStart(i) + j] : ref _values[RowStart(j) + i];

    /// <summary>The place of (i, 0), so that (i, j) with j above i lies j further on.</summary>
    long RowStart(int i) => (long)i * Count - ((long)i * (i + 3) / 2) - 1;

    /// <summary>The squared euclidean or the cosine distances of the rows of <paramref name="x"/> [n, d], which are finite.</summary>
    public static unsafe DistanceMatrix Between(Tensor x, Metric metric, CancellationToken cancellationToken = default)
    {
        int n = x.Shape[0], d = x.Shape[1];
        double[] scale = Scales(x, metric);
        DistanceMatrix distances = new(n);
        Compute.Default.For((n + Block - 1) / Block, block =>
        {
            if (cancellationToken.IsCancellationRequested) return;
            int first = block * Block, end = Math.Min(first + Block, n);
            double* tile = stackalloc double[8];
            for (int j = first; j < n; j += 2)
                for (int i = first; i < Math.Min(end, j + 1); i += 4)
                {
                    SquaredTile(x.Pointer, scale, n, d, i, j, tile);
                    for (int t = 0; t < 8; t++)
                        distances.Store(i + (t >> 1), j + (t & 1), end, tile[t], metric, scale);
                }
        });
        cancellationToken.ThrowIfCancellationRequested();
        return distances;
    }

    /// <summary>Replaces every squared distance by the distance.</summary>
    public void TakeRoots()
    {
        foreach (ref double value in _values.AsSpan()) value = Math.Sqrt(value);
    }

    void Store(int i, int j, int end, double squared, Metric metric, double[] scale)
    {
        if (i >= j || i >= end || j >= Count) return;
        this[i, j] = metric == Metric.Euclidean ? squared : scale[i] == 0 || scale[j] == 0 ? 1 : squared / 2;
    }

    /// <summary>What each row is multiplied by: 1, or for cosine 1 / norm (0 for a row of zeros).</summary>
    static double[] Scales(Tensor x, Metric metric)
    {
        double[] scale = new double[x.Shape[0]];
        Array.Fill(scale, 1);
        if (metric == Metric.Cosine)
            Compute.Default.For(scale.Length, i =>
            {
                double sum = 0;
                foreach (float value in x.Row(i)) sum += (double)value * value;
                scale[i] = sum == 0 ? 0 : 1 / Math.Sqrt(sum);
            });
        return scale;
    }

    /// <summary>Squared distances of rows i .. i+3 to rows j, j+1, all scaled; rows past the end repeat the last.</summary>
    /// <remarks>Each sum runs over the columns in the same order whichever place its pair has in a tile, and is the same both ways round.</remarks>
    static unsafe void SquaredTile(float* x, double[] scale, int n, int d, int i, int j, double* tile)
    {
        int i1 = Math.Min(i + 1, n - 1), i2 = Math.Min(i + 2, n - 1), i3 = Math.Min(i + 3, n - 1), j1 = Math.Min(j + 1, n - 1);
        float* a0 = x + ((long)i * d), a1 = x + ((long)i1 * d), a2 = x + ((long)i2 * d), a3 = x + ((long)i3 * d);
        float* b0 = x + ((long)j * d), b1 = x + ((long)j1 * d);
        double p0 = scale[i], p1 = scale[i1], p2 = scale[i2], p3 = scale[i3], q0 = scale[j], q1 = scale[j1];
        Vector256<double> s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default, s30 = default, s31 = default;
        int k = 0;
        for (; k <= d - 4; k += 4)
        {
            Vector256<double> u = Widen(b0 + k) * q0, v = Widen(b1 + k) * q1;
            Vector256<double> a = Widen(a0 + k) * p0;
            s00 = AddSquare(a - u, s00);
            s01 = AddSquare(a - v, s01);
            a = Widen(a1 + k) * p1;
            s10 = AddSquare(a - u, s10);
            s11 = AddSquare(a - v, s11);
            a = Widen(a2 + k) * p2;
            s20 = AddSquare(a - u, s20);
            s21 = AddSquare(a - v, s21);
            a = Widen(a3 + k) * p3;
            s30 = AddSquare(a - u, s30);
            s31 = AddSquare(a - v, s31);
        }
        tile[0] = Vector256.Sum(s00) + Tail(a0, p0, b0, q0, k, d);
        tile[1] = Vector256.Sum(s01) + Tail(a0, p0, b1, q1, k, d);
        tile[2] = Vector256.Sum(s10) + Tail(a1, p1, b0, q0, k, d);
        tile[3] = Vector256.Sum(s11) + Tail(a1, p1, b1, q1, k, d);
        tile[4] = Vector256.Sum(s20) + Tail(a2, p2, b0, q0, k, d);
        tile[5] = Vector256.Sum(s21) + Tail(a2, p2, b1, q1, k, d);
        tile[6] = Vector256.Sum(s30) + Tail(a3, p3, b0, q0, k, d);
        tile[7] = Vector256.Sum(s31) + Tail(a3, p3, b1, q1, k, d);
    }

    static unsafe Vector256<double> Widen(float* from) => Vector256.WidenLower(Vector128.Load(from).ToVector256Unsafe());

    static Vector256<double> AddSquare(Vector256<double> difference, Vector256<double> sum) => Vector256.FusedMultiplyAdd(difference, difference, sum);

    static unsafe double Tail(float* a, double p, float* b, double q, int from, int to)
    {
        double sum = 0;
        for (int k = from; k < to; k++)
        {
            double difference = (a[k] * p) - (b[k] * q);
            sum += difference * difference;
        }
        return sum;
    }
}
