// Files that are either whole or not there: written under a temporary name in the same folder, then renamed (POSIX rename(2) is atomic).

namespace Translucent.Checkpoints;

/// <summary>Writes a file so that no reader ever sees half of it.</summary>
public static class AtomicFile
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
        if (Directory.Exists(full)) throw new IOException($"{path}: is a folder, expected the name of a file to write.");
        string folder = Path.GetDirectoryName(full) ?? full;
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"{path}: there is no folder {folder} to write to; make it first.");
        string temporary = Path.Combine(folder, $".{Path.GetRandomFileName()}.tmp");
        try
        {
            using (FileStream file = Named(path, () => new TemporaryFile(temporary, path)))
            {
                BufferedStream stream = new(file, 1 << 16);
                write(stream, state);
                stream.Flush();
                Named(path, () => file.Flush(flushToDisk: true));
            }
            Named(path, () => File.Move(temporary, full, overwrite: true));
        }
        catch
        {
            Remove(temporary);
            throw;
        }
    }

    static void Remove(string temporary)
    {
        try
        {
            File.Delete(temporary); // quiet when it was never made
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // the folder became read-only: what went wrong first says so
        }
    }

    static void Named(string path, Action work) => Named(path, () => { work(); return true; });

    /// <summary>Does what may fail because of the disk; an error is about the file that was asked for, not about the temporary one.</summary>
    static T Named<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(path, e);
        }
    }

    static IOException Unwritable(string path, Exception e)
    {
        string reason = e switch
        {
            UnauthorizedAccessException => "access is denied",
            ArgumentOutOfRangeException => "it is too large for the file system", // what .NET makes of EFBIG
            _ => e.Message.Split(" : '")[0].TrimEnd('.'),
        };
        return new IOException($"{path}: cannot be written ({reason}); free some space, or choose another folder.", e);
    }

    /// <summary>The file under its temporary name.</summary>
    sealed class TemporaryFile(string temporary, string path) : FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0)
    {
        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            try
            {
                base.Write(buffer);
            }
            catch (Exception e) when (e is IOException or ArgumentOutOfRangeException)
            {
                throw Unwritable(path, e);
            }
        }
    }
}
