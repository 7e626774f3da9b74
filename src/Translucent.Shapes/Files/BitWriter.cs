// Bits to bytes, lowest bit first (RFC 1951, section 3.1.1).

using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Translucent.Shapes.Files;

/// <summary>A growing string of bits; a structure, so that a loop over symbols keeps it in registers.</summary>
struct BitWriter()
{
    byte[] _bytes = new byte[1 << 16];
    int _length, _pending; // bytes written, bits waiting in the buffer (below 32)
    ulong _buffer;

    /// <summary>Appends up to 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(uint bits, int count)
    {
        _buffer |= (ulong)bits << _pending;
        _pending += count;
        if (_pending < 32) return;
        if (_length + 4 > _bytes.Length) _bytes = Grown(_bytes, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(_length), (uint)_buffer);
        _length += 4;
        _buffer >>= 32;
        _pending -= 32;
    }

    /// <summary>Fills up the last byte with zeros.</summary>
    public void Align() => Write(0, -_pending & 7);

    /// <summary>Appends whole bytes; the bits before must be aligned.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        Flush(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <summary>The bytes so far, aligned before; then it is empty again.</summary>
    public byte[] Take()
    {
        Flush(0);
        byte[] taken = _bytes[.._length];
        _length = 0;
        return taken;
    }

    void Flush(int more)
    {
        if (_length + 4 + more > _bytes.Length) _bytes = Grown(_bytes, more);
        for (; _pending > 0; _pending -= 8, _buffer >>= 8) _bytes[_length++] = (byte)_buffer;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static byte[] Grown(byte[] bytes, int more)
    {
        Array.Resize(ref bytes, 2 * bytes.Length + more);
        return bytes;
    }
}
