// The header of a .npy file: a magic string, a version, a length, and a Python dictionary as text
// (numpy/lib/format.py, "Format Version 1.0" and 2.0): {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }

using System.Buffers.Binary;
using System.Text;
using Translucent.Files;

namespace Translucent.Checkpoints;

/// <summary>What a .npy header says: element type and shape; the order is always C, row-major.</summary>
static class NpyHeader
{
    const int Alignment = 64;
    const int LongestText = 1 << 16;

    /// <summary>How many bytes are needed to know how long a header is.</summary>
    public const int PreambleBytes = 12;

    static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    static readonly (string Descr, StoredType Type)[] s_types =
    [
        ("<f8", StoredType.F64), ("<f4", StoredType.F32), ("<f2", StoredType.F16), ("<i8", StoredType.I64), ("<i4", StoredType.I32), ("<i2", StoredType.I16),
        ("|i1", StoredType.I8), ("<u8", StoredType.U64), ("<u4", StoredType.U32), ("<u2", StoredType.U16), ("|u1", StoredType.U8), ("|b1", StoredType.BOOL),
    ];

    /// <summary>A header of version 1.0, so padded that data starts on a multiple of 64 bytes.</summary>
    /// <exception cref="TranslucentException">NumPy has no such type (bfloat16), or the shape has thousands of axes.</exception>
    public static byte[] Format(StoredType type, ReadOnlySpan<int> shape)
    {
        string descr = Array.Find(s_types, t => t.Type == type).Descr ?? throw new TranslucentException($"NumPy has no {type}; write it as F32.");
        string axes = string.Join(", ", shape.ToArray()) + (shape.Length == 1 ? "," : ""); // (3,) is a tuple, (3) is a number
        string text = $"{{'descr': '{descr}', 'fortran_order': False, 'shape': ({axes}), }}";
        const int before = 10; // magic, version, length
        int total = (before + text.Length + 1 + Alignment - 1) / Alignment * Alignment;
        if (total - before > ushort.MaxValue) throw new TranslucentException($"{shape.Length} axes are too many for a .npy file.");

        byte[] header = new byte[total];
        header.AsSpan().Fill((byte)' ');
        Magic.CopyTo(header);
        (header[6], header[7], header[^1]) = (1, 0, (byte)'\n');
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)(total - before));
        Encoding.ASCII.GetBytes(text, header.AsSpan(before));
        return header;
    }

    /// <summary>Where the text of a header lies, from the first <see cref="PreambleBytes"/> bytes of a file.</summary>
    /// <exception cref="TranslucentException">This is not a .npy file, or one of a version or length that is not supported.</exception>
    public static (int Start, int Length) Locate(ReadOnlySpan<byte> preamble, string file)
    {
        if (!preamble.StartsWith(Magic)) throw new TranslucentException($"{file}: does not start as a .npy file does; save it with numpy.save.");
        bool wide = preamble[6] != 1; // versions 2 and 3 write the length in four bytes
        if (preamble[6] is 0 or > 3) throw new TranslucentException(
            $"{file}: .npy version {preamble[6]}.{preamble[7]}, expected 1.0, 2.0 or 3.0; save it again with numpy.save.");
        uint length = wide ? BinaryPrimitives.ReadUInt32LittleEndian(preamble[8..]) : BinaryPrimitives.ReadUInt16LittleEndian(preamble[8..]);
        if (length > LongestText) throw new TranslucentException($"{file}: header of {length} bytes, expected at most {LongestText}; the file is damaged.");
        return (wide ? 12 : 10, (int)length);
    }

    /// <summary>Reads the text of a header.</summary>
    /// <exception cref="TranslucentException">It is damaged, or names a type, byte order or element order that is not supported.</exception>
    public static (StoredType Type, int[] Shape) Parse(ReadOnlySpan<byte> text, string file)
    {
        string header = Encoding.Latin1.GetString(text).Trim();
        string descr = Value(header, "descr", file), order = Value(header, "fortran_order", file), shape = Value(header, "shape", file);
        StoredType? type = null;
        foreach ((string known, StoredType of) in s_types)
            if (descr == $"'{known}'" || (known[0] == '|' && descr == $"'<{known[1..]}'")) type = of;
        if (type == null)
            throw new TranslucentException($"{file}: element type {Describe.Name(descr.Trim('\''))}, expected one of "
                + $"{string.Join(", ", s_types.Select(t => t.Descr))}; save it with array.astype(numpy.float32).");
        if (order != "False") throw new TranslucentException(
            $"{file}: fortran_order is {Describe.Name(order)}, expected False; save numpy.ascontiguousarray(array).");
        return (type.Value, ParseShape(shape, file));
    }

    /// <summary>The text of one value of the dictionary, up to the comma or brace that ends it.</summary>
    static string Value(string header, string key, string file)
    {
        int at = header.IndexOf($"'{key}':", StringComparison.Ordinal);
        if (at < 0 || header[0] != '{') throw new TranslucentException($"{file}: header has no {Describe.Name(key)}; the file is damaged, save it again.");
        ReadOnlySpan<char> rest = header.AsSpan(at + key.Length + 3).TrimStart();
        int end = rest.StartsWith("(") ? rest.IndexOf(')') + 1 : rest.IndexOfAny(',', '}');
        return end > 0 ? rest[..end].Trim().ToString()
            : throw new TranslucentException($"{file}: {Describe.Name(key)} of the header does not end; the file is damaged, save it again.");
    }

    static int[] ParseShape(string shape, string file)
    {
        string inside = shape is ['(', .., ')'] ? shape[1..^1].Trim() : "?";
        if (inside.EndsWith(',')) inside = inside[..^1];
        if (inside == "") return [];
        string[] parts = inside.Split(',');
        int[] axes = new int[parts.Length];
        for (int i = 0; i < axes.Length; i++)
        {
            ReadOnlySpan<char> digits = parts[i].AsSpan().Trim();
            if (digits.IndexOfAnyExceptInRange('0', '9') >= 0 || !int.TryParse(digits, out axes[i]))
                throw new TranslucentException(
                    $"{file}: shape {Describe.Name(shape)}, expected whole numbers of 0 .. {int.MaxValue} in parentheses; the file is damaged, save it again.");
        }
        return axes;
    }
}
