using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Translucent.Evaluate.DataSets;
using Translucent.Evaluate.Metrics;
using Translucent.Files;

namespace Translucent.Tests.Evaluate.Metrics;

public class CocoEvaluationTests
{
    static readonly CocoArea[] Sizes = [CocoArea.All, CocoArea.Small, CocoArea.Medium, CocoArea.Large]; // the order of the golden file
    static readonly int[] Most = [1, 10, 100];

    [Theory, InlineData("coco_0.50"), InlineData("paper_0.20")]
    public void Every_number_is_that_of_the_golden_file(string setting)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Golden.File("coco_eval/expected.json")));
        JsonElement expected = json.RootElement.GetProperty(setting);
        IReadOnlyList<double> thresholds = setting[0] == 'c' ? CocoEvaluation.CocoThresholds : CocoEvaluation.PaperThresholds;
        Assert.Equal(expected.GetProperty("iou_thresholds").EnumerateArray().Select(n => n.GetDouble()), thresholds);

        CocoEvaluation found = CocoEvaluation.Of(CocoInstances.Read(Golden.File("coco_eval/gt.json")), CocoResults.Read(Golden.File("coco_eval/dets.json")),
            CocoRegion.Mask, thresholds);
        Assert.Equal(expected.GetProperty("categories").EnumerateArray().Select(n => n.GetInt32()), found.Categories);
        for (int t = 0; t < thresholds.Count; t++)
            for (int k = 0; k < found.Categories.Count; k++)
                for (int a = 0; a < Sizes.Length; a++)
                {
                    Same(expected.GetProperty("ap_per_threshold_category_area")[t][k][a], found.PrecisionAt(t, k, Sizes[a]));
                    for (int m = 0; m < Most.Length; m++)
                        Same(expected.GetProperty("recall_threshold_category_area_maxdets")[t][k][a][m], found.RecallAt(t, k, Sizes[a], Most[m]));
                }
        JsonElement summary = expected.GetProperty("summary");
        foreach ((string name, double value) in Summary(found)) Same(summary.GetProperty(name), value);
    }

    [Theory, InlineData(0.5), InlineData(0.2)]
    public void Images_that_are_drawn_again_count_as_copies_of_them(double from)
    {
        CocoInstances truth = CocoInstances.Read(Golden.File("coco_eval/gt.json"));
        IReadOnlyList<CocoDetection> found = CocoResults.Read(Golden.File("coco_eval/dets.json"));
        IReadOnlyList<double> thresholds = from < 0.5 ? CocoEvaluation.PaperThresholds : CocoEvaluation.CocoThresholds;
        Func<int[], double> drawn = CocoEvaluation.OfDrawn(truth, found, CocoRegion.Mask, thresholds);
        Assert.Equal(CocoEvaluation.Of(truth, found, CocoRegion.Mask, thresholds).AveragePrecision(), drawn([.. truth.Images.Select(_ => 1)]), 12);

        int[] times = [.. truth.Images.Select((_, i) => i % 3)]; // some never, some twice: the same with copies under other ids
        (CocoImage Image, long Copy)[] copies =
            [.. truth.Images.SelectMany((image, i) => Enumerable.Range(0, times[i]).Select(c => (image, image.Id + c * 1_000_000L)))];
        ILookup<long, CocoAnnotation> objects = truth.Annotations.ToLookup(a => a.ImageId);
        ILookup<long, CocoDetection> detections = found.ToLookup(d => d.ImageId);
        CocoInstances copied = truth with
        {
            Images = [.. copies.Select(c => c.Image with { Id = c.Copy })],
            Annotations = [.. copies.SelectMany(c => objects[c.Image.Id].Select(a => a with { ImageId = c.Copy }))],
        };
        CocoDetection[] again = [.. copies.SelectMany(c => detections[c.Image.Id].Select(d => d with { ImageId = c.Copy }))];
        // equal scores may stand in another order
        Assert.Equal(CocoEvaluation.Of(copied, again, CocoRegion.Mask, thresholds).AveragePrecision(), drawn(times), 3);
    }

    static void Same(JsonElement expected, double found) => Assert.Equal(expected.GetDouble(), double.IsNaN(found) ? -1 : found, 1e-9);

    static (string, double)[] Summary(CocoEvaluation e) =>
    [
        ("AP", e.AveragePrecision()), ("AP_20", e.AveragePrecision(threshold: 0.2)), ("AP_50", e.AveragePrecision(threshold: 0.5)),
        ("AP_75", e.AveragePrecision(threshold: 0.75)),
        ("AP_small", e.AveragePrecision(CocoArea.Small)), ("AP_medium", e.AveragePrecision(CocoArea.Medium)), ("AP_large", e.AveragePrecision(CocoArea.Large)),
        ("AR_max1", e.AverageRecall(most: 1)), ("AR_max10", e.AverageRecall(most: 10)), ("AR", e.AverageRecall()),
        ("AR_small", e.AverageRecall(CocoArea.Small)), ("AR_medium", e.AverageRecall(CocoArea.Medium)), ("AR_large", e.AverageRecall(CocoArea.Large)),
    ];

    // Random scenes of rectangles on whole pixels, of which masks and boxes say the same.

    sealed record Case((int Image, int Category, Box Box, bool Crowd)[] Objects, (int Image, int Category, Box Box, int Score)[] Found)
    {
        public CocoInstances Truth => new([.. Enumerable.Range(0, 4).Select(i => new CocoImage(i, "", 48, 40))],
            [.. Objects.Select((o, i) => new CocoAnnotation(i + 1, o.Image, o.Category, Filled(o.Box), Around(o.Box), o.Crowd))],
            [new CocoCategory(1, "a"), new CocoCategory(2, "b")]);

        public CocoDetection[] Detections => [.. Found.Select(f => new CocoDetection(f.Image, f.Category, f.Score / 8.0, Filled(f.Box)))];

        public static Rle Filled(Box b) => Rle.Encode(
            [.. Enumerable.Range(0, 48 * 40).Select(p => p % 48 >= b.X && p % 48 < b.X + b.Width && p / 48 >= b.Y && p / 48 < b.Y + b.Height)], 48, 40);

        static (double, double, double, double) Around(Box b) => (b.X, b.Y, b.Width, b.Height);
    }

    static readonly Gen<Box> Boxes = from x in Gen.Choose(0, 30)
                                     from y in Gen.Choose(0, 25)
                                     from w in Gen.Choose(4, 18)
                                     from h in Gen.Choose(
        4, 15)
                                     select new Box(x, y, w, h);

    static readonly Gen<(int, int, Box, bool)> Objects =
        from image in Gen.Choose(0, 3)
        from category in Gen.Choose(1, 2)
        from box in Boxes
        from crowd in Gen.Choose(
            0, 5)
        select (image, category, box, crowd == 0);

    static readonly Gen<(int, int, Box, int)> Near =
        from image in Gen.Choose(0, 3) from category in Gen.Choose(1, 2) from box in Boxes from score in Gen.Choose(0, 8) select (image, category, box, score);

    static readonly Arbitrary<Case> Cases = (from objects in Gen.ArrayOf(Objects, 9)
                                             from found in Gen.ArrayOf(Near, 12)
                                             from moved in Gen.ArrayOf(Gen.Choose(-2, 2), 9)
                                             select new Case(objects, [.. found, .. objects.Select(
                                                 (o, i) => (o.Item1, o.Item2, o.Item3 with { X = Math.Max(0, o.Item3.X + moved[i]) }, i % 5))]))
        .ToArbitrary();

    static double[] All(CocoEvaluation e) =>
    [
        .. from t in Enumerable.Range(0, e.ReachedAt.Count) from k in Enumerable.Range(0, e.Categories.Count) from a in Sizes from n in Most.Select(
            m => e.RecallAt(t, k, a, m)).Prepend(e.PrecisionAt(t, k, a)) select n,
    ];

    [Fact]
    public void Boxes_and_the_masks_that_fill_them_give_the_same() => Prop.ForAll(Cases, c =>
        Assert.Equal(All(CocoEvaluation.Of(c.Truth, c.Detections, CocoRegion.Mask)), All(CocoEvaluation.Of(c.Truth, c.Detections, CocoRegion.Box))))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Detections_that_are_the_truth_are_perfect() => Prop.ForAll(Cases, c =>
    {
        CocoInstances truth = c.Truth with { Annotations = [.. c.Truth.Annotations.Where(a => !a.IsCrowd)] };
        CocoDetection[] same = [.. truth.Annotations.Select((a, i) => new CocoDetection(a.ImageId, a.CategoryId, i % 3, a.Mask))];
        CocoEvaluation e = CocoEvaluation.Of(truth, same, CocoRegion.Mask);
        if (truth.Annotations.Count > 0) Assert.Equal((1.0, 1.0), (Math.Round(e.AveragePrecision(), 12), e.AverageRecall()));
        else Assert.True(double.IsNaN(e.AveragePrecision()) && double.IsNaN(e.AverageRecall()));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_order_of_images_and_of_detections_with_different_scores_does_not_matter() => Prop.ForAll(Cases, c =>
    {
        CocoDetection[] apart = [.. c.Detections.Select((d, i) => d with { Score = d.Score + i / 1000.0 })];
        CocoInstances turned = c.Truth with { Images = [.. c.Truth.Images.Reverse()] };
        Assert.Equal(All(CocoEvaluation.Of(c.Truth, apart, CocoRegion.Mask)), All(CocoEvaluation.Of(turned, [.. apart.Reverse()], CocoRegion.Mask)));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Of_equal_scores_the_earlier_one_comes_first()
    {
        CocoInstances truth = One(new Box(0, 0, 10, 10));
        CocoDetection right = new(0, 1, 0.5, Case.Filled(new Box(0, 0, 10, 10))), wrong = new(0, 1, 0.5, Case.Filled(new Box(30, 20, 10, 10)));
        Assert.Equal(1, CocoEvaluation.Of(truth, [right, wrong], CocoRegion.Mask).AveragePrecision(), 1e-12);
        Assert.Equal(0.5, CocoEvaluation.Of(truth, [wrong, right], CocoRegion.Mask).AveragePrecision(), 1e-12);
    }

    [Fact]
    public void A_surer_detection_of_nothing_never_helps_and_a_less_sure_copy_neither() => Prop.ForAll(Cases, c =>
    {
        double[] strict = [0.6, 0.8]; // no detection overlaps two objects that far unless they overlap
        CocoInstances truth = c.Truth with { Annotations = [.. c.Truth.Annotations.DistinctBy(a => (a.ImageId, a.CategoryId))] };
        CocoDetection[] found = c.Detections;
        double before = CocoEvaluation.Of(truth, found, CocoRegion.Mask, strict).AveragePrecision();
        foreach (CocoDetection d in found.Take(3))
        {
            Assert.True(CocoEvaluation.Of(truth, [.. found, d with { Score = d.Score - 0.01 }], CocoRegion.Mask, strict).AveragePrecision() is var copied
                && !(copied > before + 1e-12));
            CocoDetection nothing = new(d.ImageId, d.CategoryId, 9, Case.Filled(new Box(0, 0, 1, 1)));
            Assert.True(CocoEvaluation.Of(truth, [.. found, nothing], CocoRegion.Mask, strict).AveragePrecision() is var surer && !(surer > before + 1e-12));
        }
    }).QuickCheckThrowOnFailure();

    static CocoInstances One(params Box[] objects) => new Case([.. objects.Select(b => (0, 1, b, false))], []).Truth;

    [Fact]
    public void A_detection_within_a_crowd_counts_neither_for_nor_against_and_never_twice()
    {
        CocoInstances truth = new Case([(0, 1, new Box(0, 0, 8, 8), false), (0, 1, new Box(20, 10, 18, 15), true)], []).Truth;
        CocoDetection right = new(0, 1, 0.5, Case.Filled(new Box(0, 0, 8, 8)));
        CocoDetection[] inside = [.. Enumerable.Range(0, 5).Select(i => new CocoDetection(0, 1, 0.9, Case.Filled(new Box(21 + i, 12, 6, 6))))];
        Assert.Equal(All(CocoEvaluation.Of(truth, [right], CocoRegion.Mask)).Where((_, i) => i % 4 is 0 or 3),
            All(CocoEvaluation.Of(truth, [.. inside, right], CocoRegion.Mask)).Where((_, i) => i % 4 is 0 or 3));
    }

    [Fact]
    public void An_object_that_counts_is_taken_before_a_crowd_that_overlaps_more()
    {
        CocoInstances truth = new Case([(0, 1, new Box(0, 0, 30, 30), true), (0, 1, new Box(5, 5, 10, 10), false)], []).Truth;
        CocoDetection[] found = [new(0, 1, 0.9, Case.Filled(new Box(5, 5, 10, 7)))]; // all of it in the crowd, 0.7 of the object
        Assert.Equal(1, CocoEvaluation.Of(truth, found, CocoRegion.Mask, [0.5]).AverageRecall());
    }

    [Fact]
    public void Only_the_hundred_surest_of_an_image_count()
    {
        CocoInstances truth = One(new Box(0, 0, 10, 10));
        CocoDetection[] Wrong(int count) => [.. Enumerable.Range(0, count).Select(i => new CocoDetection(0, 1, 0.9, Case.Filled(new Box(30, 20, 10, 10))))];
        CocoDetection right = new(0, 1, 0.1, Case.Filled(new Box(0, 0, 10, 10)));
        foreach ((int before, int most) in ((int, int)[])[(0, 1), (9, 10), (99, 100)])
        {
            Assert.Equal(1, CocoEvaluation.Of(truth, [right, .. Wrong(before)], CocoRegion.Mask).AverageRecall(most: most));
            Assert.Equal(0, CocoEvaluation.Of(truth, [right, .. Wrong(before + 1)], CocoRegion.Mask).AverageRecall(most: most));
        }
        Assert.Equal(0, CocoEvaluation.Of(truth, [right, .. Wrong(100)], CocoRegion.Mask).AveragePrecision());
    }

    [Fact]
    public void Recalls_are_read_where_numpy_puts_them()
    {
        Box[] places = [.. Enumerable.Range(0, 100).Select(i => new Box(i % 10 * 4, i / 10 * 4, 3, 3))];
        CocoDetection[] found = [.. places.Take(57).Select(b => new CocoDetection(0, 1, 1, Case.Filled(b)))];
        Assert.Equal(57.0 / 101, CocoEvaluation.Of(One(places), found, CocoRegion.Mask).AveragePrecision(), 1e-12); // 57 · 0.01 is a little more than 0.57
    }

    [Fact]
    public void An_overlap_that_is_the_threshold_is_enough()
    {
        CocoDetection[] half = [new(0, 1, 1, Case.Filled(new Box(0, 0, 10, 5)))];
        Assert.Equal(1, CocoEvaluation.Of(One(new Box(0, 0, 10, 10)), half, CocoRegion.Mask, [0.5]).AverageRecall());
        Assert.Equal(0, CocoEvaluation.Of(One(new Box(0, 0, 10, 10)), half, CocoRegion.Mask, [0.51]).AverageRecall());
    }

    [Fact]
    public void Of_equal_overlaps_the_later_object_is_taken()
    {
        CocoDetection[] found = [new(0, 1, 0.9, Case.Filled(new Box(5, 0, 10, 10))), new(0, 1, 0.8, Case.Filled(new Box(0, 0, 10, 10)))];
        Assert.Equal(1, CocoEvaluation.Of(One(new Box(0, 0, 10, 10), new Box(10, 0, 10, 10)), found, CocoRegion.Mask, [0.3]).AverageRecall());
    }

    [Fact]
    public void The_annotated_area_says_how_large_an_object_is_and_the_pixels_how_large_a_detection_is()
    {
        CocoInstances truth = One(new Box(0, 0, 10, 10));
        CocoInstances called = truth with { Annotations = [truth.Annotations[0] with { Area = 5000 }] };
        CocoDetection[] found = [new(0, 1, 0.9, Case.Filled(new Box(30, 20, 10, 10))), new(0, 1, 0.8, Case.Filled(new Box(0, 0, 10, 10)))];
        CocoEvaluation e = CocoEvaluation.Of(called, found, CocoRegion.Mask);
        Assert.True(double.IsNaN(e.AveragePrecision(CocoArea.Small)));
        Assert.Equal(1, e.AveragePrecision(CocoArea.Medium), 1e-12); // the wrong one is small and is left out
        Assert.Equal(0.5, e.AveragePrecision(), 1e-12);
    }

    [Fact]
    public void What_cannot_be_compared_is_named()
    {
        CocoInstances truth = One(new Box(0, 0, 10, 10));
        string Refused(CocoDetection d, CocoRegion by) =>
            Assert.Throws<TranslucentException>(() => CocoEvaluation.Of(truth, [new CocoDetection(0, 1, 1, truth.Annotations[0].Mask), d], by)).Message;
        Assert.Contains("detection 1: image 7 is none of the 4", Refused(new(7, 1, 1, truth.Annotations[0].Mask), CocoRegion.Box));
        Assert.Contains("detection 1: it has no mask", Refused(new(0, 1, 1, (0, 0, 1, 1)), CocoRegion.Mask));
        Assert.Contains("detection 1: the score is NaN", Refused(new(0, 1, double.NaN, (0, 0, 1, 1)), CocoRegion.Box));
        Assert.Contains("detection 1: a mask of 1 x 1 on image 0, expected 48 x 40", Refused(new(0, 1, 1, Rle.Encode([true], 1, 1)), CocoRegion.Mask));
        CocoInstances other = truth with { Images = [new CocoImage(0, "", 40, 48)] };
        Assert.Contains("annotation 1: a mask of 48 x 40", Assert.Throws<TranslucentException>(() => CocoEvaluation.Of(other, [], CocoRegion.Mask)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => CocoEvaluation.Of(truth, [], CocoRegion.Box).AverageRecall(most: 5));
    }
}
