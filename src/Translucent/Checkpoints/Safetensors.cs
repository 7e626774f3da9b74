// A safetensors file, memory-mapped: 8 bytes of header length, a JSON header, then raw tensor data
// (github.com/huggingface/safetensors, section "Format" of its README).

using System.Buffers.Binary;
using Translucent.Files;

namespace Translucent.Checkpoints;

/// <summary>A file of the safetensors format.</summary>
sealed unsafe class Safetensors : TensorFile
{
    const int LengthBytes = 8;
    const long LongestHeader = 100_000_000; // as in the format's own reader

    internal Safetensors(MappedFile file) : base(file)
    {
        long header = CheckHeaderLength(BinaryPrimitives.ReadUInt64LittleEndian(file.Bytes(0, LengthBytes)));
        long data = file.Length - LengthBytes - header;
        SafetensorsHeader read = SafetensorsHeader.Parse(file.Bytes(LengthBytes, (int)header), data, file.Path);

        byte* start = file.Pointer + LengthBytes + header;
        foreach (SafetensorsHeader.Entry e in read.Entries) Add(new StoredTensor(e.Name, e.Shape, e.Type, file, start + e.Begin));
        Metadata = read.Metadata;
    }

    /// <summary>Opens a file.</summary>
    /// <exception cref="TranslucentException">The file is not safetensors, is cut off, or its header contradicts itself or the file's length. There is no such
    /// file, or it is a folder.</exception>
    public static new Safetensors Open(string path)
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
    /// <param name="options">Float encoding, progress, cancellation.</param>
    /// <remarks>Tensors are ordered by descending element size, then by name, so that equal content makes equal bytes and data is aligned.</remarks>
    /// <exception cref="TranslucentException">A name occurs twice or is <c>__metadata__</c>.</exception>
    public static void Write(string path, IEnumerable<StoredTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null,
        WriteOptions? options = null) =>
        SafetensorsWriter.Write(path, tensors, metadata, options ?? new WriteOptions());

    /// <inheritdoc/>
    public override string Format => "safetensors";

    long CheckHeaderLength(ulong length)
    {
        if (length > LongestHeader)
            throw new TranslucentException($"{Path}: header length {length}, expected at most {LongestHeader}; this is not a safetensors file.");
        long available = Bytes - LengthBytes;
        if ((long)length > available)
            throw new TranslucentException(
                $"{Path}: header of {length} bytes, but only {available} bytes follow; the file is cut off, fetch or export it again.");
        return (long)length;
    }
}
