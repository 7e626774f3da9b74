// Files that are either whole or not there: written under a temporary name in the same folder, then renamed (POSIX rename(2) is atomic).

namespace Translucent.Checkpoints;

/// <summary>Writes a file so that no reader ever sees half of it.</summary>
public static class AtomicFile
{
    /// <summary>Writes a file whole: the old content stays in place until the new one is complete and on disk.</summary>
    /// <param name="path">The file to write or replace; its folder must exist.</param>
    /// <param name="write">Writes the content; when it throws, the temporary file is deleted and <paramref name="path"/> is untouched.</param>
    /// <exception cref="IOException">The folder does not exist, the disk is full, or the file cannot be replaced.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is read-only.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string full = Path.GetFullPath(path);
        if (Directory.Exists(full)) throw new IOException($"{path}: is a folder, expected the name of a file to write.");
        string temporary = Path.Combine(Path.GetDirectoryName(full) ?? full, $".{Path.GetRandomFileName()}.tmp");
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, full, overwrite: true);
        }
        catch
        {
            File.Delete(temporary); // quiet when it was never made
            throw;
        }
    }
}
