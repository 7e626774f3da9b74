// The table of replacements that SentencePiece compiles into its models: a double array over bytes (github.com/google/sentencepiece, normalizer.cc;
// github.com/s-yata/darts-clone, include/darts.h), and the texts that it leads to.

using System.Buffers.Binary;
using System.Text;

namespace Translucent.Text.Normalizers;

/// <summary>Finds what bytes begin with.</summary>
sealed class ReplacementTable
{
    readonly uint[] _units;
    readonly byte[] _texts; // each ends with a zero

    /// <param name="table">How long the double array is, in bytes; the double array; the replacements.</param>
    /// <exception cref="FormatException">It is no such table.</exception>
    public ReplacementTable(ReadOnlySpan<byte> table)
    {
        uint length = table.Length < 4 ? uint.MaxValue : BinaryPrimitives.ReadUInt32LittleEndian(table);
        if (length % 4 != 0 || length > table.Length - 4) throw new FormatException();
        _units = new uint[length / 4];
        for (int i = 0; i < _units.Length; i++) _units[i] = BinaryPrimitives.ReadUInt32LittleEndian(table[(4 + 4 * i)..]);
        _texts = table[(4 + (int)length)..].ToArray();
    }

    /// <summary>The text in the place of an entry that bytes begin with; null where they begin with none.</summary>
    /// <param name="key">The bytes.</param>
    /// <param name="longest">Whether the longest entry counts, or the shortest.</param>
    /// <param name="length">How many bytes the entry has.</param>
    public string? Find(ReadOnlySpan<byte> key, bool longest, out int length)
    {
        length = 0;
        if (_units.Length == 0) return null;
        long node = Offset(_units[0]);
        int start = -1;
        for (int i = 0; i < key.Length && key[i] != 0; i++)
        {
            node ^= key[i];
            if (node >= _units.Length || (_units[node] & 0x8000_00FF) != key[i]) break;
            uint unit = _units[node];
            node ^= Offset(unit);
            if ((unit >> 8 & 1) != 1) continue;
            (start, length) = (node < _units.Length ? (int)(_units[node] & 0x7FFF_FFFF) : int.MaxValue, i + 1);
            if (!longest) break;
        }
        if ((uint)start >= (uint)_texts.Length) return null;
        ReadOnlySpan<byte> rest = _texts.AsSpan(start);
        int end = rest.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]);
    }

    static uint Offset(uint unit) => unit >> 10 << (int)((unit & 1 << 9) >> 6);
}
