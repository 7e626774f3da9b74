// A file under a temporary name, whose errors name the file that was asked for.

namespace Translucent.Files;

/// <summary>What <see cref="AtomicFile"/> writes to.</summary>
/// <param name="temporary">The file that is made.</param>
/// <param name="path">The file that it will become, for messages.</param>
sealed class TemporaryFile(string temporary, string path) : Stream
{
    readonly FileStream _file = Named(path, () => new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Delete, bufferSize: 1 << 16));

    public override bool CanRead => false;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => _file.Length;

    public override long Position
    {
        get => _file.Position;
        set => Named(path, () => _file.Position = value);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            _file.Write(buffer);
        }
        catch (Exception e) when (IsOfDisk(e))
        {
            throw Unwritable(path, e);
        }
    }

    public override long Seek(long offset, SeekOrigin origin) => Named(path, () => _file.Seek(offset, origin));

    public override void SetLength(long value) => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => Named(path, () => { _file.Flush(); return true; });

    /// <summary>Gives the file, all of it on disk, its name, and closes it: it is locked for as long as it has the temporary one, so that nobody takes it for
    /// what a killed run has left.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Finish() => Named(path, () =>
    {
        _file.Flush(flushToDisk: true);
        File.Move(temporary, Path.GetFullPath(path), overwrite: true);
        _file.Dispose();
        return true;
    });

    /// <summary>Closes the file; one that was not finished goes.</summary>
    protected override void Dispose(bool disposing)
    {
        try
        {
            _file.Dispose(); // writes what is left
        }
        catch (Exception e) when (IsOfDisk(e))
        {
            // the first error was reported
        }
        try
        {
            File.Delete(temporary); // no error when it was renamed
        }
        catch (Exception e) when (IsOfDisk(e))
        {
            // the folder became read-only meanwhile
        }
        base.Dispose(disposing);
    }

    static T Named<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (IsOfDisk(e))
        {
            throw Unwritable(path, e);
        }
    }

    static bool IsOfDisk(Exception e) => e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException;

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
}
