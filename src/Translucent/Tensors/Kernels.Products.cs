// Relevance rows take up products of attention and its gradient: into += r·φ(g)⊙a, φ one of four functions of the gradient.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vec = System.Runtime.Intrinsics.Vector512;

namespace Translucent.Tensors;

/// <summary>A function of the gradient, a vector at a time.</summary>
interface IGradientPart
{
    static abstract Vector512<float> Of(Vector512<float> g);
}

/// <summary>g⁺; NaN stays NaN.</summary>
readonly struct PositivePart : IGradientPart
{
    public static Vector512<float> Of(Vector512<float> g) => Vec.MaxNative(Vector512<float>.Zero, g);
}

/// <summary>|g|.</summary>
readonly struct AbsoluteValue : IGradientPart
{
    public static Vector512<float> Of(Vector512<float> g) => Vec.Abs(g);
}

/// <summary>g.</summary>
readonly struct WholeGradient : IGradientPart
{
    public static Vector512<float> Of(Vector512<float> g) => g;
}

/// <summary>1, whatever the gradient.</summary>
readonly struct NoGradient : IGradientPart
{
    public static Vector512<float> Of(Vector512<float> g) => Vector512<float>.One;
}

static unsafe partial class Kernels
{
    /// <summary>into += r·φ(g)⊙a for n numbers; <paramref name="into"/> has room for whole vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddProduct<T>(float* g, float* a, float r, float* into, int n) where T : struct, IGradientPart
    {
        Vector512<float> factor = Vec.Create(r);
        int i = 0;
        for (; i <= n - Lanes; i += Lanes) AddProduct<T>(Vec.Load(g + i), Vec.Load(a + i), factor, into + i);
        if (i < n) AddProduct<T>(Tail(g, i, n), Tail(a, i, n), factor, into + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void AddProduct<T>(Vector512<float> g, Vector512<float> a, Vector512<float> r, float* into) where T : struct, IGradientPart =>
        Vec.Store(Vec.FusedMultiplyAdd(T.Of(g) * a, r, Vec.Load(into)), into);
}
