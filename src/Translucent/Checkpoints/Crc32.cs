// The cyclic redundancy check of zip entries and PNG chunks (PNG specification, third edition, section 5.5 and annex D), eight bytes
// at a time.

namespace Translucent.Checkpoints;

/// <summary>CRC-32 with the reflected polynomial 0xEDB88320.</summary>
static class Crc32
{
    // Table[k * 256 + b]: the effect of byte b followed by k zero bytes.
    static readonly uint[] s_table = Build();

    /// <summary>The check value of some bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint[] t = s_table;
        uint crc = uint.MaxValue;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            uint low = crc ^ BitConverter.ToUInt32(bytes), high = BitConverter.ToUInt32(bytes[4..]);
            crc = t[0x700 + (low & 255)] ^ t[0x600 + ((low >> 8) & 255)] ^ t[0x500 + ((low >> 16) & 255)] ^ t[0x400 + (low >> 24)]
                ^ t[0x300 + (high & 255)] ^ t[0x200 + ((high >> 8) & 255)] ^ t[0x100 + ((high >> 16) & 255)] ^ t[high >> 24];
        }
        foreach (byte b in bytes) crc = t[(crc ^ b) & 255] ^ (crc >> 8);
        return ~crc;
    }

    static uint[] Build()
    {
        uint[] table = new uint[8 * 256];
        for (uint b = 0; b < 256; b++)
        {
            uint crc = b;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
            table[b] = crc;
        }
        for (int i = 256; i < table.Length; i++) table[i] = table[table[i - 256] & 255] ^ (table[i - 256] >> 8);
        return table;
    }
}
