// Where the directory of a zip archive lies: the records at its end, with their 64-bit forms (APPNOTE 4.3.14 - 4.3.16).

using System.Buffers.Binary;

namespace Translucent.Files.Zip;

/// <summary>The place of the directory in an archive.</summary>
/// <param name="Start">Its first byte.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Count">How many entries it has.</param>
readonly record struct ZipEnd(long Start, long Length, long Count)
{
    const int RecordBytes = 22, LocatorBytes = 20, Record64Bytes = 56, LongestComment = ushort.MaxValue;
    const uint Signature = 0x06054B50, LocatorSignature = 0x07064B50, Signature64 = 0x06064B50;

    /// <summary>Finds the directory of an archive.</summary>
    /// <exception cref="TranslucentException">There is none, or the records contradict each other or the length of the file.</exception>
    public static ZipEnd Find(MappedFile file)
    {
        long at = Record(file);
        ReadOnlySpan<byte> record = file.Bytes(at, RecordBytes);
        ZipEnd end = new(U32(record, 16), U32(record, 12), U16(record, 10));
        bool oneDisk = U16(record, 4) is 0 or ushort.MaxValue && U16(record, 6) is 0 or ushort.MaxValue;
        long limit = at;
        if (end.Start == uint.MaxValue || end.Length == uint.MaxValue || end.Count == ushort.MaxValue)
        {
            if (at < LocatorBytes || U32(file.Bytes(at - LocatorBytes, 4), 0) != LocatorSignature) throw Bad(file, "has no 64-bit end record");
            long at64 = I64(file.Bytes(at - LocatorBytes, LocatorBytes), 8);
            if (at64 < 0 || at64 > at - LocatorBytes - Record64Bytes) throw Bad(file, "places its end record outside the file");
            ReadOnlySpan<byte> record64 = file.Bytes(at64, Record64Bytes);
            if (U32(record64, 0) != Signature64) throw Bad(file, "has no 64-bit end record where it should be");
            end = new(I64(record64, 48), I64(record64, 40), I64(record64, 32));
            oneDisk &= U32(record64, 16) == 0 && U32(record64, 20) == 0;
            limit = at64;
        }
        if (!oneDisk) throw Bad(file, "is split over several files");
        if (end.Start < 0 || end.Length < 0 || end.Start > limit - end.Length) throw Bad(file, "places its directory outside the file");
        return end;
    }

    /// <summary>The end record: the last one whose comment ends where the file ends.</summary>
    static long Record(MappedFile file)
    {
        long last = file.Length - RecordBytes;
        for (long at = last; at >= 0 && at >= last - LongestComment; at--)
        {
            ReadOnlySpan<byte> record = file.Bytes(at, RecordBytes);
            if (U32(record, 0) == Signature && at + RecordBytes + U16(record, 20) == file.Length) return at;
        }
        throw Bad(file, "has no directory at its end");
    }

    static TranslucentException Bad(MappedFile file, string what) =>
        new($"{file.Path}: the zip archive {what}; it is cut off or damaged, fetch or save it again.");

    static int U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);
    static long U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
    static long I64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);
}
