// DEFLATE in a zlib stream (RFC 1950, RFC 1951). The framework's zlib differs from version to version and from processor to
// processor; generated files shall have the same bytes everywhere, so they are compressed here, by integers alone: greedy matches
// from a hash table of one entry, then dynamic Huffman codes, or stored blocks where nothing is gained.

using System.Buffers.Binary;

namespace Translucent.Shapes.Files;

/// <summary>Compresses bytes, fast and always to the same bytes.</summary>
sealed class Deflate
{
    const int MinMatch = 4, MaxMatch = 258, Window = 32_768, BlockSymbols = 32_768, HashBits = 14, EndOfBlock = 256;

    static readonly byte[] s_lengthCodeOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
    static readonly (int Base, int Extra)[] s_lengths = [.. Ranges(29, 4, 3)], s_distances = [.. Ranges(30, 2, 1)];
    static readonly byte[] s_lengthSymbols = Symbols(s_lengths, MaxMatch + 1);

    readonly int[] _latest = new int[1 << HashBits]; // place after the latest occurrence of four bytes
    readonly uint[] _symbols = new uint[BlockSymbols]; // literal, or length << 16 | distance
    readonly int[] _literalCounts = new int[286], _distanceCounts = new int[30];
    BitWriter _bits = new();
    int _count;

    [ThreadStatic]
    static Deflate? t_own; // the tables are large: each thread keeps its own

    /// <summary>The zlib stream of some bytes.</summary>
    public static byte[] Compress(ReadOnlySpan<byte> data)
    {
        Deflate deflate = t_own ?? new Deflate();
        t_own = null; // until it has done: an exception must not leave half a stream behind
        deflate._latest.AsSpan().Clear();
        deflate._bits.Write(0x0178, 16); // 32 KB window, no dictionary, fastest
        int from = 0, to;
        do
        {
            to = deflate.Split(data, from);
            deflate.Block(data[from..to], last: to == data.Length);
            from = to;
        } while (to < data.Length);
        deflate._bits.Align();
        Span<byte> check = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(check, Adler32(data));
        deflate._bits.Write(check);
        byte[] stream = deflate._bits.Take();
        t_own = deflate;
        return stream;
    }

    // Turns bytes into literals and matches until a block is full; where it ends.
    int Split(ReadOnlySpan<byte> data, int at)
    {
        Span<uint> symbols = _symbols;
        Span<int> literalCounts = _literalCounts, latest = _latest;
        int count = 0;
        for (; at < data.Length && count < symbols.Length; count++)
        {
            if (at + MinMatch <= data.Length)
            {
                ref int place = ref latest[Hash(data, at)];
                int distance = at + 1 - place;
                bool found = place > 0 && distance <= Window && Four(data, place - 1) == Four(data, at);
                place = at + 1;
                if (found)
                {
                    int length = data.Slice(at, Math.Min(MaxMatch, data.Length - at)).CommonPrefixLength(data[(at - distance)..]);
                    literalCounts[257 + s_lengthSymbols[length]]++;
                    _distanceCounts[DistanceSymbol(distance)]++;
                    symbols[count] = (uint)length << 16 | (uint)distance;
                    at += length;
                    if (at + MinMatch <= data.Length) latest[Hash(data, at - 1)] = at; // so that runs go on at distance 1
                    continue;
                }
            }
            literalCounts[data[at]]++;
            symbols[count] = data[at++];
        }
        _count = count;
        return at;
    }

    static uint Four(ReadOnlySpan<byte> data, int at) => BinaryPrimitives.ReadUInt32LittleEndian(data[at..]);

    static int Hash(ReadOnlySpan<byte> data, int at) => (int)((Four(data, at) * 2654435761u) >> (32 - HashBits));

    void Block(ReadOnlySpan<byte> data, bool last)
    {
        _literalCounts[EndOfBlock] = 1;
        Huffman literals = new(_literalCounts, 15), distances = new(_distanceCounts, 15);
        (byte[] lengths, List<(int Symbol, int Extra)> runs, Huffman code) = Header(literals, distances, out int literalCount, out int distanceCount);
        long cost = Cost(literals, distances) + 17 + runs.Sum(r => code.Lengths[r.Symbol] + RunBits(r.Symbol)) + 3 * lengths.Length;
        if (cost > 8L * data.Length) Store(data, last);
        else
        {
            _bits.Write(last ? 0b101u : 0b100u, 3);
            _bits.Write((uint)(literalCount - 257), 5);
            _bits.Write((uint)(distanceCount - 1), 5);
            _bits.Write((uint)(lengths.Length - 4), 4);
            foreach (byte length in lengths) _bits.Write(length, 3);
            foreach ((int symbol, int extra) in runs)
            {
                _bits.Write(code.Codes[symbol], code.Lengths[symbol]);
                _bits.Write((uint)extra, RunBits(symbol));
            }
            WriteSymbols(literals, distances);
        }
        _literalCounts.AsSpan().Clear();
        _distanceCounts.AsSpan().Clear();
        _count = 0;
    }

