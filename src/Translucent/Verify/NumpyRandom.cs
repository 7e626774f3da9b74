// The random numbers that NumPy's legacy generator makes: MT19937 (Matsumoto and Nishimura 1998, ACM TOMACS 8:3) with init_genrand, and doubles of
// 53 bits from two outputs (genrand_res53). `numpy.random.seed(0); numpy.random.rand(..)` gives these.

using Translucent.Tensors;

namespace Translucent.Verify;

/// <summary>NumPy's <c>RandomState</c> of a whole seed.</summary>
sealed class NumpyRandom
{
    const int Length = 624, Ahead = 397;

    readonly uint[] _state = new uint[Length];
    int _at = Length; // all used up: the first output makes new ones

    public NumpyRandom(uint seed)
    {
        _state[0] = seed;
        for (int i = 1; i < Length; i++) _state[i] = 1812433253u * (_state[i - 1] ^ (_state[i - 1] >> 30)) + (uint)i;
    }

    /// <summary>The next 32 bits.</summary>
    public uint Next()
    {
        if (_at == Length) Renew();
        uint y = _state[_at++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9D2C5680u;
        y ^= (y << 15) & 0xEFC60000u;
        return y ^ (y >> 18);
    }

    /// <summary>The next double, 0 or more and less than 1.</summary>
    public double NextDouble()
    {
        uint high = Next() >> 5, low = Next() >> 6; // 27 and 26 bits
        return (high * 67_108_864.0 + low) / 9_007_199_254_740_992.0;
    }

    /// <summary><c>rand(shape)</c> as float32.</summary>
    public Tensor Rand(params ReadOnlySpan<int> shape)
    {
        Tensor t = new(shape);
        foreach (ref float v in t.Span) v = (float)NextDouble();
        return t;
    }

    void Renew()
    {
        for (int i = 0; i < Length; i++)
        {
            uint y = (_state[i] & 0x80000000u) | (_state[(i + 1) % Length] & 0x7FFFFFFFu);
            _state[i] = _state[(i + Ahead) % Length] ^ (y >> 1) ^ ((y & 1) == 0 ? 0 : 0x9908B0DFu);
        }
        _at = 0;
    }
}
