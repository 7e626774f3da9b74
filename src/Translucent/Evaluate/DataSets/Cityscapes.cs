// Cityscapes (Cordts et al., arXiv:1604.01685; github.com/mcordts/cityscapesScripts, helpers/labels.py): leftImg8bit and gtFine. The 27 classes are
// the ids 7 .. 33, as in PiCIE and STEGO; what lies before them (unlabelled, ego vehicle, ..) and the licence plate do not count.

using Translucent.Files;

namespace Translucent.Evaluate.DataSets;

/// <summary>Reads Cityscapes.</summary>
static class Cityscapes
{
    const int First = 7;
    const string Photograph = "_leftImg8bit.png", Label = "_gtFine_labelIds.png";

    /// <summary>The classes of the ids 7 .. 33.</summary>
    public static IReadOnlyList<string> Classes { get; } = ["road", "sidewalk", "parking", "rail track", "building", "wall", "fence", "guard rail", "bridge",
        "tunnel", "pole", "polegroup", "traffic light", "traffic sign", "vegetation", "terrain", "sky", "person", "rider", "car", "truck", "bus", "caravan",
        "trailer", "train", "motorcycle", "bicycle"];

    /// <summary>The pictures of all cities of a part.</summary>
    /// <param name="root">The folder with leftImg8bit and gtFine.</param>
    /// <param name="reader">Opens files.</param>
    /// <param name="parts">val; val and train are what PiCIE scores.</param>
    /// <exception cref="TranslucentException">A folder or a label image is missing.</exception>
    public static SegmentationSet Read(string root, PictureReader reader, params string[] parts)
    {
        if (parts.Length == 0) parts = ["val"];
        var pairs = parts.SelectMany(part => DataFolder.Pairs(
            [.. DataFolder.Ending(DataFolder.Find(root, "photographs of Cityscapes", $"leftImg8bit/{part}"), Photograph).Select(p => ($"{part}/{p.Key}",
                p.Path))],
            key => Path.Combine(root, "gtFine", key + Label), root)).ToArray();
        return SegmentationSet.Of("cityscapes27", Classes, pairs, reader, id => id - First,
            $"{string.Join(" and ", parts)}: {pairs.Length} pictures, labelIds 7 to 33 as classes 0 to 26; all other ids are ignored");
    }
}
