// Which inputs make an output when an axis is resized, and with what weights.
// Antialiased: Pillow src/libImaging/Resample.c (precompute_coeffs); interpolated: PyTorch UpSample.h, half-pixel centres.

namespace Translucent.Images;

/// <summary>The filters of a resize; the numbers are Pillow's and those of preprocessor_config.json.</summary>
public enum Resampling
{
    /// <summary>The one nearest sample.</summary>
    Nearest = 0,

    /// <summary>A windowed sinc of three lobes.</summary>
    Lanczos = 1,

    /// <summary>A triangle.</summary>
    Bilinear = 2,

    /// <summary>Piecewise cubic.</summary>
    Bicubic = 3,

    /// <summary>The mean of the samples covered.</summary>
    Box = 4,
}

/// <summary>One row of weights for each output along an axis.</summary>
internal sealed class Taps
{
    readonly double[] _weights; // [outputs, Most]

    Taps(int outputs, int most)
    {
        (Most, First, Count) = (most, new int[outputs], new int[outputs]);
        _weights = new double[checked(outputs * most)];
    }

    /// <summary>Upper bound of <see cref="Count"/>.</summary>
    public int Most { get; }

    /// <summary>The first input of each output.</summary>
    public int[] First { get; }

    /// <summary>How many neighbouring inputs make each output.</summary>
    public int[] Count { get; }

    /// <summary>The weights of one output.</summary>
    public Span<double> this[int output] => _weights.AsSpan(output * Most, Count[output]);

    /// <summary>A filter that widens with the step, so that every input counts when shrinking; taps outside are dropped.</summary>
    public static Taps Antialiased(int inputs, int outputs, Resampling filter)
    {
        double scale = (double)inputs / outputs, stretch = Math.Max(scale, 1), inverse = 1 / stretch;
        double support = stretch * filter switch
        {
            Resampling.Box => 0.5,
            Resampling.Bilinear => 1,
            Resampling.Bicubic => 2,
            Resampling.Lanczos => 3,
            _ => throw new ArgumentException($"{filter} has no antialiased form."),
        };
        Taps taps = new(outputs, (int)Math.Ceiling(support) * 2 + 1);
        for (int o = 0; o < outputs; o++)
        {
            double center = (o + 0.5) * scale, sum = 0;
            int first = Math.Max((int)(center - support + 0.5), 0), end = Math.Min((int)(center + support + 0.5), inputs);
            (taps.First[o], taps.Count[o]) = (first, end - first);
            Span<double> weights = taps[o];
            for (int i = 0; i < weights.Length; i++) sum += weights[i] = Kernel(filter, (i + first - center + 0.5) * inverse);
            if (sum != 0) foreach (ref double w in weights) w /= sum;
        }
        return taps;
    }

    /// <summary>Interpolation between the inputs around each output; the borders are repeated.</summary>
    public static Taps Interpolated(int inputs, int outputs, Resampling filter) => Interpolated(inputs, outputs, filter, 0, inputs);

    /// <summary>As above, of outputs that lie evenly between two places on the axis, where input i covers i .. i + 1.</summary>
    public static Taps Interpolated(int inputs, int outputs, Resampling filter, double start, double end)
    {
        Taps taps = new(outputs, 4);
        Span<double> weights = stackalloc double[4];
        for (int o = 0; o < outputs; o++)
        {
            double position = start + (o + 0.5) * (end - start) / outputs; // of the output's centre
            int first;
            switch (filter)
            {
                case Resampling.Nearest:
                    bool whole = start == 0 && end == inputs; // then as PyTorch does: in float32, by the output's edge
                    first = whole ? (int)(o * ((float)inputs / outputs)) : (int)Math.Floor(position);
                    taps.Put(o, first, [1], inputs);
                    break;
                case Resampling.Bilinear:
                    first = (int)Math.Floor(position - 0.5);
                    taps.Put(o, first, [1 - (position - 0.5 - first), position - 0.5 - first], inputs);
                    break;
                case Resampling.Bicubic:
                    first = (int)Math.Floor(position - 0.5) - 1;
                    for (int i = 0; i < 4; i++) weights[i] = Cubic(position - 0.5 - (first + i), -0.75);
                    taps.Put(o, first, weights, inputs);
                    break;
                default:
                    throw new ArgumentException($"{filter} does not interpolate; use Nearest, Bilinear or Bicubic.");
            }
        }
        return taps;
    }

    // Stores weights, those of inputs beyond a border added to the border's.
    void Put(int output, int first, ReadOnlySpan<double> weights, int inputs)
    {
        int low = Math.Clamp(first, 0, inputs - 1), high = Math.Clamp(first + weights.Length - 1, 0, inputs - 1);
        (First[output], Count[output]) = (low, high - low + 1);
        for (int i = 0; i < weights.Length; i++) this[output][Math.Clamp(first + i, low, high) - low] += weights[i];
    }

    static double Kernel(Resampling filter, double x) => filter switch
    {
        Resampling.Box => x is > -0.5 and <= 0.5 ? 1 : 0,
        Resampling.Bilinear => Math.Max(0, 1 - Math.Abs(x)),
        Resampling.Bicubic => Cubic(x, -0.5),
        _ => x is >= -3 and < 3 ? Sinc(x) * Sinc(x / 3) : 0,
    };

    // Keys 1981; a sets the slope at 1: -0.5 in Pillow, -0.75 in PyTorch without antialiasing.
    static double Cubic(double x, double a)
    {
        x = Math.Abs(x);
        return x < 1 ? ((a + 2) * x - (a + 3)) * x * x + 1 : x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
    }

    static double Sinc(double x) => x == 0 ? 1 : Math.Sin(x * Math.PI) / (x * Math.PI);
}
