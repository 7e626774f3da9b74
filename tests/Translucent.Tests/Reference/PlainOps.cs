using Translucent.Tensors;

namespace Translucent.Tests.Reference;

/// <summary>The operations written a second time, in float64, for reading: no blocks, no threads, no fusion.</summary>
static class PlainOps
{
    public static double[] Linear(double[] x, Tensor w, Tensor? bias, Func<double, double> act, Tensor? scale)
    {
        int outs = w.Shape[0], ins = w.Shape[1], rows = x.Length / ins;
        double[] y = new double[rows * outs];
        for (int r = 0; r < rows; r++)
            for (int o = 0; o < outs; o++)
            {
                double sum = bias?.Span[o] ?? 0;
                for (int i = 0; i < ins; i++) sum += x[r * ins + i] * w.Row(o)[i];
                y[r * outs + o] = act(sum) * (scale?.Span[o] ?? 1);
            }
        return y;
    }

    public static double[] LayerNorm(double[] x, Tensor w, Tensor b, double eps)
    {
        int n = w.Length;
        double[] y = new double[x.Length];
        for (int r = 0; r < x.Length / n; r++)
        {
            double[] row = x[(r * n)..((r + 1) * n)];
            double mean = row.Average(), variance = row.Average(v => (v - mean) * (v - mean));
            for (int i = 0; i < n; i++) y[r * n + i] = (row[i] - mean) / Math.Sqrt(variance + eps) * w.Span[i] + b.Span[i];
        }
        return y;
    }

    /// <summary>Over every stretch of as many numbers as there are weights.</summary>
    public static double[] RmsNorm(double[] x, Tensor w, double eps)
    {
        int n = w.Length;
        return [.. x.Select((v, i) => v / Math.Sqrt(x[(i / n * n)..((i / n + 1) * n)].Average(u => u * u) + eps) * w.Span[i % n])];
    }

    /// <summary>x [.., tokens, width], heads of two numbers for each frequency; the first token stands at position <paramref name="first"/>.</summary>
    public static double[] Rotary(double[] x, int tokens, int width, double[] frequencies, int first)
    {
        int half = frequencies.Length;
        return [.. x.Select((v, i) =>
        {
            int within = i % width % (2 * half);
            double angle = (first + i / width % tokens) * frequencies[within % half], other = within < half ? -x[i + half] : x[i - half];
            return v * Math.Cos(angle) + other * Math.Sin(angle);
        })];
    }

    /// <summary>x [.., tokens, width], heads of <paramref name="depth"/> numbers; pairs (2i, 2i + 1) turn by angle(token, i).</summary>
    public static double[] Turn(double[] x, int tokens, int width, int depth, Func<int, int, double> angle) =>
    [
        .. x.Select((v, i) =>
        {
            double by = angle(i / width % tokens, i % width % depth / 2);
            return v * Math.Cos(by) + (i % 2 == 0 ? -x[i + 1] : x[i - 1]) * Math.Sin(by);
        }),
    ];

    /// <summary>q [B, Q, C], k and v [B, K, C / group]; group heads share one head of keys; bias (head, query, key).</summary>
    public static double[] Attention(double[] q, double[] k, double[] v, int images, int queries, int keys, int width, int heads, Func<int, int, int,
        bool>? removes = null, int group = 1, double? scale = null, Func<int, int, int, double>? bias = null)
    {
        int depth = width / heads;
        double[] y = new double[q.Length];
        for (int b = 0; b < images; b++)
            for (int h = 0; h < heads; h++)
                for (int i = 0; i < queries; i++)
                {
                    double Query(int d) => q[(b * queries + i) * width + h * depth + d];
                    double Key(double[] x, int token, int d) => x[(b * keys + token) * width / group + h / group * depth + d];
                    double[] a = new double[keys];
                    for (int j = 0; j < keys; j++)
                    {
                        for (int d = 0; d < depth; d++) a[j] += Query(d) * Key(k, j, d);
                        a[j] = removes?.Invoke(b, i, j) == true ? 0 : Math.Exp(a[j] * (scale ?? 1 / Math.Sqrt(depth)) + (bias?.Invoke(h, i, j) ?? 0));
                    }
                    double sum = a.Sum();
                    for (int j = 0; j < keys; j++)
                        for (int d = 0; d < depth; d++) y[(b * queries + i) * width + h * depth + d] += a[j] / sum * Key(v, j, d);
                }
        return y;
    }

    public static double Gelu(double x) => 0.5 * x * ErrorFunction.Erfc(-x / Math.Sqrt(2));

    public static double QuickGelu(double x) => x / (1 + Math.Exp(-1.702 * x));

    public static double GeluTanh(double x) => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));

    public static double Silu(double x) => x / (1 + Math.Exp(-x));
}
