namespace Translucent.Tensors;

static class Activations
{
    public static void Gelu(ReadOnlySpan<float> x, Span<float> y, Span<float> slope) => Each(x, y, slope, v =>
    {
        double cdf = 0.5 * (1 + Erf(v / Math.Sqrt(2)));
        return (v * cdf, cdf + v * Math.Exp(-0.5 * v * v) / Math.Sqrt(2 * Math.PI));
    });
    public static void QuickGelu(ReadOnlySpan<float> x, Span<float> y, Span<float> slope) => Each(x, y, slope, v =>
    {
        double s = 1 / (1 + Math.Exp(-1.702 * v));
        return (v * s, s + 1.702 * v * s * (1 - s));
    });
    public static void Silu(ReadOnlySpan<float> x, Span<float> y, Span<float> slope) => Each(x, y, slope, v =>
    {
        double s = 1 / (1 + Math.Exp(-v));
        return (v * s, s + v * s * (1 - s));
    });
    public static void GeluTanh(ReadOnlySpan<float> x, Span<float> y, Span<float> slope) => Each(x, y, slope, v =>
    {
        double k = Math.Sqrt(2 / Math.PI), u = Math.Tanh(k * (v + 0.044715 * v * v * v));
        return (0.5 * v * (1 + u), 0.5 * (1 + u) + 0.5 * v * (1 - u * u) * k * (1 + 3 * 0.044715 * v * v));
    });
    static void Each(ReadOnlySpan<float> x, Span<float> y, Span<float> slope, Func<double, (double, double)> f)
    {
        for (int i = 0; i < x.Length; i++)
        {
            (double v, double s) = f(x[i]);
            y[i] = (float)v;
            if (slope.Length > 0) slope[i] = (float)s;
        }
    }
    static double Erf(double x)
    {
        // series / continued fraction, temporary
        double a = Math.Abs(x);
        if (a < 3)
        {
            double term = a, sum = a;
            for (int n = 1; n < 80; n++) { term *= -a * a / n; sum += term / (2 * n + 1); }
            return Math.Sign(x) * 2 / Math.Sqrt(Math.PI) * sum;
        }
        double f = 0;
        for (int n = 60; n > 0; n--) f = n / 2.0 / (a + f);
        return Math.Sign(x) * (1 - Math.Exp(-a * a) / Math.Sqrt(Math.PI) / (a + f));
    }
}
