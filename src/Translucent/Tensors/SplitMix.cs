// The generator behind scenes and noise: SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators").
// Integers, exact scalings and the operations that IEEE 754 rounds exactly only, so that a seed gives the same numbers on every machine.

namespace Translucent.Tensors;

/// <summary>A stream of seeded random numbers.</summary>
/// <param name="seed">Any number; equal seeds give equal streams.</param>
struct SplitMix(ulong seed)
{
    const ulong Step = 0x9E3779B97F4A7C15;

    ulong _state = seed;

    /// <summary>The finaliser, a one-to-one map of 64 bits: different numbers never become equal.</summary>
    public static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number of 64 bits that belongs to a place, whatever was asked before.</summary>
    public static ulong At(ulong seed, ulong place) => Mix(seed + (place + 1) * Step);

    public ulong Next() => Mix(_state += Step);

    /// <summary>0 .. count-1.</summary>
    public int Below(int count) => (int)Math.BigMul(Next(), (ulong)count, out _);

    /// <summary>0 .. 1, without 1.</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    public double Between(double low, double high) => low + (high - low) * Unit();

    /// <summary>A number of the standard normal distribution (Marsaglia and Bray 1964, "A convenient method for generating normal variables").</summary>
    public double Normal()
    {
        double x, square;
        do
        {
            x = Between(-1, 1);
            double y = Between(-1, 1);
            square = x * x + y * y;
        }
        while (square is >= 1 or 0);
        return x * Math.Sqrt(-2 * Log(square) / square);
    }

    /// <summary>ln x for 0 &lt; x &lt; 1, to about 1e-16; the library's differs from one system to the next in the last bit.</summary>
    static double Log(double x)
    {
        int exponent = Math.ILogB(x) + 1;
        double m = Math.ScaleB(x, -exponent); // in [1/2, 1)
        if (m < Math.Sqrt(0.5)) (m, exponent) = (2 * m, exponent - 1);
        double t = (m - 1) / (m + 1), sum = 0; // |t| < 0.172
        for (int n = 21; n >= 1; n -= 2) sum = sum * t * t + 1.0 / n;
        return exponent * 0.69314718055994531 + 2 * t * sum;
    }

    public bool Chance(double probability) => Unit() < probability;

    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>Puts items in random order (Fisher, Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
