// What it means to read a data set whole: every picture and every label that its reader lists.

using System.Text;
using System.Text.Json;
using Translucent.Evaluate.DataSets;
using Translucent.Files;
using Translucent.Images;
using Translucent.Pictures;
using Translucent.Pictures.Files;

namespace Translucent.Fuzz;

/// <summary>Readers of data sets and of folders of pictures.</summary>
static class DataReaders
{
    const int MostPixels = 1 << 14, MostBytes = 1 << 17; // of pictures behind the guard
    const int MostFiles = 40;

    static readonly byte[] s_photo = ImageFile.Encode(new Image(4, 3, 3, new byte[36])), s_labels = ImageFile.Encode(new Image(4, 3, 1, new byte[12]));

    /// <summary>A picture without a suffix in a folder, under a small limit on pixels and memory.</summary>
    public static void Guard(byte[] file, Sandbox sandbox)
    {
        string path = sandbox.Add("guard/picture", file);
        ImageFolder folder = ImageFolder.Open(sandbox["guard"]);
        Expect(folder.Images.Count + folder.LeftOut.Count == 1, "a file that is neither listed nor left out");
        Image image = ImageFile.ReadWithin(path, MostPixels, new DecodingBudget(MostBytes, "--memory"));
        Expect(image.Width * (long)image.Height <= MostPixels, $"{image.Width} x {image.Height} pixels in spite of the limit");
    }

    /// <summary>The numbers of a label image.</summary>
    public static void Labels(byte[] file, Sandbox sandbox)
    {
        LabelMap map = LabelFile.Decode(file);
        Expect(map.Values.Length == map.Width * map.Height && map.Values.All(v => v >= 0), $"{map.Values.Length} labels for {map.Width} x {map.Height}");
    }

    /// <summary>A MAT file: every variable, its cells and fields, as labels where they can be.</summary>
    public static void Mat(byte[] file, Sandbox sandbox)
    {
        foreach (MatArray array in MatFile.Variables(file)) Walk(array);
    }

    /// <summary>The test batch of CIFAR-10.</summary>
    public static void Cifar(byte[] file, Sandbox sandbox)
    {
        sandbox.Keep("cifar/batches.meta.txt", () => "airplane\nautomobile\nbird\n"u8.ToArray());
        sandbox.Add("cifar/test_batch.bin", file);
        Open(Evaluate.DataSets.Cifar.Read(sandbox["cifar"]));
    }

    /// <summary>The names of CIFAR's classes.</summary>
    public static void CifarNames(byte[] file, Sandbox sandbox)
    {
        sandbox.Keep("cifar-names/test_batch.bin", () => [2, .. new byte[3072], 0, .. new byte[3072]]);
        sandbox.Add("cifar-names/batches.meta.txt", file);
        Open(Evaluate.DataSets.Cifar.Read(sandbox["cifar-names"]));
    }

    /// <summary>Pictures of MNIST's format; the same bytes as labels.</summary>
    public static void Idx(byte[] file, Sandbox sandbox)
    {
        sandbox.Add("idx/t10k-images-idx3-ubyte", file);
        sandbox.Keep("idx/t10k-labels-idx1-ubyte", () => [0, 0, 8, 1, 0, 0, 0, 2, 3, 1]);
        Open(Evaluate.DataSets.Idx.Read(sandbox["idx"], Evaluate.DataSets.Idx.Fashion));
    }

    /// <summary>A folder of files, named by a JSON object; every reader of folders looks at it.</summary>
    public static void Folders(byte[] file, Sandbox sandbox)
    {
        string root = sandbox["folders"];
        if (Directory.Exists(root)) Directory.Delete(root, recursive: true);
        Directory.CreateDirectory(root);
        foreach ((string name, string content) in Listed(file))
        {
            string path = Path.Combine(root, name);
            if (!SafeName.StaysInside(name) || name.Contains('\0') || name.Split('/').Any(part => Encoding.UTF8.GetByteCount(part) is 0 or > 200)
                || Path.Exists(path)) continue;
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllBytes(path, content switch { "photo" => s_photo, "labels" => s_labels, _ => Encoding.UTF8.GetBytes(content) });
            }
            catch (IOException)
            {
                // a file where a folder should be
            }
        }
        int read = 0;
        TranslucentException? last = null;
        foreach (Func<int> reader in Every(root))
            try
            {
                read += reader();
            }
            catch (TranslucentException e)
            {
                Expect(!e.Message.Any(char.IsControl), $"a message of several lines: {e.Message}");
                last = e;
            }
        if (read == 0 && last is not null) throw last;
    }

    static IEnumerable<Func<int>> Every(string root)
    {
        PictureReader pictures = LabelFile.Pictures;
        yield return () => Open(PascalVoc.Read(root, pictures));
        yield return () => Open(CamVid.Read(root, pictures));
        yield return () => Open(Ade20k.Read(root, pictures));
        yield return () => Open(Cityscapes.Read(root, pictures));
        yield return () => Open(CocoStuff.Read(root, pictures));
        yield return () => Open(PlainFolders.Read(root, pictures));
        yield return () => Open(PlainFolders.ImageNetSegmentation(root, pictures));
        yield return () => Open(Potsdam3.Read(root));
        yield return () => Bsds500.Read(root, pictures).Count(item => Try(() => item.Open()));
        yield return () => Open(ClassFolders.Read(root, ImageFolder.IsNamedSo, path => ImageFile.Read(path)));
        yield return () => ImageFolder.Open(root, recursive: true).Images.Count;
    }

    static int Open(SegmentationSet set)
    {
        Expect(set.Pictures.Select(p => p.Key).Distinct().Count() == set.Pictures.Count, $"{set.Name}: two pictures of one key");
        return set.Pictures.Count(picture => Try(() => picture.Open()));
    }

    static int Open(LabelledImages set) => set.Images.Count(item =>
    {
        Image image = item.Read();
        return image.Pixels.Length == image.Width * image.Height * image.Channels;
    });

    static bool Try(Action open)
    {
        try
        {
            open();
            return true;
        }
        catch (TranslucentException e)
        {
            Expect(!e.Message.Any(char.IsControl), $"a message of several lines: {e.Message}");
            return false;
        }
    }

    static void Walk(MatArray array)
    {
        foreach (MatArray cell in array.Cells) Walk(cell);
        if (array.Fields.Length > 0) array.Field(array.Fields[0]);
        if (array.Numbers.Length > 0 && array.Shape.Length == 2) array.Labels(v => v);
    }

    /// <summary>Names and contents; none of a text that is no object.</summary>
    static List<(string Name, string Content)> Listed(byte[] file)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(file);
            return json.RootElement.ValueKind != JsonValueKind.Object ? []
                : [.. json.RootElement.EnumerateObject().Take(MostFiles).Select(p => (p.Name, p.Value.ValueKind == JsonValueKind.String
                    ? p.Value.GetString()! : p.Value.GetRawText()))];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new TranslucentException("the list of files is no JSON");
        }
    }

    static void Expect(bool holds, string otherwise)
    {
        if (!holds) throw new InvalidProgramException(otherwise);
    }
}
