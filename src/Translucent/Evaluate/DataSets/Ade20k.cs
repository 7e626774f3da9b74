// ADE20K (Zhou et al., arXiv:1608.05442). Two layouts: the scene parsing benchmark (ADEChallengeData2016: images/, annotations/, 150 classes, 0 for none;
// github.com/CSAILVision/sceneparsing), and the full set of 2017 (x.jpg, x_seg.png, x_atr.txt), where blue numbers objects and x_atr.txt names them.

using System.Globalization;
using Translucent.Files;

namespace Translucent.Evaluate.DataSets;

/// <summary>Reads ADE20K.</summary>
static class Ade20k
{
    const int BenchmarkClasses = 150;

    /// <summary>The pictures of a part, in whichever layout there is.</summary>
    /// <param name="root">The folder of either layout.</param>
    /// <param name="reader">Opens files.</param>
    /// <param name="part">validation or training.</param>
    /// <exception cref="TranslucentException">A folder or a label image is missing.</exception>
    public static SegmentationSet Read(string root, PictureReader reader, string part = "validation")
    {
        string folder = DataFolder.Maybe(root, "ADEChallengeData2016") ?? root;
        return DataFolder.Maybe(folder, $"annotations/{part}") is { } annotations ? Benchmark(folder, annotations, reader, part) : Full(root, reader, part);
    }

    static SegmentationSet Benchmark(string root, string annotations, PictureReader reader, string part)
    {
        string photographs = DataFolder.Find(root, "photographs of ADE20K", $"images/{part}");
        string? names = DataFolder.Maybe(root, "objectInfo150.txt"); // Idx Ratio Train Val Name, tabs between
        string[] classes = names is null ? [.. Enumerable.Range(1, BenchmarkClasses).Select(c => $"class {c}")]
            : [.. DataFolder.Lines(names).Skip(1).Select(line => line.Split('\t')[^1].Split(',')[0].Trim())];
        if (classes.Length != BenchmarkClasses)
            throw new TranslucentException($"{names}: {classes.Length} classes, expected {BenchmarkClasses} lines below the first.");
        var pairs = DataFolder.Pairs(DataFolder.Photographs(photographs), key => Path.Combine(annotations, key + ".png"), root).ToArray();
        return SegmentationSet.Of("ade20k", classes, pairs, reader, v => v - 1, $"{part}: {pairs.Length} pictures, 150 classes; label 0 is ignored");
    }

    static SegmentationSet Full(string root, PictureReader reader, string part)
    {
        string folder = DataFolder.Find(root, "pictures of ADE20K", part, $"images/{part}", $"images/ADE/{part}");
        (string Key, string Path)[] pictures = [.. DataFolder.Ending(folder, ".jpg")];
        (string Key, string Photo, string Labels)[] pairs = [.. DataFolder.Pairs(pictures, key => Path.Combine(folder, key + "_seg.png"), root)];
        (string Key, string Photo, string Labels)[] lists = [.. DataFolder.Pairs(pictures, key => Path.Combine(folder, key + "_atr.txt"), root)];
        string[][] objects = [.. lists.Select(l => Objects(l.Labels))];
        string[] classes = [.. objects.SelectMany(o => o).Distinct().Order(StringComparer.Ordinal)];
        Dictionary<string, int> places = classes.Select((name, c) => (name, c)).ToDictionary(x => x.name, x => x.c);
        SegmentationPicture[] all = [.. pairs.Select((p, i) => new SegmentationPicture(p.Key, () => reader.Photo(p.Photo),
            () => Classes(reader.Labels(p.Labels), [.. objects[i].Select(name => places[name])], p.Labels)))];
        return new SegmentationSet("ade20k-full", classes, all, $"{part}: {all.Length} pictures, the {classes.Length} names of whole objects in _atr.txt; "
            + "pixels of no object are ignored");
    }

    /// <summary>The names of the whole objects (level 0) of a picture, in the order of their numbers.</summary>
    static string[] Objects(string path) => [.. DataFolder.Lines(path).Select(line => line.Split('#')).Select(parts =>
            parts.Length >= 5 && int.TryParse(parts[0], CultureInfo.InvariantCulture, out int number) ? (Number: number, Level: parts[1].Trim(),
                Name: parts[3].Trim())
            : throw new TranslucentException(
                $"{path}: a line is '{string.Join('#', parts)}', expected number # level # occluded # class # name # attributes."))
        .Where(o => o.Level == "0").OrderBy(o => o.Number).Select(o => o.Name)];

    /// <summary>Blue numbers objects, not always without gaps: the i-th blue above 0 is the i-th object (loadAde20K of the development kit).</summary>
    static LabelMap Classes(LabelMap labels, int[] objects, string path)
    {
        if (!labels.Coloured) throw new TranslucentException($"{path}: not in colour, expected objects numbered in blue.");
        int[] blues = [.. labels.Values.Select(v => v & 255).Where(b => b > 0).Distinct().Order()];
        if (blues.Length > objects.Length)
            throw new TranslucentException($"{path}: {blues.Length} objects are drawn, and _atr.txt lists {objects.Length}, expected as many.");
        return labels.Map(v => (v & 255) == 0 ? LabelMap.Ignored : objects[Array.BinarySearch(blues, v & 255)]) with { Coloured = false };
    }
}
