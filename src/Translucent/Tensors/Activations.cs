// The activations of the Transformer families, each with its slope in the same pass.
// Hendrycks and Gimpel, "Gaussian Error Linear Units", arXiv:1606.08415; names as in Hugging Face transformers, activations.py.

using System.Runtime.CompilerServices;

namespace Translucent.Tensors;

/// <summary>y = f(x) and its slope f'(x), number by number.</summary>
/// <remarks>
/// An empty slope span means that the slope is not wanted. y or slope may be the memory of x, from its start. Infinite x give
/// the limits, NaN gives NaN.
/// </remarks>
internal static class Activations
{
    const float Bound = 200; // beyond it every activation here is 0 or x to the last bit

    /// <summary>y = x·Φ(x) = x/2·(1 + erf(x/√2)); slope = Φ(x) + x·φ(x). Hugging Face <c>gelu</c>.</summary>
    public static void Gelu(ReadOnlySpan<float> x, Span<float> y, Span<float> slope) => Elementwise.Activate<GeluFunction>(x, y, slope);

    /// <summary>y = x/2·(1 + tanh(√(2/π)·(x + 0.044715 x³))). Hugging Face <c>gelu_new</c> and <c>gelu_pytorch_tanh</c>.</summary>
    public static void GeluTanh(ReadOnlySpan<float> x, Span<float> y, Span<float> slope) => Elementwise.Activate<GeluTanhFunction>(x, y, slope);

    /// <summary>y = x·σ(1.702 x). Hugging Face <c>quick_gelu</c>.</summary>
    public static void QuickGelu(ReadOnlySpan<float> x, Span<float> y, Span<float> slope) => Elementwise.Activate<QuickGeluFunction>(x, y, slope);

    /// <summary>y = x·σ(x). Hugging Face <c>silu</c>.</summary>
    public static void Silu(ReadOnlySpan<float> x, Span<float> y, Span<float> slope) => Elementwise.Activate<SiluFunction>(x, y, slope);

    /// <summary>y = max(0, x); slope 1 above 0, else 0. Hugging Face <c>relu</c>.</summary>
    public static void Relu(ReadOnlySpan<float> x, Span<float> y, Span<float> slope) => Elementwise.Activate<ReluFunction>(x, y, slope);

    /// <summary>y = tanh x; slope = 1 − y².</summary>
    public static void Tanh(ReadOnlySpan<float> x, Span<float> y, Span<float> slope) => Elementwise.Activate<TanhFunction>(x, y, slope);

    /// <summary>y = σ(x); slope = σ(x)·σ(−x).</summary>
    public static void Sigmoid(ReadOnlySpan<float> x, Span<float> y, Span<float> slope) => Elementwise.Activate<SigmoidFunction>(x, y, slope);

    internal readonly struct GeluFunction : IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x, out V slope) where V : struct, ILanes<V>
        {
            V near = V.Max(-16, V.Min(16, x)), size = V.Abs(near); // Φ(-16) and φ(16) are 0 in float32
            V bell = VectorMath.Gaussian(near, 0.5f);
            V tail = V.Create(0.5f) * bell * VectorMath.ScaledErfc(size * V.Create(0.707106781f)); // Φ(-|x|)
            V phi = V.WhereBelow(x, 0, tail, V.Create(1) - tail);
            slope = V.MultiplyAdd(near, V.Create(0.398942280f) * bell, phi);
            return V.Max(-16, x) * phi;
        }
    }

    internal readonly struct GeluTanhFunction : IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x, out V slope) where V : struct, ILanes<V>
        {
            const float Twice = 1.59576912f; // (1 + tanh u)/2 = σ(2u)
            V near = Near(x), square = near * near;
            V argument = near * V.MultiplyAdd(square, V.Create(Twice * 0.044715f), V.Create(Twice));
            return Gated(x, near, argument, V.MultiplyAdd(square, V.Create(Twice * 3 * 0.044715f), V.Create(Twice)), out slope);
        }
    }

    internal readonly struct QuickGeluFunction : IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x, out V slope) where V : struct, ILanes<V> =>
            Gated(x, Near(x), V.Create(1.702f) * Near(x), V.Create(1.702f), out slope);
    }

    internal readonly struct SiluFunction : IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x, out V slope) where V : struct, ILanes<V> =>
            Gated(x, Near(x), Near(x), V.Create(1), out slope);
    }

    internal readonly struct ReluFunction : IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x, out V slope) where V : struct, ILanes<V>
        {
            slope = V.WhereBelow(V.Create(0) - x, 0, V.Create(1), V.Create(0));
            return V.Max(0, x);
        }
    }

    internal readonly struct TanhFunction : IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x, out V slope) where V : struct, ILanes<V>
        {
            V near = V.Max(-16, V.Min(16, x)); // tanh is 1 in float32 from 9.1 on
            _ = VectorMath.Sigmoid(near + near, out V gate);
            slope = V.Create(4) * gate; // of σ(2x): 1 − tanh²x without a difference
            return VectorMath.Tanh(near);
        }
    }

    internal readonly struct SigmoidFunction : IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x, out V slope) where V : struct, ILanes<V> => VectorMath.Sigmoid(V.Max(-80, V.Min(80, x)), out slope);
    }

    /// <summary>x·σ(u) and σ(u) + x·σ(u)·(1 - σ(u))·u', u and u' taken at x inside the bound.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Gated<V>(V x, V near, V u, V uSlope, out V slope) where V : struct, ILanes<V>
    {
        V gate = VectorMath.Sigmoid(u, out V gateSlope);
        slope = V.MultiplyAdd(near * uSlope, gateSlope, gate);
        return V.Max(-Bound, x) * gate;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Near<V>(V x) where V : struct, ILanes<V> => V.Max(-Bound, V.Min(Bound, x));
}
