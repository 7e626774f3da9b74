// MNIST, Fashion-MNIST and their like: IDX files of images and labels (yann.lecun.com/exdb/mnist, "The IDX file format"), plain or gzipped.

using System.Buffers.Binary;
using System.IO.Compression;
using Translucent.Files;
using Translucent.Images;

namespace Translucent.Evaluate.DataSets;

/// <summary>Reads IDX files.</summary>
static class Idx
{
    /// <summary>Names of the classes of Fashion-MNIST (Xiao, Rasul, Vollgraf, arXiv:1708.07747).</summary>
    public static IReadOnlyList<string> Fashion { get; } = ["t-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag",
        "ankle boot"];

    /// <summary>The pictures of a folder: t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, with .gz or without.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="classes">Names, by number.</param>
    /// <param name="part">t10k, or train.</param>
    /// <returns>What is not black is what the class names.</returns>
    /// <remarks>All pictures are held in memory as bytes, 47 MB for 60,000.</remarks>
    /// <exception cref="TranslucentException">A file is missing, cut short, or does not fit the other.</exception>
    public static LabelledImages Read(string root, IReadOnlyList<string> classes, string part = "t10k")
    {
        string imageFile = Find(root, $"{part}-images-idx3-ubyte", $"{part}-images.idx3-ubyte"), labelFile = Find(root, $"{part}-labels-idx1-ubyte",
            $"{part}-labels.idx1-ubyte");
        (int[] shape, byte[] pixels) = Array(imageFile);
        (int[] count, byte[] labels) = Array(labelFile);
        if (shape is not [var n, var height, var width] || height < 1 || width < 1)
            throw new TranslucentException($"{imageFile}: [{string.Join(", ", shape)}], expected [pictures, rows, columns].");
        if (count is not [var l] || l != n) throw new TranslucentException($"{labelFile}: [{string.Join(", ", count)}] labels, expected [{n}], one a picture.");
        int wrong = System.Array.FindIndex(labels, c => c >= classes.Count);
        if (wrong >= 0) throw new TranslucentException($"{labelFile}: label {wrong} is {labels[wrong]}, expected a class 0 to {classes.Count - 1}.");
        int size = height * width;
        return new LabelledImages($"{Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)))}, {part}", classes,
            [.. Enumerable.Range(0, n).Select(i => new LabelledImage(
                $"{part}/{i:D5}", () => new Image(width, height, 1, pixels[(i * size)..((i + 1) * size)]), labels[i])
            {
                Mask = () => System.Array.ConvertAll(pixels[(i * size)..((i + 1) * size)], p => p > 0),
            })]);
    }

    /// <summary>An array of bytes with its shape.</summary>
    public static (int[] Shape, byte[] Values) Array(string path)
    {
        byte[] file = Whole(path);
        if (file is not [0, 0, 8, >= 1 and <= 4, ..] || file.Length < 4 + 4 * file[3])
            throw new TranslucentException($"{path}: not an IDX file of bytes; it should begin with 00 00 08 and the number of dimensions.");
        int[] shape = [.. Enumerable.Range(0, file[3]).Select(i => BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(4 + 4 * i)))];
        long values = shape.Aggregate(1L, (product, side) => side < 0 || product > int.MaxValue ? -1 : product * side);
        int start = 4 + 4 * shape.Length;
        if (file.Length - start != values)
            throw new TranslucentException($"{path}: {file.Length - start} values, expected [{string.Join(", ", shape)}]; it is cut short or damaged.");
        return (shape, file[start..]);
    }

    static byte[] Whole(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        if (file is not [0x1F, 0x8B, ..]) return file;
        try
        {
            using GZipStream stream = new(new MemoryStream(file), CompressionMode.Decompress);
            using MemoryStream whole = new();
            stream.CopyTo(whole);
            return whole.ToArray();
        }
        catch (Exception e) when (e is InvalidDataException or IOException) // which of the two, zlib decides
        {
            throw new TranslucentException($"{path}: the compressed data are damaged.");
        }
    }

    static string Find(string root, params string[] names) =>
        DataFolder.Find(root, names[0], [.. names.SelectMany(name => (string[])[name, name + ".gz", $"raw/{name}", $"raw/{name}.gz"])]);
}
