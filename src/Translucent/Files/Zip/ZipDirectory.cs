// The directory of a zip archive, trusted in nothing (PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.5.3): the formats of PyTorch and
// NumPy are zip archives whose entries are mostly stored as they are, so that they can be mapped into memory in place.

using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace Translucent.Files.Zip;

/// <summary>Finds the entries of an archive in a mapped file.</summary>
sealed unsafe class ZipDirectory
{
    const int HeaderBytes = 46, LocalBytes = 30;
    const uint Signature = 0x02014B50, LocalSignature = 0x04034B50;
    const int Encrypted = 1, Patch = 1 << 5, StrongEncryption = 1 << 6;
    const int MostRatio = 1032; // of deflate: 258 bytes for two bits
    const int LongestName = 1024;

    readonly MappedFile _file;
    readonly Dictionary<string, ZipEntry> _entries = new(StringComparer.Ordinal);

    /// <summary>Reads and checks the directory; memory stays within a small multiple of its length.</summary>
    /// <exception cref="TranslucentException">Anything is not as the format says, or an entry's name leads out of the archive.</exception>
    public ZipDirectory(MappedFile file)
    {
        _file = file;
        ZipEnd end = ZipEnd.Find(file);
        long at = end.Start, stop = end.Start + end.Length;
        for (long i = 0; i < end.Count; i++)
        {
            ReadOnlySpan<byte> header = Part(at, HeaderBytes, stop);
            if (U32(header, 0) != Signature) throw Bad($"entry {i} of the directory does not start as one");
            (int name, int extra, int comment) = (U16(header, 28), U16(header, 30), U16(header, 32));
            ReadOnlySpan<byte> rest = Part(at + HeaderBytes, name + extra + comment, stop);
            ZipEntry entry = Read(header, rest[..name], rest.Slice(name, extra), end.Start);
            if (!_entries.TryAdd(entry.Name, entry)) throw Bad($"entry {Describe.Name(entry.Name)} occurs twice");
            at += HeaderBytes + rest.Length;
        }
        if (at != stop) throw Bad($"the directory holds {end.Count} entries, but {stop - at} bytes more");
        CheckOverlaps();
    }

    /// <summary>All entries, in the order of the directory; folders among them, their names end in '/'.</summary>
    public IReadOnlyCollection<ZipEntry> Entries => _entries.Values;

    /// <summary>The entry of this name, or null.</summary>
    public ZipEntry? Find(string name) => _entries.GetValueOrDefault(name);

    /// <summary>The content of an entry that is not compressed, where it lies; for the owner of the open file.</summary>
    /// <exception cref="TranslucentException">It is longer than 2 GiB.</exception>
    public ReadOnlySpan<byte> Content(ZipEntry entry) => Part(entry.Start, entry.Bytes, _file.Length);

    /// <summary>The content of a compressed entry as a stream; at most <see cref="ZipEntry.Bytes"/> of it are meant. The caller opens the file or holds a
    /// lease.</summary>
    public Stream Inflate(ZipEntry entry) =>
        new DeflateStream(new UnmanagedMemoryStream(_file.Pointer + entry.Start, entry.Stored), CompressionMode.Decompress);

