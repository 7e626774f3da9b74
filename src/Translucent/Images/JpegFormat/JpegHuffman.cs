// Huffman tables (ITU-T T.81, Annex C and F.2.2.3), looked up nine bits at a time.

using System.Runtime.CompilerServices;

namespace Translucent.Images.JpegFormat;

/// <summary>A canonical prefix code of up to 256 symbols, each of 1 .. 16 bits.</summary>
internal sealed class JpegHuffman
{
    const int LookupBits = 9;

    readonly ushort[] _lookup = new ushort[1 << LookupBits];     // length · 256 + symbol of the code that these bits start with; 0: longer
    readonly int[] _limit = new int[17];                         // [length]: codes of this length, padded to 16 bits, lie below it
    readonly int[] _offset = new int[17];                        // [length]: index of a symbol = its code + this
    readonly byte[] _symbols;

    JpegHuffman(byte[] symbols) => _symbols = symbols;

    /// <summary>The number of symbols.</summary>
    public int Symbols => _symbols.Length;

    /// <summary>Reads 16 counts of codes per length, then the symbols.</summary>
    /// <param name="p">The rest of the segment, at least 16 bytes.</param>
    /// <param name="dc">Whether symbols are sizes of DC differences.</param>
    public static JpegHuffman Read(ReadOnlySpan<byte> p, bool dc)
    {
        int total = 0;
        foreach (byte count in p[..16]) total += count;
        if (total > 256 || total > p.Length - 16)
            throw new InvalidDataException($"JPEG: a Huffman table of {total} symbols with {p.Length - 16} bytes left of its segment; the file is damaged.");
        JpegHuffman table = new(p.Slice(16, total).ToArray());
        if (dc && table._symbols.Any(s => s > 15))
            throw new InvalidDataException("JPEG: a Huffman table for DC differences has a size above 15; the file is damaged.");

        for (int length = 1, code = 0, index = 0; length <= 16; length++, code <<= 1)
        {
            table._offset[length] = index - code;
            for (int n = p[length - 1]; n > 0; n--, code++, index++)
                table.Fill(code, length, index);
            if (code > 1 << length)
                throw new InvalidDataException($"JPEG: a Huffman table has too many codes of {length} bits; the file is damaged.");
            table._limit[length] = code << 16 - length;
        }
        return table;
    }

    void Fill(int code, int length, int index)
    {
        if (length > LookupBits || code >= 1 << length) return;
        int spare = LookupBits - length;
        _lookup.AsSpan(code << spare, 1 << spare).Fill((ushort)(length << 8 | _symbols[index]));
    }

    /// <summary>The next symbol; <paramref name="bits"/> must hold 16 bits or have reached their end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Decode(ref JpegBits bits)
    {
        int entry = _lookup[bits.Peek(LookupBits)];
        if (entry == 0) entry = Longer(bits.Peek(16));
        bits.Skip(entry >> 8);
        return entry & 255;
    }

    int Longer(int code)
    {
        for (int length = LookupBits + 1; length <= 16; length++)
            if (code < _limit[length]) return length << 8 | _symbols[(code >> 16 - length) + _offset[length]];
        throw new InvalidDataException("JPEG: the data hold a bit pattern that is no code of their Huffman table; the file is damaged or cut short.");
    }
}
