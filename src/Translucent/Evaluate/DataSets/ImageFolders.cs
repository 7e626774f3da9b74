// One folder a class, as ImageNet and torchvision's ImageFolder have it: the classes are the folders' names in ordinal order. Names for WordNet ids
// are read from a list beside the folders.

using Translucent.Files;

namespace Translucent.Evaluate.DataSets;

/// <summary>Reads folders of classes.</summary>
static class ImageFolders
{
    static readonly string[] s_lists = ["LOC_synset_mapping.txt", "synset_words.txt", "words.txt", "classes.txt"];

    /// <summary>The pictures of all class folders.</summary>
    /// <param name="root">The folder of the class folders, or one with val or train in it.</param>
    /// <param name="reader">Opens pictures.</param>
    /// <param name="part">The folder in it, where there is one.</param>
    /// <remarks>A list "n01440764 tench, Tinca tinca" names folders; the first of several names is taken. Without one, folders are their own names.</remarks>
    /// <exception cref="TranslucentException">There is no class folder, or one holds no picture.</exception>
    public static ClassifiedSet Read(string root, PictureReader reader, string part = "val")
    {
        string folder = DataFolder.Find(root, "folder of classes", part, "");
        string[] classes = [.. Directory.GetDirectories(folder).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal)];
        if (classes.Length == 0) throw new TranslucentException($"{folder}: no folder in it, expected one for every class.");
        Dictionary<string, string> names = Names(root);
        return new ClassifiedSet("image-folders", [.. classes.Select(c => names.GetValueOrDefault(c, c))], [.. classes.SelectMany((name, c) =>
            DataFolder.Photographs(Path.Combine(folder, name)).Select(p => new ClassifiedPicture($"{name}/{p.Key}", c, () => reader.Photo(p.Path))))]);
    }

    static Dictionary<string, string> Names(string root)
    {
        Dictionary<string, string> names = [];
        if (DataFolder.Maybe(root, s_lists) is { } list)
            foreach (string[] parts in DataFolder.Lines(list).Select(line => line.Split((char[])[' ', '\t'], 2)))
                if (parts.Length == 2) names[parts[0]] = parts[1].Split(',')[0].Trim();
        return names;
    }
}
