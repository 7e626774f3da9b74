// float32 from the float encodings of a file, at any alignment, and back.

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Translucent.Files;

namespace Translucent.Checkpoints;

/// <summary>Widens (or, for F64, narrows) stored floats to float32, and rounds float32 to what a file is to hold.</summary>
static unsafe class FloatEncoding
{
    /// <summary>Decodes as many numbers as <paramref name="into"/> holds.</summary>
    public static void Decode(StoredType type, byte* from, Span<float> into)
    {
        switch (type)
        {
            case StoredType.F32:
                new ReadOnlySpan<float>(from, into.Length).CopyTo(into);
                break;
            case StoredType.F16:
                TensorPrimitives.ConvertToSingle(new ReadOnlySpan<Half>(from, into.Length), into);
                break;
            case StoredType.BF16:
                for (int i = 0; i < into.Length; i++)
                    into[i] = BitConverter.UInt32BitsToSingle((uint)Unsafe.ReadUnaligned<ushort>(from + 2L * i) << 16);
                break;
            case StoredType.F64:
                for (int i = 0; i < into.Length; i++) into[i] = (float)Unsafe.ReadUnaligned<double>(from + 8L * i);
                break;
            default:
                throw new TranslucentException($"{type} is not a float encoding.");
        }
    }

    /// <summary>Encodes numbers as F32, F16 or BF16, rounded to nearest, ties to even.</summary>
    /// <returns>The place of a finite number that became infinite, or -1.</returns>
    public static int Encode(StoredType type, ReadOnlySpan<float> from, Span<byte> into)
    {
        if (type == StoredType.F32)
        {
            MemoryMarshal.AsBytes(from).CopyTo(into);
            return -1;
        }
        Span<ushort> halves = MemoryMarshal.Cast<byte, ushort>(into);
        for (int i = 0; i < from.Length; i++)
        {
            bool bfloat = type == StoredType.BF16;
            halves[i] = bfloat ? BFloat(from[i]) : BitConverter.HalfToUInt16Bits((Half)from[i]);
            ushort infinite = (ushort)(bfloat ? 0x7F80 : 0x7C00);
            if ((halves[i] & 0x7FFF) == infinite && float.IsFinite(from[i])) return i;
        }
        return -1;
    }

    static ushort BFloat(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
