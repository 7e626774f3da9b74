using System.IO.Hashing;
using System.Text;

namespace Translucent.Tests.Checkpoints;

/// <summary>A torch archive with one storage of any size, as a sparse file: 64-bit zip records, and almost no blocks on disk.</summary>
static class SparseArchive
{
    /// <summary>Writes tensors 'big' (all of the storage) and 'last' (its last two numbers, 0 and 7).</summary>
    public static string Write(string path, long bytes)
    {
        byte[] pickle = new PickleBuilder().Op("}(").Text("big").Tensor("FloatStorage", "0", bytes / 4, 0, [bytes / 4 / 1000, 1000])
            .Text("last").Tensor("FloatStorage", "0", bytes / 4, bytes / 4 - 2, [2]).Op("u").Bytes;
        using FileStream stream = File.Create(path);
        using BinaryWriter w = new(stream);
        Local(w, "archive/data.pkl", pickle.Length, Crc32.HashToUInt32(pickle));
        w.Write(pickle);
        long data = stream.Position;
        Local(w, "archive/data/0", bytes, 0);
        stream.Position += bytes - 4;
        w.Write(7f);
        long directory = stream.Position;
        Central(w, "archive/data.pkl", pickle.Length, Crc32.HashToUInt32(pickle), 0);
        Central(w, "archive/data/0", bytes, 0, data);
        long end = stream.Position;
        w.Write(0x06064B50); w.Write(44L); w.Write((short)45); w.Write((short)45); w.Write(0); w.Write(0);
        w.Write(2L); w.Write(2L); w.Write(end - directory); w.Write(directory);
        w.Write(0x07064B50); w.Write(0); w.Write(end); w.Write(1);
        w.Write(0x06054B50); w.Write((short)0); w.Write((short)0); w.Write((short)-1); w.Write((short)-1); w.Write(-1); w.Write(-1); w.Write((short)0);
        return path;
    }

    static void Local(BinaryWriter w, string name, long bytes, uint crc)
    {
        w.Write(0x04034B50); w.Write((short)45); w.Write((short)0); w.Write((short)0); w.Write(0); w.Write(crc);
        w.Write(-1); w.Write(-1); w.Write((short)name.Length); w.Write((short)20);
        w.Write(Encoding.ASCII.GetBytes(name));
        w.Write((short)1); w.Write((short)16); w.Write(bytes); w.Write(bytes);
    }

    static void Central(BinaryWriter w, string name, long bytes, uint crc, long local)
    {
        w.Write(0x02014B50); w.Write((short)45); w.Write((short)45); w.Write((short)0); w.Write((short)0); w.Write(0); w.Write(crc);
        w.Write(-1); w.Write(-1); w.Write((short)name.Length); w.Write((short)28); w.Write((short)0); w.Write((short)0); w.Write((short)0); w.Write(0);
        w.Write(-1);
        w.Write(Encoding.ASCII.GetBytes(name));
        w.Write((short)1); w.Write((short)24); w.Write(bytes); w.Write(bytes); w.Write(local);
    }
}
