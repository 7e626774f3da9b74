// The sizes of one attention, and where the rows of one head lie.

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

/// <summary>One attention over given queries and keys: q [B, Q, H·D], k and v [B, K, Hkv·D].</summary>
readonly unsafe struct AttentionPlan
{
    public readonly int Images, Queries, Keys, Width, KeyWidth, Depth, Heads, KeyHeads;

    public readonly AttentionMask? Mask;

    public readonly AttentionBias? Bias;

    /// <summary>What the products are multiplied by before the softmax.</summary>
    public readonly float Scale;

    public readonly GemmKernel Kernel;

    /// <exception cref="ArgumentException">The shapes do not belong together.</exception>
    public AttentionPlan(Attention op, Tensor q, Tensor k, Tensor v, Compute compute)
    {
        (Heads, KeyHeads, Mask, Bias, Kernel) = (op.Heads, op.KeyHeads, op.Mask, op.Bias, compute.Gemm);
        if (q.Shape.Length != 3 || k.Shape.Length != 3 || !k.Shape.SequenceEqual(v.Shape)
            || q.Shape[0] != k.Shape[0] || q.Width % Heads != 0 || k.Width != q.Width / Heads * KeyHeads)
            throw new ArgumentException($"attention: {Heads} heads, {KeyHeads} of keys and values, over q {q}, k {k}, v {v}: "
                + "expected q [B, Q, heads·D], k and v [B, K, key heads·D].");
        (Images, Queries, Keys, Width, KeyWidth, Depth) = (q.Shape[0], q.Shape[1], k.Shape[1], q.Width, k.Width, q.Width / Heads);
        Scale = op.Scale ?? 1 / MathF.Sqrt(Depth);
        Mask?.Check(Images, Queries, Keys);
        Bias?.Check(Heads, Queries, Keys);
    }

    /// <summary>How many heads share one head of keys and values.</summary>
    public int Group => Heads / KeyHeads;

    /// <summary>How many keys, from the first, any of some queries may see.</summary>
    public int Seen(int image, int first, int rows) => Mask?.Seen(image, first + rows - 1, Keys) ?? Keys;

    public float* QueryPointer(Tensor x, int image, int head, int row) => x.Pointer + ((long)image * Queries + row) * Width + head * Depth;

    public float* KeyPointer(Tensor x, int image, int head) => x.Pointer + (long)image * Keys * KeyWidth + head / Group * Depth;

    public Operand KeyRows(Tensor x, int image, int head) => new(KeyPointer(x, image, head), KeyWidth);

    /// <summary>A for some queries of one head: rows first .. + count over the keys that are packed, into <paramref name="tile"/> [count, K].</summary>
    public void Probabilities(PackedOperand packedKeys, Tensor q, int image, int head, int first, int count, float* tile)
    {
        Gemm.MultiplySerial(count, packedKeys.N, Depth, new Operand(QueryPointer(q, image, head, first), Width), packedKeys, tile, Keys, accumulate: false);
        for (int r = 0; r < count; r++) Softmax(new Span<float>(tile + (long)r * Keys, Keys), image, head, first + r);
    }

    /// <summary>row = softmax(scale·row + bias) without the keys that the query does not see, in place.</summary>
    public void Softmax(Span<float> row, int image, int head, int query)
    {
        float scale = Scale;
        if (Bias is not null)
        {
            TensorPrimitives.Multiply(row, scale, row);
            Bias.AddTo(head, query, row);
            scale = 1;
        }
        if (Mask is null) Kernels.Softmax(row, scale);
        else Mask.Softmax(image, query, row, scale);
    }
}
