// The activations in float64. erfc by the trapezoidal rule on its integral representation, whose error falls as exp(-π²/h²)
// (Matta and Reichel, "Uniform computation of the error function and other related functions", Math. Comp. 25, 1971).

namespace Translucent.Autodiff.Ops;

/// <summary>act(x) and its slope, number by number, to about 1e-15.</summary>
static class PreciseActivation
{
    const double Step = 0.5;   // h of the rule: exp(-π²/h²) is 1e-17
    const double Switch = 0.5; // below it the series of erf, above it the rule for erfc

    static readonly double[] s_bell = [.. Enumerable.Range(1, 13).Select(n => Math.Exp(-n * n * Step * Step))];

    public static void Run(Activation activation, Span<double> x)
    {
        switch (activation)
        {
            case Activation.Gelu: foreach (ref double v in x) v *= 0.5 * Erfc(-v / Math.Sqrt(2)); break;
            case Activation.QuickGelu: foreach (ref double v in x) v *= Sigmoid(1.702 * v); break;
            // (1 + tanh u)/2 = σ(2u)
            case Activation.GeluTanh: foreach (ref double v in x) v *= Sigmoid(2 * Math.Sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v)); break;
            case Activation.Silu: foreach (ref double v in x) v *= Sigmoid(v); break;
            case Activation.Relu: foreach (ref double v in x) v = Math.Max(v, 0); break;
            case Activation.Tanh: foreach (ref double v in x) v = Math.Tanh(v); break;
            case Activation.Sigmoid: foreach (ref double v in x) v = Sigmoid(v); break;
        }
    }

    /// <summary>act′(x), number by number.</summary>
    public static void Slopes(Activation activation, Span<double> x)
    {
        foreach (ref double v in x)
            v = activation switch
            {
                Activation.Gelu => 0.5 * Erfc(-v / Math.Sqrt(2)) + v * Math.Exp(-v * v / 2) / Math.Sqrt(2 * Math.PI),
                Activation.QuickGelu => Slope(v, 1.702 * v, 1.702),
                Activation.GeluTanh => Slope(v, 2 * Math.Sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v),
                    2 * Math.Sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * v * v)),
                Activation.Silu => Slope(v, v, 1),
                Activation.Relu => v > 0 ? 1 : 0,
                Activation.Tanh => 1 - Math.Tanh(v) * Math.Tanh(v),
                Activation.Sigmoid => Sigmoid(v) * Sigmoid(-v),
                _ => 1,
            };
    }

    /// <summary>The slope of x σ(u), whose u has the slope <paramref name="du"/>.</summary>
    static double Slope(double x, double u, double du) => Sigmoid(u) * (1 + x * du * Sigmoid(-u));

    static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    public static double Erfc(double x)
    {
        double z = Math.Abs(x);
        if (z < Switch) return 1 - Series(x);
        double square = z * z, sum = 0.5 / square;
        for (int n = 1; n <= s_bell.Length; n++) sum += s_bell[n - 1] / (n * n * Step * Step + square);
        double tail = 2 * Step * z / Math.PI * Math.Exp(-square) * sum;
        if (z < Math.PI / Step) tail -= 2 / (Math.Exp(2 * Math.PI * z / Step) - 1); // the pole inside the strip
        return x < 0 ? 2 - tail : tail;
    }

    /// <summary>erf(x) = 2/√π Σ (-1)ⁿ x²ⁿ⁺¹ / (n! (2n + 1)).</summary>
    static double Series(double x)
    {
        double power = x, sum = x;
        for (int n = 1; n < 16; n++)
        {
            power *= -x * x / n;
            sum += power / (2 * n + 1);
        }
        return 2 / Math.Sqrt(Math.PI) * sum;
    }
}
