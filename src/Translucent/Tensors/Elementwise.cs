// Loops that apply a function of lanes to spans of any length.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Translucent.Tensors;

/// <summary>A function of one number.</summary>
internal interface IFunction
{
    static abstract V Of<V>(V x) where V : struct, ILanes<V>;
}

/// <summary>A function of one number, and its derivative.</summary>
internal interface IActivation
{
    static abstract V Of<V>(V x, out V slope) where V : struct, ILanes<V>;
}

/// <summary>Applies functions; what is left at the end of a span is padded to full lanes, so that it is computed as all else.</summary>
internal static unsafe class Elementwise
{
    /// <summary>y = F(x).</summary>
    public static void Map<F>(ReadOnlySpan<float> x, Span<float> y) where F : struct, IFunction
    {
        if (Vector512.IsHardwareAccelerated) MapLanes<F, Lanes16>(x, y);
        else MapLanes<F, Lanes8>(x, y);
    }

    /// <summary>y = F(x) and, unless its span is empty, the slope of F at x.</summary>
    public static void Activate<F>(ReadOnlySpan<float> x, Span<float> y, Span<float> slope) where F : struct, IActivation
    {
        if (Vector512.IsHardwareAccelerated) ActivateLanes<F, Lanes16>(x, y, slope);
        else ActivateLanes<F, Lanes8>(x, y, slope);
    }

    /// <summary><see cref="Map"/> by lanes of one width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void MapLanes<F, V>(ReadOnlySpan<float> x, Span<float> y) where F : struct, IFunction where V : struct, ILanes<V>
    {
        RequireLength(x.Length, y.Length, nameof(y));
        fixed (float* from = x, to = y)
        {
            int i = 0;
            for (; i <= x.Length - V.Count; i += V.Count) V.Store(F.Of(V.Load(from + i)), to + i);
            if (i == x.Length) return;
            float* rest = stackalloc float[V.Count];
            Copy(from + i, rest, x.Length - i);
            V.Store(F.Of(V.Load(rest)), rest);
            Copy(rest, to + i, x.Length - i);
        }
    }

    /// <summary><see cref="Activate"/> by lanes of one width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void ActivateLanes<F, V>(ReadOnlySpan<float> x, Span<float> y, Span<float> slope) where F : struct, IActivation where V : struct, ILanes<V>
    {
        RequireLength(x.Length, y.Length, nameof(y));
        if (slope.Length > 0) RequireLength(x.Length, slope.Length, nameof(slope));
        fixed (float* from = x, to = y, toSlope = slope)
        {
            int i = 0;
            for (; i <= x.Length - V.Count; i += V.Count)
            {
                V.Store(F.Of(V.Load(from + i), out V s), to + i);
                if (toSlope != null) V.Store(s, toSlope + i);
            }
            if (i == x.Length) return;
            float* rest = stackalloc float[V.Count];
            Copy(from + i, rest, x.Length - i);
            V last = F.Of(V.Load(rest), out V lastSlope);
            V.Store(last, rest);
            Copy(rest, to + i, x.Length - i);
            if (toSlope == null) return;
            V.Store(lastSlope, rest);
            Copy(rest, toSlope + i, x.Length - i);
        }
    }

    static void RequireLength(int expected, int found, string name)
    {
        if (found != expected) throw new ArgumentException($"{name}: {found} numbers, expected {expected}.");
    }

    static void Copy(float* from, float* to, int count) => new ReadOnlySpan<float>(from, count).CopyTo(new Span<float>(to, count));
}
