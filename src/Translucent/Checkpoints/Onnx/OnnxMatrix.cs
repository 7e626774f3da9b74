// A stored tensor as a graph reads it: behind DequantizeLinear, y = (x - zero)·scale, per tensor or along one axis, and behind Transpose.

using System.Runtime.InteropServices;
using Translucent.Files;

namespace Translucent.Checkpoints.Onnx;

/// <summary>A stored tensor and what happens to it before it is used.</summary>
/// <param name="Data">The numbers in the file.</param>
sealed unsafe record OnnxMatrix(StoredTensor Data)
{
    /// <summary>What quantised numbers are multiplied by: one number, or one for each index of an axis; null for floats.</summary>
    public float[]? Scale { get; init; }

    /// <summary>What is subtracted before, as many; null for nothing.</summary>
    public long[]? Zero { get; init; }

    /// <summary>The axis of the stored tensor that scales go along.</summary>
    public int Axis { get; init; }

    /// <summary>Whether a Transpose follows.</summary>
    public bool IsTurned { get; init; }

    /// <summary>Bytes that are made in memory for this tensor, turned or not; 0 when it is read where it lies.</summary>
    public long Made(bool turned) => Scale is not null ? Data.Count * sizeof(float) : turned ? Data.ByteCount : 0;

    /// <summary>The floats as they are stored, or turned, under a name; made when they are first touched where they do not lie so in the file.</summary>
    /// <exception cref="TranslucentException">It should be turned and is no matrix.</exception>
    public StoredTensor As(string name, bool turned)
    {
        if (Scale is null) return turned ? Data.Transposed(name) : Data.WithName(name);
        if (turned && Data.Shape.Length != 2) throw new TranslucentException($"{Data}: expected a matrix.");
        int[] shape = turned ? [Data.Shape[1], Data.Shape[0]] : Data.Shape.ToArray();
        return Data.Remade(name, shape, StoredType.F32, () =>
        {
            byte[] plain = Floats();
            if (!turned) return plain;
            fixed (byte* first = plain) return StridedCopy.Gather(first, sizeof(float), shape, [1, shape[0]]);
        });
    }

    byte[] Floats()
    {
        byte[] bytes = LateBytes.Allocate(Data.Count * sizeof(float));
        Span<float> floats = MemoryMarshal.Cast<byte, float>(bytes.AsSpan());
        int inner = 1, count = Scale!.Length;
        for (int axis = Axis + 1; count > 1 && axis < Data.Shape.Length; axis++) inner *= Data.Shape[axis];
        using Lease lease = Data.Hold();
        byte* from = Data.Pointer;
        for (int i = 0; i < floats.Length; i++)
        {
            int channel = count == 1 ? 0 : i / inner % count;
            long number = Data.Type switch
            {
                StoredType.U8 => from[i],
                StoredType.I8 => (sbyte)from[i],
                StoredType.U16 => BitConverter.ToUInt16(new(from + 2L * i, 2)),
                StoredType.I16 => BitConverter.ToInt16(new(from + 2L * i, 2)),
                _ => BitConverter.ToInt32(new(from + 4L * i, 4)),
            };
            floats[i] = (number - (Zero is null ? 0 : Zero[Zero.Length == 1 ? 0 : channel])) * Scale[channel];
        }
        return bytes;
    }
}
