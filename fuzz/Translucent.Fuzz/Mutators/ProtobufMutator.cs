// Damage to protocol buffers behind their lengths: fields that are missing, doubled, exchanged or nested, numbers at their edges. The lengths of the
// messages around a change are written anew, so that what is inside is met.

using System.Text;

namespace Translucent.Fuzz.Mutators;

/// <summary>Changes protocol buffers.</summary>
static class ProtobufMutator
{
    const int Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5;
    const int Depth = 6, LongestRepeated = 2000;

    /// <summary>One change.</summary>
    public static byte[] Edit(byte[] message, IReadOnlyList<byte[]> others, Random random) =>
        random.Next(30) == 0 ? ByteMutator.Edit(message, others, random) : Within(message, random, Depth) ?? ByteMutator.Edit(message, others, random);

    /// <summary>A change in the fields of a message or of one inside; null when it has none.</summary>
    static byte[]? Within(ReadOnlySpan<byte> message, Random random, int depth)
    {
        List<(int Start, int Content, int End, ulong Key)> fields = Fields(message);
        if (fields.Count == 0) return null;
        (int start, int content, int end, ulong key) = fields[random.Next(fields.Count)];
        ReadOnlySpan<byte> before = message[..start], whole = message[start..end], after = message[end..];
        bool framed = (int)(key & 7) == Bytes;
        if (framed && depth > 0 && random.Next(5) != 0 && Within(message[content..end], random, depth - 1) is { } inner)
            return [.. before, .. Framed(key, inner), .. after];
        (int other, int otherContent, int otherEnd, ulong otherKey) = fields[random.Next(fields.Count)];
        return random.Next(8) switch
        {
            0 => [.. before, .. after],
            1 => [.. message, .. whole],
            2 => [.. before, .. message[other..otherEnd], .. after],
            3 when random.Next(2) == 0 => [.. before, .. Number(((ulong)random.Next(1, 32) << 3) | (key & 7)), .. message[content..end], .. after],
            4 when framed => [.. before, .. Framed(key, Encoding.UTF8.GetBytes(Edge.Name(random))), .. after],
            5 when framed => [.. before, .. Framed(key, message[other..otherEnd]), .. after],
            6 when whole.Length < LongestRepeated => [.. before, .. Enumerable.Repeat(whole.ToArray(), 1 << random.Next(8)).SelectMany(f => f), .. after],
            _ when !framed => [.. before, .. Number(key & ~7UL), .. Number((ulong)Edge.Number(random)), .. after],
            _ when random.Next(10) != 0 => Within(message, random, depth - 1) ?? [.. before, .. after],
            _ => [.. before, .. Number(key), .. Number((ulong)Edge.Number(random)), .. message[content..end], .. after],
        };
    }

    static byte[] Framed(ulong key, ReadOnlySpan<byte> content) => [.. Number(key), .. Number((ulong)content.Length), .. content];

    /// <summary>The fields of a message as far as it is one; none when it is not.</summary>
    static List<(int Start, int Content, int End, ulong Key)> Fields(ReadOnlySpan<byte> message)
    {
        List<(int, int, int, ulong)> fields = [];
        for (int at = 0; at < message.Length;)
        {
            int start = at;
            if (!TryNumber(message, ref at, out ulong key) || key >> 3 is 0 or > 64) return [];
            int content = at;
            switch ((int)(key & 7))
            {
                case Varint when TryNumber(message, ref at, out _): break;
                case Bytes when TryNumber(message, ref at, out ulong length) && length <= (ulong)(message.Length - at): content = at; at += (int)length; break;
                case Fixed64 when at + 8 <= message.Length: at += 8; break;
                case Fixed32 when at + 4 <= message.Length: at += 4; break;
                default: return [];
            }
            fields.Add((start, content, at, key));
        }
        return fields;
    }

    static bool TryNumber(ReadOnlySpan<byte> from, ref int at, out ulong value)
    {
        value = 0;
        for (int shift = 0; shift < 64 && at < from.Length; shift += 7)
        {
            byte b = from[at++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80) return true;
        }
        return false;
    }

    static byte[] Number(ulong value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7) bytes.Add((byte)(value | 0x80));
        return [.. bytes, (byte)value];
    }
}
