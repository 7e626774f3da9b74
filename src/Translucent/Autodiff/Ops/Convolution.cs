// Convolution of images whose channels lie together (NHWC), by matrix products over rows of pixels: a kernel of one pixel is the product
// itself, larger ones gather a few rows of patches at a time (Chellapilla et al. 2006; blocked, so that no image of patches ever exists).

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

/// <summary>y = act(x ∗ W + b [+ shortcut]), act the identity or max(0, ·).</summary>
/// <remarks>
/// <code>
/// x [B, H, W, I]   W [O, kh·kw·I], tap after tap   b [O]   shortcut, y [B, H′, W′, O]      H′ = (H + 2·pad − k) / stride + 1
/// pull  ĝ = g ⊙ (y > 0)      gshortcut = ĝ      gx = ĝ ∗ Wᵀ, gathered for every pixel of x from the outputs that read it
/// </code>
/// The slope of max(0, ·) is read from y, so nothing is kept. Normalisations with frozen statistics are part of W and b. There is no float64 form: methods
/// that need one are defined for models without convolutions.
/// </remarks>
sealed unsafe partial class Convolution : Op
{
    [ThreadStatic] static PackedOperand? t_weights;

    readonly Lazy<Matrix> _turned; // [I, kh·kw·O]: for the pull

    /// <summary>A convolution with a square kernel over frozen weights.</summary>
    /// <param name="weight">[O, kernel·kernel·I]: row of the kernel, column of the kernel, channel.</param>
    /// <param name="bias">[O].</param>
    /// <param name="kernel">k, side of the kernel.</param>
    /// <param name="stride">Steps between outputs.</param>
    /// <param name="padding">Zeros around the image.</param>
    /// <param name="relu">Whether negative results become 0.</param>
    /// <exception cref="ArgumentException">The sizes do not belong together.</exception>
    public Convolution(Matrix weight, Tensor bias, int kernel, int stride = 1, int padding = 0, bool relu = false)
    {
        if (kernel < 1 || stride < 1 || padding < 0 || weight.Columns % (kernel * kernel) != 0 || bias.Length != weight.Rows)
            throw new ArgumentException(
                $"convolution: weight [{weight.Rows}, {weight.Columns}], bias {bias}, kernel {kernel}, stride {stride}, padding {padding} do not fit.");
        (Weight, Bias, Kernel, Stride, Padding, Relu) = (weight, bias, kernel, stride, padding, relu);
        _turned = new Lazy<Matrix>(Turn);
    }

    /// <summary>W.</summary>
    public Matrix Weight { get; }

    /// <summary>b [O].</summary>
    public Tensor Bias { get; }

    /// <summary>k.</summary>
    public int Kernel { get; }

    /// <summary>Steps between outputs.</summary>
    public int Stride { get; }

    /// <summary>Zeros around the image.</summary>
    public int Padding { get; }

    /// <summary>Whether negative results become 0.</summary>
    public bool Relu { get; }

    /// <summary>I.</summary>
    public int Channels => Weight.Columns / (Kernel * Kernel);

    bool IsProduct => (Kernel, Stride, Padding) == (1, 1, 0);

    internal override int[] OutputShape(ReadOnlySpan<Tensor> x)
    {
        ReadOnlySpan<int> s = x[0].Shape;
        if (s.Length != 4 || s[3] != Channels || s[1] + 2 * Padding < Kernel || s[2] + 2 * Padding < Kernel)
            throw new ArgumentException($"convolution: {x[0]}, expected [B, H, W, {Channels}], H and W at least {Math.Max(1, Kernel - 2 * Padding)}.");
        int[] y = [s[0], Outputs(s[1]), Outputs(s[2]), Weight.Rows];
        if (x.Length > 1 && !x[1].Shape.SequenceEqual(y)) throw new ArgumentException($"convolution: shortcut {x[1]}, expected [{string.Join(", ", y)}].");
        return y;
    }

    int Outputs(int side) => (side + 2 * Padding - Kernel) / Stride + 1;

    internal override double Flops(ReadOnlySpan<Tensor> x)
    {
        int[] y = OutputShape(x);
        return 2.0 * y[0] * y[1] * y[2] * Weight.Rows * Weight.Columns;
    }

    internal override void PullCost(Call call, Flow g, CostWalk walk)
    {
        if (walk.Needs(call.X[0])) walk.Add(2.0 * (IsProduct ? g.AllRows : call.X[0].Value.Rows) * Weight.Rows * Weight.Columns);
        base.PullCost(call, g, walk);
    }

    internal override Tensor Forward(ReadOnlySpan<Tensor> x, Arena arena, out Tensor[] kept)
    {
        kept = [];
        int[] shape = OutputShape(x);
        Tensor y = arena.Rent(shape), input = x[0];
        Tensor? shortcut = x.Length > 1 ? x[1] : null;
        int outs = Weight.Rows;
        if (IsProduct)
            Gemm.Multiply(arena.Compute, y.Rows, outs, Weight.Columns, new Operand(input.Pointer, Channels), Weight.Operand.Transposed, y.Pointer, outs,
                accumulate: false, (row, column, values) => Finish(values, row, column, shortcut));
        else
            ByRows(arena.Compute, y.Rows, Weight, Window(input, shape), y, accumulate: false, (row, values) => Finish(values, row, 0, shortcut));
        return y;
    }

    void Finish(Span<float> values, int row, int column, Tensor? shortcut)
    {
        TensorPrimitives.Add(values, Bias.Span.Slice(column, values.Length), values);
        if (shortcut is not null) TensorPrimitives.Add(values, shortcut.Row(row).Slice(column, values.Length), values);
        if (Relu) TensorPrimitives.Max(values, 0f, values);
    }

    internal override void Pull(Call call, Cotangent g, Walk walk)
    {
        Tensor y = call.Y.Value, x = call.X[0].Value, masked = g.Values;
        if (Relu)
        {
            masked = walk.Arena.Rent(g.Values.Shape);
            Tensor from = g.Values;
            walk.Compute.ForRows(masked.Rows, (first, end) =>
            {
                for (int r = first; r < end; r++)
                {
                    Span<float> into = masked.Row(r), above = from.Row(r), value = y.Row(r % y.Rows);
                    for (int i = 0; i < into.Length; i++) into[i] = value[i] > 0 ? above[i] : 0;
                }
            });
        }
        if (walk.Needs(call.X[0]))
        {
            using Walk.Sink gx = walk.Open(call.X[0], g.Targets, tokens: null);
            if (IsProduct)
                Gemm.Multiply(walk.Compute, masked.Rows, Channels, Weight.Rows, new Operand(masked.Pointer, Weight.Rows), Weight.Operand, gx.Values.Pointer,
                    Channels, gx.Accumulate);
            else
                ByRows(walk.Compute, gx.Values.Rows, _turned.Value, Readers(masked, x.Shape[1], x.Shape[2], y.Shape[1], y.Shape[2]), gx.Values, gx.Accumulate,
                    finish: null);
        }
        if (call.X.Length > 1)
        {
            if (masked == g.Values) walk.Share(call.X[1], g);
            else
            {
                walk.Give(call.X[1], new Cotangent(masked)); // takes it over
                return;
            }
        }
        if (masked != g.Values) walk.Arena.Return(masked);
    }
}
