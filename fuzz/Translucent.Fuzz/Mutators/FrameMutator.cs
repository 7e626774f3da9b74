// Damage to files that are a header of stated length with data behind it (safetensors, .npy), the length put right again.

using System.Buffers.Binary;

namespace Translucent.Fuzz.Mutators;

/// <summary>Changes headers, and lengths to match.</summary>
static class FrameMutator
{
    /// <summary>One change to a safetensors file: mostly to its header.</summary>
    public static byte[] Safetensors(byte[] file, IReadOnlyList<byte[]> others, Random random)
    {
        if (random.Next(8) == 0 || file.Length < 8 || BinaryPrimitives.ReadInt64LittleEndian(file) is not (>= 0 and long length) || length > file.Length - 8)
            return ByteMutator.Edit(file, others, random);
        byte[] header = file[8..(8 + (int)length)], data = file[(8 + (int)length)..];
        byte[][] headers = [.. others.Where(o => o.Length > 8)
            .Select(o => o[8..(8 + (int)Math.Clamp(BinaryPrimitives.ReadInt64LittleEndian(o), 0, o.Length - 8))]), header];
        if (random.Next(8) == 0) data = ByteMutator.Edit(data, others, random);
        else header = JsonMutator.Edit(header, headers, random);
        byte[] made = [.. new byte[8], .. header, .. data];
        BinaryPrimitives.WriteInt64LittleEndian(made, header.Length);
        return made;
    }

    /// <summary>One change to a .npy file.</summary>
    public static byte[] Npy(byte[] file, IReadOnlyList<byte[]> others, Random random)
    {
        bool wide = file.Length > 6 && file[6] >= 2;
        int start = wide ? 12 : 10;
        if (random.Next(6) == 0 || file.Length < start) return ByteMutator.Edit(file, others, random);
        long length = wide ? BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(8)) : BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(8));
        if (length > file.Length - start) return ByteMutator.Edit(file, others, random);
        byte[] header = ByteMutator.Edit(file[start..(start + (int)length)], others, random), data = file[(start + (int)length)..];
        byte[] made = [.. file[..start], .. header, .. data];
        if (wide) BinaryPrimitives.WriteInt32LittleEndian(made.AsSpan(8), header.Length);
        else BinaryPrimitives.WriteUInt16LittleEndian(made.AsSpan(8), (ushort)Math.Min(header.Length, ushort.MaxValue));
        return made;
    }
}
