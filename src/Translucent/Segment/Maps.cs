// A tensor [n, ...] seen as n maps: what the layer asks of it, and how it says what is wrong.

using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Segment;

static class Maps
{
    /// <summary>How many maps; throws when there is no axis or a number that is not finite.</summary>
    public static int Count(Tensor maps)
    {
        if (maps.Shape.Length == 0) throw new ArgumentException("maps: a single number, expected [n, ...].");
        int size = Size(maps), at = FirstNotFinite(maps.Span);
        if (at >= 0) throw new TranslucentException($"maps: map {at / size} holds {maps.Span[at]}; every number must be finite.");
        return maps.Shape[0];
    }

    /// <summary>How many numbers one map holds.</summary>
    public static int Size(Tensor maps)
    {
        int size = 1;
        foreach (int axis in maps.Shape[1..]) size *= axis;
        return size;
    }

    /// <summary>The index of the first NaN or infinity, -1 when there is none.</summary>
    public static int FirstNotFinite(ReadOnlySpan<float> values)
    {
        for (int i = 0; i < values.Length; i++)
            if (!float.IsFinite(values[i])) return i;
        return -1;
    }
}
