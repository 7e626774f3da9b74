// The largest number of every window of an image whose channels lie together, as the stem of ResNet has it (He et al. 2015, arXiv:1512.03385).

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

/// <summary>y = max over windows of x, channel by channel; windows reach over the edge, where nothing counts.</summary>
/// <remarks>
/// <code>
/// x [B, H, W, C]   y [B, H′, W′, C]      H′ = (H + 2·pad − k) / stride + 1
/// pull  g goes to the first of the largest, in row-major order
/// </code>
/// </remarks>
sealed class MaxPool(int kernel, int stride, int padding) : Op
{
    internal override int[] OutputShape(ReadOnlySpan<Tensor> x)
    {
        ReadOnlySpan<int> s = x[0].Shape;
        if (s.Length != 4 || s[1] + 2 * padding < kernel || s[2] + 2 * padding < kernel)
            throw new ArgumentException($"max pool: {x[0]}, expected [B, H, W, C], H and W at least {Math.Max(1, kernel - 2 * padding)}.");
        return [s[0], Outputs(s[1]), Outputs(s[2]), s[3]];
    }

    int Outputs(int side) => (side + 2 * padding - kernel) / stride + 1;

    internal override Tensor Forward(ReadOnlySpan<Tensor> x, Arena arena, out Tensor[] kept)
    {
        kept = [];
        int[] shape = OutputShape(x);
        Tensor y = arena.Rent(shape), input = x[0];
        (int height, int width, int down, int across) = (input.Shape[1], input.Shape[2], shape[1], shape[2]);
        arena.Compute.ForRows(y.Rows, (first, end) =>
        {
            for (int row = first; row < end; row++)
            {
                Span<float> into = y.Row(row);
                into.Fill(float.NegativeInfinity);
                foreach (int from in Window(row, height, width, down, across)) TensorPrimitives.Max(into, input.Row(from), into);
            }
        });
        return y;
    }

    internal override void Pull(Call call, Cotangent g, Walk walk)
    {
        Tensor x = call.X[0].Value, y = call.Y.Value, gx = walk.Arena.RentZeroed([g.Targets, .. x.Shape]), gy = g.Values;
        (int height, int width, int down, int across) = (x.Shape[1], x.Shape[2], y.Shape[1], y.Shape[2]);
        int images = x.Shape[0], perImage = down * across;
        walk.Compute.For(g.Targets * images, pair =>
        {
            int image = pair % images;
            for (int cell = 0; cell < perImage; cell++)
            {
                int[] window = [.. Window(image * perImage + cell, height, width, down, across)];
                Span<float> above = gy.Row(pair * perImage + cell), largest = y.Row(image * perImage + cell);
                for (int c = 0; c < above.Length; c++)
                {
                    if (above[c] == 0) continue;
                    foreach (int from in window)
                        if (x.Row(from)[c] == largest[c])
                        {
                            gx.Row((pair - image) * height * width + from)[c] += above[c];
                            break;
                        }
                }
            }
        });
        walk.Give(call.X[0], new Cotangent(gx));
    }

    /// <summary>The pixels of x, as rows, that output <paramref name="row"/> sees, in row-major order.</summary>
    IEnumerable<int> Window(int row, int height, int width, int down, int across)
    {
        int image = row / (down * across), top = row / across % down * stride - padding, left = row % across * stride - padding;
        for (int y = Math.Max(top, 0); y < Math.Min(top + kernel, height); y++)
            for (int x = Math.Max(left, 0); x < Math.Min(left + kernel, width); x++) yield return (image * height + y) * width + x;
    }
}
