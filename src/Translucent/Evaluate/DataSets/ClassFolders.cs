// Pictures in folders named by their classes, as ImageNet is kept (train/n01440764/*.JPEG; torchvision's ImageFolder).

using Translucent.Files;
using Translucent.Images;

namespace Translucent.Evaluate.DataSets;

/// <summary>Reads folders of classes.</summary>
static class ClassFolders
{
    static readonly string[] s_lists = ["LOC_synset_mapping.txt", "synset_words.txt"];

    /// <summary>The pictures of all folders in a folder, each of the class that its folder names; classes in the order of their names, byte by byte.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="isPicture">Whether a file is a picture, by its name.</param>
    /// <param name="read">Reads a picture.</param>
    /// <returns>Classes without pictures stay, so that indices are those of the whole. A folder without folders is a set of pictures without classes.</returns>
    /// <exception cref="TranslucentException">There is no picture.</exception>
    public static LabelledImages Read(string folder, Func<string, bool> isPicture, Func<string, Image> read)
    {
        if (!Directory.Exists(folder)) throw new TranslucentException($"{folder}: there is no such folder.");
        string[] classes = [.. Directory.GetDirectories(folder).Select(f => Path.GetFileName(f)!).Where(name => !name.StartsWith('.'))
            .Order(StringComparer.Ordinal)];
        string[] places = classes.Length == 0 ? [folder] : [.. classes.Select(name => Path.Combine(folder, name))];
        List<LabelledImage> images = [];
        Dictionary<string, string> names = Names(folder);
        for (int c = 0; c < places.Length; c++)
            foreach (string file in Directory.EnumerateFiles(places[c]).Where(isPicture).Order(StringComparer.Ordinal))
                images.Add(new LabelledImage(Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'), () => read(file),
                    classes.Length == 0 ? null : c));
        if (images.Count == 0) throw new TranslucentException($"{folder}: holds no pictures, expected pictures, or folders of them named by their classes.");
        return new LabelledImages(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))),
            [.. classes.Select(c => names.GetValueOrDefault(c, c))], images);
    }

    /// <summary>Names for folders that are WordNet ids, from a list in the folder or beside it: "n01440764 tench, Tinca tinca"; the first of several.</summary>
    static Dictionary<string, string> Names(string folder)
    {
        string beside = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))) ?? folder;
        Dictionary<string, string> names = [];
        if ((DataFolder.Maybe(folder, s_lists) ?? DataFolder.Maybe(beside, s_lists)) is { } list)
            foreach (string[] parts in DataFolder.Lines(list).Select(line => line.Split((char[])[' ', '\t'], 2)))
                if (parts.Length == 2) names[parts[0]] = parts[1].Split(',')[0].Trim();
        return names;
    }
}
