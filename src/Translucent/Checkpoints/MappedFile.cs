// A file mapped into memory, read-only: pages are read when touched and dropped when memory is short.

using System.IO.MemoryMappedFiles;

namespace Translucent.Checkpoints;

/// <summary>A read-only mapping of a whole file. Whoever keeps a pointer into it must keep this object reachable.</summary>
sealed unsafe class MappedFile : IDisposable
{
    readonly MemoryMappedViewAccessor _view; // its handle is finalised, so a mapping that nobody disposes is still released
    bool _disposed;

    /// <summary>Maps a file of at least <paramref name="minimum"/> bytes.</summary>
    /// <exception cref="InvalidDataException">The file is shorter.</exception>
    /// <exception cref="IOException">There is no such file, or it is a folder.</exception>
    public MappedFile(string path, int minimum)
    {
        if (Directory.Exists(path)) throw new IOException($"{path}: is a folder, expected a file.");
        Path = path;
        // Asked before opening: a pipe has length 0, and opening one would wait for its writer. A link has the length of its own text,
        // so its target is asked; the folders of the Hugging Face cache are full of links.
        Length = new FileInfo(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path).Length;
        if (Length < minimum) throw new InvalidDataException($"{path}: holds {Length} bytes, expected at least {minimum}; fetch or export the file again.");

        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        if (stream.Length != Length) throw new IOException($"{path}: changed while it was being opened; try again.");
        using MemoryMappedFile file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read); // outlives the handle of the file
        Pointer = (byte*)_view.SafeMemoryMappedViewHandle.DangerousGetHandle();
    }

    /// <summary>The path as it was given.</summary>
    public string Path { get; }

    /// <summary>Bytes in the file.</summary>
    public long Length { get; }

    /// <summary>The first byte.</summary>
    public byte* Pointer { get; }

    /// <summary>A piece of the file.</summary>
    public ReadOnlySpan<byte> Bytes(long start, int length)
    {
        ThrowIfDisposed();
        return start >= 0 && length >= 0 && start <= Length - length ? new(Pointer + start, length) : throw new ArgumentOutOfRangeException(nameof(start));
    }

    /// <exception cref="ObjectDisposedException">The mapping is gone.</exception>
    public void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed, this);

    /// <summary>Unmaps the file; no pointer or span into it may be used afterwards.</summary>
    public void Dispose()
    {
        _disposed = true;
        _view.Dispose();
    }
}
