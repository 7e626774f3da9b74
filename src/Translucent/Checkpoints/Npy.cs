// NumPy's .npy files: one array each (numpy/lib/format.py).

using System.Runtime.InteropServices;
using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Checkpoints;

/// <summary>Reads and writes one array as NumPy's <c>save</c> and <c>load</c> do: little-endian, row-major.</summary>
public static class Npy
{
    /// <summary>Writes float32 numbers, whole or not at all.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="values">The numbers, in row-major order.</param>
    public static void Write(string path, Tensor values) => Write<float>(path, values.Shape, values.Span);

    /// <summary>Writes values of a type that NumPy knows (float, double, Half, bool, or an integer), whole or not at all.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="shape">The length of each axis.</param>
    /// <param name="values">The numbers, in row-major order.</param>
    /// <exception cref="ArgumentException">The number of values is not the product of the shape, or the type is another.</exception>
    public static void Write<T>(string path, ReadOnlySpan<int> shape, ReadOnlySpan<T> values) where T : unmanaged
    {
        StoredType type = StoredTypes.Of<T>();
        long count = 1;
        foreach (int axis in shape) count = checked(count * axis);
        if (count != values.Length) throw new ArgumentException($"{path}: {values.Length} values, but shape {Describe.Shape(shape)} holds {count}.");
        byte[] header = NpyHeader.Format(type, shape);
        AtomicFile.Write(path, values, (stream, v) =>
        {
            stream.Write(header);
            for (int at = 0; at < v.Length; at += ChunkValues) // the bytes of all values may be more than one span holds
                stream.Write(MemoryMarshal.AsBytes(v.Slice(at, Math.Min(ChunkValues, v.Length - at))));
        });
    }

    /// <summary>Reads an array into memory; its name is the file's, without folder and extension.</summary>
    /// <exception cref="TranslucentException">The file is not .npy, is cut off or too long, or is of a type or order that is not supported. There is no such
    /// file.</exception>
    internal static StoredTensor Read(string path)
    {
        using MappedFile file = new(path, NpyHeader.PreambleBytes);
        (int start, int length) = NpyHeader.Locate(file.Bytes(0, NpyHeader.PreambleBytes), path);
        long data = file.Length - start - length;
        if (data < 0) throw new TranslucentException($"{path}: header of {length} bytes, but the file ends before; it is cut off, save it again.");
        (StoredType type, int[] shape) = NpyHeader.Parse(file.Bytes(start, length), path);

        Int128 expected = type.Size();
        foreach (int axis in shape)
        {
            expected *= axis;
            if (expected > int.MaxValue) throw new TranslucentException(
                $"{path}: shape {Describe.Shape(shape)} of {type} takes more than {int.MaxValue} bytes, the most that is read.");
        }
        if (data != expected) throw new TranslucentException(
            $"{path}: {data} bytes of data, but shape {Describe.Shape(shape)} of {type} takes {expected}; the file is damaged, save it again.");
        return StoredTensor.From(Path.GetFileNameWithoutExtension(path), shape, type, file.Bytes(start + length, (int)data));
    }

    const int ChunkValues = 1 << 24;
}
