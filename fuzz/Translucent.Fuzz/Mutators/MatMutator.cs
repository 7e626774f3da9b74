// Damage to MAT files of version 5, behind the compression of their variables too.

using System.Buffers.Binary;
using System.IO.Compression;

namespace Translucent.Fuzz.Mutators;

/// <summary>Changes variables.</summary>
static class MatMutator
{
    const int Header = 128, Tag = 8, Compressed = 15;

    /// <summary>One change.</summary>
    public static byte[] Edit(byte[] file, IReadOnlyList<byte[]> others, Random random)
    {
        if (random.Next(4) > 0 && file.Length > Header + Tag && BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(Header)) == Compressed
            && Unpacked(file[(Header + Tag)..]) is { Length: > 0 } variable)
            return [.. file[..Header], .. Packed(ByteMutator.Edit(variable, others, random))];
        // the header decides about little, and would be most of the bytes
        if (file.Length > Header && random.Next(8) > 0) return [.. file[..Header], .. ByteMutator.Edit(file[Header..], others, random)];
        return ByteMutator.Edit(file, others, random);
    }

    /// <summary>A compressed variable.</summary>
    public static byte[] Packed(byte[] variable)
    {
        using MemoryStream stream = new();
        using (ZLibStream zlib = new(stream, CompressionLevel.Fastest, leaveOpen: true)) zlib.Write(variable);
        return [.. BitConverter.GetBytes(Compressed), .. BitConverter.GetBytes((int)stream.Length), .. stream.ToArray()];
    }

    static byte[]? Unpacked(byte[] packed)
    {
        try
        {
            using ZLibStream stream = new(new MemoryStream(packed), CompressionMode.Decompress);
            using MemoryStream to = new();
            stream.CopyTo(to);
            return to.ToArray();
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            return null; // damaged by an earlier change
        }
    }
}
