// Tensors of seeded normal noise, piece by piece in parallel.

namespace Translucent.Tensors;

/// <summary>Normal numbers of which each depends on the seed and its place alone.</summary>
static class NormalNoise
{
    const int Piece = 4096; // numbers that one work item makes, from a stream of their own

    /// <summary>Overwrites a tensor.</summary>
    public static void Fill(Tensor tensor, ulong seed, double mean = 0, double deviation = 1) =>
        Compute.Default.For((tensor.Length + Piece - 1) / Piece, piece =>
        {
            SplitMix random = new(SplitMix.At(seed, (ulong)piece));
            foreach (ref float x in tensor.Span[(piece * Piece)..Math.Min(tensor.Length, (piece + 1) * Piece)]) x = (float)(mean + deviation * random.Normal());
        });
}
