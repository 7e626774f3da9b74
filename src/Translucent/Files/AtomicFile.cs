// Files that are either whole or not there: written under a temporary name in the same folder, then renamed (POSIX rename(2) is atomic).

namespace Translucent.Files;

/// <summary>Writes a file so that no reader ever sees half of it.</summary>
static class AtomicFile
{
    /// <summary>Writes a file whole: the old content stays in place until the new one is complete and on disk.</summary>
    /// <param name="path">The file to write or replace; its folder must exist.</param>
    /// <param name="write">Writes the content; when it throws, the temporary file is deleted and <paramref name="path"/> is untouched.</param>
    /// <exception cref="IOException">The folder does not exist or is read-only, the disk is full, or the file cannot be replaced.</exception>
    public static void Write(string path, Action<Stream> write) => Write(path, write, static (stream, action) => action(stream));

    /// <summary>As above; <paramref name="state"/> is handed to <paramref name="write"/>, and may be a span.</summary>
    /// <exception cref="IOException">The folder does not exist or is read-only, the disk is full, or the file cannot be replaced.</exception>
    public static void Write<TState>(string path, TState state, Action<Stream, TState> write) where TState : allows ref struct
    {
        string full = Path.GetFullPath(path);
        if (Directory.Exists(full)) throw new TranslucentException($"{path}: is a folder, expected the name of a file to write.");
        string folder = Path.GetDirectoryName(full) ?? full;
        if (!Directory.Exists(folder)) throw new TranslucentException($"{path}: there is no folder {folder} to write to; make it first.");
        string temporary = Path.Combine(folder, $".{Path.GetRandomFileName()}.tmp");
        using TemporaryFile file = new(temporary, path);
        write(file, state);
        file.Finish();
    }

    /// <summary>Deletes what killed runs have left under temporary names; one that still writes holds a lock on its file.</summary>
    /// <param name="folder">The folder that they wrote to.</param>
    /// <param name="alsoEmpty">Also files that nothing was written to, which one that starts at this moment may not have locked yet.</param>
    public static void RemoveLeftOver(string folder, bool alsoEmpty)
    {
        foreach (string path in Directory.GetFiles(folder, ".????????.???.tmp"))
            try
            {
                if (!alsoEmpty && new FileInfo(path).Length == 0) continue;
                using (new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None)) File.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // it is in use
            }
    }
}
