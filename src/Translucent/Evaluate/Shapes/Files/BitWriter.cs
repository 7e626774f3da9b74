// Bits to bytes, lowest bit first (RFC 1951, section 3.1.1).

using System.Buffers.Binary;

namespace Translucent.Evaluate.Shapes.Files;

/// <summary>A growing string of bits.</summary>
sealed class BitWriter
{
    byte[] _bytes = new byte[1 << 16];
    int _length, _pending; // bytes written, bits waiting in the buffer (below 32)
    ulong _buffer;

    /// <summary>Appends up to 32 bits.</summary>
    public void Write(uint bits, int count)
    {
        _buffer |= (ulong)bits << _pending;
        _pending += count;
        if (_pending < 32) return;
        Reserve(4);
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(_length), (uint)_buffer);
        _length += 4;
        _buffer >>= 32;
        _pending -= 32;
    }

    /// <summary>Fills up the last byte with zeros.</summary>
    public void Align()
    {
        Reserve(4);
        for (; _pending > 0; _pending -= 8, _buffer >>= 8) _bytes[_length++] = (byte)_buffer;
        _pending = 0;
    }

    /// <summary>Appends whole bytes; the bits before must be aligned.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    public byte[] ToArray() => _bytes[.._length];

    void Reserve(int count)
    {
        if (_length + count > _bytes.Length) Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _length + count));
    }
}
