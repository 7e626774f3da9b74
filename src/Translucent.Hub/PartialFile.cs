// A content while it arrives: blobs/{hash}.incomplete, what was there from before hashed first, moved to blobs/{hash} when it is whole and right.

using Translucent.Files;

namespace Translucent.Hub;

/// <summary>An incomplete file in the cache.</summary>
sealed class PartialFile : IDisposable
{
    const int Chunk = 1 << 20;

    readonly string _path;
    readonly RemoteFile _file;
    readonly FileStream _stream;
    readonly ContentHash _hash;

    PartialFile(string path, RemoteFile file, FileStream stream) => (_path, _file, _stream, _hash) = (path, file, stream, new ContentHash(file));

    /// <summary>Bytes that have arrived.</summary>
    public long Length { get; private set; }

    /// <summary>Whether all bytes have arrived.</summary>
    public bool IsWhole => Length == _file.Size;

    /// <summary>The hash of what has arrived.</summary>
    public string Hash => _hash.Current();

    /// <summary>Opens what is there, or begins.</summary>
    public static async Task<PartialFile> Open(string path, RemoteFile file, CancellationToken stop)
    {
        PartialFile partial = new(path, file,
            new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.Asynchronous));
        try
        {
            if (partial._stream.Length > file.Size) partial.Restart();
            byte[] buffer = new byte[Chunk];
            for (long length = partial._stream.Length; partial.Length < length;)
            {
                int read = await partial._stream.ReadAsync(buffer, stop);
                if (read == 0) throw new EndOfStreamException($"{path}: became shorter while it was read");
                partial._hash.Add(buffer.AsSpan(0, read));
                partial.Length += read;
            }
            return partial;
        }
        catch
        {
            partial.Dispose();
            throw;
        }
    }

    /// <summary>Adds what has arrived.</summary>
    /// <exception cref="TranslucentException">It is more than the file should hold.</exception>
    public async Task Append(ReadOnlyMemory<byte> bytes)
    {
        if (Length + bytes.Length > _file.Size)
            throw new TranslucentException(
                $"{_file.Name}: the server sends more than the {_file.Size} bytes that it announced; try again, or check HF_ENDPOINT.");
        await _stream.WriteAsync(bytes, CancellationToken.None);
        _hash.Add(bytes.Span);
        Length += bytes.Length;
    }

    /// <summary>Forgets what has arrived.</summary>
    public void Restart()
    {
        _stream.SetLength(0);
        _stream.Position = 0;
        _hash.Restart();
        Length = 0;
    }

    /// <summary>Makes the content known under its name.</summary>
    public void MoveTo(string blob)
    {
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
        File.Move(_path, blob, overwrite: true);
    }

    public void Dispose()
    {
        _stream.Dispose();
        _hash.Dispose();
    }
}
