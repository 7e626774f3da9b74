// From images as they are prepared, plane after plane, to images whose channels lie together, as convolutions read them.

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

/// <summary>y[b, i, j, c] = x[b, c, i, j].</summary>
/// <remarks>
/// <code>
/// x [B, C, H, W]   y [B, H, W, C]      pull  the same the other way
/// </code>
/// </remarks>
sealed class ChannelsLast : Op
{
    /// <summary>The operation.</summary>
    public static readonly ChannelsLast Op = new();

    internal override int[] OutputShape(ReadOnlySpan<Tensor> x) => [x[0].Shape[0], x[0].Shape[2], x[0].Shape[3], x[0].Shape[1]];

    internal override Tensor Forward(ReadOnlySpan<Tensor> x, Arena arena, out Tensor[] kept)
    {
        kept = [];
        Tensor y = arena.Rent(OutputShape(x));
        int channels = x[0].Shape[1];
        Transpose(x[0].Span, y.Span, channels, y.Length / channels / x[0].Shape[0]);
        return y;
    }

    internal override void Pull(Call call, Cotangent g, Walk walk)
    {
        Tensor gx = walk.Arena.Rent([g.Targets, .. call.X[0].Value.Shape]);
        int channels = g.Values.Width;
        Transpose(g.Values.Span, gx.Span, gx.Length / channels / (g.Targets * call.X[0].Value.Shape[0]), channels);
        walk.Give(call.X[0], new Cotangent(gx));
    }

    /// <summary>[.., rows, columns] → [.., columns, rows].</summary>
    static void Transpose(ReadOnlySpan<float> from, Span<float> to, int rows, int columns)
    {
        for (int start = 0; start < from.Length; start += rows * columns)
            for (int r = 0; r < rows; r++)
                for (int c = 0; c < columns; c++) to[start + c * rows + r] = from[start + r * columns + c];
    }
}
