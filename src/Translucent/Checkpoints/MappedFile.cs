// A file mapped into memory, read-only: pages are read when touched and dropped when memory is short. Touching a page of a file that
// another process has cut off since ends the process (SIGBUS, mmap(2)), and .NET has no way to survive that: small files are therefore
// copied, and large ones can be asked whether they are still what they were.

using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Translucent.Checkpoints;

/// <summary>A read-only mapping of a whole file, or a copy of a small one. Whoever keeps a pointer into it must keep this object reachable.</summary>
sealed unsafe class MappedFile : IDisposable
{
    /// <summary>The largest file that is copied: read in hundredths of a second, and no burden on any machine.</summary>
    internal const long MostCopied = 64 << 20;

    readonly MemoryMappedViewAccessor? _view; // its handle is finalised, so a mapping that nobody disposes is still released
    readonly SafeFileHandle? _file;           // as that of the file
    readonly long _written;                   // when, in ticks
    byte[]? _copy;
    bool _disposed;

    /// <summary>Maps a file of at least <paramref name="minimum"/> bytes.</summary>
    /// <exception cref="InvalidDataException">The file is shorter.</exception>
    /// <exception cref="IOException">There is no such file, or it is a folder.</exception>
    public MappedFile(string path, int minimum)
    {
        if (Directory.Exists(path)) throw new IOException($"{path}: is a folder, expected a file.");
        if (!File.Exists(path)) throw new FileNotFoundException($"{path}: there is no such file, or it may not be read.", path);
        Path = path;
        // Asked before opening: a pipe has length 0, and opening one would wait for its writer. A link has the length of its own text,
        // so its target is asked; the folders of the Hugging Face cache are full of links.
        Length = new FileInfo(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path).Length;
        if (Length < minimum) throw new InvalidDataException($"{path}: holds {Length} bytes, expected at least {minimum}; fetch or export the file again.");

        SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        try
        {
            if (RandomAccess.GetLength(handle) != Length) throw Changed("while it was being opened");
            if (Length <= MostCopied)
            {
                _copy = Copy(handle, (int)Length);
                Pointer = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_copy));
                handle.Dispose();
                return;
            }
            (_file, _written) = (handle, File.GetLastWriteTimeUtc(handle).Ticks);
            using MemoryMappedFile file = MemoryMappedFile.CreateFromFile(handle, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            _view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            Pointer = (byte*)_view.SafeMemoryMappedViewHandle.DangerousGetHandle();
        }
        catch
        {
            handle.Dispose();
            throw;
        }
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

    /// <summary>Refuses to go on with a file that was written to or cut off in place since it was opened; one that another took the name of is still whole.</summary>
    /// <exception cref="IOException">It was changed.</exception>
    public void CheckUnchanged()
    {
        ThrowIfDisposed();
        if (_file is not null && (RandomAccess.GetLength(_file) != Length || File.GetLastWriteTimeUtc(_file).Ticks != _written)) throw Changed("while it was in use");
    }

    /// <summary>Unmaps the file; no pointer or span into it may be used afterwards.</summary>
    public void Dispose()
    {
        _disposed = true;
        _view?.Dispose();
        _file?.Dispose();
        _copy = null;
    }

    byte[] Copy(SafeFileHandle handle, int length)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>(length, pinned: true);
        for (int at = 0, read; at < length; at += read)
            if ((read = RandomAccess.Read(handle, bytes.AsSpan(at), at)) == 0) throw Changed("while it was being read");
        return bytes;
    }

    IOException Changed(string when) => new($"{Path}: was changed by another program {when}; start again once it is complete.");
}
