// Average precision and recall of detections as COCO defines them: T.-Y. Lin et al., "Microsoft COCO: Common Objects in Context", ECCV 2014;
// pycocotools, cocoeval.py (accumulate, summarize), to the last digit: its thresholds, its interpolation, its order of equals.

using Translucent.Evaluate.DataSets;
using Translucent.Files;

namespace Translucent.Evaluate.Metrics;

/// <summary>What of a detection is compared with the truth.</summary>
enum CocoRegion
{
    /// <summary>The pixels.</summary>
    Mask,

    /// <summary>The box.</summary>
    Box,
}

/// <summary>Objects of which size count, in square pixels of the annotation, both ends included.</summary>
enum CocoArea
{
    /// <summary>0 to 1e10.</summary>
    All,

    /// <summary>0 to 32².</summary>
    Small,

    /// <summary>32² to 96².</summary>
    Medium,

    /// <summary>96² to 1e10.</summary>
    Large,
}

/// <summary>How well detections agree with the truth.</summary>
sealed class CocoEvaluation
{
    /// <summary>The thresholds of COCO: intersection over union 0.50, 0.55, .. 0.95.</summary>
    public static IReadOnlyList<double> CocoThresholds { get; } = Thresholds(0.5);

    /// <summary>The thresholds of the paper on heterogeneous attention: 0.20, 0.25, .. 0.95.</summary>
    public static IReadOnlyList<double> PaperThresholds { get; } = Thresholds(0.2);

    static readonly (double Least, double Most)[] Areas = [(0, 1e10), (0, 32 * 32), (32 * 32, 96 * 96), (96 * 96, 1e10)];
    static readonly int[] Most = [1, 10, 100];

    readonly double[,,,] _precision; // [threshold, category, area, most]: mean of the 101 points
    readonly double[,,,] _recall;    // NaN where there is no object

    CocoEvaluation(IReadOnlyList<double> thresholds, IReadOnlyList<int> categories)
    {
        (ReachedAt, Categories) = (thresholds, categories);
        _precision = new double[thresholds.Count, categories.Count, Areas.Length, Most.Length];
        _recall = new double[thresholds.Count, categories.Count, Areas.Length, Most.Length];
    }

    /// <summary>The thresholds of intersection over union.</summary>
    public IReadOnlyList<double> ReachedAt { get; }

    /// <summary>The classes of which there are objects, rising.</summary>
    public IReadOnlyList<int> Categories { get; }

    /// <summary>Compares detections with the truth. Detections of classes without objects do not count.</summary>
    /// <param name="truth">Objects; crowds are neither missed nor held against a detection on them.</param>
    /// <param name="found">Detections of these images; at most the 100 surest of a class on an image count.</param>
    /// <param name="by">Masks or boxes.</param>
    /// <param name="thresholds">Rising, 0 to 1; those of COCO where null.</param>
    /// <exception cref="TranslucentException">A detection or an object of an image that the truth does not list, without a mask where masks are compared, or
    /// with one of another size than its image.</exception>
    public static CocoEvaluation Of(CocoInstances truth, IReadOnlyList<CocoDetection> found, CocoRegion by, IReadOnlyList<double>? thresholds = null)
    {
        Check(truth, found, by);
        int[] categories = [.. truth.Annotations.Select(a => a.CategoryId).Distinct().Order()];
        CocoEvaluation evaluation = new(thresholds ?? CocoThresholds, categories);
        ILookup<int, CocoAnnotation> objects = truth.Annotations.ToLookup(a => a.CategoryId);
        ILookup<int, CocoDetection> detections = found.ToLookup(d => d.CategoryId);
        Parallel.For(0, categories.Length, k => evaluation.Judge(k,
            [.. Matchings(objects[categories[k]], detections[categories[k]], by).Select(m => m.Of)]));
        return evaluation;
    }

    /// <summary>AP of objects of all sizes if the images were drawn so often, as <see cref="PairedBootstrap"/> draws them; all once is that of
    /// <see cref="Of"/>.</summary>
    /// <returns>(how often each image of the truth is drawn): AP; NaN where no object is.</returns>
    /// <inheritdoc cref="Of"/>
    public static Func<int[], double> OfDrawn(CocoInstances truth, IReadOnlyList<CocoDetection> found, CocoRegion by, IReadOnlyList<double>? thresholds = null)
    {
        Check(truth, found, by);
        Dictionary<long, int> places = truth.Images.Select((image, i) => (image.Id, i)).ToDictionary(x => x.Id, x => x.i);
        ILookup<int, CocoAnnotation> objects = truth.Annotations.ToLookup(a => a.CategoryId);
        ILookup<int, CocoDetection> detections = found.ToLookup(d => d.CategoryId);
        CocoDraws[] categories = [.. objects.Select(g => g.Key).Order().Select(k =>
        {
            (long Image, CocoMatching Of)[] images = Matchings(objects[k], detections[k], by);
            return new CocoDraws([.. images.Select(i => places[i.Image])], [.. images.Select(i => i.Of)], thresholds ?? CocoThresholds, Areas[0]);
        })];
        return drawn => categories.SelectMany(c => c.Precisions(drawn)).Where(p => !double.IsNaN(p)).DefaultIfEmpty(double.NaN).Average();
    }

