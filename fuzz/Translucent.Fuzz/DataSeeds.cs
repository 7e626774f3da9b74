// Small files of data sets in every format that is read (docs/segmentation-evaluation.md, docs/evaluate.md).

using System.Text;

namespace Translucent.Fuzz;

/// <summary>Seeds of data sets.</summary>
static class DataSeeds
{
    /// <summary>Cells of structs as in BSDS500, a tile as in Potsdam, whole and compressed.</summary>
    public static byte[][] Mat { get; } = [.. new[] { false, true }.SelectMany(compressed => new[]
    {
        MatBuilder.File(compressed, MatBuilder.Cells("groundTruth",
            MatBuilder.Struct(("Boundaries", MatBuilder.Matrix("", [2, 2], [0, 1, 0, 1])),
                ("Segmentation", MatBuilder.Matrix("", [2, 2], [1, 2, 3, 4], wide: true))))),
        MatBuilder.File(compressed, MatBuilder.Matrix("gt", [2, 3], [1, 2, 3, 4, 5, 6]), MatBuilder.Matrix("img", [2, 3, 4], new int[24])),
    })];

    /// <summary>Two records, one record, none.</summary>
    public static byte[][] Cifar { get; } = [new byte[2 * 3073], [1, .. new byte[3072]], []];

    /// <summary>Names of classes.</summary>
    public static byte[][] CifarNames { get; } = [.. ((string[])["airplane\nautomobile\nbird\n", "a\r\nb\r\n", "ü\n\n"]).Select(Encoding.UTF8.GetBytes)];

    /// <summary>Two pictures of 3 x 2 pixels.</summary>
    public static byte[][] Idx { get; } = [[0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, .. new byte[12]],
        [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 7, 9]];

    /// <summary>Folders of every data set: names with what the files hold.</summary>
    public static byte[][] Folders { get; } = [.. ((string[])
    [
        """{"VOC2012/ImageSets/Segmentation/val.txt":"a\nb\n","VOC2012/JPEGImages/a.jpg":"photo","VOC2012/JPEGImages/b.jpg":"photo","""
            + """ "VOC2012/SegmentationClass/a.png":"labels","VOC2012/SegmentationClass/b.png":"labels"}""",
        """{"test/a.png":"photo","testannot/a.png":"labels"}""",
        """{"images/a.jpg":"photo","labels/a.png":"labels","classes.txt":"sky\nsea\n"}""",
        """{"leftImg8bit/val/x/x_1_leftImg8bit.png":"photo","gtFine/val/x/x_1_gtFine_labelIds.png":"labels"}""",
        """{"ADEChallengeData2016/images/validation/a.jpg":"photo","ADEChallengeData2016/annotations/validation/a.png":"labels","""
            + """ "ADEChallengeData2016/objectInfo150.txt":"Idx\tRatio\tTrain\tVal\tStuff\tName\n1\t0\t1\t1\t1\twall\n"}""",
        """{"images/val2017/a.jpg":"photo","annotations/val2017/a.png":"labels","curated/val2017/Coco164kFull_Stuff_Coarse_7.txt":"a\n"}""",
        """{"labelled_test.txt":"a\n","imgs/a.mat":"no","gt/a.mat":"no"}""",
        """{"BSDS500/data/images/test/a.jpg":"photo","BSDS500/data/groundTruth/test/a.mat":"no"}""",
        """{"cat/a.png":"photo","dog/b.png":"photo","dog/c.txt":"no","classes.txt":"cat\tCat\n"}""",
    ]).Select(Encoding.UTF8.GetBytes)];
}
