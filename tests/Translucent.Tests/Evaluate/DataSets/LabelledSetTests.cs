using System.IO.Compression;
using Translucent.Evaluate.DataSets;
using Translucent.Files;
using Translucent.Images;
using Translucent.Pictures;

namespace Translucent.Tests.Evaluate.DataSets;

public class LabelledSetTests
{
    [Fact]
    public void Folders_are_classes_in_ordinal_order_with_names_from_a_list()
    {
        using DataSetFolder folder = new();
        folder.Photo("val/n02/x.JPEG", 2, 1).Photo("val/n01/b.png", 3, 1).Photo("val/n01/a.png", 4, 1).Text("LOC_synset_mapping.txt",
            "n02 tench, Tinca tinca\n");
        LabelledImages set = ClassFolders.Read(folder["val"], ImageFolder.IsNamedSo, path => ImageFile.Read(path));
        Assert.Equal(["n01", "tench"], set.Classes);
        Assert.Equal([("n01/a.png", 0), ("n01/b.png", 0), ("n02/x.JPEG", 1)], set.Images.Select(p => (p.Key, p.Class!.Value)));
        Assert.Equal(3, set.Images[1].Read().Width);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void CIFAR_planes_become_pixels(bool hundred)
    {
        using DataSetFolder folder = new();
        byte[] pixels = [.. Enumerable.Range(0, 3072).Select(i => (byte)(i / 1024 * 100 + i % 7))];
        byte[] first = [.. hundred ? (byte[])[9, 1] : [1], .. pixels], second = [.. hundred ? (byte[])[9, 0] : [0], .. pixels];
        folder.File(hundred ? "test.bin" : "test_batch.bin", [.. first, .. second])
            .Text(hundred ? "fine_label_names.txt" : "batches.meta.txt", "airplane\nautomobile\n\n");
        LabelledImages set = Cifar.Read(folder.Path);
        Assert.Equal(hundred ? "cifar-100" : "cifar-10", set.Name);
        Assert.Equal([1, 0], set.Images.Select(p => p.Class!.Value));
        Image image = set.Images[1].Read();
        Assert.Equal([(byte)(1023 % 7), (byte)(100 + 2047 % 7), (byte)(200 + 3071 % 7)], image.Pixels[^3..]);
        folder.File(hundred ? "test.bin" : "test_batch.bin", [.. first, 0]);
        Assert.Contains("cut short", Assert.Throws<TranslucentException>(() => Cifar.Read(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void IDX_is_read_plain_and_gzipped(bool zipped)
    {
        using DataSetFolder folder = new();
        string end = zipped ? ".gz" : "";
        folder.File("t10k-images-idx3-ubyte" + end, Packed([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 1, 30, 40]))
            .File("t10k-labels-idx1-ubyte" + end, Packed([0, 0, 8, 1, 0, 0, 0, 2, 9, 3]));
        LabelledImages set = Idx.Read(folder.Path, Idx.Fashion);
        Assert.Equal([9, 3], set.Images.Select(p => p.Class!.Value));
        Assert.Equal("ankle boot", set.Classes[9]);
        Assert.Equal([30, 40], set.Images[1].Read().Pixels);
        Assert.Equal([false, true], set.Images[0].Mask!());
        folder.File("t10k-labels-idx1-ubyte" + end, Packed([0, 0, 8, 1, 0, 0, 0, 1, 9]));
        Assert.Contains("one a picture", Assert.Throws<TranslucentException>(() => Idx.Read(folder.Path, Idx.Fashion)).Message, StringComparison.Ordinal);
        folder.File("t10k-labels-idx1-ubyte" + end, Packed([0, 0, 8, 1, 0, 0, 0, 3, 9]));
        Assert.Contains("cut short", Assert.Throws<TranslucentException>(() => Idx.Read(folder.Path, Idx.Fashion)).Message, StringComparison.Ordinal);

        byte[] Packed(byte[] bytes)
        {
            if (!zipped) return bytes;
            using MemoryStream stream = new();
            using (GZipStream gzip = new(stream, CompressionLevel.Fastest)) gzip.Write(bytes);
            return stream.ToArray();
        }
    }
}
