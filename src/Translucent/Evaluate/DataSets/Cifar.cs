// CIFAR-10 and CIFAR-100, binary version (Krizhevsky 2009; cs.toronto.edu/~kriz/cifar.html): records of one or two label bytes and 3,072 of pixels,
// the red plane of 32 x 32 first, then green and blue.

using Translucent.Files;
using Translucent.Images;

namespace Translucent.Evaluate.DataSets;

/// <summary>Reads CIFAR.</summary>
static class Cifar
{
    const int Side = 32, Plane = Side * Side;

    /// <summary>The pictures of a part, whichever of the two sets lies in the folder; each is read from its file when it is opened.</summary>
    /// <param name="root">The folder of the .bin files, or the one above it.</param>
    /// <param name="part">test or train.</param>
    /// <exception cref="TranslucentException">Files are missing or cut short, or are the version for Python.</exception>
    public static LabelledImages Read(string root, string part = "test")
    {
        string folder = DataFolder.Maybe(root, "cifar-10-batches-bin", "cifar-100-binary") ?? root;
        if (DataFolder.Maybe(folder, "data_batch_1", "test_batch", "cifar-10-batches-py", "cifar-100-python") is not null)
            throw new TranslucentException(
                $"{folder}: CIFAR for Python (pickles); fetch the binary version, cifar-10-binary.tar.gz or cifar-100-binary.tar.gz.");
        bool hundred = DataFolder.Maybe(folder, $"{part}.bin") is not null;
        string[] files = hundred ? [$"{part}.bin"] : part == "test" ? ["test_batch.bin"] : [.. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin")];
        IReadOnlyList<string> classes = [.. DataFolder.Lines(DataFolder.Find(folder, "names of the classes of CIFAR",
            hundred ? "fine_label_names.txt" : "batches.meta.txt"))];
        return new LabelledImages(hundred ? "cifar-100" : "cifar-10", classes, [.. files.SelectMany(name =>
            Records(DataFolder.Find(folder, "CIFAR", name), classes.Count, hundred ? 2 : 1))]);
    }

    static IEnumerable<LabelledImage> Records(string path, int classes, int labels)
    {
        int record = labels + 3 * Plane;
        using FileStream file = File.OpenRead(path);
        if (file.Length == 0 || file.Length % record != 0)
            throw new TranslucentException($"{path}: {file.Length} bytes, expected a multiple of {record}; it is cut short or another file.");
        string name = Path.GetFileNameWithoutExtension(path);
        List<LabelledImage> pictures = [];
        for (int i = 0; i < file.Length / record; i++)
        {
            file.Position = (long)i * record + labels - 1; // of two labels the second is the fine one
            int label = file.ReadByte();
            if (label >= classes) throw new TranslucentException($"{path}: picture {i} has the class {label}, expected 0 to {classes - 1}.");
            long start = (long)i * record + labels;
            pictures.Add(new LabelledImage($"{name}/{i:D5}", () => Picture(path, start), label));
        }
        return pictures;
    }

    static Image Picture(string path, long start)
    {
        byte[] planes = new byte[3 * Plane], pixels = new byte[3 * Plane];
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        file.Position = start;
        file.ReadExactly(planes);
        for (int i = 0; i < Plane; i++) (pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]) = (planes[i], planes[Plane + i], planes[2 * Plane + i]);
        return new Image(Side, Side, 3, pixels);
    }
}
