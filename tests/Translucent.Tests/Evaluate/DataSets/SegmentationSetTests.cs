using Translucent.Evaluate.DataSets;
using Translucent.Files;
using Translucent.Fuzz;
using Translucent.Images;
using Translucent.Pictures;

namespace Translucent.Tests.Evaluate.DataSets;

/// <summary>Every reader on a small folder of the true layout.</summary>
public class SegmentationSetTests
{
    [Fact]
    public void Plain_folders_give_pairs_in_order()
    {
        using DataSetFolder folder = new();
        folder.Photo("images/b.png", 2, 1).Label("labels/b.png", 2, [0, 255]).Photo("images/a/c.jpg", 2, 1).Label("labels/a/c.png", 2, [2, 1], kind: 3);
        SegmentationSet set = PlainFolders.Read(folder.Path, LabelFile.Pictures);
        Assert.Equal(["a/c", "b"], set.Pictures.Select(p => p.Key));
        Assert.Equal(["class 0", "class 1", "class 2"], set.Classes);
        Assert.Equal([2, 1], set.Pictures[0].Open().Labels.Values);
        Assert.Equal([0, -1], set.Pictures[1].Open().Labels.Values);
        folder.Text("classes.txt", "sky\nsea\n");
        set = PlainFolders.Read(folder.Path, LabelFile.Pictures);
        Assert.Equal(["sky", "sea"], set.Classes);
        Assert.Contains("label 2", Line(() => set.Pictures[0].Open()), StringComparison.Ordinal); // not silently ignored
    }

    [Fact]
    public void What_is_missing_or_does_not_fit_is_one_line()
    {
        using DataSetFolder folder = new();
        Assert.Contains("expected images", Line(() => PlainFolders.Read(folder.Path, LabelFile.Pictures)), StringComparison.Ordinal);
        folder.Photo("images/a.png", 2, 1).Photo("images/b.png", 3, 1).Label("labels/a.png", 2, [0, 1]);
        Assert.Contains("1 of 2 label files are missing", Line(() => PlainFolders.Read(folder.Path, LabelFile.Pictures)), StringComparison.Ordinal);
        folder.Label("labels/b.png", 2, [0, 1]);
        SegmentationPicture b = PlainFolders.Read(folder.Path, LabelFile.Pictures).Pictures[1];
        Assert.Equal("b: the photograph is 3 x 1 pixels and its labels 2 x 1, expected the same size.", Line(() => b.Open()));
        folder.Photo("images/b.bmp", 3, 1);
        Assert.Contains("whatever its extension", Line(() => PlainFolders.Read(folder.Path, LabelFile.Pictures)), StringComparison.Ordinal);
    }

    [Fact]
    public void Masks_of_ImageNet_are_object_where_not_zero()
    {
        using DataSetFolder folder = new();
        folder.Photo("images/n01_1.jpg", 3, 1).Label("masks/n01_1.png", 3, [0, 1, 255]);
        Assert.Equal([0, 1, 1], PlainFolders.ImageNetSegmentation(folder.Path, LabelFile.Pictures).Pictures[0].Open().Labels.Values);
    }

