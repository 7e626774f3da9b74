// Finds the first number of a stored tensor that is not finite, in pieces, so that no copy of the tensor is made.

using Translucent.Files;

namespace Translucent.Checkpoints;

/// <summary>Refuses tensors with NaN or infinite numbers.</summary>
static unsafe class FiniteCheck
{
    const int Piece = 1 << 14; // numbers decoded at a time: stays in the first-level cache

    /// <exception cref="TranslucentException">A number of <paramref name="tensor"/>, of a float type, is not finite as float32.</exception>
    public static void Assert(StoredTensor tensor)
    {
        using Lease lease = tensor.Hold();
        float[] numbers = new float[(int)Math.Min(Piece, tensor.Count)];
        for (long start = 0; start < tensor.Count; start += Piece)
        {
            Span<float> piece = numbers.AsSpan(0, (int)Math.Min(Piece, tensor.Count - start));
            FloatEncoding.Decode(tensor.Type, tensor.Pointer + start * tensor.Type.Size(), piece);
            if (TensorPrimitives.IsFiniteAll<float>(piece)) continue;
            int at = 0;
            while (float.IsFinite(piece[at])) at++;
            throw new TranslucentException(
                $"{tensor}: number {start + at} is {piece[at]}, expected finite float32 numbers; the weights are damaged, fetch or train them again.");
        }
    }
}
