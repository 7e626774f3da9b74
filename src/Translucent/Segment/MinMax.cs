// Min-max scaling of maps: (x - min) / (max - min), each map by its own range, which makes maps of tokens and clusters comparable.

using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Segment;

/// <summary>Min-max scaling.</summary>
static class MinMax
{
    /// <summary>Stretches every map to 0 .. 1; a constant map becomes zeros.</summary>
    /// <param name="maps">[n, ...]: n maps of any shape, each scaled by its own smallest and largest value.</param>
    /// <returns>The same shape.</returns>
    /// <exception cref="ArgumentException">No axis.</exception>
    /// <exception cref="TranslucentException">A number that is not finite.</exception>
    public static Tensor Scale(Tensor maps)
    {
        int count = Maps.Count(maps), size = Maps.Size(maps);
        Tensor scaled = new(maps.Shape);
        for (int i = 0; i < count; i++)
            Scale(maps.Span.Slice(i * size, size), scaled.Span.Slice(i * size, size));
        return scaled;
    }

    static void Scale(ReadOnlySpan<float> map, Span<float> scaled)
    {
        if (map.IsEmpty) return;
        double min = TensorPrimitives.Min(map), range = TensorPrimitives.Max(map) - min; // float64: a range may exceed float32
        if (range == 0) return;
        for (int p = 0; p < map.Length; p++) scaled[p] = (float)((map[p] - min) / range);
    }
}
