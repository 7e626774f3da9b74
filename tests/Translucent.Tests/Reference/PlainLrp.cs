namespace Translucent.Tests.Reference;

/// <summary>The rules of VISION_METHODS section 4 written out a second time, number by number, on jagged matrices.</summary>
static class PlainLrp
{
    public static double Ratio(double r, double y) => y == 0 ? 0 : y + 1e-9 == 0 ? r / 1e-9 : r / (y + 1e-9);

    /// <summary>R_x[i, a] = Σ_o x±[i, a] w±[o, a] s(R[i, o], z), the sum z of all such products, or of those of the same sign of x.</summary>
    public static double[][] Linear(double[][] x, double[][] w, double[][] r, bool joint, double alpha)
    {
        double[][] result = Zeros(x.Length, x[0].Length);
        for (int i = 0; i < x.Length; i++)
            for (int o = 0; o < w.Length; o++)
                foreach ((double factor, bool helping) in (ReadOnlySpan<(double, bool)>)[(alpha, true), (1 - alpha, false)])
                {
                    double[] terms = [.. x[i].Select((v, a) => v * w[o][a] > 0 == helping ? v * w[o][a] : 0)];
                    double up = Sum(terms, a => x[i][a] > 0), down = Sum(terms, a => x[i][a] < 0);
                    for (int a = 0; a < terms.Length; a++)
                        result[i][a] += factor * terms[a] * Ratio(r[i][o], joint ? up + down : x[i][a] > 0 ? up : down);
                }
        return result;
    }

    /// <summary>Both factors of z = x·y.</summary>
    public static (double[][] X, double[][] Y) Product(double[][] x, double[][] y, double[][] r)
    {
        double[][] z = Multiply(x, y), rx = Zeros(x.Length, y.Length), ry = Zeros(y.Length, y[0].Length);
        for (int i = 0; i < x.Length; i++)
            for (int j = 0; j < y[0].Length; j++)
                for (int k = 0; k < y.Length; k++)
                {
                    double part = x[i][k] * y[k][j] * Ratio(r[i][j], z[i][j]) / 2;
                    rx[i][k] += part;
                    ry[k][j] += part;
                }
        return (rx, ry);
    }

    public static (double[][] A, double[][] B) Add(double[][] a, double[][] b, double[][] r, bool rescaled)
    {
        double[][] Branch(double[][] own) => Map(own, (i, j) => own[i][j] * Ratio(r[i][j], a[i][j] + b[i][j]));
        double[][] ra = Branch(a), rb = Branch(b);
        if (!rescaled) return (ra, rb);
        double sumA = Total(ra), sumB = Total(rb), all = Math.Abs(sumA) + Math.Abs(sumB);
        double[][] Scaled(double[][] own, double sum) => Map(own, (i, j) => own[i][j] * Ratio(Ratio(Math.Abs(sum), all) * Total(r), sum));
        return (Scaled(ra, sumA), Scaled(rb, sumB));
    }

    /// <summary>z^B as it is written: x·Wᵀ − l·W⁺ᵀ − u·W⁻ᵀ.</summary>
    public static double[][] Bounded(double[][] x, double[][] w, double[][] r, double low, double high)
    {
        double[][] result = Zeros(x.Length, x[0].Length);
        for (int i = 0; i < x.Length; i++)
            for (int o = 0; o < w.Length; o++)
            {
                double[] terms = [.. x[i].Select((v, a) => v * w[o][a] - low * Math.Max(w[o][a], 0) - high * Math.Min(w[o][a], 0))];
                for (int a = 0; a < terms.Length; a++) result[i][a] += terms[a] * r[i][o] / (terms.Sum() + 1e-9);
            }
        return result;
    }

    public static double[][] Multiply(double[][] x, double[][] y) => Map(x, y[0].Length, (i, j) => Enumerable.Range(0, y.Length).Sum(k => x[i][k] * y[k][j]));

    public static double[][] Transpose(double[][] x) => [.. Enumerable.Range(0, x[0].Length).Select(j => x.Select(row => row[j]).ToArray())];

    public static double[][] Map(double[][] like, Func<int, int, double> value) => Map(like, like[0].Length, value);

    public static double Total(double[][] x) => x.Sum(row => row.Sum());

    static double[][] Map(double[][] like, int width, Func<int, int, double> value) =>
        [.. like.Select((_, i) => Enumerable.Range(0, width).Select(j => value(i, j)).ToArray())];

    static double Sum(double[] terms, Func<int, bool> which) => terms.Where((_, a) => which(a)).Sum();

    static double[][] Zeros(int rows, int width) => [.. Enumerable.Range(0, rows).Select(_ => new double[width])];
}
