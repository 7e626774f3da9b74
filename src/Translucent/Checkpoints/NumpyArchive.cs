// NumPy's .npz (numpy.savez, numpy.savez_compressed): a zip archive of .npy files (numpy/lib/npyio.py).

using System.IO.Compression;
using Translucent.Files;
using Translucent.Files.Zip;

namespace Translucent.Checkpoints;

/// <summary>A <c>.npz</c> file: arrays that are stored as they are stay where they lie, compressed ones are unpacked when they are first touched.</summary>
sealed unsafe class NumpyArchive : TensorFile
{
    const string Extension = ".npy";
    const int LongestHeader = NpyHeader.PreambleBytes + (1 << 16);

    internal NumpyArchive(MappedFile file, ZipDirectory zip) : base(file)
    {
        foreach (ZipEntry entry in zip.Entries)
            if (entry.Name.EndsWith(Extension, StringComparison.Ordinal)) Add(Place(file, zip, entry));
    }

    /// <inheritdoc/>
    public override string Format => "NumPy";

    /// <summary>Whether a zip archive holds arrays of NumPy.</summary>
    internal static bool Is(ZipDirectory zip) => zip.Entries.Any(e => e.Name.EndsWith(Extension, StringComparison.Ordinal));

    /// <summary>Writes arrays as <c>numpy.savez</c> does, uncompressed, whole or not at all; equal content makes equal bytes.</summary>
    /// <param name="path">The file to write or replace.</param>
    /// <param name="tensors">Each name once.</param>
    /// <param name="options">Float encoding, progress, cancellation.</param>
    /// <exception cref="TranslucentException">A name occurs twice or leads out of the archive, or a tensor would be BF16, which NumPy does not
    /// know.</exception>
    public static void Write(string path, IEnumerable<StoredTensor> tensors, WriteOptions? options = null)
    {
        WriteOptions how = options ?? new WriteOptions();
        (StoredTensor Tensor, byte[] Header)[] all = [.. tensors.Select(t => (t, NpyHeader.Format(TensorWriter.TypeOf(t, how), t.Shape)))];
        SafetensorsWriter.CheckNames(all.Select(t => t.Tensor));
        foreach ((StoredTensor tensor, _) in all)
            if (!ZipDirectory.IsInside(tensor.Name))
                throw new TranslucentException($"{Describe.Name(tensor.Name)} is not a name for a file in an archive; write safetensors.");
        TensorWriter writer = new(how, all.Sum(t => t.Tensor.ByteCount));
        AtomicFile.Write(path, stream =>
        {
            using ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true);
            foreach ((StoredTensor tensor, byte[] header) in all)
            {
                ZipArchiveEntry entry = zip.CreateEntry(tensor.Name + Extension, CompressionLevel.NoCompression);
                entry.LastWriteTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero); // the first day that zip knows
                using Stream content = entry.Open();
                content.Write(header);
                writer.Write(content, tensor);
            }
        });
    }

    static StoredTensor Place(MappedFile file, ZipDirectory zip, ZipEntry entry)
    {
        string name = entry.Name[..^Extension.Length], source = $"{file.Path}: {Describe.Name(entry.Name)}";
        bool stored = entry.Method == ZipEntry.NotCompressed;
        ReadOnlySpan<byte> start = stored ? file.Bytes(entry.Start, (int)Math.Min(LongestHeader, entry.Bytes)) : Unpack(zip, entry, source);
        if (start.Length < NpyHeader.PreambleBytes)
            throw new TranslucentException($"{source}: holds {entry.Bytes} bytes, expected a .npy file; the archive is damaged, save it again.");
        (int text, int length) = NpyHeader.Locate(start, source);
        if (text + length > start.Length)
            throw new TranslucentException($"{source}: header of {length} bytes, but the entry ends before; the archive is damaged, save it again.");
        (StoredType type, int[] shape) = NpyHeader.Parse(start.Slice(text, length), source);

        Int128 expected = type.Size();
        foreach (int axis in shape)
            if ((expected *= axis) > long.MaxValue)
                throw new TranslucentException($"{source}: shape {Describe.Shape(shape)} of {type} takes more than 2^63-1 bytes.");
        long data = entry.Bytes - text - length;
        if (data != expected) throw new TranslucentException(
            $"{source}: {data} bytes of data, but shape {Describe.Shape(shape)} of {type} takes {expected}; the archive is damaged, save it again.");
        return stored
            ? new StoredTensor(name, shape, type, file, file.Pointer + entry.Start + text + length)
            : new StoredTensor(name, shape, type, file, new LateBytes(() => zip.InflateWhole(entry)), text + length);
    }

    /// <summary>The first bytes of a compressed entry, enough to know its header.</summary>
    static byte[] Unpack(ZipDirectory zip, ZipEntry entry, string source)
    {
        try
        {
            using Stream stream = zip.Inflate(entry);
            byte[] start = new byte[(int)Math.Min(LongestHeader, entry.Bytes)];
            return start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        }
        catch (Exception e) when (e is InvalidDataException or IOException) // which of the two, zlib decides
        {
            throw new TranslucentException($"{source}: cannot be unpacked; the archive is damaged, save it again.");
        }
    }
}
