// How well a map finds an object whose pixels are known: the localisation protocol of Chefer, Gur and Wolf (CVPR 2021, arXiv:2012.09838, on
// ImageNet-Segmentation; public code imagenet_seg_eval.py), the pointing game (Zhang et al. 2018, arXiv:1608.00507), and the mass and rank accuracies of
// CLEVR-XAI (Arras, Osman, Samek 2022, arXiv:2003.07258).

namespace Translucent.Evaluate.Metrics;

/// <summary>What one map says about one mask. Pixel counts are added up over images before they are divided.</summary>
/// <param name="Object">Pixels of the object, of the background.</param>
/// <param name="Said">Pixels that the map calls object, background.</param>
/// <param name="Both">Of these, those that are.</param>
/// <param name="Precision">Average precision of object and background together, as the public code has it: both channels flattened into one list.</param>
/// <param name="Hit">Whether the largest number of the map lies on the object.</param>
/// <param name="Mass">The share of the positive relevance that lies on the object; NaN where there is none.</param>
/// <param name="Rank">The share of the k largest numbers that lie on the object, k its pixels.</param>
sealed record MaskAgreement(
    (long Object, long Other) Object, (long Object, long Other) Said, (long Object, long Other) Both, double Precision, bool Hit, double Mass, double Rank)
{
    /// <summary>Holds a map against a mask, pixel by pixel.</summary>
    /// <param name="map">Relevance; what is above its mean is called object. A number that is none counts as the least.</param>
    /// <param name="mask">1 object, 0 background, below 0 where a pixel does not count.</param>
    /// <returns>Null where no pixel of the object counts.</returns>
    /// <exception cref="ArgumentException">The lists have different lengths.</exception>
    public static MaskAgreement? Of(ReadOnlySpan<float> map, ReadOnlySpan<sbyte> mask)
    {
        if (map.Length != mask.Length) throw new ArgumentException($"map: {map.Length} pixels, expected {mask.Length}.", nameof(map));
        List<float> kept = [];
        List<bool> truth = [];
        for (int i = 0; i < map.Length; i++)
        {
            if (mask[i] < 0) continue;
            kept.Add(map[i]);
            truth.Add(mask[i] > 0);
        }
        float[] values = [.. kept];
        bool[] known = [.. truth];
        int size = known.Count(t => t);
        if (size == 0) return null;
        float least = values.Where(v => !float.IsNaN(v)).DefaultIfEmpty(0).Min();
        for (int i = 0; i < values.Length; i++)
            if (float.IsNaN(values[i])) values[i] = least;

        double mean = values.Sum(v => (double)v) / values.Length, mass = 0, inside = 0;
        (long said, long both, long bothRest) = (0, 0, 0);
        for (int i = 0; i < values.Length; i++)
        {
            bool above = values[i] > mean;
            if (above) said++;
            if (above && known[i]) both++;
            if (!above && !known[i]) bothRest++;
            if (values[i] <= 0) continue;
            mass += values[i];
            if (known[i]) inside += values[i];
        }
        int largest = TensorPrimitives.IndexOfMax<float>(values);
        return new MaskAgreement((size, values.Length - size), (said, values.Length - said), (both, bothRest), Channels(values, known), known[largest],
            mass > 0 ? inside / mass : double.NaN, RankedTruth.PrecisionAtTrue(values, known));
    }

    /// <summary>The map scaled to 0 .. 1 as the score of the object, one minus it as that of the background.</summary>
    static double Channels(float[] values, bool[] known)
    {
        (float low, float high) = (values.Min(), values.Max());
        float[] scores = new float[2 * values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            float scaled = high > low ? (values[i] - low) / (high - low) : 0;
            (scores[i], scores[values.Length + i]) = (1 - scaled, scaled);
        }
        return AveragePrecision.Of(scores, [.. known.Select(k => !k), .. known]);
    }
}
