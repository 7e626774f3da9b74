// A file mapped into memory, read-only: pages are read when touched and dropped when memory is short. Touching a page of a file that
// another process has cut off since ends the process (SIGBUS, mmap(2)), and .NET has no way to survive that: small files are therefore
// copied, and large ones can be asked whether they are still what they were.

using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Translucent.Files;

/// <summary>A read-only mapping of a whole file, or a copy of a small one. Whoever reads through a pointer into it holds a lease.</summary>
sealed unsafe class MappedFile : IDisposable
{
    /// <summary>The largest file that is copied: read in hundredths of a second, and no burden on any machine.</summary>
    internal const long MostCopied = 64 << 20;

    readonly SafeFileHandle? _file; // finalised, as the memory is, so that a file that is never disposed is still closed
    readonly long _written;         // when, in ticks

    /// <summary>Maps a file of at least <paramref name="minimum"/> bytes.</summary>
    /// <exception cref="TranslucentException">The file is shorter. There is no such file, or it is a folder.</exception>
    public MappedFile(string path, int minimum)
    {
        if (Directory.Exists(path)) throw new TranslucentException($"{path}: is a folder, expected a file.");
        Path = path;
        // Asked before opening: a pipe has length 0, and opening one would wait for its writer. A link has the length of its own text,
        // so its target is asked; the folders of the Hugging Face cache are full of links.
        FileInfo target = new(!File.Exists(path) ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path);
        Length = target.Exists ? target.Length : throw new TranslucentException($"{path}: there is no such file, or it may not be read.");
        if (Length < minimum) throw new TranslucentException($"{path}: holds {Length} bytes, expected at least {minimum}; fetch or export the file again.");

        SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        try
        {
            if (RandomAccess.GetLength(handle) != Length) throw Changed("while it was being opened");
            if (Length <= MostCopied)
            {
                byte[] copy = Copy(handle, (int)Length);
                Pointer = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(copy));
                Memory = new LeasedMemory(Pointer, copy);
                handle.Dispose();
                return;
            }
            (_file, _written) = (handle, File.GetLastWriteTimeUtc(handle).Ticks);
            using MemoryMappedFile file = MemoryMappedFile.CreateFromFile(handle, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None,
                leaveOpen: true);
            SafeMemoryMappedViewHandle view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read).SafeMemoryMappedViewHandle;
            Pointer = (byte*)view.DangerousGetHandle();
            Memory = new LeasedMemory(Pointer, view);
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

    /// <summary>The first byte, to be read under a lease.</summary>
    public byte* Pointer { get; }

    /// <summary>What unmaps the file when it is closed and no lease is left.</summary>
    public LeasedMemory Memory { get; }

    /// <summary>Keeps the file mapped until it is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    public Lease Hold() => new(Memory, Path);

    /// <summary>A piece of the file; for the owner of the open file or of a lease.</summary>
    public ReadOnlySpan<byte> Bytes(long start, int length)
    {
        ThrowIfDisposed();
        return start >= 0 && length >= 0 && start <= Length - length ? new(Pointer + start, length) : throw new ArgumentOutOfRangeException(nameof(start));
    }

    /// <exception cref="ObjectDisposedException">The mapping is gone.</exception>
    public void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Memory.IsClosing, this);

    /// <summary>Refuses to go on with a file that was written to or cut off in place since it was opened; one that another took the name of is still
    /// whole.</summary>
    /// <exception cref="TranslucentException">It was changed.</exception>
    public void CheckUnchanged()
    {
        ThrowIfDisposed();
        if (_file is not null && (RandomAccess.GetLength(_file) != Length || File.GetLastWriteTimeUtc(_file).Ticks != _written))
            throw Changed("while it was in use");
    }

    /// <summary>Closes the file: no lease is given any more, and the last one to end unmaps it.</summary>
    public void Dispose()
    {
        Memory.CloseAfterLast();
        _file?.Dispose();
    }

    byte[] Copy(SafeFileHandle handle, int length)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>(length, pinned: true);
        for (int at = 0, read; at < length; at += read)
            if ((read = RandomAccess.Read(handle, bytes.AsSpan(at), at)) == 0) throw Changed("while it was being read");
        return bytes;
    }

    TranslucentException Changed(string when) => new($"{Path}: was changed by another program {when}; start again once it is complete.");
}
