// Several float32 numbers that are computed together, so that one text of a function serves every width of vector.

using System.Numerics;
using System.Runtime.Intrinsics;

namespace Translucent.Tensors;

/// <summary>Some float32 numbers side by side. All widths round alike, so a function of lanes gives the same bits in each.</summary>
internal unsafe interface ILanes<V> : IAdditionOperators<V, V, V>, ISubtractionOperators<V, V, V>, IMultiplyOperators<V, V, V>, IDivisionOperators<V, V, V>
    where V : struct, ILanes<V>
{
    static abstract int Count { get; }
    static abstract V Load(float* from);
    static abstract void Store(V x, float* to);
    static abstract V Create(float x);
    static abstract V Abs(V x);

    /// <summary>a·b + c, rounded once.</summary>
    static abstract V MultiplyAdd(V a, V b, V c);

    /// <summary>The smaller; <paramref name="x"/> if it is not a number.</summary>
    static abstract V Min(float limit, V x);

    /// <summary>The larger; <paramref name="x"/> if it is not a number.</summary>
    static abstract V Max(float limit, V x);

    /// <summary>The larger, lane by lane; either if one is not a number.</summary>
    static abstract V Max(V a, V b);

    /// <summary>The size of one number with the sign of another.</summary>
    static abstract V CopySign(V size, V sign);

    /// <summary>x·2^n; n comes in the low bits of 1.5·2^23 + n and lies in -250 .. 250.</summary>
    static abstract V Scale(V x, V shifted);

    /// <summary>Lane by lane, one of two where x is below a limit and the other elsewhere.</summary>
    static abstract V WhereBelow(V x, float limit, V below, V other);
}

/// <summary>16 numbers.</summary>
internal readonly unsafe struct Lanes16(Vector512<float> value) : ILanes<Lanes16>
{
    public readonly Vector512<float> Value = value;

    public static int Count => 16;
    public static Lanes16 Load(float* from) => new(Vector512.Load(from));
    public static void Store(Lanes16 x, float* to) => x.Value.Store(to);
    public static Lanes16 Create(float x) => new(Vector512.Create(x));
    public static Lanes16 Abs(Lanes16 x) => new(Vector512.Abs(x.Value));
    public static Lanes16 MultiplyAdd(Lanes16 a, Lanes16 b, Lanes16 c) => new(Vector512.FusedMultiplyAdd(a.Value, b.Value, c.Value));
    public static Lanes16 Min(float limit, Lanes16 x) => new(Vector512.MinNative(Vector512.Create(limit), x.Value));
    public static Lanes16 Max(float limit, Lanes16 x) => new(Vector512.MaxNative(Vector512.Create(limit), x.Value));
    public static Lanes16 Max(Lanes16 a, Lanes16 b) => new(Vector512.MaxNative(a.Value, b.Value));
    public static Lanes16 CopySign(Lanes16 size, Lanes16 sign) => new(Vector512.CopySign(size.Value, sign.Value));
    public static Lanes16 operator +(Lanes16 a, Lanes16 b) => new(a.Value + b.Value);
    public static Lanes16 operator -(Lanes16 a, Lanes16 b) => new(a.Value - b.Value);
    public static Lanes16 operator *(Lanes16 a, Lanes16 b) => new(a.Value * b.Value);
    public static Lanes16 operator /(Lanes16 a, Lanes16 b) => new(a.Value / b.Value);

    public static Lanes16 Scale(Lanes16 x, Lanes16 shifted)
    {
        Vector512<int> n = shifted.Value.AsInt32() - Vector512.Create(0x4B400000), half = n >> 1, bias = Vector512.Create(127);
        return new(x.Value * ((half + bias) << 23).AsSingle() * ((n - half + bias) << 23).AsSingle());
    }

    public static Lanes16 WhereBelow(Lanes16 x, float limit, Lanes16 below, Lanes16 other) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(x.Value, Vector512.Create(limit)), below.Value, other.Value));
}

/// <summary>8 numbers.</summary>
internal readonly unsafe struct Lanes8(Vector256<float> value) : ILanes<Lanes8>
{
    public readonly Vector256<float> Value = value;

    public static int Count => 8;
    public static Lanes8 Load(float* from) => new(Vector256.Load(from));
    public static void Store(Lanes8 x, float* to) => x.Value.Store(to);
    public static Lanes8 Create(float x) => new(Vector256.Create(x));
    public static Lanes8 Abs(Lanes8 x) => new(Vector256.Abs(x.Value));
    public static Lanes8 MultiplyAdd(Lanes8 a, Lanes8 b, Lanes8 c) => new(Vector256.FusedMultiplyAdd(a.Value, b.Value, c.Value));
    public static Lanes8 Min(float limit, Lanes8 x) => new(Vector256.MinNative(Vector256.Create(limit), x.Value));
    public static Lanes8 Max(float limit, Lanes8 x) => new(Vector256.MaxNative(Vector256.Create(limit), x.Value));
    public static Lanes8 Max(Lanes8 a, Lanes8 b) => new(Vector256.MaxNative(a.Value, b.Value));
    public static Lanes8 CopySign(Lanes8 size, Lanes8 sign) => new(Vector256.CopySign(size.Value, sign.Value));
    public static Lanes8 operator +(Lanes8 a, Lanes8 b) => new(a.Value + b.Value);
    public static Lanes8 operator -(Lanes8 a, Lanes8 b) => new(a.Value - b.Value);
    public static Lanes8 operator *(Lanes8 a, Lanes8 b) => new(a.Value * b.Value);
    public static Lanes8 operator /(Lanes8 a, Lanes8 b) => new(a.Value / b.Value);

    public static Lanes8 Scale(Lanes8 x, Lanes8 shifted)
    {
        Vector256<int> n = shifted.Value.AsInt32() - Vector256.Create(0x4B400000), half = n >> 1, bias = Vector256.Create(127);
        return new(x.Value * ((half + bias) << 23).AsSingle() * ((n - half + bias) << 23).AsSingle());
    }

    public static Lanes8 WhereBelow(Lanes8 x, float limit, Lanes8 below, Lanes8 other) =>
        new(Vector256.ConditionalSelect(Vector256.LessThan(x.Value, Vector256.Create(limit)), below.Value, other.Value));
}
