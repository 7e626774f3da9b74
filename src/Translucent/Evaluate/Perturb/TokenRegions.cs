// Which patches are changed to test the map of a latent token: those above a threshold of it, and as many of the least relevant and at random.

using Translucent.Tensors;

namespace Translucent.Evaluate.Perturb;

/// <summary>Three sets of patches of equal size, none of which holds the token's own patch.</summary>
/// <param name="Positive">The most relevant.</param>
/// <param name="Negative">The least relevant.</param>
/// <param name="Random">Any.</param>
sealed record TokenRegions(int[] Positive, int[] Negative, int[] Random)
{
    /// <summary>The regions of a map.</summary>
    /// <param name="map">[n], a number for every patch.</param>
    /// <param name="own">The token's own patch, which stays; -1 for a token that is no patch.</param>
    /// <param name="zeta">Patches whose relevance, scaled to 0 .. 1 over the other patches, is above it are the positive region: at least one, at most half, so
    /// that positive and negative have nothing in common.</param>
    /// <param name="random">Draws the random region.</param>
    /// <exception cref="ArgumentException">There are fewer than two other patches.</exception>
    public static TokenRegions Of(ReadOnlySpan<float> map, int own, double zeta, SplitMix random)
    {
        float[] values = map.ToArray();
        int[] others = [.. Enumerable.Range(0, values.Length).Where(i => i != own)];
        if (others.Length < 2) throw new ArgumentException($"map: {values.Length} patches, expected at least two beside the token's own.", nameof(map));
        double low = others.Min(i => values[i]), high = others.Max(i => values[i]);
        int above = high > low ? others.Count(i => (values[i] - low) / (high - low) > zeta) : 0, count = Math.Clamp(above, 1, others.Length / 2);
        int[] mixed = [.. others];
        random.Shuffle<int>(mixed);
        return new TokenRegions([.. others.OrderByDescending(i => values[i]).Take(count).Order()], [.. others.OrderBy(i => values[i]).Take(count).Order()],
            [.. mixed.Take(count).Order()]);
    }
}
