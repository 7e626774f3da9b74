// The bits of a scan (ITU-T T.81, F.2.2.5): most significant first, 0xFF 0x00 stands for 0xFF, a marker ends them.

using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Translucent.Images.JpegFormat;

/// <summary>Reads the entropy-coded data of one scan. Past their end it yields zeros, and <see cref="Overrun"/> tells.</summary>
internal ref struct JpegBits(ReadOnlySpan<byte> data)
{
    readonly ReadOnlySpan<byte> _data = data;
    int _at;           // bytes taken into the buffer
    ulong _buffer;     // the next bits, from the top
    int _count;        // how many of them are data; below 0 once more were used than exist

    /// <summary>Bytes read so far.</summary>
    public readonly int Position => _at;

    /// <summary>Whether more bits were used than there are before the next marker or the end of the file.</summary>
    public readonly bool Overrun => _count < 0;

    /// <summary>Makes at least 32 bits ready, enough for a code and its extra bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Refill()
    {
        if (_count >= 32) return;
        JpegBits filled = this;      // a copy, so that the caller's reader can live in registers
        filled.Fill();
        this = filled;
    }

    /// <summary>The next 1 .. 16 bits, without using them up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly int Peek(int bits) => (int)(_buffer >> (64 - bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Skip(int bits)
    {
        _buffer <<= bits;
        _count -= bits;
    }

    /// <summary>The next 1 .. 16 bits as a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Take(int bits)
    {
        int value = Peek(bits);
        Skip(bits);
        return value;
    }

    /// <summary>The next 1 .. 15 bits as a signed number: a leading 0 means negative (F.2.2.1, EXTEND).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int TakeSigned(int bits)
    {
        int value = Take(bits);
        int negative = (value >> bits - 1) - 1;                  // all ones when the leading bit is 0
        return value + (negative & (1 - (1 << bits)));
    }

    /// <summary>Drops the bits up to the next byte and passes the restart marker that must stand there.</summary>
    public void Restart(int number)
    {
        int at = _at;                                            // a marker stops the reading ahead, so it is next, or data are left over
        while (at + 1 < _data.Length && _data[at] == 0xFF && _data[at + 1] == 0xFF) at++;
        if (at + 1 >= _data.Length)
            throw new InvalidDataException("JPEG: the file is cut short inside a scan, where a restart marker must stand.");
        if (_count >= 8 || _data[at] != 0xFF || _data[at + 1] != JpegMarker.Restart0 + number)
            throw new InvalidDataException($"JPEG: restart marker 0xFFD{number} is not where it must stand (byte {at} of a scan); the file is damaged.");
        (_at, _buffer, _count) = (at + 2, 0, 0);
    }

    void Fill()
    {
        if (_count < 0) return;
        if (_at + 8 <= _data.Length)
        {
            ulong next = BinaryPrimitives.ReadUInt64BigEndian(_data[_at..]);
            if ((~next - 0x0101010101010101 & next & 0x8080808080808080) == 0)      // none of the eight bytes is 0xFF
            {
                int bytes = 63 - _count >> 3;
                _buffer |= next >> _count;               // bits beyond the whole bytes come again, the same, next time
                _at += bytes;
                _count += 8 * bytes;
                return;
            }
        }
        while (_count <= 56 && _at < _data.Length)
        {
            if (_data[_at] == 0xFF && (_at + 1 == _data.Length || _data[_at + 1] != 0)) return;
            _buffer |= (ulong)_data[_at] << 56 - _count;
            _at += _data[_at] == 0xFF ? 2 : 1;
            _count += 8;
        }
    }
}
