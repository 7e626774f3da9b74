// A Llama with random bfloat16 weights in memory: for measuring speed without a checkpoint; it does not depend on the weights.

using Translucent.Autodiff.Ops;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>Makes language models of a given shape with random weights.</summary>
static unsafe class RandomLlama
{
    const int Piece = 1 << 20; // numbers that have a seed of their own, so that threads make the same weights in any order

    /// <summary>A Llama of these sizes, its output apart from its embeddings; the same seed makes the same weights.</summary>
    /// <param name="c">The sizes.</param>
    /// <param name="compute">Threads; the default when null.</param>
    /// <param name="seed">Of the random numbers.</param>
    public static LanguageModel Create(LanguageConfig c, Compute? compute = null, ulong seed = 0)
    {
        compute ??= Compute.Default;
        ulong place = seed << 32;
        Rotary rotary = new(new RotaryAngles([.. Enumerable.Range(0, c.HeadWidth / 2).Select(i => Math.Pow(10_000, -2.0 * i / c.HeadWidth))]));
        EncoderBlock[] blocks = [.. Enumerable.Range(0, c.Depth).Select(i => new EncoderBlock($"blocks.{i}", c.Heads, c.KeyHeads)
        {
            Norm1 = Norm(c.Width),
            Query = Layer(c.Heads * c.HeadWidth, c.Width),
            Key = Layer(c.KeyHeads * c.HeadWidth, c.Width),
            Value = Layer(c.KeyHeads * c.HeadWidth, c.Width),
            Rotary = rotary,
            Output = Layer(c.Width, c.Heads * c.HeadWidth),
            Norm2 = Norm(c.Width),
            GateBranch = Layer(c.Hidden, c.Width, Activation.Silu),
            Up = Layer(c.Hidden, c.Width),
            Down = Layer(c.Width, c.Hidden),
        })];
        return new LanguageModel(c, new TextEmbedding(Draw(c.Vocabulary, c.Width)), blocks, weights: null)
        {
            IsCausal = true,
            Norm = Norm(c.Width),
            Unembedding = Layer(c.Vocabulary, c.Width),
        };

        Linear Layer(int outs, int ins, Activation activation = Activation.None) => new(Draw(outs, ins), activation: activation);

        Matrix Draw(int rows, int columns)
        {
            ushort[] numbers = GC.AllocateUninitializedArray<ushort>(checked(rows * columns), pinned: true);
            ulong first = place;
            place += (ulong)(numbers.Length / Piece + 1);
            compute.For((numbers.Length + Piece - 1) / Piece, p => Fill(numbers.AsSpan(p * Piece, Math.Min(Piece, numbers.Length - p * Piece)),
                first + (ulong)p));
            return new Matrix((void*)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(numbers, 0), ElementType.BFloat16, rows, columns,
                numbers, memory: null);
        }
    }

    /// <summary>Numbers of either sign between 2^-6 and 2^-5, so that sums of some thousand of them are near 1.</summary>
    static void Fill(Span<ushort> into, ulong seed)
    {
        SplitMix random = new(seed);
        for (int i = 0; i < into.Length; i += 4)
        {
            ulong bits = random.Next();
            for (int j = i; j < Math.Min(i + 4, into.Length); j++, bits >>= 16) into[j] = (ushort)((bits & 0x807F) | (121 << 7));
        }
    }

    static RmsNorm Norm(int width)
    {
        Tensor ones = new(width);
        ones.Span.Fill(1);
        return new RmsNorm(ones, 1e-5f);
    }
}
