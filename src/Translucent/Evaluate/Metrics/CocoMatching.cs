// Which detections of one class on one image find an object: pycocotools, cocoeval.py (computeIoU, evaluateImg) and maskApi.c (rleIou, bbIou).

using Translucent.Evaluate.DataSets;

namespace Translucent.Evaluate.Metrics;

/// <summary>The objects and the detections of one class on one image, the surest first, and how far they overlap.</summary>
sealed class CocoMatching
{
    readonly CocoAnnotation[] _truth;
    readonly double[,] _overlap; // [detections, objects]
    readonly double[] _areas;    // of the detections

    /// <param name="truth">Objects.</param>
    /// <param name="found">Detections in the order of the file.</param>
    /// <param name="by">What overlaps.</param>
    /// <param name="most">How many detections count.</param>
    public CocoMatching(IEnumerable<CocoAnnotation> truth, IEnumerable<CocoDetection> found, CocoRegion by, int most)
    {
        _truth = [.. truth];
        CocoDetection[] kept = [.. found.OrderByDescending(d => d.Score).Take(most)]; // OrderBy is stable
        Scores = Array.ConvertAll(kept, d => d.Score);
        Boxed[] those = Array.ConvertAll(kept, d => new Boxed(d.Box, d.Mask, by)), these = Array.ConvertAll(_truth, t => new Boxed(t.Box, t.Mask, by));
        _areas = Array.ConvertAll(those, d => d.Area);
        _overlap = new double[kept.Length, _truth.Length];
        for (int d = 0; d < kept.Length; d++)
            for (int t = 0; t < _truth.Length; t++)
            {
                double common = those[d].Common(these[t]);
                double whole = _truth[t].IsCrowd ? _areas[d] : _areas[d] + these[t].Area - common;
                _overlap[d, t] = common > 0 ? common / whole : 0;
            }
    }

    /// <summary>The scores of the detections, falling.</summary>
    public double[] Scores { get; }

    /// <summary>Matches greedily: every detection takes the object it overlaps most, of those that reach the threshold and are free.</summary>
    /// <param name="threshold">Intersection over union, reached or passed.</param>
    /// <param name="area">Objects outside it, and detections outside it that find nothing, do not count.</param>
    /// <param name="hits">[detections]: whether it finds an object.</param>
    /// <param name="ignored">[detections]: whether it counts neither for nor against.</param>
    public void Match(double threshold, (double Least, double Most) area, Span<bool> hits, Span<bool> ignored)
    {
        bool[] passed = Array.ConvertAll(_truth, t => IsIgnored(t, area)), used = new bool[_truth.Length];
        int[] order = [.. Enumerable.Range(0, _truth.Length).OrderBy(t => passed[t])]; // those that count come first
        for (int d = 0; d < Scores.Length; d++)
        {
            double best = Math.Min(threshold, 1 - 1e-10);
            int pick = -1;
            foreach (int t in order)
            {
                if (used[t] && !_truth[t].IsCrowd) continue;
                if (pick >= 0 && !passed[pick] && passed[t]) break; // an object that counts is better than any that does not
                if (_overlap[d, t] < best) continue;
                (best, pick) = (_overlap[d, t], t); // of equals the later one
            }
            hits[d] = pick >= 0;
            ignored[d] = pick >= 0 ? passed[pick] : _areas[d] < area.Least || _areas[d] > area.Most;
            if (pick >= 0) used[pick] = true;
        }
    }

    /// <summary>How many objects count.</summary>
    public int Objects((double Least, double Most) area) => _truth.Count(t => !IsIgnored(t, area));

    static bool IsIgnored(CocoAnnotation t, (double Least, double Most) area) => t.IsCrowd || t.Area < area.Least || t.Area > area.Most;

    /// <summary>A box, or a mask with the box around it.</summary>
    sealed class Boxed
    {
        readonly (double X, double Y, double Width, double Height) _box;
        readonly Rle? _mask;

        public Boxed((double X, double Y, double Width, double Height) box, Rle? mask, CocoRegion by)
        {
            _mask = by == CocoRegion.Mask ? mask : null;
            _box = _mask?.Around ?? box;
            Area = _mask?.Area ?? box.Width * box.Height;
        }

        public double Area { get; }

        /// <summary>What both cover. Boxes that do not meet spare the runs of their masks.</summary>
        public double Common(Boxed other)
        {
            double width = Math.Min(_box.X + _box.Width, other._box.X + other._box.Width) - Math.Max(_box.X, other._box.X);
            double height = Math.Min(_box.Y + _box.Height, other._box.Y + other._box.Height) - Math.Max(_box.Y, other._box.Y);
            if (width <= 0 || height <= 0) return 0;
            return _mask is null ? width * height : Rle.Intersection(_mask, other._mask!);
        }
    }
}
