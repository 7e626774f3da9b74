// Cutting an image into patches: with Linear behind it, a convolution whose stride is its size.

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

/// <summary>y = the pixels of every whole patch, patches in row-major order.</summary>
/// <remarks>
/// <code>
/// x [B, c, H, W]   y [B, (H/p)·(W/p), c·p·p]      channel, then row, then column inside the patch; pixels beyond the last whole patch are left out
/// pull  every pixel takes the cotangent of its place; left-out pixels take zero
/// </code>
/// </remarks>
/// <param name="size">p.</param>
/// <param name="channels">c; red, green and blue unless said otherwise.</param>
sealed class Patches(int size, int channels = 3) : Op
{
    /// <summary>p.</summary>
    public int Size => size;

    internal override int[] OutputShape(ReadOnlySpan<Tensor> x) => [x[0].Shape[0], x[0].Shape[2] / size * (x[0].Shape[3] / size), x[0].Shape[1] * size * size];

    internal override void PullCost(Call call, Flow g, CostWalk walk) => walk.Give(call.X[0], new Flow(call.X[0]));

    internal override Tensor Forward(ReadOnlySpan<Tensor> x, Arena arena, out Tensor[] kept)
    {
        kept = [];
        ReadOnlySpan<int> s = x[0].Shape;
        Tensor y = arena.Rent(s[0], s[2] / size * (s[3] / size), s[1] * size * size);
        Tensor image = x[0];
        Move(image, y, (pixels, patch) => pixels.CopyTo(patch));
        return y;
    }

    internal override void Pull(Call call, Cotangent g, Walk walk)
    {
        Tensor gx = walk.Arena.RentZeroed([g.Targets, .. call.X[0].Value.Shape]);
        Move(gx, g.Values, (pixels, patch) => patch.CopyTo(pixels));
        walk.Give(call.X[0], new Cotangent(gx));
    }

    delegate void Copy(Span<float> pixels, Span<float> patch);

    /// <summary>Visits every row of pixels of every patch of images [.., c, H, W] and patches [.., n, c·p·p].</summary>
    void Move(Tensor images, Tensor patches, Copy copy)
    {
        int height = images.Shape[^2], width = images.Width, across = width / size, down = height / size;
        for (int i = 0; i < patches.Rows; i++)
        {
            int image = i / (across * down), top = i / across % down * size, left = i % across * size;
            for (int c = 0; c < channels; c++)
                for (int y = 0; y < size; y++)
                    copy(images.Row((image * channels + c) * height + top + y).Slice(left, size), patches.Row(i).Slice((c * size + y) * size, size));
        }
    }

    internal override PreciseMatrix PreciseForward(PreciseCall call)
    {
        PreciseMatrix x = call.X[0];
        int height = x.Rows / channels, across = x.Width / size, down = height / size;
        PreciseMatrix y = PreciseMatrix.Uninitialized(across * down, channels * size * size);
        for (int i = 0; i < y.Rows; i++)
            for (int line = 0; line < channels * size; line++) // channel, row
                x.Row(line / size * height + i / across * size + line % size).Slice(i % across * size, size).CopyTo(y.Row(i)[(line * size)..]);
        return y;
    }

    internal override PreciseMatrix?[] PrecisePull(PreciseCall call, PreciseMatrix g)
    {
        PreciseMatrix x = call.X[0], gx = new(call.Targets * x.Rows, x.Width);
        int height = x.Rows / channels, across = x.Width / size, patches = call.Y.Rows;
        for (int i = 0; i < g.Rows; i++)
            for (int line = 0; line < channels * size; line++) // channel, row
                g.Row(i).Slice(line * size, size).CopyTo(
                    gx.Row(i / patches * x.Rows + line / size * height + i % patches / across * size + line % size)[(i % patches % across * size)..]);
        return [gx];
    }

    /// <summary>Relevance of patches back to pixels, the channels added up: [T·H', W'], H' and W' whole patches.</summary>
    internal PreciseMatrix?[] AddChannels(PreciseCall call, PreciseMatrix r)
    {
        int across = call.X[0].Width / size, patches = call.Y.Rows, height = patches / across * size;
        PreciseMatrix pixels = new(call.Targets * height, across * size);
        for (int i = 0; i < r.Rows; i++)
        {
            int top = i / patches * height + i % patches / across * size, left = i % patches % across * size;
            for (int line = 0; line < channels * size; line++) // channel, row
            {
                Span<double> into = pixels.Row(top + line % size).Slice(left, size);
                TensorPrimitives.Add(into, r.Row(i).Slice(line * size, size), into);
            }
        }
        return [pixels];
    }
}
