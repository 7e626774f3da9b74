using System.Buffers.Binary;
using System.Text;
using Translucent.Evaluate.DataSets;
using Translucent.Files;

namespace Translucent.Tests.Evaluate.DataSets;

/// <summary>CIFAR for Python: opcodes as cPickle of Python 2 wrote the published files, and as Python 3 writes the same objects.</summary>
public class CifarPickleTests
{
    static readonly byte[] s_pixels = [.. Enumerable.Range(0, 2 * 3072).Select(i => (byte)(i / 1024 * 40 + i % 7))];

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Pictures_and_classes_are_those_of_the_binary_version(bool hundred, bool three)
    {
        using DataSetFolder folder = new();
        string inner = hundred ? "cifar-100-python" : "cifar-10-batches-py", key = hundred ? "fine_labels" : "labels";
        folder.File($"{inner}/{(hundred ? "meta" : "batches.meta")}", Pickle(three,
            [(hundred ? "fine_label_names" : "label_names", List(three, "apple", "bear"))]))
            .File($"{inner}/{(hundred ? "test" : "test_batch")}", Pickle(three, [("data", Array(three, 2, s_pixels)), (key, List([1, 0]))]));
        byte[] first = [.. hundred ? (byte[])[9, 1] : [1], .. s_pixels[..3072]], second = [.. hundred ? (byte[])[9, 0] : [0], .. s_pixels[3072..]];
        folder.File(hundred ? "bin/test.bin" : "bin/test_batch.bin", [.. first, .. second])
            .Text(hundred ? "bin/fine_label_names.txt" : "bin/batches.meta.txt", "apple\nbear\n");
        LabelledImages binary = Cifar.Read(folder["bin"]);
        foreach (string place in (string[])[folder.Path, folder[inner]])
        {
            LabelledImages set = Cifar.Read(place);
            Assert.Equal((binary.Name, binary.Hash()), (set.Name, set.Hash()));
            Assert.Equal(["apple", "bear"], set.Classes);
            Assert.Equal(binary.Images.Select(i => (i.Key, i.Class)), set.Images.Select(i => (i.Key, i.Class)));
            Assert.Equal(binary.Images[1].Read().Pixels, set.Images[1].Read().Pixels);
        }
    }

    [Fact]
    public void What_is_no_batch_is_named_and_nothing_in_it_is_run()
    {
        using DataSetFolder folder = new();
        folder.File("batches.meta", Pickle(false, [("label_names", List(false, "apple", "bear"))]));
        void Fails(string expected, byte[] batch) => Assert.Contains(expected, Assert.Throws<TranslucentException>(() => Cifar.Read(folder.File("test_batch",
            batch).Path)).Message, StringComparison.Ordinal);
        Fails("holds no list of 2 classes", Pickle(false, [("data", Array(false, 2, s_pixels)), ("labels", List([1]))]));
        Fails("holds no array of bytes [pictures, 3072]", Pickle(false, [("data", Array(false, 2, s_pixels[1..])), ("labels", List([1, 0]))]));
        Fails("has the class 7, expected 0 to 1", Pickle(false, [("data", Array(false, 2, s_pixels)), ("labels", List([7, 0]))]));
        Fails("are left", Pickle(false, [("data", Array(false, 2, s_pixels))])[..5000]);
        // os.system('false') is a name and its argument here, and the array is missing
        Fails("holds no array", Pickle(false, [("data", [.. Text("cos\nsystem\n(U\u0005falsetR")]), ("labels", List([1, 0]))]));
    }

    static byte[] Pickle(bool three, (string Key, byte[] Value)[] entries) =>
        [.. three ? (byte[])[0x80, 4] : [0x80, 2], (byte)'}', (byte)'(', .. entries.SelectMany(e => (byte[])[.. Short(three, e.Key), .. e.Value]),
            (byte)'u', (byte)'.'];

    static byte[] Short(bool three, string text) => [.. three ? (byte[])[0x8c, (byte)text.Length] : [(byte)'U', (byte)text.Length], .. Text(text)];

    static byte[] List(bool three, params string[] texts) => [(byte)']', (byte)'(', .. texts.SelectMany(t => Short(three, t)), (byte)'e'];

    static byte[] List(byte[] numbers) => [(byte)']', (byte)'(', .. numbers.SelectMany(n => (byte[])[(byte)'K', n]), (byte)'e'];

    /// <summary>_reconstruct(ndarray, (0,), 'b') built with (1, shape, dtype, False, bytes).</summary>
    static byte[] Array(bool three, int rows, byte[] bytes)
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        return
        [
            .. Text("cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\0tU\u0001btR(K\u0001(K"), (byte)rows, (byte)'M', 0x00, 0x0c, (byte)'t',
            .. Text("cnumpy\ndtype\n(U\u0002u1K\0K\u0001tR(K\u0003U\u0001|NNNJ"), 255, 255, 255, 255, (byte)'J', 255, 255, 255, 255, (byte)'K', 0, (byte)'t',
            (byte)'b',
            0x89, (byte)(three ? 'B' : 'T'), .. length, .. bytes, (byte)'t', (byte)'b',
        ];
    }

    static byte[] Text(string text) => Encoding.Latin1.GetBytes(text);
}
