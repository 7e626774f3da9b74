// COCO-Stuff 164k with the 27 coarse classes of IIC (Caesar, Uijlings, Ferrari, arXiv:1612.03716; Ji, Henriques, Vedaldi, arXiv:1807.06653; the table
// is STEGO's, github.com/mhamilton723/STEGO, src/data.py). Label images ("stuffthingmaps") hold fine ids 0 .. 181, and 255 for none.

using Translucent.Files;

namespace Translucent.Evaluate.DataSets;

/// <summary>Reads COCO-Stuff.</summary>
static class CocoStuff
{
    /// <summary>Of the rule of the curated lists: both sides have at least so many pixels, and so large a share of all pixels is stuff.</summary>
    const int LeastSide = 360;
    const double LeastStuff = 0.75;
    const int FirstStuff = 12, FineClasses = 182;

    static readonly (string Name, string Fine)[] s_table =
    [
        ("electronic", "71-76"), ("appliance", "77-82"), ("food-thing", "51-60"), ("furniture-thing", "61-70"), ("indoor", "83-90"), ("kitchen", "43-50"),
        ("accessory", "25-32"), ("animal", "15-24"), ("outdoor", "9-14"), ("person", "0"), ("sports", "33-42"), ("vehicle", "1-8"), ("ceiling", "101-102"),
        ("floor", "100,113-117"), ("food-stuff", "120-121,152,169"), ("furniture-stuff", "97,106-107,109,111,122,129,132,155,160,164"),
        ("rawmaterial", "99,131,138,142"), ("textile", "91-92,103-104,108,130,136,140,151,166-167"), ("wall", "170-176"), ("window", "179-180"),
        ("building", "94-95,127,150,157,165"), ("ground", "110,124-125,135,139,143-144,146,148,153,158"), ("plant", "93,96,118,123,128,133,141,162,168"),
        ("sky", "105,156"), ("solid", "126,134,149,159,161,181"), ("structural", "98,112,137,145,163"), ("water", "119,147,154,177-178"),
    ];

    static readonly int[] s_coarse = Coarse();

    /// <summary>The 27 coarse classes: things 0 .. 11, stuff 12 .. 26.</summary>
    public static IReadOnlyList<string> Classes { get; } = [.. s_table.Select(t => t.Name)];

    /// <summary>The coarse class of a fine id, or <see cref="LabelMap.Ignored"/>.</summary>
    public static int CoarseOf(int fine) => fine is >= 0 and < FineClasses ? s_coarse[fine] : LabelMap.Ignored;

    /// <summary>The pictures of IIC's curated list; where the list is not at hand, those that its rule chooses.</summary>
    /// <param name="root">A folder with the photographs, the label images and, it may be, the curated lists, where COCO, IIC or STEGO put them.</param>
    /// <param name="reader">Opens files.</param>
    /// <param name="part">val2017 or train2017.</param>
    /// <exception cref="TranslucentException">A folder or a file of the list is missing.</exception>
    public static SegmentationSet Read(string root, PictureReader reader, string part = "val2017")
    {
        string photographs = DataFolder.Find(root, "photographs of COCO", $"images/{part}", part);
        string labels = DataFolder.Find(root, "stuffthingmaps of COCO", $"annotations/{part}", $"stuffthingmaps/{part}", $"stuffthingmaps_trainval2017/{part}");
        string? list = DataFolder.Maybe(root, $"curated/{part}/Coco164kFull_Stuff_Coarse_7.txt", $"curated/{part}/Coco164kFull_Stuff_Coarse.txt");
        string Labels(string key) => Path.Combine(labels, key + ".png");
        IEnumerable<(string Key, string Photo, string Labels)> pairs = list is null
            ? DataFolder.Pairs(DataFolder.Photographs(photographs, deep: false), Labels, root).Where(p => IsCurated(reader.Labels(p.Labels)))
            : DataFolder.Listed(list, DataFolder.Lines(list), key => Path.Combine(photographs, key + ".jpg"), Labels);
        (string Key, string Photo, string Labels)[] kept = [.. pairs];
        if (kept.Length == 0)
            throw new TranslucentException(
                $"{root}: none of the pictures has sides of {LeastSide} pixels and {LeastStuff:P0} stuff, which is the rule of the lists.");
        string chosen = list is null ? $"the rule of IIC's lists (both sides {LeastSide} pixels or more, {LeastStuff:P0} of all pixels stuff), "
            + "the list not being there" : Path.GetRelativePath(root, list).Replace('\\', '/');
        return SegmentationSet.Of("coco-stuff27", Classes, kept, reader, CoarseOf, $"{part}: {kept.Length} pictures by {chosen}; 255 is ignored");
    }

    /// <summary>Whether a picture would be on the list.</summary>
    public static bool IsCurated(LabelMap fine) => fine.Width >= LeastSide && fine.Height >= LeastSide
        && fine.Values.Count(v => CoarseOf(v) >= FirstStuff) >= LeastStuff * fine.Values.Length;

    static int[] Coarse()
    {
        int[] coarse = new int[FineClasses];
        Array.Fill(coarse, LabelMap.Ignored);
        for (int c = 0; c < s_table.Length; c++)
            foreach (string range in s_table[c].Fine.Split(','))
            {
                int[] ends = [.. range.Split('-').Select(int.Parse)];
                for (int fine = ends[0]; fine <= ends[^1]; fine++) coarse[fine] = c;
            }
        return coarse;
    }
}
