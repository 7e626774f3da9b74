// The protocols of unsupervised segmentation, each with every choice it makes (docs/segmentation-evaluation.md; the public evaluations they follow: STEGO
// arXiv:2203.08414, PiCIE arXiv:2103.17070, IIC arXiv:1807.06653, MaskContrast arXiv:2102.06191, ULTra arXiv:2411.12589).

using System.Globalization;
using Translucent.Evaluate.DataSets;
using Translucent.Evaluate.Metrics;
using Translucent.Files;
using Translucent.Images;
using Translucent.Segment;

namespace Translucent.Evaluate.Jobs;

/// <summary>A preset with its data.</summary>
/// <param name="Preset">As jobs have it.</param>
/// <param name="Size">At which pictures are scored.</param>
/// <param name="Read">(folder, reader, parts): the data set; null for regions of people, and for scenes, whose generator lies outside the library.</param>
sealed record SegmentationPreset(EvaluationPreset Preset, ScoredSize Size, Func<string, PictureReader, string[], SegmentationSet>? Read)
{
    /// <summary>The parts of the data set that are scored unless a user says otherwise; null where it has none.</summary>
    public string? Parts => Preset.Choices.FirstOrDefault(c => c.Name == SegmentationPresets.Part)?.Value;
}

/// <summary>The presets.</summary>
static class SegmentationPresets
{
    /// <summary>Names of choices that the results read.</summary>
    public const string SetClusters = "clusters of the set", MatchingChoice = "matching", Absent = "absent classes", Seed = "k-means seed",
        Restarts = "k-means beginnings", Things = "things below class", Part = "part", DataRule = "data rule";

    /// <summary>A value of <see cref="Absent"/>.</summary>
    public const string CountZero = "count 0", LeftOut = "left out";

    /// <summary>The paper's public notebook cuts trees at this cosine distance.</summary>
    public const double NotebookThreshold = 0.25;

    const string Stego = "STEGO, arXiv:2203.08414", Ultra = "ULTra, arXiv:2411.12589; what it leaves open as the table of choices says";

    /// <summary>Words for ways of matching.</summary>
    public static IReadOnlyList<(string Word, Matching Matching)> Matchings { get; } =
        [("pixel counts", Matching.Counts), ("overlap", Matching.Overlap), ("majority", Matching.Majority)];

    static readonly ScoredSize s_stego = new(320, Resampling.Nearest, 320), s_picie = new(320, Resampling.Bilinear, 320);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<SegmentationPreset> All { get; } =
    [
        Made("stego-coco27", "COCO-Stuff-27 as STEGO scores it, without its CRF.", Stego, 27, s_stego, Coco,
            things: 12, part: "val2017"),
        Made("picie-cityscapes27", "Cityscapes-27 as PiCIE scores it: val and train.", "PiCIE, arXiv:2103.17070", 27, s_picie,
            Cityscapes.Read, part: "val+train"),
        Made("iic-potsdam3", "Potsdam-3 as IIC scores it: all 5,400 labelled tiles.", "IIC, arXiv:1807.06653", 3, ScoredSize.Own,
            Potsdam, part: "labelled_train+labelled_test"),
        Made("voc21", "PASCAL VOC 2012 with background as MaskContrast and deep-spectral score it.", "MaskContrast, arXiv:2102.06191", 21, ScoredSize.Own,
            Voc, matching: "overlap", absent: CountZero, part: "val"),
        Made("ultra-coco27", "ULTra on COCO-Stuff-27.", Ultra, 27, s_picie, Coco, things: 12, zeta: true, part: "val2017"),
        Made("ultra-voc", "ULTra on PASCAL VOC 2012.", Ultra, 21, ScoredSize.Own, Voc, zeta: true, part: "val"),
        Made("ultra-cityscapes", "ULTra on Cityscapes-27.", Ultra, 27, s_picie, Cityscapes.Read, zeta: true, part: "val"),
        Made("ultra-potsdam", "ULTra on the 855 test tiles of Potsdam-3.", Ultra, 3, ScoredSize.Own, Potsdam, zeta: true, part: "labelled_test"),
        Made("camvid", "CamVid with 11 classes.", "SegNet, arXiv:1511.00561", 11, ScoredSize.Own,
            (root, reader, parts) => CamVid.Read(root, reader, Single(parts)), part: "test"),
        Made("ade20k", "ADE20K: the scene parsing benchmark, or all objects of the full set.", "ADE20K, arXiv:1608.05442", 150, ScoredSize.Own,
            (root, reader, parts) => Ade20k.Read(root, reader, Single(parts)), part: "validation"),
        Made("imagenet-segmentation", "ImageNet-Segmentation: one object against what is behind.", "Guillaumin, Küttel, Ferrari, IJCV 110, 2014", 2,
            ScoredSize.Own, (root, reader, _) => PlainFolders.ImageNetSegmentation(root, reader)),
        Made("segmentation", "Any folder of pictures and label images.", "plain folders", null, ScoredSize.Own,
            (root, reader, _) => PlainFolders.Read(root, reader)),
        Made("shapes", "Scenes of Shapes, whose truth is known.", "this project", 9, ScoredSize.Own, null),
        new(new EvaluationPreset("bsds500", "BSDS500: segments against the regions that people see.",
            "Arbeláez, Maire, Fowlkes, Malik, TPAMI 33, 2011", [.. Cutting(zeta: false), new("crf", "none", "no retouching of segments"),
                new(Part, "test", "of the data set: test, val or train"),
                new("scored on", "pictures at their own size", "how large pictures are")], (settings, items, _) => RegionResults.Of(settings, items)),
            ScoredSize.Own, null),
    ];

