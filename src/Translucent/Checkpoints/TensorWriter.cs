// Stored tensors as a stream of bytes, piece by piece, re-encoded on the way: no tensor is in memory whole.

using Translucent.Files;

namespace Translucent.Checkpoints;

/// <summary>Writes the data of tensors one after the other.</summary>
/// <param name="options">How.</param>
/// <param name="total">Bytes of all tensors, as stored.</param>
sealed unsafe class TensorWriter(WriteOptions options, long total)
{
    const int Piece = 1 << 18; // numbers encoded at a time
    const int ChunkBytes = 1 << 24;

    long _done;

    /// <summary>The encoding that a tensor gets.</summary>
    /// <exception cref="ArgumentException">The options ask for something that is no float encoding to write.</exception>
    public static StoredType TypeOf(StoredTensor tensor, WriteOptions options) => options.Floats switch
    {
        null => tensor.Type,
        StoredType.F32 or StoredType.F16 or StoredType.BF16 => tensor.Type.IsFloat() ? options.Floats.Value : tensor.Type,
        _ => throw new ArgumentException($"floats cannot be written as {options.Floats}, expected F32, F16 or BF16.", nameof(options)),
    };

    /// <summary>Writes the data of a tensor.</summary>
    /// <exception cref="TranslucentException">A number is too large for the encoding.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public void Write(Stream stream, StoredTensor tensor)
    {
        StoredType type = TypeOf(tensor, options);
        tensor.Visit(from =>
        {
            int size = tensor.Type.Size(), step = type == tensor.Type ? ChunkBytes / size : Piece;
            for (long at = 0; at < tensor.Count; at += step)
            {
                options.Stop.ThrowIfCancellationRequested();
                int count = (int)Math.Min(step, tensor.Count - at);
                byte* piece = (byte*)from + at * size;
                if (type == tensor.Type) stream.Write(new ReadOnlySpan<byte>(piece, count * size));
                else Encode(stream, tensor, piece, count, type);
                _done += (long)count * size;
                options.Progress?.Report((double)_done / Math.Max(1, total));
            }
        });
    }

    static void Encode(Stream stream, StoredTensor tensor, byte* piece, int count, StoredType type)
    {
        float[] numbers = new float[count];
        FloatEncoding.Decode(tensor.Type, piece, numbers);
        byte[] bytes = new byte[count * type.Size()];
        if (FloatEncoding.Encode(type, numbers, bytes) is >= 0 and int tooLarge)
            throw new TranslucentException($"{tensor}: holds {numbers[tooLarge]}, too large for {type}; write it as BF16 or F32.");
        stream.Write(bytes);
    }
}
