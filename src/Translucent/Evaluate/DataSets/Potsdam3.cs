// Potsdam with 3 classes as IIC prepares it (Ji, Henriques, Vedaldi, arXiv:1807.06653; github.com/xu-ji/IIC): tiles of 200 x 200 pixels of four channels
// in imgs/*.mat, six classes in gt/*.mat, and lists of names. Of the channels the first three are the picture, as in STEGO.

using Translucent.Files;
using Translucent.Images;

namespace Translucent.Evaluate.DataSets;

/// <summary>Reads Potsdam-3.</summary>
static class Potsdam3
{
    /// <summary>Six classes become three.</summary>
    static readonly int[] s_coarse = [0, 1, 2, 2, 0, 1]; // roads, buildings, low vegetation, trees, cars, clutter

    /// <summary>The three classes.</summary>
    public static IReadOnlyList<string> Classes { get; } = ["roads and cars", "buildings and clutter", "vegetation and trees"];

    /// <summary>The tiles of lists.</summary>
    /// <param name="root">The folder with imgs, gt and the lists.</param>
    /// <param name="parts">labelled_test, the 855 tiles that STEGO scores; with labelled_train all 5,400 that IIC scores.</param>
    /// <exception cref="TranslucentException">A list or a file of it is missing.</exception>
    public static SegmentationSet Read(string root, params string[] parts)
    {
        if (parts.Length == 0) parts = ["labelled_test"];
        string folder = DataFolder.Maybe(root, "potsdam") ?? root;
        var pairs = parts.SelectMany(part =>
        {
            string list = DataFolder.Find(folder, $"list '{part}' of Potsdam", $"{part}.txt");
            return DataFolder.Listed(list, DataFolder.Lines(list), key => Path.Combine(folder, "imgs", key + ".mat"), key => Path.Combine(folder, "gt",
                key + ".mat"));
        }).OrderBy(p => p.Key, StringComparer.Ordinal).ToArray();
        return new SegmentationSet("potsdam3", Classes, [.. pairs.Select(p => new SegmentationPicture(p.Key, () => Photo(p.Photo), () => Labels(p.Labels)))],
            $"{string.Join(" and ", parts)}: {pairs.Length} tiles, red-green-blue of four channels; "
            + "six classes joined to three; labels outside 0 to 5 are ignored");
    }

    static Image Photo(string path)
    {
        MatArray img = MatFile.Read(path, "img");
        if (img.Shape is not [var height, var width, >= 3] || img.Numbers.Any(n => n is not (>= 0 and <= 255)))
            throw new TranslucentException($"{path}: img [{string.Join(", ", img.Shape)}], expected [200, 200, 4] of 0 to 255.");
        byte[] pixels = new byte[height * width * 3];
        for (int c = 0; c < 3; c++)
            for (int x = 0; x < width; x++)
                for (int y = 0; y < height; y++) pixels[(y * width + x) * 3 + c] = (byte)img.Numbers[(c * width + x) * height + y];
        return new Image(width, height, 3, pixels);
    }

    static LabelMap Labels(string path)
    {
        MatArray gt = MatFile.Read(path, "gt");
        try
        {
            return gt.Labels(v => v is >= 0 and < 6 ? s_coarse[v] : LabelMap.Ignored);
        }
        catch (TranslucentException e)
        {
            throw new TranslucentException($"{path}: gt: {e.Message}.", e);
        }
    }
}
