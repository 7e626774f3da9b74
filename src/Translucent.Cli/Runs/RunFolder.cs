// The folder that a run writes: every file whole or not at all, and a list of what was written.

using System.Runtime.ExceptionServices;
using System.Text;
using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Images;
using Translucent.Pictures;
using Translucent.Tensors;

namespace Translucent.Cli.Runs;

/// <summary>A file of a run.</summary>
/// <param name="Name">Its name in the folder of the run.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Of its content, in lower-case hexadecimal.</param>
/// <param name="What">What it holds, in words.</param>
sealed record WrittenFile(string Name, long Bytes, string Sha256, string What);

/// <summary>A picture that is drawn and packed, but not written yet.</summary>
/// <param name="Name">Its name in the folder of the run.</param>
/// <param name="Content">The file.</param>
/// <param name="What">What it shows, in words.</param>
sealed record PictureFile(string Name, byte[] Content, string What)
{
    /// <summary>A picture without words, as PNG.</summary>
    public static PictureFile Png(string name, Image image, string what) => new(name, ImageFile.Encode(image), what);

    /// <summary>A figure, as SVG.</summary>
    public static PictureFile Svg(string name, Figure figure, string what) => new(name, figure.ToFile(what), what);
}

/// <summary>Writes the files of a run.</summary>
sealed class RunFolder
{
    readonly List<WrittenFile> _files = [];

    /// <summary>Makes the folder.</summary>
    /// <exception cref="TranslucentException">It cannot be made.</exception>
    public RunFolder(string path)
    {
        Path = path;
        Make(path);
    }

    public string Path { get; }

    /// <summary>What was written so far.</summary>
    public IReadOnlyList<WrittenFile> Files => _files;

    /// <summary>Makes a folder for results.</summary>
    /// <exception cref="TranslucentException">It cannot be made; the message says why.</exception>
    public static void Make(string path)
    {
        if (File.Exists(path)) throw new TranslucentException($"{path}: is a file, expected a folder to write to; choose another with --out.");
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TranslucentException($"{path}: cannot be made ({e.Message.TrimEnd('.')}); choose another folder with --out.", e);
        }
    }

    /// <summary>A picture.</summary>
    public void Picture(PictureFile picture) => Bytes(picture.Name, picture.Content, picture.What);

    /// <summary>Several pictures, drawn and packed side by side; no more of them are in memory than there are threads.</summary>
    /// <param name="pictures">Each draws the files of one picture.</param>
    /// <param name="stop">Stops before the next picture.</param>
    public void Pictures(IReadOnlyList<Func<PictureFile[]>> pictures, CancellationToken stop)
    {
        WrittenFile[][] written = new WrittenFile[pictures.Count][];
        try
        {
            Parallel.For(0, pictures.Count, new ParallelOptions { MaxDegreeOfParallelism = Compute.Default.Threads, CancellationToken = stop }, i =>
                written[i] = [.. pictures[i]().Select(p => Write(p.Name, p.Content, p.What))]);
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
        _files.AddRange(written.SelectMany(files => files));
    }

    /// <summary>Text in UTF-8.</summary>
    public void Text(string name, string text, string what) => Bytes(name, Encoding.UTF8.GetBytes(text), what);

    /// <summary>Float32 numbers.</summary>
    public void Numbers(string name, Tensor values, string what) => Numbers<float>(name, values.Shape, values.Span, what);

    /// <summary>Numbers of another type.</summary>
    public void Numbers<T>(string name, ReadOnlySpan<int> shape, ReadOnlySpan<T> values, string what) where T : unmanaged
    {
        string path = SafeName.In(Path, name);
        Npy.Write(path, shape, values);
        using FileStream written = File.OpenRead(path);
        _files.Add(new WrittenFile(name, written.Length, FileHash.Of(written), what));
    }

    /// <summary>A file of the folder that is written already.</summary>
    public void Add(string name, string what)
    {
        using FileStream written = File.OpenRead(SafeName.In(Path, name));
        _files.Add(new WrittenFile(name, written.Length, FileHash.Of(written), what));
    }

    void Bytes(string name, byte[] content, string what) => _files.Add(Write(name, content, what));

    WrittenFile Write(string name, byte[] content, string what)
    {
        AtomicFile.Write(SafeName.In(Path, name), stream => stream.Write(content));
        return new WrittenFile(name, content.Length, FileHash.Of(content), what);
    }
}