    /// <summary>The preset of a name; null where there is none.</summary>
    public static SegmentationPreset? Find(string name) => All.FirstOrDefault(p => p.Preset.Name == name);

    static SegmentationPreset Made(string name, string meaning, string source, int? classes, ScoredSize size,
        Func<string, PictureReader, string[], SegmentationSet>? read, string matching = "pixel counts", string absent = LeftOut, int? things = null,
        bool zeta = false, string? part = null) =>
        new(new EvaluationPreset(name, meaning, source,
        [
            .. Cutting(zeta),
            .. part is { } p ? (PresetChoice[])[new(Part, p, "of the data set, as published; several joined by +")] : [],
            new(DataRule, "by the reader", "which pictures and pixels count"),
            new("resize", size.Resizing, "before anything else"),
            new("crop", size.Cropping, "of the resized picture"),
            new("flip", "none", "no mean with the mirrored picture"),
            new("crf", "none", "no retouching of segments"),
            new(SetClusters, classes?.ToString(CultureInfo.InvariantCulture) ?? "as many as classes", "how many clusters all segments of the set form, global "
                + "labelling"),
            new("features", "mean of the segment's tokens behind the final normalisation, length 1", "what k-means sees of a segment, global labelling"),
            new(Seed, "1", "of k-means++"),
            new(Restarts, KMeans.DefaultRestarts.ToString(CultureInfo.InvariantCulture), "the clusters of least inertia are kept"),
            new(MatchingChoice, matching, "how segments and clusters get classes: pixel counts, overlap or majority"),
            new(Absent, absent, "classes that neither occur nor are given: left out, or count 0 as VOC code does"),
            .. things is { } t ? (PresetChoice[])[new(Things, t.ToString(CultureInfo.InvariantCulture), "where stuff begins")] : [],
        ], (settings, items, _) => SegmentationResults.Of(settings, items)), size, read);

    static SegmentationSet Coco(string root, PictureReader reader, string[] parts) => CocoStuff.Read(root, reader, Single(parts));

    static SegmentationSet Voc(string root, PictureReader reader, string[] parts) => PascalVoc.Read(root, reader, Single(parts));

    static SegmentationSet Potsdam(string root, PictureReader reader, string[] parts) => Potsdam3.Read(root, parts);

    static string Single(string[] parts) => parts is [var one] ? one
        : throw new TranslucentException($"{string.Join('+', parts)}: this data set is read by one part at a time; name one.");

    /// <summary>How a picture is cut.</summary>
    static PresetChoice[] Cutting(bool zeta) =>
    [
        new("layer", "behind the last block", "l of the tokens"),
        new("function", "s", "the number that stands for a token: s, e or w; several are compared"),
        new("w", "none", "SHA-256 of the vectors of function w"),
        new("segments", zeta ? Zeta(NotebookThreshold) : Segments(SegmentSettings.DefaultClusters), "where the tree of an image's tokens is cut"),
        new("linkage", "average", "distance between groups of tokens"),
        new("metric", "cosine", "distance between maps"),
        new("upsample", "bilinear", "from the patch grid to pixels"),
        new("sweeps", new SweepChoice(null, Auto: true, 8).Words, "exact or sparse"),
    ];

    /// <summary>A number of segments, in words.</summary>
    public static string Segments(int count) => string.Create(CultureInfo.InvariantCulture, $"{count} in every image");

    /// <summary>A threshold, in words.</summary>
    public static string Zeta(double distance) => string.Create(CultureInfo.InvariantCulture, $"merged below distance {distance}");
}
