// Fully connected layer with its bias, activation or LayerScale fused into the product.

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

/// <summary>y = act(x·Wᵀ + b) ⊙ λ.</summary>
/// <remarks>
/// <code>
/// x [.., In]   y [.., Out]   W [Out, In]   b, λ [Out]
/// pull  gx = (g ⊙ act′ ⊙ λ)·W          g [T, .., Out], gx [T, .., In]: one product for all targets
/// </code>
/// The slope act′ is computed in the forward pass and multiplied in while the pull packs g.
/// </remarks>
sealed unsafe partial class Linear : Op
{
    /// <summary>A layer over frozen weights.</summary>
    /// <exception cref="ArgumentException">Bias or scale do not have Out numbers, or activation and scale are both given.</exception>
    public Linear(Matrix weight, Tensor? bias = null, Activation activation = Activation.None, Tensor? scale = null)
    {
        foreach (Tensor? vector in (ReadOnlySpan<Tensor?>)[bias, scale])
            if (vector is not null && vector.Length != weight.Rows)
                throw new ArgumentException($"linear: weight [{weight.Rows}, {weight.Columns}] needs vectors of {weight.Rows} numbers, found {vector}.");
        if (activation != Activation.None && scale is not null)
            throw new ArgumentException("linear: an activation and a scale cannot be fused into the same layer.");
        (Weight, Bias, Activation, Scale) = (weight, bias, activation, scale);
    }

    /// <summary>W [Out, In].</summary>
    public Matrix Weight { get; }

    /// <summary>b [Out], or null.</summary>
    public Tensor? Bias { get; }

    /// <summary>act.</summary>
    public Activation Activation { get; }

    /// <summary>λ [Out] (LayerScale), or null.</summary>
    public Tensor? Scale { get; }

    /// <summary>Whether products of a few rows read the weights as fast as memory gives them (<see cref="RowProduct"/>); equal to rounding.</summary>
    public bool Streams { get; private init; }

    /// <summary>The same layer for texts that grow token by token.</summary>
    public Linear Streaming => new(Weight, Bias, Activation, Scale) { Streams = true };

    internal override int[] OutputShape(ReadOnlySpan<Tensor> x) => [.. x[0].Shape[..^1], Weight.Rows];

    internal override long KeptNumbers(ReadOnlySpan<Tensor> x) => Activation == Activation.None ? 0 : (long)x[0].Rows * Weight.Rows;

    internal override double Flops(ReadOnlySpan<Tensor> x) => 2.0 * x[0].Rows * Weight.Rows * Weight.Columns;

    internal override void PullCost(Call call, Flow g, CostWalk walk)
    {
        double row = 2.0 * Weight.Rows * Weight.Columns;
        if (g.Factors is { } count && Activation == Activation.None)
        {
            walk.Add(g.Items * count * row);
            if (g.Shared) walk.AddOnce(call.X[0].Value.Rows * row);
            walk.Give(call.X[0], new Flow(call.X[0], factors: count, shared: g.Shared));
            return;
        }
        walk.Add(g.AllRows * row);
        base.PullCost(call, g, walk);
    }

    internal override Tensor Forward(ReadOnlySpan<Tensor> x, Arena arena, out Tensor[] kept)
    {
        Tensor? slope = Activation == Activation.None ? null : arena.Rent(x[0].Rows, Weight.Rows);
        kept = slope is null ? [] : [slope];
        return Multiply(x[0], arena, slope);
    }

    internal override Tensor Infer(ReadOnlySpan<Tensor> x, Arena arena) => Multiply(x[0], arena, slope: null);

