// Which images a run is about, and what each one's folder is called.

using Translucent.Files;
using Translucent.Images;
using Translucent.Pictures;
using Translucent.Pictures.Files;
using Translucent.Runs;
using Translucent.Tensors;

namespace Translucent.Cli.Runs;

/// <summary>One image of a run.</summary>
/// <param name="Path">The file, as it was named.</param>
/// <param name="Folder">Where its results go.</param>
sealed record ImageSource(string Path, string Folder)
{
    /// <summary>The whole file, where it came through standard input.</summary>
    public byte[]? Piped { get; init; }

    /// <summary>Its pixels, as <see cref="ImageFile.Read"/> gives them.</summary>
    /// <param name="mostPixels">--max-pixels.</param>
    /// <param name="memoryBytes">--memory.</param>
    /// <exception cref="TranslucentException">It is no picture that can be read, or too large.</exception>
    public Image Read(long mostPixels, long memoryBytes)
    {
        DecodingBudget budget = new(memoryBytes, "--memory");
        if (Piped is null) return ImageFile.ReadWithin(Path, mostPixels, budget);
        try
        {
            return ImageFile.DecodeWithin(Piped, mostPixels, budget);
        }
        catch (TranslucentException e)
        {
            throw new TranslucentException($"{Path}: {e.Message}", e);
        }
    }

    /// <summary>Its pixels, or those of an array of NumPy, for a model of so many channels; an array of float numbers is prepared already.</summary>
    /// <exception cref="TranslucentException">It is no picture and no array that can be read, too large, or has other channels.</exception>
    public (Image Photo, Tensor? Prepared) Read(long mostPixels, long memoryBytes, int channels)
    {
        if (Piped is not null || !ArrayPicture.IsFile(Path)) return (Read(mostPixels, memoryBytes), null);
        ArrayPicture array = ArrayPicture.Read(Path, channels, mostPixels);
        return (array.Samples, array.Prepared);
    }

    /// <summary>The file as it was when it was read.</summary>
    public ImageFingerprint Fingerprint() => Piped is null ? ImageFingerprint.Of(Path) : new ImageFingerprint(Piped.Length, "", FileHash.Of(Piped));
}

/// <summary>Lists images.</summary>
static class ImageList
{
    /// <summary>All images of files and folders, in the order given, each once.</summary>
    /// <param name="paths">Files, and folders that stand for the images in them.</param>
    /// <param name="output">--out, or null.</param>
    /// <remarks>
    /// A single file writes to <paramref name="output"/> itself, else out/NAME. Several write to folders in it (or in out) by their names
    /// without extension; files that agree in that keep the extension, and where these agree too the later ones get a number.
    /// What cannot be the name of a folder in every system is escaped (<see cref="SafeName"/>).
    /// </remarks>
    /// <exception cref="TranslucentException">A file or folder does not exist, or a folder holds no image.</exception>
    public static IReadOnlyList<ImageSource> Of(IReadOnlyList<string> paths, string? output) => Of(paths, output, recursive: false, (_, _) => { });

    /// <inheritdoc cref="Of(IReadOnlyList{string}, string?)"/>
    /// <param name="paths">Files, and folders that stand for the images in them.</param>
    /// <param name="output">--out, or null.</param>
    /// <param name="recursive">Whether folders in folders are looked into too.</param>
    /// <param name="leftOut">Told of every file of a folder that is no image: its path, and what it is.</param>
    /// <param name="piped">Reads standard input, where - may stand for it.</param>
    public static IReadOnlyList<ImageSource> Of(IReadOnlyList<string> paths, string? output, bool recursive, Action<string, string> leftOut,
        Func<byte[]>? piped = null)
    {
        List<string> files = [];
        foreach (string path in paths.Select(Found))
        {
            if (path == StandardInput.Word && piped is not null) files.Add(path);
            else if (Directory.Exists(path))
            {
                ImageFolder folder = ImageFolder.Open(path, recursive);
                files.AddRange(folder.Images);
                foreach ((string other, string what) in folder.LeftOut) leftOut(other, what);
            }
            else if (File.Exists(path)) files.Add(path);
            else throw new TranslucentException($"{path}: there is no such file.");
        }
        files = [.. files.DistinctBy(Path.GetFullPath)];
        string[] names = Names(files);
        bool alone = files.Count == 1 && !Directory.Exists(paths[0]) && output is not null;
        return [.. files.Select((file, i) =>
        {
            string folder = alone ? output! : SafeName.In(output ?? "out", names[i]);
            bool comes = file == StandardInput.Word && piped is not null;
            return comes ? new ImageSource(StandardInput.Name, folder) { Piped = piped!() } : new ImageSource(file, folder);
        })];
    }

    /// <summary>A photograph in samples/ is the one that ships with the command, where there is none here.</summary>
    static string Found(string path)
    {
        string bundled = Path.Combine(AppContext.BaseDirectory, path);
        bool isSample = Path.GetDirectoryName(path) == "samples" && !Path.Exists(path) && File.Exists(bundled);
        return isSample ? bundled : path;
    }

    static string[] Names(List<string> files)
    {
        string[] stems = [.. files.Select(f => f == StandardInput.Word ? StandardInput.Name
            : Path.GetFileNameWithoutExtension(f) is { Length: > 0 } stem ? stem : Path.GetFileName(f))];
        ILookup<string, string> uses = stems.ToLookup(stem => SafeName.Folded(SafeName.Of(stem)));
        return SafeName.Distinct([.. stems.Select((stem, i) => uses[SafeName.Folded(SafeName.Of(stem))].Count() == 1 ? stem : Path.GetFileName(files[i]))]);
    }
}