    /// <summary>The content of a compressed entry, whole, in a pinned array.</summary>
    /// <exception cref="TranslucentException">It is not what its check value says.</exception>
    public byte[] InflateWhole(ZipEntry entry)
    {
        using Lease lease = _file.Hold();
        byte[] content = LateBytes.Allocate(entry.Bytes);
        try
        {
            using Stream stream = Inflate(entry);
            if (stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false) == content.Length && stream.ReadByte() < 0
                && Crc32.HashToUInt32(content) == entry.Crc) return content;
        }
        catch (Exception e) when (e is InvalidDataException or IOException) // which of the two, zlib decides
        {
            // what the stream cannot decode is damage like any other
        }
        throw Bad($"entry {Describe.Name(entry.Name)} does not unpack to what the directory says");
    }

    ZipEntry Read(ReadOnlySpan<byte> header, ReadOnlySpan<byte> nameBytes, ReadOnlySpan<byte> extra, long directory)
    {
        if (nameBytes.Length > LongestName) throw Bad($"an entry has a name of {nameBytes.Length} bytes, expected at most {LongestName}");
        string name = Encoding.UTF8.GetString(nameBytes);
        if (!IsInside(name)) throw Bad($"entry {Describe.Name(name)} has a name that leads out of the archive");
        int flags = U16(header, 8), method = U16(header, 10);
        if ((flags & (Encrypted | Patch | StrongEncryption)) != 0) throw Bad($"entry {Describe.Name(name)} is encrypted or a patch");
        if (method is not (ZipEntry.NotCompressed or ZipEntry.Deflated))
            throw Bad($"entry {Describe.Name(name)} is compressed by method {method}, expected 0 or 8");
        long bytes = U32(header, 24), stored = U32(header, 20), local = U32(header, 42);
        Widen(extra, name, ref bytes, ref stored, ref local);

        ReadOnlySpan<byte> before = Part(local, LocalBytes, directory);
        if (U32(before, 0) != LocalSignature || U16(before, 8) != method) throw Bad($"entry {Describe.Name(name)} is not where the directory says");
        (int localName, int localExtra) = (U16(before, 26), U16(before, 28));
        if (!Part(local + LocalBytes, localName, directory).SequenceEqual(nameBytes))
            throw Bad($"entry {Describe.Name(name)} has another name in front of its data");
        long start = local + LocalBytes + localName + localExtra;
        if (stored < 0 || start > directory - stored)
            throw Bad($"entry {Describe.Name(name)} has {stored} bytes of data, but the directory starts before their end");
        bool possible = method == ZipEntry.NotCompressed ? bytes == stored : bytes is >= 0 and <= int.MaxValue / 2 && bytes <= stored * MostRatio;
        if (!possible) throw Bad($"entry {Describe.Name(name)} would unpack from {stored} bytes to {bytes}");
        return new ZipEntry(name, method, (uint)U32(header, 16), local, start, stored, bytes);
    }

    /// <summary>Takes the numbers that need 64 bits from the extra field that holds them.</summary>
    void Widen(ReadOnlySpan<byte> extra, string name, ref long bytes, ref long stored, ref long local)
    {
        if (bytes != uint.MaxValue && stored != uint.MaxValue && local != uint.MaxValue) return;
        for (; extra.Length >= 4; extra = extra[(4 + U16(extra, 2))..])
        {
            int length = U16(extra, 2);
            if (4 + length > extra.Length) break;
            if (U16(extra, 0) != 1) continue;
            ReadOnlySpan<byte> wide = extra.Slice(4, length);
            bytes = Next(ref wide, bytes);
            stored = Next(ref wide, stored);
            local = Next(ref wide, local);
            return;
        }
        throw Bad($"entry {Describe.Name(name)} lacks its 64-bit sizes");

        static long Next(ref ReadOnlySpan<byte> wide, long value)
        {
            if (value != uint.MaxValue || wide.Length < 8) return value;
            value = BinaryPrimitives.ReadInt64LittleEndian(wide);
            wide = wide[8..];
            return value;
        }
    }

    /// <summary>Two entries in one place are an attack on programs that unpack them (Fifield 2019, "A better zip bomb").</summary>
    void CheckOverlaps()
    {
        long end = 0;
        foreach (ZipEntry entry in _entries.Values.OrderBy(e => e.Header))
        {
            if (entry.Header < end) throw Bad($"entry {Describe.Name(entry.Name)} lies inside another");
            end = entry.Start + entry.Stored;
        }
    }

    /// <summary>Whether a name stays in the folder that an archive is unpacked to, on any system.</summary>
    public static bool IsInside(string name) =>
        name.Length > 0 && name[0] != '/' && !name.Any(c => c is '\\' or ':' || char.IsControl(c)) && !name.Split('/').Contains("..");

    ReadOnlySpan<byte> Part(long start, long length, long limit) => start >= 0 && length is >= 0 and <= int.MaxValue && start <= limit - length
        ? _file.Bytes(start, (int)length)
        : throw Bad($"{length} bytes from {start} on are expected, but only {limit} are there");

    TranslucentException Bad(string what) => new($"{_file.Path}: the zip archive is damaged: {what}; fetch or save it again.");

    static int U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);
    static long U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
}
