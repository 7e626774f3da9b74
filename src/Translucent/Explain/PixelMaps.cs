// Explanations on the pixels that went into the model, where those of attention methods are on its patches.

using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>A number for every channel of every pixel.</summary>
/// <param name="Channels">[T, B, c, H, W], signed; red, green and blue of the prepared image, or what channels it has. Zero beyond the last whole patch,
/// where the model does not look.</param>
/// <remarks><see cref="Models.PatchGrid.Sums"/> lays either reduction on the patch grid.</remarks>
sealed record PixelMaps(Tensor Channels)
{
    /// <summary>The channels added up, [T, B, H, W]: how shares of a score are read.</summary>
    public Tensor Sum() => Reduce((sum, channel) => TensorPrimitives.Add(sum, channel, sum));

    /// <summary>The largest absolute value among the channels, [T, B, H, W]: how gradients are read (Simonyan et al. 2013, section 3.1).</summary>
    public Tensor Largest() => Reduce((largest, channel) => TensorPrimitives.MaxMagnitude(largest, channel, largest), magnitude: true);

    delegate void Join(Span<float> into, ReadOnlySpan<float> channel);

    Tensor Reduce(Join join, bool magnitude = false)
    {
        ReadOnlySpan<int> shape = Channels.Shape;
        Tensor reduced = new(shape[0], shape[1], shape[3], shape[4]);
        int channels = shape[2], plane = shape[3] * shape[4];
        for (int i = 0; i * channels * plane < Channels.Length; i++)
        {
            Span<float> into = reduced.Span.Slice(i * plane, plane);
            for (int c = 0; c < channels; c++) join(into, Channels.Span.Slice((channels * i + c) * plane, plane));
            if (magnitude) TensorPrimitives.Abs(into, into);
        }
        return reduced;
    }
}
