// float32 from the float encodings of a file, at any alignment.

using System.Runtime.CompilerServices;

namespace Translucent.Checkpoints;

/// <summary>Widens (or, for F64, narrows) stored floats to float32.</summary>
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
                throw new InvalidDataException($"{type} is not a float encoding.");
        }
    }
}