    void Store(ReadOnlySpan<byte> data, bool last)
    {
        do
        {
            int count = Math.Min(data.Length, ushort.MaxValue);
            _bits.Write(last && count == data.Length ? 1u : 0u, 3);
            _bits.Align();
            _bits.Write((uint)count | (uint)~count << 16, 32);
            _bits.Write(data[..count]);
            data = data[count..];
        } while (data.Length > 0);
    }

    void WriteSymbols(Huffman literals, Huffman distances)
    {
        ReadOnlySpan<ushort> codes = literals.Codes;
        ReadOnlySpan<byte> lengths = literals.Lengths;
        BitWriter bits = _bits;
        foreach (uint symbol in _symbols.AsSpan(0, _count))
        {
            if (symbol < 256)
            {
                bits.Write(codes[(int)symbol], lengths[(int)symbol]);
                continue;
            }
            int length = (int)(symbol >> 16), distance = (int)(symbol & 0xFFFF);
            int code = s_lengthSymbols[length], far = DistanceSymbol(distance);
            bits.Write(codes[257 + code], lengths[257 + code]);
            bits.Write((uint)(length - s_lengths[code].Base), s_lengths[code].Extra);
            bits.Write(distances.Codes[far], distances.Lengths[far]);
            bits.Write((uint)(distance - s_distances[far].Base), s_distances[far].Extra);
        }
        bits.Write(codes[EndOfBlock], lengths[EndOfBlock]);
        _bits = bits;
    }

    long Cost(Huffman literals, Huffman distances)
    {
        long bits = 0;
        for (int i = 0; i < _literalCounts.Length; i++)
            bits += (long)_literalCounts[i] * (literals.Lengths[i] + (i > EndOfBlock ? s_lengths[i - 257].Extra : 0));
        for (int i = 0; i < _distanceCounts.Length; i++) bits += (long)_distanceCounts[i] * (distances.Lengths[i] + s_distances[i].Extra);
        return bits;
    }

    // The code lengths of both codes as runs (RFC 1951, section 3.2.7), and the code of these.
    static (byte[] Lengths, List<(int, int)> Runs, Huffman Code) Header(Huffman literals, Huffman distances, out int literalCount, out int distanceCount)
    {
        literalCount = Math.Max(257, Array.FindLastIndex(literals.Lengths, l => l > 0) + 1);
        distanceCount = Math.Max(1, Array.FindLastIndex(distances.Lengths, l => l > 0) + 1);
        byte[] all = [.. literals.Lengths.AsSpan(0, literalCount), .. distances.Lengths.AsSpan(0, distanceCount)];
        List<(int Symbol, int Extra)> runs = [];
        int[] counts = new int[19];
        for (int at = 0, run; at < all.Length; at += run)
        {
            run = 1;
            while (at + run < all.Length && all[at + run] == all[at] && run < 138) run++;
            if (all[at] == 0 && run >= 11) Add(18, run - 11);
            else if (all[at] == 0 && run >= 3) Add(17, run - 3);
            else if (at > 0 && all[at] == all[at - 1] && run >= 3) Add(16, (run = Math.Min(run, 6)) - 3);
            else Add(all[at], (run = 1) - 1);
        }
        Huffman code = new(counts, 7);
        int last = Array.FindLastIndex(s_lengthCodeOrder, symbol => code.Lengths[symbol] > 0);
        return ([.. s_lengthCodeOrder.Take(Math.Max(4, last + 1)).Select(symbol => code.Lengths[symbol])], runs, code);

        void Add(int symbol, int extra)
        {
            runs.Add((symbol, extra));
            counts[symbol]++;
        }
    }

    static int RunBits(int symbol) => symbol switch { 16 => 2, 17 => 3, 18 => 7, _ => 0 };

    // Bases and extra bits (RFC 1951, section 3.2.5): twice `group` codes without extra bits, then one bit more for each group.
    static IEnumerable<(int, int)> Ranges(int count, int group, int start)
    {
        for (int i = 0; i < count; i++)
        {
            int extra = Math.Max(0, i / group - 1);
            if (group == 4 && i == 28) (start, extra) = (MaxMatch, 0);
            yield return (start, extra);
            start += 1 << extra;
        }
    }

    static byte[] Symbols((int Base, int Extra)[] ranges, int count)
    {
        byte[] symbols = new byte[count];
        for (int i = 0; i < ranges.Length; i++)
            for (int value = ranges[i].Base; value < Math.Min(count, ranges[i].Base + (1 << ranges[i].Extra)); value++) symbols[value] = (byte)i;
        return symbols;
    }

    static int DistanceSymbol(int distance)
    {
        if (distance <= 2) return distance - 1;
        int log = 31 - int.LeadingZeroCount(distance - 1);
        return 2 * log + ((distance - 1 >> (log - 1)) & 1);
    }

    static uint Adler32(ReadOnlySpan<byte> data)
    {
        uint a = 1, b = 0;
        for (; data.Length > 0; data = data[Math.Min(data.Length, 5552)..])
        {
            foreach (byte value in data[..Math.Min(data.Length, 5552)]) b += a += value; // as many as fit 32 bits
            (a, b) = (a % 65_521, b % 65_521);
        }
        return b << 16 | a;
    }
}
