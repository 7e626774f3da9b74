// The residual connection.

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

/// <summary>y = a + b, of equal shapes. Pull: g goes to both, without a copy.</summary>
public sealed class Add : Op
{
    /// <summary>The operation.</summary>
    public static readonly Add Op = new();

    internal override Tensor Forward(ReadOnlySpan<Tensor> x, Arena arena, out Tensor[] kept)
    {
        if (!x[0].Shape.SequenceEqual(x[1].Shape)) throw new ArgumentException($"add: shapes {x[0]} and {x[1]} differ.");
        kept = [];
        Tensor y = arena.Rent(x[0].Shape);
        TensorPrimitives.Add(x[0].Span, x[1].Span, y.Span);
        return y;
    }

    internal override void Pull(Call call, Cotangent g, Walk walk)
    {
        walk.Share(call.X[0], g);
        walk.Share(call.X[1], g);
    }
}
