// In which order patches are removed or inserted: by a map, or at random.

using Translucent.Tensors;

namespace Translucent.Evaluate.Trust;

/// <summary>Orders of patches, each a list of their indices.</summary>
static class PatchOrder
{
    /// <summary>The largest number first; of equal numbers the patch that comes first in the image; NaN at the end.</summary>
    public static int[] Of(ReadOnlySpan<float> map)
    {
        float[] values = map.ToArray();
        return [.. Enumerable.Range(0, values.Length).OrderByDescending(i => values[i])]; // a stable sort; NaN counts as least
    }

    /// <summary>Order number <paramref name="index"/> of a seed (Fisher and Yates).</summary>
    public static int[] Random(int count, ulong seed, int index)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        new SplitMix(SplitMix.At(seed, (ulong)index)).Shuffle<int>(order);
        return order;
    }

    /// <summary>How many patches are changed at steps 0 .. steps of a curve: evenly spread, 0 and all included.</summary>
    public static int[] Counts(int patches, int steps) => [.. Enumerable.Range(0, steps + 1).Select(k => (int)((2L * k * patches + steps) / (2L * steps)))];
}