    static void Check(CocoInstances truth, IReadOnlyList<CocoDetection> found, CocoRegion by)
    {
        Dictionary<long, CocoImage> images = [];
        foreach (CocoImage image in truth.Images) images[image.Id] = image;
        foreach (CocoAnnotation a in truth.Annotations) CheckPlace($"annotation {a.Id}", a.ImageId, a.Mask);
        for (int i = 0; i < found.Count; i++)
        {
            CocoDetection d = found[i];
            if (by == CocoRegion.Mask && d.Mask is null) throw new TranslucentException($"detection {i}: it has no mask, which is what is compared.");
            if (!double.IsFinite(d.Score)) throw new TranslucentException($"detection {i}: the score is {d.Score}, expected a finite number.");
            CheckPlace($"detection {i}", d.ImageId, d.Mask);
        }

        void CheckPlace(string what, long id, Rle? mask)
        {
            if (!images.TryGetValue(id, out CocoImage? image))
                throw new TranslucentException($"{what}: image {id} is none of the {images.Count} images of the truth.");
            if (by == CocoRegion.Mask && (mask!.Width, mask.Height) != (image.Width, image.Height))
                throw new TranslucentException($"{what}: a mask of {mask.Width} x {mask.Height} on image {id}, expected {image.Width} x {image.Height}.");
        }
    }

    static (long Image, CocoMatching Of)[] Matchings(IEnumerable<CocoAnnotation> objects, IEnumerable<CocoDetection> found, CocoRegion by)
    {
        ILookup<long, CocoAnnotation> truth = objects.ToLookup(a => a.ImageId);
        ILookup<long, CocoDetection> detections = found.ToLookup(d => d.ImageId);
        return [.. truth.Select(g => g.Key).Union(detections.Select(g => g.Key)).Order()
            .Select(image => (image, new CocoMatching(truth[image], detections[image], by, Most[^1])))];
    }

    /// <summary>All numbers of one class.</summary>
    void Judge(int category, CocoMatching[] images)
    {
        int[] starts = new int[images.Length + 1];
        for (int i = 0; i < images.Length; i++) starts[i + 1] = starts[i] + images[i].Scores.Length;
        double[] scores = [.. images.SelectMany(i => i.Scores)];
        int[] ranks = [.. images.SelectMany(i => Enumerable.Range(0, i.Scores.Length))];
        int[][] orders = [.. Most.Select(most => (int[])[.. Enumerable.Range(0, scores.Length).Where(d => ranks[d] < most).OrderByDescending(d => scores[d])])];
        bool[] hits = new bool[scores.Length], ignored = new bool[scores.Length];
        for (int area = 0; area < Areas.Length; area++)
        {
            int objects = images.Sum(i => i.Objects(Areas[area]));
            for (int t = 0; t < ReachedAt.Count; t++)
            {
                for (int i = 0; i < images.Length; i++)
                    images[i].Match(ReachedAt[t], Areas[area], hits.AsSpan(starts[i]..starts[i + 1]), ignored.AsSpan(starts[i]..starts[i + 1]));
                for (int m = 0; m < Most.Length; m++)
                    (_precision[t, category, area, m], _recall[t, category, area, m]) =
                        objects == 0 ? (double.NaN, double.NaN) : PrecisionRecall.Of(orders[m], hits, ignored, objects);
            }
        }
    }

    /// <summary>Mean precision over 101 recalls at one threshold, of one class; NaN where it has no objects of the size.</summary>
    /// <param name="threshold">Index into <see cref="ReachedAt"/>.</param>
    /// <param name="category">Index into <see cref="Categories"/>.</param>
    /// <param name="area">Size of the objects.</param>
    public double PrecisionAt(int threshold, int category, CocoArea area = CocoArea.All) => _precision[threshold, category, (int)area, Most.Length - 1];

    /// <summary>The share of objects that is found at one threshold, of one class; NaN where it has no objects of the size.</summary>
    /// <param name="threshold">Index into <see cref="ReachedAt"/>.</param>
    /// <param name="category">Index into <see cref="Categories"/>.</param>
    /// <param name="area">Size of the objects.</param>
    /// <param name="most">How many detections of an image count: 1, 10 or 100.</param>
    public double RecallAt(int threshold, int category, CocoArea area = CocoArea.All, int most = 100) => _recall[threshold, category, (int)area, Cap(most)];

    /// <summary>AP: mean over thresholds and classes with objects; NaN where there are none.</summary>
    /// <param name="area">Size of the objects.</param>
    /// <param name="threshold">One threshold alone, such as 0.5; NaN comes back where it is none of <see cref="ReachedAt"/>.</param>
    public double AveragePrecision(CocoArea area = CocoArea.All, double? threshold = null) => Mean(_precision, area, Most.Length - 1, threshold);

    /// <summary>AR: mean over thresholds and classes with objects; NaN where there are none.</summary>
    /// <param name="area">Size of the objects.</param>
    /// <param name="most">How many detections of an image count: 1, 10 or 100.</param>
    public double AverageRecall(CocoArea area = CocoArea.All, int most = 100) => Mean(_recall, area, Cap(most), null);

    double Mean(double[,,,] numbers, CocoArea area, int most, double? threshold)
    {
        (double sum, int count) = (0, 0);
        for (int t = 0; t < ReachedAt.Count; t++)
        {
            if (threshold is { } only && Math.Abs(ReachedAt[t] - only) > 1e-6) continue;
            for (int k = 0; k < Categories.Count; k++)
                if (numbers[t, k, (int)area, most] is var n && !double.IsNaN(n)) (sum, count) = (sum + n, count + 1);
        }
        return count == 0 ? double.NaN : sum / count;
    }

    static int Cap(int most) => Array.IndexOf(Most, most) is var m and >= 0 ? m
        : throw new ArgumentOutOfRangeException(nameof(most), most, "most: expected 1, 10 or 100.");

    /// <summary>first, first + step, .. 0.95 in steps of about 0.05, each rounded as NumPy's linspace rounds it.</summary>
    static double[] Thresholds(double first)
    {
        int steps = (int)Math.Round((0.95 - first) / 0.05);
        double step = (0.95 - first) / steps;
        return [.. Enumerable.Range(0, steps).Select(i => first + i * step), 0.95];
    }
}
