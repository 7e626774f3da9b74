// PASCAL VOC 2012 segmentation (Everingham et al., host.robots.ox.ac.uk/pascal/VOC/voc2012, development kit): ImageSets/Segmentation, JPEGImages,
// SegmentationClass. Label images carry the class as palette index; some tools write the palette's colours instead, which are turned back.

using Translucent.Files;

namespace Translucent.Evaluate.DataSets;

/// <summary>Reads VOC.</summary>
static class PascalVoc
{
    /// <summary>Background and the 20 classes.</summary>
    public static IReadOnlyList<string> Classes { get; } = ["background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow",
        "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor"];

    static readonly Dictionary<int, int> s_classOfColour = Enumerable.Range(0, 256).ToDictionary(Colour);

    /// <summary>The pictures of a list.</summary>
    /// <param name="root">VOCdevkit, VOC2012, or a folder of the same layout.</param>
    /// <param name="reader">Opens files.</param>
    /// <param name="part">The list: val, train or trainval.</param>
    /// <exception cref="TranslucentException">The list or a file of it is missing.</exception>
    public static SegmentationSet Read(string root, PictureReader reader, string part = "val")
    {
        string folder = DataFolder.Maybe(root, "VOC2012", "VOCdevkit/VOC2012") ?? root;
        string list = DataFolder.Find(folder, $"list '{part}' of PASCAL VOC", $"ImageSets/Segmentation/{part}.txt");
        PictureReader exact = reader with { Labels = path => Uncoloured(reader.Labels(path), path) };
        return SegmentationSet.Of("voc", Classes, DataFolder.Listed(list, DataFolder.Lines(list),
            key => Path.Combine(folder, "JPEGImages", key + ".jpg"), key => Path.Combine(folder, "SegmentationClass", key + ".png")), exact, v => v,
            $"ImageSets/Segmentation/{part}.txt; 21 classes with background; 255 (void, the rim of objects) is ignored");
    }

    /// <summary>The colour 0xRRGGBB of a palette entry: bits 0, 3, 6 of the index, from the top of red down, and so on (VOClabelcolormap).</summary>
    public static int Colour(int index)
    {
        int colour = 0;
        for (int bit = 0; bit < 8; bit++)
            for (int channel = 0; channel < 3 && 3 * bit + channel < 8; channel++)
                colour |= ((index >> (3 * bit + channel)) & 1) << (16 - 8 * channel + 7 - bit);
        return colour;
    }

    static LabelMap Uncoloured(LabelMap labels, string path) => !labels.Coloured ? labels : new(labels.Width, labels.Height, Array.ConvertAll(labels.Values,
        v => s_classOfColour.TryGetValue(v, out int index) ? index
            : throw new TranslucentException($"{path}: the colour {v:x6} is none of the palette of PASCAL VOC.")));
}
