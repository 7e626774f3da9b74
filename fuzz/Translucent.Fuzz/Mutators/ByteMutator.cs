// Damage that knows nothing of a format: bits, bytes, integers and pieces (the usual operators; Zalewski, "Binary fuzzing strategies", 2014).

using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Translucent.Fuzz.Mutators;

/// <summary>Changes bytes.</summary>
static class ByteMutator
{
    static readonly byte[] s_telling = [.. "{}[]()\",:'0-9.eE\\un+/"u8, 0, 1, 0x7F, 0x80, 0xFE, 0xFF];

    /// <summary>One change.</summary>
    /// <param name="bytes">What is changed; it stays as it is.</param>
    /// <param name="others">Where pieces of other files come from.</param>
    /// <param name="random">Decides.</param>
    public static byte[] Edit(byte[] bytes, IReadOnlyList<byte[]> others, Random random)
    {
        if (bytes.Length == 0) return [(byte)random.Next(256)];
        int at = Place(bytes.Length, random), length = Math.Min(Length(random), bytes.Length - at);
        switch (random.Next(10))
        {
            case 0: return With(bytes, at, (byte)(bytes[at] ^ (1 << random.Next(8))));
            case 1: return With(bytes, at, (byte)random.Next(256));
            case 2: return With(bytes, at, s_telling[random.Next(s_telling.Length)]);
            case 3: return Splice(bytes, at, length, []);
            case 4: return Splice(bytes, random.Next(bytes.Length + 1), 0, bytes.AsSpan(at, length));
            case 5: return bytes[..at];
            case 6:
                byte[] other = others[random.Next(others.Count)];
                if (other.Length == 0) return bytes;
                int from = random.Next(other.Length);
                return Splice(bytes, at, random.Next(2) * length, other.AsSpan(from, Math.Min(Length(random), other.Length - from)));
            case 7: return Integer(bytes, at, random);
            case 8: return Digits(bytes, at, random);
            default:
                byte[] noise = new byte[Length(random)];
                random.NextBytes(noise);
                return Splice(bytes, at, 0, noise);
        }
    }

    /// <summary>The bytes with a piece taken out and another put in.</summary>
    public static byte[] Splice(ReadOnlySpan<byte> bytes, int at, int remove, ReadOnlySpan<byte> insert) =>
        [.. bytes[..at], .. insert, .. bytes[(at + remove)..]];

    /// <summary>Formats keep what matters at both ends.</summary>
    static int Place(int length, Random random) => random.Next(4) switch
    {
        0 => random.Next(Math.Min(length, 64)),
        1 => length - 1 - random.Next(Math.Min(length, 128)),
        _ => random.Next(length),
    };

    static int Length(Random random) => random.Next(1, 2 << random.Next(8));

    static byte[] With(byte[] bytes, int at, byte value)
    {
        byte[] changed = [.. bytes];
        changed[at] = value;
        return changed;
    }

    /// <summary>An integer of 2, 4 or 8 bytes in either order becomes another.</summary>
    static byte[] Integer(byte[] bytes, int at, Random random)
    {
        int size = 2 << random.Next(3);
        if (bytes.Length < size) return With(bytes, at, 0xFF);
        byte[] changed = [.. bytes];
        Span<byte> place = changed.AsSpan(Math.Min(at, bytes.Length - size), size), whole = stackalloc byte[8];
        bool big = random.Next(2) == 0;
        whole.Clear();
        place.CopyTo(big ? whole[(8 - size)..] : whole);
        long old = big ? BinaryPrimitives.ReadInt64BigEndian(whole) : BinaryPrimitives.ReadInt64LittleEndian(whole);
        long made = random.Next(3) == 0 ? unchecked(old + random.Next(-16, 17)) : Edge.Number(random);
        if (big) BinaryPrimitives.WriteInt64BigEndian(whole, made);
        else BinaryPrimitives.WriteInt64LittleEndian(whole, made);
        (big ? whole[(8 - size)..] : whole[..size]).CopyTo(place);
        return changed;
    }

    /// <summary>A number that is written out becomes another.</summary>
    static byte[] Digits(byte[] bytes, int at, Random random)
    {
        int start = bytes.AsSpan(at).IndexOfAnyInRange((byte)'0', (byte)'9');
        if (start < 0) return With(bytes, at, (byte)('0' + random.Next(10)));
        start += at;
        int end = bytes.AsSpan(start).IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return Splice(bytes, start, (end < 0 ? bytes.Length : start + end) - start,
            Encoding.ASCII.GetBytes(Edge.Number(random).ToString(CultureInfo.InvariantCulture)));
    }
}
