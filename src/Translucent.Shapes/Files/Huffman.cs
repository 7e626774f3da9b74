// Huffman codes of limited length for DEFLATE (RFC 1951, section 3.2.2): two queues, then lengths above the limit are evened out.

namespace Translucent.Shapes.Files;

/// <summary>A canonical prefix code.</summary>
sealed class Huffman
{
    /// <summary>Bits of each symbol's code; 0 for symbols that do not occur.</summary>
    public byte[] Lengths { get; }

    /// <summary>Codes with their bits in the order in which they are written.</summary>
    public ushort[] Codes { get; }

    /// <summary>A code for symbols of given frequencies; at least two symbols get a code.</summary>
    public Huffman(int[] frequencies, int longest)
    {
        for (int symbol = 0; frequencies.Count(f => f > 0) < 2; symbol++)
            if (frequencies[symbol] == 0) frequencies[symbol] = 1;
        long[] sorted = [.. frequencies.Select((f, symbol) => ((long)f << 16) | (uint)symbol).Where(key => key >= 1 << 16).Order()];
        int[] counts = Limit(Depths(sorted), longest, sorted.Length);
        Lengths = new byte[frequencies.Length];
        for (int length = longest, next = 0; length > 0; length--) // rarest symbols first
            for (int i = 0; i < counts[length]; i++) Lengths[sorted[next++] & 0xFFFF] = (byte)length;
        Codes = Canonical(Lengths, counts, longest);
    }

    /// <summary>A code of given lengths.</summary>
    public Huffman(byte[] lengths)
    {
        int[] counts = new int[16];
        foreach (byte length in lengths)
            if (length > 0) counts[length]++;
        (Lengths, Codes) = (lengths, Canonical(lengths, counts, 15));
    }

    // How many leaves lie at each depth of the Huffman tree over sorted frequencies.
    static int[] Depths(long[] sorted)
    {
        int n = sorted.Length, leaf = 0, inner = n;
        long[] weights = new long[2 * n - 1];
        int[] parents = new int[2 * n - 1], depths = new int[2 * n - 1], counts = new int[n + 1];
        for (int i = 0; i < n; i++) weights[i] = sorted[i] >> 16;
        for (int made = n; made < weights.Length; made++)
            for (int child = 0; child < 2; child++)
            {
                int least = leaf < n && (inner >= made || weights[leaf] <= weights[inner]) ? leaf++ : inner++;
                weights[made] += weights[least];
                parents[least] = made;
            }
        for (int i = weights.Length - 2; i >= 0; i--)
        {
            depths[i] = depths[parents[i]] + 1;
            if (i < n) counts[depths[i]]++;
        }
        return counts;
    }

    // Cuts lengths to the longest allowed, then lengthens short codes until the code is one again (Kraft's sum is 1).
    static int[] Limit(int[] depths, int longest, int symbols)
    {
        int[] counts = new int[longest + 1];
        for (int depth = 1; depth <= symbols; depth++) counts[Math.Min(depth, longest)] += depths[depth];
        int sum = 0;
        for (int length = 1; length <= longest; length++) sum += counts[length] << (longest - length);
        for (; sum > 1 << longest; sum--)
        {
            int shorter = longest - 1;
            while (counts[shorter] == 0) shorter--;
            counts[longest]--;
            counts[shorter]--;
            counts[shorter + 1] += 2;
        }
        return counts;
    }

    static ushort[] Canonical(byte[] lengths, int[] counts, int longest)
    {
        int[] next = new int[longest + 2];
        for (int length = 1; length <= longest; length++) next[length + 1] = (next[length] + counts[length]) << 1;
        ushort[] codes = new ushort[lengths.Length];
        for (int symbol = 0; symbol < lengths.Length; symbol++)
        {
            int length = lengths[symbol];
            if (length == 0) continue;
            int code = next[length]++, reversed = 0;
            for (int bit = 0; bit < length; bit++) reversed |= ((code >> bit) & 1) << (length - 1 - bit);
            codes[symbol] = (ushort)reversed;
        }
        return codes;
    }
}
