// A safetensors file, memory-mapped: 8 bytes of header length, a JSON header, then raw tensor data
// (github.com/huggingface/safetensors, section "Format" of its README).

using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Translucent.Checkpoints;

/// <summary>Named arrays in one memory-mapped file.</summary>
/// <remarks>Opening reads and checks the header only; data is read from disk when it is touched. Safe for readers on several threads.</remarks>
public sealed unsafe class Safetensors : IDisposable
{
    const int LengthBytes = 8;
    const long LongestHeader = 100_000_000; // as in the format's own reader

    readonly MappedFile _file;
    readonly Dictionary<string, StoredTensor> _tensors;

    Safetensors(MappedFile file)
    {
        _file = file;
        long header = CheckHeaderLength(BinaryPrimitives.ReadUInt64LittleEndian(new ReadOnlySpan<byte>(file.Pointer, LengthBytes)));
        long data = file.Length - LengthBytes - header;
        SafetensorsHeader read = SafetensorsHeader.Parse(new ReadOnlySpan<byte>(file.Pointer + LengthBytes, (int)header), data, file.Path);

        _tensors = new(read.Entries.Count, StringComparer.Ordinal);
        byte* start = file.Pointer + LengthBytes + header;
        foreach (SafetensorsHeader.Entry e in read.Entries)
            _tensors.Add(e.Name, new StoredTensor(e.Name, e.Shape, e.Type, file, start + e.Begin));
        Metadata = read.Metadata;
    }

    /// <summary>Opens a file.</summary>
    /// <exception cref="InvalidDataException">The file is not safetensors, is cut off, or its header contradicts itself or the file's length.</exception>
    /// <exception cref="IOException">There is no such file, or it is a folder.</exception>
    public static Safetensors Open(string path)
    {
        MappedFile file = new(path, minimum: LengthBytes);
        try
        {
            return new Safetensors(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes a file whole or not at all.</summary>
    /// <param name="path">The file to write or replace.</param>
    /// <param name="tensors">Each name once; those of another open file may be given as they are.</param>
    /// <param name="metadata">Free text by name, written in the order given.</param>
    /// <remarks>Tensors are ordered by descending element size, then by name, so that equal content makes equal bytes and data is aligned.</remarks>
    /// <exception cref="ArgumentException">A name occurs twice or is <c>__metadata__</c>.</exception>
    public static void Write(string path, IEnumerable<StoredTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        SafetensorsWriter.Write(path, tensors, metadata);

    /// <summary>The path as it was given.</summary>
    public string Path => _file.Path;

    /// <summary>Bytes in the file.</summary>
    public long Bytes => _file.Length;

    /// <summary>All names, in the order of the header.</summary>
    public IReadOnlyCollection<string> Names => _tensors.Keys;

    /// <summary>All tensors, in the order of the header.</summary>
    public IReadOnlyCollection<StoredTensor> Tensors => _tensors.Values;

    /// <summary>The free text of the file by name; empty when there is none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensor of this name.</summary>
    /// <exception cref="InvalidDataException">The file has none.</exception>
    public StoredTensor this[string name] => TryGet(name, out StoredTensor? tensor)
        ? tensor
        : throw new InvalidDataException($"{Path}: has no tensor {Describe.Name(name)} among its {_tensors.Count}{NearestName.Hint(name, _tensors.Keys)}.");

    /// <summary>The tensor of this name, if the file has it.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out StoredTensor? tensor) => _tensors.TryGetValue(name, out tensor);

    /// <summary>Unmaps the file; its tensors must not be used afterwards.</summary>
    public void Dispose() => _file.Dispose();

    long CheckHeaderLength(ulong length)
    {
        if (length > LongestHeader)
            throw new InvalidDataException($"{Path}: header length {length}, expected at most {LongestHeader}; this is not a safetensors file.");
        long available = _file.Length - LengthBytes;
        if ((long)length > available)
            throw new InvalidDataException($"{Path}: header of {length} bytes, but only {available} bytes follow; the file is cut off, fetch or export it again.");
        return (long)length;
    }
}
