// CIFAR-10 and CIFAR-100 (Krizhevsky 2009; cs.toronto.edu/~kriz/cifar.html). Binary version: records of one or two label bytes and 3,072 of pixels, the red
// plane of 32 x 32 first, then green and blue. Version for Python: CifarPickle.

using Translucent.Files;
using Translucent.Images;

namespace Translucent.Evaluate.DataSets;

/// <summary>Reads CIFAR.</summary>
static class Cifar
{
    const int Side = 32, Plane = Side * Side;

    /// <summary>The pictures of a part, whichever of the two sets lies in the folder; each is read from its file when it is opened.</summary>
    /// <param name="root">The folder of the .bin files or of the pickles, or the one above it.</param>
    /// <param name="part">test or train.</param>
    /// <exception cref="TranslucentException">Files are missing, cut short or damaged.</exception>
    public static LabelledImages Read(string root, string part = "test")
    {
        if (DataFolder.Maybe(root, "cifar-10-batches-py", "cifar-100-python") is { } python) return Pickled(python, part);
        string folder = DataFolder.Maybe(root, "cifar-10-batches-bin", "cifar-100-binary") ?? root;
        if (DataFolder.Maybe(folder, "batches.meta", "meta") is not null) return Pickled(folder, part);
        bool hundred = DataFolder.Maybe(folder, $"{part}.bin") is not null;
        IReadOnlyList<string> classes = [.. DataFolder.Lines(DataFolder.Find(folder, "names of the classes of CIFAR",
            hundred ? "fine_label_names.txt" : "batches.meta.txt"))];
        return new LabelledImages(Name(hundred), classes, [.. Files(hundred, part, ".bin").SelectMany(name =>
            Records(DataFolder.Find(folder, "CIFAR", name), classes.Count, hundred ? 2 : 1))]);
    }

    static string Name(bool hundred) => hundred ? "cifar-100" : "cifar-10";

    static string[] Files(bool hundred, string part, string end) => hundred ? [part + end] : part == "test" ? ["test_batch" + end]
        : [.. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}{end}")];

    /// <summary>The version for Python; keys of pictures are those of the binary version.</summary>
    static LabelledImages Pickled(string folder, string part)
    {
        bool hundred = DataFolder.Maybe(folder, "batches.meta") is null;
        string names = DataFolder.Find(folder, "names of the classes of CIFAR", hundred ? "meta" : "batches.meta");
        IReadOnlyList<string> classes = new CifarPickle(names).Names(hundred ? "fine_label_names" : "label_names");
        return new LabelledImages(Name(hundred), classes, [.. Files(hundred, part, "").SelectMany(name =>
        {
            string path = DataFolder.Find(folder, "CIFAR", name);
            (long start, int[] labels) = new CifarPickle(path).Pictures(3 * Plane, hundred ? "fine_labels" : "labels");
            return labels.Select((label, i) => Labelled(path, name, i, label, classes.Count, start + i * 3L * Plane));
        })]);
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
            pictures.Add(Labelled(path, name, i, file.ReadByte(), classes, (long)i * record + labels));
        }
        return pictures;
    }

    static LabelledImage Labelled(string path, string name, int number, int label, int classes, long start) => label < classes
        ? new LabelledImage($"{name}/{number:D5}", () => Picture(path, start), label)
        : throw new TranslucentException($"{path}: picture {number} has the class {label}, expected 0 to {classes - 1}.");

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
