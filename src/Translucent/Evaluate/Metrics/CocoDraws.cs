// The precision of one class if images were drawn again: what finds an object on an image does not depend on which images there are, so matching is done
// once and only the curve is drawn anew (definitions: CocoEvaluation; the bootstrap: PairedBootstrap).

namespace Translucent.Evaluate.Metrics;

/// <summary>One class on all images that have objects or detections of it.</summary>
sealed class CocoDraws
{
    readonly int[] _images, _objects, _imageOf, _order; // place among all images; objects; of every detection its image here; detections, the surest first
    readonly (bool[] Hits, bool[] Ignored)[] _found;    // by threshold

    /// <param name="images">The place of every image among all that are drawn.</param>
    /// <param name="matchings">What is on it.</param>
    /// <param name="thresholds">Of intersection over union.</param>
    /// <param name="area">Which objects count.</param>
    public CocoDraws(int[] images, CocoMatching[] matchings, IReadOnlyList<double> thresholds, (double Least, double Most) area)
    {
        _images = images;
        _objects = [.. matchings.Select(m => m.Objects(area))];
        _imageOf = [.. matchings.SelectMany((m, i) => m.Scores.Select(_ => i))];
        double[] scores = [.. matchings.SelectMany(m => m.Scores)];
        _order = [.. Enumerable.Range(0, scores.Length).OrderByDescending(d => scores[d])];
        _found = [.. thresholds.Select(threshold =>
        {
            bool[] hits = new bool[scores.Length], ignored = new bool[scores.Length];
            int at = 0;
            foreach (CocoMatching m in matchings)
            {
                m.Match(threshold, area, hits.AsSpan(at, m.Scores.Length), ignored.AsSpan(at, m.Scores.Length));
                at += m.Scores.Length;
            }
            return (hits, ignored);
        })];
    }

    /// <summary>The mean precision at every threshold; NaN where no object is drawn.</summary>
    public double[] Precisions(int[] drawn)
    {
        int objects = 0;
        for (int i = 0; i < _images.Length; i++) objects += drawn[_images[i]] * _objects[i];
        int[] times = [.. _imageOf.Select(i => drawn[_images[i]])];
        return [.. _found.Select(f => objects == 0 ? double.NaN : PrecisionRecall.Of(_order, f.Hits, f.Ignored, objects, times).Precision)];
    }
}
