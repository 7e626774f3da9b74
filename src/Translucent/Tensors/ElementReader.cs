// Reading stored numbers as float32. Widening is exact: every float16 and bfloat16 is a float32.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Translucent.Tensors;

/// <summary>Reads numbers of one stored type from a row of them; the factor row is used by <see cref="ScaledReader"/> alone.</summary>
internal unsafe interface IElementReader
{
    static abstract int Size { get; }
    static abstract float One(byte* row, float* factor, nint at);
    static abstract Vector128<float> Four(byte* row, float* factor, nint at);
    static abstract Vector256<float> Eight(byte* row, float* factor, nint at);
}

/// <summary>float32.</summary>
internal readonly unsafe struct Float32Reader : IElementReader
{
    public static int Size => 4;
    public static float One(byte* row, float* factor, nint at) => ((float*)row)[at];
    public static Vector128<float> Four(byte* row, float* factor, nint at) => Vector128.Load((float*)row + at);
    public static Vector256<float> Eight(byte* row, float* factor, nint at) => Vector256.Load((float*)row + at);
}

/// <summary>float32 times a factor.</summary>
internal readonly unsafe struct ScaledReader : IElementReader
{
    public static int Size => 4;
    public static float One(byte* row, float* factor, nint at) => ((float*)row)[at] * factor[at];
    public static Vector128<float> Four(byte* row, float* factor, nint at) => Vector128.Load((float*)row + at) * Vector128.Load(factor + at);
    public static Vector256<float> Eight(byte* row, float* factor, nint at) => Vector256.Load((float*)row + at) * Vector256.Load(factor + at);
}

/// <summary>bfloat16: the upper half of a float32.</summary>
internal readonly unsafe struct BFloat16Reader : IElementReader
{
    public static int Size => 2;
    public static float One(byte* row, float* factor, nint at) => BitConverter.UInt32BitsToSingle((uint)((ushort*)row)[at] << 16);
    public static Vector128<float> Four(byte* row, float* factor, nint at) =>
        (Vector128.WidenLower(Vector64.Load((ushort*)row + at).ToVector128Unsafe()) << 16).AsSingle();
    public static Vector256<float> Eight(byte* row, float* factor, nint at) =>
        (Vector256.WidenLower(Vector128.Load((ushort*)row + at).ToVector256Unsafe()) << 16).AsSingle();
}

/// <summary>IEEE 754 float16.</summary>
internal readonly unsafe struct Float16Reader : IElementReader
{
    public static int Size => 2;
    public static float One(byte* row, float* factor, nint at) => (float)((Half*)row)[at];
    public static Vector128<float> Four(byte* row, float* factor, nint at) =>
        Widen(Vector64.Load((ushort*)row + at).ToVector128Unsafe().ToVector256Unsafe()).GetLower();
    public static Vector256<float> Eight(byte* row, float* factor, nint at) => Widen(Vector128.Load((ushort*)row + at).ToVector256Unsafe());

    // Exponent and fraction move to their float32 places; the product by 2^112 corrects the bias of the exponent, exactly, also for
    // subnormals. Infinities and NaNs then get the largest exponent.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> Widen(Vector256<ushort> lower)
    {
        Vector256<uint> bits = Vector256.WidenLower(lower), largest = Vector256.Create(0x7C00u);
        Vector256<uint> sign = (bits & Vector256.Create(0x8000u)) << 16;
        Vector256<uint> special = Vector256.Equals(bits & largest, largest) & Vector256.Create(0x7F800000u);
        Vector256<float> scaled = ((bits & Vector256.Create(0x7FFFu)) << 13).AsSingle() * Vector256.Create(0x77800000u).AsSingle();
        return (scaled.AsUInt32() | special | sign).AsSingle();
    }
}
