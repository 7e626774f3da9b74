// The bytes of a pickle: numbers and texts as opcodes carry them (github.com/python/cpython, Lib/pickletools.py).

using System.Buffers.Binary;
using System.Text;
using Translucent.Files;

namespace Translucent.Checkpoints.Torch;

/// <summary>Walks over the bytes of a pickle; going past the end is an error.</summary>
ref struct PickleReader(ReadOnlySpan<byte> bytes)
{
    readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>How many bytes have been read.</summary>
    public int Position { get; private set; }

    public byte Byte() => Take(1)[0];

    public int U16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public int I32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public long Length64()
    {
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
        return length <= int.MaxValue ? (long)length
            : throw new TranslucentException($"a text of {length} bytes is announced, but only {_bytes.Length - Position} are left");
    }

    public double F64() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    /// <summary>An integer of any length, little-endian, in two's complement; one of more than 64 bits is opaque.</summary>
    public object Integer(long length)
    {
        ReadOnlySpan<byte> digits = Take(length);
        if (digits.Length > sizeof(long)) return new PickleOpaque("an integer of more than 64 bits");
        long value = 0;
        for (int i = digits.Length - 1; i >= 0; i--) value = (value << 8) | digits[i];
        int unused = 64 - 8 * digits.Length;
        return digits.Length == 0 ? 0L : value << unused >> unused;
    }

    public string Text(long length)
    {
        ReadOnlySpan<byte> text = Take(length);
        return Encoding.UTF8.GetString(text);
    }

    /// <summary>Text up to the end of the line.</summary>
    public string Line()
    {
        int end = _bytes[Position..].IndexOf((byte)'\n');
        if (end < 0) throw new TranslucentException("it ends inside a name");
        string line = Text(end);
        Position++;
        return line;
    }

    public void Skip(long length) => Take(length);

    ReadOnlySpan<byte> Take(long length)
    {
        if (length < 0 || length > _bytes.Length - Position)
            throw new TranslucentException($"{length} bytes are announced, but only {_bytes.Length - Position} are left");
        ReadOnlySpan<byte> taken = _bytes.Slice(Position, (int)length);
        Position += (int)length;
        return taken;
    }
}
