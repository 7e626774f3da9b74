// Scaling rows to unit length, as CLIP does before it compares.

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

/// <summary>y = x / |x| over the last axis.</summary>
/// <remarks>
/// <code>
/// x, y [B, C]
/// pull  gx = (g − y⟨g, y⟩) / |x|
/// </code>
/// </remarks>
sealed unsafe class Normalize : Op
{
    /// <summary>The operation.</summary>
    public static readonly Normalize Op = new();

    internal override int[] OutputShape(ReadOnlySpan<Tensor> x) => x[0].Shape.ToArray();

    internal override Tensor Forward(ReadOnlySpan<Tensor> x, Arena arena, out Tensor[] kept)
    {
        kept = [];
        Tensor y = arena.Rent(x[0].Shape);
        for (int r = 0; r < y.Rows; r++) TensorPrimitives.Divide(x[0].Row(r), Length(x[0], r), y.Row(r));
        return y;
    }

    internal override void Pull(Call call, Cotangent g, Walk walk) => Pull(call, g, walk, along: 1);

    /// <summary>|x| is a constant: gx = g / |x|.</summary>
    internal void FreezeLength(Call call, Cotangent g, Walk walk) => Pull(call, g, walk, along: 0);

    /// <summary>gx = (g − along·y⟨g, y⟩) / |x|.</summary>
    static void Pull(Call call, Cotangent g, Walk walk, float along)
    {
        using Walk.Sink sink = walk.Open(call.X[0], g);
        Tensor x = call.X[0].Value, y = call.Y.Value;
        float[] own = new float[x.Width];
        for (int r = 0; r < g.Values.Rows; r++)
        {
            int source = r % x.Rows;
            float dot = Kernels.Dot(g.Values.Pointer + (long)r * x.Width, y.Pointer + (long)source * x.Width, x.Width);
            TensorPrimitives.Multiply(y.Row(source), -along * dot, own);
            TensorPrimitives.Add(own, g.Values.Row(r), own);
            TensorPrimitives.Divide(own, Length(x, source), own);
            Span<float> into = sink.Values.Row(r);
            if (sink.Accumulate) TensorPrimitives.Add(into, own, into);
            else own.CopyTo(into);
        }
    }

    /// <summary>|x| of one row.</summary>
    internal static float Length(Tensor x, int row)
    {
        float* at = x.Pointer + (long)row * x.Width;
        return MathF.Sqrt(Kernels.Dot(at, at, x.Width));
    }

    internal override PreciseMatrix PreciseForward(PreciseCall call)
    {
        PreciseMatrix x = call.X[0];
        return PreciseMatrix.Map(call.Compute, x.Rows, x.Width, (row, into) =>
            TensorPrimitives.Divide(x.Row(row), Math.Sqrt(PreciseMatrix.SumOfSquares(x.Row(row))), into));
    }

    internal override PreciseMatrix?[] PrecisePull(PreciseCall call, PreciseMatrix g)
    {
        PreciseMatrix x = call.X[0], y = call.Y;
        return [PreciseMatrix.Map(call.Compute, g.Rows, x.Width, (row, into) =>
        {
            ReadOnlySpan<double> from = g.Row(row), unit = y.Row(row % y.Rows);
            TensorPrimitives.Multiply(unit, -TensorPrimitives.Dot(from, unit), into);
            TensorPrimitives.Add(into, from, into);
            TensorPrimitives.Divide(into, Math.Sqrt(PreciseMatrix.SumOfSquares(x.Row(row % x.Rows))), into);
        })];
    }
}
