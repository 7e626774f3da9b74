// Damage to the chunks of a PNG and to its rows before they are packed, with right lengths and check values (PNG specification, 5.3).

using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace Translucent.Fuzz.Mutators;

/// <summary>Changes chunks.</summary>
static class PngMutator
{
    const int Signature = 8, Frame = 12; // length, type and check value of a chunk

    readonly record struct Chunk(byte[] Type, byte[] Data);

    /// <summary>One change.</summary>
    public static byte[] Edit(byte[] file, IReadOnlyList<byte[]> others, Random random)
    {
        List<Chunk> chunks = Read(file);
        if (random.Next(8) == 0 || chunks.Count == 0) return ByteMutator.Edit(file, others, random);
        int at = random.Next(chunks.Count);
        Chunk chunk = chunks[at];
        switch (random.Next(9))
        {
            case 0: chunks.RemoveAt(at); break;
            case 1: chunks.Insert(random.Next(chunks.Count + 1), chunk); break;
            case 2: (chunks[at], chunks[^1]) = (chunks[^1], chunk); break;
            case 3:
                List<Chunk> theirs = Read(others[random.Next(others.Count)]);
                if (theirs.Count > 0) chunks.Insert(at, theirs[random.Next(theirs.Count)]);
                break;
            case 4:
                chunks[at] = chunk with { Type = ByteMutator.Edit(chunk.Type, [chunk.Type], random) is { Length: 4 } type ? type : "tEXt"u8.ToArray() };
                break;
            case 5: chunks[0] = chunks[0] with { Data = ByteMutator.Edit(chunks[0].Data, [chunk.Data], random) }; break; // IHDR
            case 6: Repack(chunks, random); break;
            default: chunks[at] = chunk with { Data = ByteMutator.Edit(chunk.Data, [chunk.Data], random) }; break;
        }
        return Write(file, chunks);
    }

    /// <summary>Rows are changed where the packing hides them.</summary>
    static void Repack(List<Chunk> chunks, Random random)
    {
        int first = chunks.FindIndex(IsData);
        if (first < 0) return;
        MemoryStream packed = new([.. chunks.Where(IsData).SelectMany(c => c.Data)]), rows = new(), again = new();
        try
        {
            using ZLibStream unpack = new(packed, CompressionMode.Decompress);
            byte[] buffer = new byte[1 << 14];
            for (int n; rows.Length < 1 << 18 && (n = unpack.Read(buffer)) > 0;) rows.Write(buffer, 0, n);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            return; // damaged by an earlier change
        }
        using (ZLibStream pack = new(again, CompressionLevel.Fastest, leaveOpen: true)) pack.Write(ByteMutator.Edit(rows.ToArray(), [rows.ToArray()], random));
        chunks[first] = chunks[first] with { Data = again.ToArray() };
        for (int i = chunks.Count - 1; i > first; i--)
            if (IsData(chunks[i])) chunks.RemoveAt(i);
    }

    static bool IsData(Chunk chunk) => chunk.Type.AsSpan().SequenceEqual("IDAT"u8);

    static List<Chunk> Read(byte[] file)
    {
        List<Chunk> chunks = [];
        for (int at = Signature; at + Frame <= file.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            if (length > file.Length - at - Frame) break;
            chunks.Add(new Chunk(file[(at + 4)..(at + 8)], file[(at + 8)..(at + 8 + (int)length)]));
            at += Frame + (int)length;
        }
        return chunks;
    }

    static byte[] Write(byte[] file, List<Chunk> chunks)
    {
        MemoryStream to = new();
        to.Write(file.AsSpan(0, Signature));
        Span<byte> number = stackalloc byte[4];
        foreach ((byte[] type, byte[] data) in chunks)
        {
            BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
            to.Write(number);
            byte[] body = [.. type, .. data];
            to.Write(body);
            BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.HashToUInt32(body));
            to.Write(number);
        }
        return to.ToArray();
    }
}
