// --data: which images an evaluation is about. A folder of pictures, a folder of folders named by classes, or scenes of Shapes that are drawn when needed.

using System.Globalization;
using Translucent.Evaluate.DataSets;
using Translucent.Files;
using Translucent.Pictures;
using Translucent.Shapes;
using Translucent.Tensors;

namespace Translucent.Cli.Jobs;

/// <summary>Opens data sets.</summary>
static class DataSources
{
    /// <summary>What --data takes, for help.</summary>
    public const string Description = "The images: a folder of pictures, a folder with a folder of pictures for each class (as ImageNet is kept), one with "
        + "images/ and masks/ whose PNG files are 0 behind the object, a folder of CIFAR's files (binary or for Python) or MNIST's IDX files (test part), or "
        + "shapes:COUNT[,seed=N][,size=PIXELS] for scenes of one object whose class and mask are known.";

    /// <summary>Opens what was typed after --data.</summary>
    /// <exception cref="UsageException">The words are wrong.</exception>
    /// <exception cref="TranslucentException">There is nothing of this name, or no picture in it.</exception>
    public static LabelledImages Open(string data)
    {
        if (ShapesSource.Is(data)) return OfShapes(data);
        PlainFolders.RefuseItsFile(data);
        return Has(data, "test_batch.bin", "test.bin", "cifar-10-batches-bin", "cifar-100-binary", "batches.meta", "meta", "cifar-10-batches-py",
            "cifar-100-python") ? Cifar.Read(data)
            : Has(data, "t10k-images-idx3-ubyte", "t10k-images-idx3-ubyte.gz") ? Idx.Read(data, IsFashion(data) ? Idx.Fashion
                : [.. Enumerable.Range(0, 10).Select(digit => digit.ToString(CultureInfo.InvariantCulture))])
            : Has(data, "images") && Has(data, "masks") ? Masked(PlainFolders.ImageNetSegmentation(data, LabelFile.Pictures))
            : ClassFolders.Read(data, ImageFolder.IsNamedSo, path => ImageFile.Read(path));
    }

    /// <summary>Pictures whose object is known and its class is not.</summary>
    static LabelledImages Masked(SegmentationSet set) => new(set.Name, [], [.. set.Pictures.Select(p =>
        new LabelledImage(p.Key, p.Photo) { Mask = () => [.. p.Open().Labels.Values.Select(v => v > 0)] })]);

    static bool Has(string folder, params string[] names) => Directory.Exists(folder) && DataFolder.Maybe(folder, names) is not null;

    static bool IsFashion(string folder) => Path.GetFullPath(folder).Contains("fashion", StringComparison.OrdinalIgnoreCase);

    static LabelledImages OfShapes(string data)
    {
        ShapesSource source = ShapesSource.Parse(data, objects: (1, 1));
        ShapesOptions options = source.Options;
        ShapeKind[] kinds = Enum.GetValues<ShapeKind>();
        LabelledImage Scene(int index)
        {
            int kind = index % kinds.Length;
            Scene Draw() => Scenes.Draw(SplitMix.At(source.Seed, (ulong)index), options with { Kinds = [kinds[kind]] });
            return new LabelledImage(ShapesSource.Key(index), () => Draw().Image, kind) { Mask = () => [.. Draw().Owners.Select(o => o >= 0)] };
        }
        return new LabelledImages(source.Name, [.. Scenes.Classes.Skip(1)], [.. Enumerable.Range(0, source.Count).Select(Scene)]) { Origin = source.Origin };
    }
}
