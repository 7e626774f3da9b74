// The folder that a run writes: every file whole or not at all, and a list of what was written.

using System.Runtime.ExceptionServices;
using System.Text;
using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Runs;

/// <summary>Writes the files of a run.</summary>
sealed class RunFolder
{
    readonly List<WrittenFile> _files = [];

    /// <summary>Makes the folder; what killed runs have left there under temporary names goes.</summary>
    /// <exception cref="TranslucentException">It cannot be made.</exception>
    public RunFolder(string path)
    {
        Path = path;
        Make(path);
        AtomicFile.RemoveLeftOver(path, alsoEmpty: false);
    }

    public string Path { get; }

    /// <summary>Told of every picture that was drawn, by the thread that wrote it.</summary>
    public Action? Drawn { get; init; }

    /// <summary>What was written so far.</summary>
    public IReadOnlyList<WrittenFile> Files => _files;

    /// <summary>Makes a folder for results.</summary>
    /// <exception cref="TranslucentException">It cannot be made; the message says why.</exception>
    public static void Make(string path)
    {
        if (File.Exists(path)) throw new TranslucentException($"{path}: is a file, expected a folder to write to; choose another.");
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TranslucentException($"{path}: cannot be made ({e.Message.TrimEnd('.')}); choose another folder.", e);
        }
    }

    /// <summary>A file.</summary>
    public void Add(FileToWrite file) => _files.Add(Write(file));

    /// <summary>Many files, made and written side by side; no more of them are in memory than there are threads.</summary>
    /// <param name="files">Each makes some that belong together.</param>
    /// <param name="stop">Stops before the next are made.</param>
    public void Add(IReadOnlyList<Func<FileToWrite[]>> files, CancellationToken stop)
    {
        WrittenFile[][] written = new WrittenFile[files.Count][];
        try
        {
            ParallelOptions options = new() { MaxDegreeOfParallelism = Compute.Default.Threads, CancellationToken = stop };
            Parallel.For(0, files.Count, options, i => written[i] = [.. files[i]().Select(Write)]);
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
        _files.AddRange(written.SelectMany(some => some));
    }

    /// <summary>Text in UTF-8.</summary>
    public void Text(string name, string text, string what) => Add(new FileToWrite(name, Encoding.UTF8.GetBytes(text), what));

    /// <summary>Float32 numbers.</summary>
    public void Numbers(string name, Tensor values, string what) => Numbers<float>(name, values.Shape, values.Span, what);

    /// <summary>Numbers of another type.</summary>
    public void Numbers<T>(string name, ReadOnlySpan<int> shape, ReadOnlySpan<T> values, string what) where T : unmanaged
    {
        Npy.Write(SafeName.In(Path, name), shape, values);
        Note(name, what);
    }

    /// <summary>Notes a file of the folder that is written already.</summary>
    public void Note(string name, string what)
    {
        using FileStream written = File.OpenRead(SafeName.In(Path, name));
        _files.Add(new WrittenFile(name, written.Length, FileHash.Of(written), what));
    }

    WrittenFile Write(FileToWrite file)
    {
        AtomicFile.Write(SafeName.In(Path, file.Name), stream => stream.Write(file.Content));
        if (file.Name.EndsWith(".png", StringComparison.Ordinal) || file.Name.EndsWith(".svg", StringComparison.Ordinal)) Drawn?.Invoke();
        return new WrittenFile(file.Name, file.Content.Length, FileHash.Of(file.Content), file.What);
    }
}
