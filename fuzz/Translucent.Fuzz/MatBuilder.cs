// Writes MAT files of version 5 (MAT-File Level 5 File Format, The MathWorks), for seeds here and for tests.

using System.Text;

namespace Translucent.Fuzz;

/// <summary>Writes MAT files of version 5, as far as seeds and tests need them.</summary>
static class MatBuilder
{
    /// <summary>A file of variables, each whole or compressed.</summary>
    public static byte[] File(bool compressed, params byte[][] variables)
    {
        byte[] header = new byte[128];
        Encoding.ASCII.GetBytes("MATLAB 5.0 MAT-file, Platform: GLNXA64").CopyTo(header, 0);
        (header[124], header[125], header[126], header[127]) = (0, 1, (byte)'I', (byte)'M');
        return [.. header, .. variables.SelectMany(v => compressed ? Mutators.MatMutator.Packed(v) : v)];
    }

    /// <summary>A matrix of bytes, column by column (mxUINT8, or mxUINT16 with wide).</summary>
    public static byte[] Matrix(string name, int[] shape, int[] columnMajor, bool wide = false) => Element(14,
        [.. Flags(wide ? 11 : 9), .. Shape(shape), .. Element(1, Encoding.ASCII.GetBytes(name)),
            .. wide ? Element(4, [.. columnMajor.SelectMany(v => BitConverter.GetBytes((ushort)v))]) : Element(2, [.. columnMajor.Select(v => (byte)v)])]);

    /// <summary>A cell array [1, n].</summary>
    public static byte[] Cells(string name, params byte[][] cells) => Element(14,
        [.. Flags(1), .. Shape([1, cells.Length]), .. Element(1, Encoding.ASCII.GetBytes(name)), .. cells.SelectMany(c => c)]);

    /// <summary>A struct of one element.</summary>
    public static byte[] Struct(params (string Name, byte[] Value)[] fields) => Element(14,
        [.. Flags(2), .. Shape([1, 1]), .. Element(1, []), .. Small(5, BitConverter.GetBytes(32)),
            .. Element(1, [.. fields.SelectMany(f => Encoding.ASCII.GetBytes(f.Name.PadRight(32, '\0')))]), .. fields.SelectMany(f => f.Value)]);

    static byte[] Flags(int kind) => Element(6, [(byte)kind, 0, 0, 0, 0, 0, 0, 0]);

    static byte[] Shape(int[] shape) => Element(5, [.. shape.SelectMany(BitConverter.GetBytes)]);

    static byte[] Small(int type, byte[] four) => [.. BitConverter.GetBytes((ushort)type), .. BitConverter.GetBytes((ushort)four.Length), .. four];

    static byte[] Element(int type, byte[] data) =>
        [.. BitConverter.GetBytes(type), .. BitConverter.GetBytes(data.Length), .. data, .. new byte[(8 - data.Length % 8) % 8]];
}