    Tensor Multiply(Tensor x, Arena arena, Tensor? slope)
    {
        int rows = x.Rows, outs = Weight.Rows;
        if (x.Width != Weight.Columns)
            throw new ArgumentException($"linear: weight [{outs}, {Weight.Columns}] needs rows of {Weight.Columns} numbers, found {x}.");
        Tensor y = arena.Rent([.. x.Shape[..^1], outs]);
        if (Streams && rows <= RowProduct.MostRows)
            RowProduct.Multiply(arena.Compute, rows, outs, Weight.Columns, x.Pointer, Weight.Operand, y.Pointer, Finish);
        else Gemm.Multiply(arena.Compute, rows, outs, Weight.Columns, new Operand(x.Pointer, Weight.Columns), Weight.Operand.Transposed, y.Pointer, outs,
            accumulate: false, Finish);
        return y;

        void Finish(int row, int column, Span<float> values)
        {
            if (Bias is not null) TensorPrimitives.Add(values, Bias.Span.Slice(column, values.Length), values);
            if (Scale is not null) TensorPrimitives.Multiply(values, Scale.Span.Slice(column, values.Length), values);
            if (Activation != Activation.None) Activation.Run(values, slope is null ? [] : slope.Row(row).Slice(column, values.Length));
        }
    }

    internal override void Pull(Call call, Cotangent g, Walk walk) => Pull(call, g, walk, call.Kept.Length > 0 ? call.Kept[0] : null);

    /// <summary>The activation counts as x times the constant act(x)/x (Achtibat et al. 2024, eq. 9); at 0 the ratio is the slope: 1/2, of tanh 1. The
    /// logistic function does not pass through 0, so it keeps its slope.</summary>
    internal void Secant(Call call, Cotangent g, Walk walk)
    {
        if (Activation is Activation.None or Activation.Sigmoid)
        {
            Pull(call, g, walk);
            return;
        }
        Tensor x = call.X[0].Value, y = call.Y.Value, ratio = walk.Arena.Rent(y.Rows, y.Width);
        Operand left = new(x.Pointer, Weight.Columns);
        float atZero = Activation == Activation.Tanh ? 1 : 0.5f;
        Gemm.Multiply(walk.Compute, x.Rows, Weight.Rows, Weight.Columns, left, Weight.Operand.Transposed, ratio.Pointer, Weight.Rows,
            accumulate: false, (row, column, values) =>
            {
                if (Bias is not null) TensorPrimitives.Add(values, Bias.Span.Slice(column, values.Length), values);
                ReadOnlySpan<float> after = y.Row(row).Slice(column, values.Length);
                for (int i = 0; i < values.Length; i++) values[i] = values[i] == 0 ? atZero : after[i] / values[i];
            });
        Pull(call, g, walk, ratio);
        walk.Arena.Return(ratio);
    }

    /// <summary>The pull with a given slope of the activation for every output [rows, Out].</summary>
    void Pull(Call call, Cotangent g, Walk walk, Tensor? slope)
    {
        if (g.Factors is { } factors && slope is null)
        {
            walk.Give(call.X[0], factors.Multiply(Weight.Columns, Weight.Operand, Scale, walk.Arena));
            return;
        }
        using Walk.Sink gx = walk.Open(call.X[0], g);
        int rows = g.Values.Rows, ins = Weight.Columns, outs = Weight.Rows;
        Tensor values = g.Values;
        Tensor? product = null;
        Operand left = new(values.Pointer, outs);
        if (Scale is not null) left = new Operand(values.Pointer, ElementType.Float32, outs, 1, Scale.Pointer);
        else if (slope is not null && g.Tokens is null)
            left = new Operand(values.Pointer, ElementType.Float32, outs, 1, slope.Pointer, slope.Rows, outs);
        else if (slope is not null) // a few rows: the slopes of those tokens
        {
            product = walk.Arena.Rent(rows, outs);
            int tokens = call.Y.Value.Shape[^2];
            for (int r = 0; r < rows; r++)
                TensorPrimitives.Multiply(values.Row(r), slope.Row(g.SourceRow(r, tokens)), product.Row(r));
            left = new Operand(product.Pointer, outs);
        }
        Gemm.Multiply(walk.Compute, rows, ins, outs, left, Weight.Operand, gx.Values.Pointer, ins, gx.Accumulate);
        if (product is not null) walk.Arena.Return(product);
    }
}