    [Theory]
    [InlineData(3, new[] { 0, 20, 255, 15 })]
    [InlineData(2, new[] { 0x000000, 0x004080, 0xE0E0C0, 0xC08080 })]
    public void Voc_reads_its_list_and_its_palette(int kind, int[] stored)
    {
        using DataSetFolder folder = new();
        folder.Photo("VOC2012/JPEGImages/2007_2.jpg", 4, 1).Label("VOC2012/SegmentationClass/2007_2.png", 4, stored, kind)
            .Photo("VOC2012/JPEGImages/2007_1.jpg", 4, 1).Text("VOC2012/ImageSets/Segmentation/val.txt", "2007_2\n");
        SegmentationSet set = PascalVoc.Read(folder.Path, LabelFile.Pictures);
        Assert.Equal([0, 20, -1, 15], Assert.Single(set.Pictures).Open().Labels.Values);
        Assert.Equal(("tvmonitor", 21), (set.Classes[20], set.Classes.Count));
        folder.Text("VOC2012/ImageSets/Segmentation/val.txt", "2007_2\n2007_1\n");
        Assert.Contains("SegmentationClass/2007_1.png", Line(() => PascalVoc.Read(folder.Path, LabelFile.Pictures)).Replace('\\', '/'),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Every_fine_id_of_COCO_has_one_of_27_classes()
    {
        int[] coarse = [.. Enumerable.Range(0, 182).Select(CocoStuff.CoarseOf)];
        Assert.Equal(Enumerable.Range(0, 27), coarse.Distinct().Order());
        Assert.Equal(27, CocoStuff.Classes.Distinct().Count());
        Assert.Equal((-1, -1), (CocoStuff.CoarseOf(255), CocoStuff.CoarseOf(182)));
        Assert.Equal(["person", "vehicle", "animal", "sky", "water", "plant", "wall"], new[] { 0, 2, 16, 156, 178, 168, 170 }.Select(f
            => CocoStuff.Classes[coarse[f]]));
    }

    [Fact]
    public void COCO_takes_the_curated_list_and_without_it_its_rule()
    {
        using DataSetFolder folder = new();
        int[] stuff = new int[360 * 360], things = new int[360 * 360];
        Array.Fill(stuff, 156);
        Array.Fill(stuff, 0, 0, 360 * 90); // a quarter is a person: just enough stuff is left
        Array.Fill(things, 156);
        Array.Fill(things, 0, 0, 360 * 90 + 1);
        folder.Photo("images/val2017/000000000001.jpg", 360, 360).Label("annotations/val2017/000000000001.png", 360, stuff)
            .Photo("images/val2017/000000000002.jpg", 360, 360).Label("annotations/val2017/000000000002.png", 360, things)
            .Photo("images/val2017/000000000003.jpg", 2, 1).Label("annotations/val2017/000000000003.png", 2, [156, 255]);
        Assert.Equal(["000000000001"], CocoStuff.Read(folder.Path, LabelFile.Pictures).Pictures.Select(p => p.Key));
        folder.Text("curated/val2017/Coco164kFull_Stuff_Coarse_7.txt", "000000000003\n");
        SegmentationSet listed = CocoStuff.Read(folder.Path, LabelFile.Pictures);
        Assert.Equal([23, -1], Assert.Single(listed.Pictures).Open().Labels.Values);
        Assert.Contains("Coarse_7.txt", listed.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void Cityscapes_has_the_ids_7_to_33()
    {
        using DataSetFolder folder = new();
        folder.Photo("leftImg8bit/val/ulm/ulm_000000_000019_leftImg8bit.png", 5, 1)
            .Label("gtFine/val/ulm/ulm_000000_000019_gtFine_labelIds.png", 5, [7, 33, 6, 255, 23]);
        SegmentationSet set = Cityscapes.Read(folder.Path, LabelFile.Pictures);
        Assert.Equal("val/ulm/ulm_000000_000019", Assert.Single(set.Pictures).Key);
        Assert.Equal([0, 26, -1, -1, 16], set.Pictures[0].Open().Labels.Values);
        Assert.Equal(("road", "sky", "bicycle"), (set.Classes[0], set.Classes[16], set.Classes[26]));
    }

    [Theory]
    [InlineData(0, new[] { 0, 10, 11 })]
    [InlineData(2, new[] { 0x808080, 0x0080C0, 0x000000 })]
    public void CamVid_ignores_void(int kind, int[] stored)
    {
        using DataSetFolder folder = new();
        folder.Photo("test/0001TP_008550.png", 3, 1).Label("testannot/0001TP_008550.png", 3, stored, kind);
        Assert.Equal([0, 10, -1], Assert.Single(CamVid.Read(folder.Path, LabelFile.Pictures).Pictures).Open().Labels.Values);
    }

    [Fact]
    public void ADE20K_has_two_layouts()
    {
        using DataSetFolder folder = new();
        folder.Photo("images/validation/ADE_val_00000001.jpg", 3, 1).Label("annotations/validation/ADE_val_00000001.png", 3, [0, 1, 150]);
        Assert.Equal([-1, 0, 149], Assert.Single(Ade20k.Read(folder.Path, LabelFile.Pictures).Pictures).Open().Labels.Values);

        using DataSetFolder full = new(); // blue 3 and 9 are objects 1 and 2; a part of an object is no object
        full.Photo("validation/street/1.jpg", 4, 1).Label("validation/street/1_seg.png", 4, [0x0A0109, 0x0A0203, 0, 0x0A0109], kind: 2)
            .Text("validation/street/1_atr.txt", "001 # 0 # 0 # tree # tree # \"\"\n002 # 0 # 1 # car # car # \"\"\n001 # 1 # 0 # plate # plate # \"\"\n");
        SegmentationSet set = Ade20k.Read(full.Path, LabelFile.Pictures);
        Assert.Equal(["car", "tree"], set.Classes);
        Assert.Equal([0, 1, -1, 0], Assert.Single(set.Pictures).Open().Labels.Values);
    }

    [Fact]
    public void Potsdam_reads_tiles_of_four_channels()
    {
        using DataSetFolder folder = new();
        folder.File("imgs/2_10_1.mat", MatBuilder.File(true, MatBuilder.Matrix("img", [1, 2, 4], [10, 20, 30, 40, 50, 60, 70, 80])))
            .File("gt/2_10_1.mat", MatBuilder.File(false, MatBuilder.Matrix("gt", [1, 2], [5, 3]))).Text("labelled_test.txt", "2_10_1\n");
        SegmentationSet set = Potsdam3.Read(folder.Path);
        (Image photo, LabelMap labels) = Assert.Single(set.Pictures).Open();
        Assert.Equal([10, 30, 50, 20, 40, 60], photo.Pixels);
        Assert.Equal([1, 2], labels.Values);
        File.Delete(folder["gt/2_10_1.mat"]);
        Assert.Contains("1 of 1 label files are missing", Line(() => Potsdam3.Read(folder.Path)), StringComparison.Ordinal); // STEGO makes labels up here
    }

    [Fact]
    public void BSDS500_gives_every_persons_regions()
    {
        using DataSetFolder folder = new();
        byte[] Person(params int[] regions) => MatBuilder.Struct(("Segmentation", MatBuilder.Matrix("", [1, 2], regions, wide: true)));
        folder.Photo("data/images/test/2018.jpg", 2, 1)
            .File("data/groundTruth/test/2018.mat", MatBuilder.File(true, MatBuilder.Cells("groundTruth", Person(1, 2), Person(1, 1))));
        HumanSegmentation one = Assert.Single(Bsds500.Read(folder.Path, LabelFile.Pictures));
        Assert.Equal([[0, 1], [0, 0]], one.Open().People.Select(p => p.Values));
    }

    static string Line(Action action)
    {
        string message = Assert.Throws<TranslucentException>(action).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }

    static string Line(Func<object> action) => Line(() => { action(); });
}
