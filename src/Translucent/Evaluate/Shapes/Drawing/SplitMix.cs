// The generator behind every scene: SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators").
// Integers and exact scalings only, so that a seed gives the same numbers on every machine.

namespace Translucent.Evaluate.Shapes.Drawing;

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
