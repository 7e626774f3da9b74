// Attention of new tokens to themselves and to all tokens that were read before, whose keys and values are remembered.

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

/// <summary>y = softmax(scale·q·kᵀ)·v, k and v those of earlier tokens followed by the new ones; a new token sees what is before it.</summary>
/// <remarks>
/// <code>
/// q [1, N, H·D]   new k, v [1, N, Hkv·D], added to the memory   y [1, N, H·D]
/// </code>
/// Many tokens go the way of <see cref="Attention"/>; a few read keys and values where they lie, the same to rounding. It changes its memory, so it has no
/// pull: texts that are explained are read by a forward pass.
/// </remarks>
sealed unsafe class CachedAttention(Attention attention, KeyValues earlier) : Op
{
    const int Few = 4;                // new tokens for which packing all keys does not pay
    const int WorthAThread = 1 << 14; // numbers of keys that one item reads

    internal override int[] OutputShape(ReadOnlySpan<Tensor> x) => x[0].Shape.ToArray();

    internal override double Flops(ReadOnlySpan<Tensor> x) => 4.0 * x[0].Length * earlier.Count; // told when the new ones are remembered

    internal override Tensor Forward(ReadOnlySpan<Tensor> x, Arena arena, out Tensor[] kept)
    {
        if (x[0].Shape is not [1, _, _]) throw new ArgumentException($"cached attention: q {x[0]}, expected one text at a time.");
        int before = earlier.Count;
        (Tensor keys, Tensor values) = earlier.Append(x[1], x[2]);
        if (x[0].Rows > Few) return attention.Masked(AttentionMask.Causal(before)).Forward([x[0], keys, values], arena, out kept);
        kept = [];
        Tensor q = x[0], y = arena.Rent(q.Shape);
        AttentionPlan s = new(attention, q, keys, values, arena.Compute);
        int heads = s.Heads;
        Compute compute = (long)s.Keys * s.Depth < WorthAThread ? arena.Compute.WithThreads(1) : arena.Compute;
        compute.For(q.Rows * heads, item =>
        {
            (int row, int head) = (item / heads, item % heads);
            int seen = before + row + 1;
            float* k = s.KeyPointer(keys, 0, head), v = s.KeyPointer(values, 0, head);
            ReadOnlySpan<float> query = new(s.QueryPointer(q, 0, head, row), s.Depth);
            Span<float> weights = new(Scratch.Floats(0, (seen | 1023) + 1), seen), into = new(s.QueryPointer(y, 0, head, row), s.Depth);
            for (int t = 0; t < seen; t++) weights[t] = TensorPrimitives.Dot(query, new ReadOnlySpan<float>(k + (nint)t * s.KeyWidth, s.Depth));
            Kernels.Softmax(weights, s.Scale);
            into.Clear();
            for (int t = 0; t < seen; t++)
                TensorPrimitives.MultiplyAdd(new ReadOnlySpan<float>(v + (nint)t * s.KeyWidth, s.Depth), weights[t], into, into);
        });
        return y;
    }

    internal override void Pull(Call call, Cotangent g, Walk walk) =>
        throw new InvalidOperationException("cached attention: has no derivative; explain a forward pass over the whole text.");
}
