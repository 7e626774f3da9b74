// Multi-head scaled dot-product attention as one operation (Vaswani et al. 2017, arXiv:1706.03762, section 3.2).
// Probabilities are never kept: whoever needs them gets them computed again from q and k, with the same bits.

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

/// <summary>y = softmax(q·kᵀ / √D)·v for every head, the heads side by side in the columns.</summary>
/// <remarks>
/// <code>
/// q [B, Q, H·D]   k, v [B, K, H·D]   y [B, Q, H·D]   A = softmax(q·kᵀ/√D) [B, H, Q, K]
/// pull  G = g·vᵀ,  S = A ⊙ (G − ⟨G, A⟩)/√D,  gq = S·k,  gk = Sᵀ·q,  gv = Aᵀ·g      per target, image and head
/// </code>
/// G, the cotangent of A, goes to the observer of the site, if there is one. Queries are taken in blocks, so that no more than
/// a tile of A and G exists at any time. What all targets share (A, v, k, q of a head) is computed and packed once for them.
/// A mask takes keys away from queries; see <see cref="AttentionMask"/> for what that makes of A.
/// </remarks>
public sealed unsafe class Attention(int heads, string? site = null, AttentionMask? mask = null) : Op
{
    internal const int QueryBlock = 256; // queries of one tile; fixed, because gk and gv are summed block by block

    [ThreadStatic] static PackedOperand? t_k, t_v;

    /// <summary>H.</summary>
    public int Heads => heads;

    internal AttentionMask? Mask => mask;

    internal override string? Site => site;

    /// <summary>The same attention with keys taken away, or this one when there is no mask.</summary>
    internal Attention Masked(AttentionMask? other) => other is null ? this : new Attention(heads, site, other);

    internal override Tensor Forward(ReadOnlySpan<Tensor> x, Arena arena, out Tensor[] kept)
    {
        Shape s = new(x[0], x[1], this);
        mask?.Check(s.Queries, s.Keys);
        if (x[1].Shape[1] != x[2].Shape[1] || x[0].Width != x[1].Width || x[0].Width % heads != 0)
            throw new ArgumentException($"attention: {heads} heads over q {x[0]}, k {x[1]}, v {x[2]}: widths must agree and divide, and k and v have equally many tokens.");
        kept = [];
        Tensor q = x[0], k = x[1], v = x[2], y = arena.Rent(q.Shape);
        int blocks = (s.Queries + QueryBlock - 1) / QueryBlock, parts = Math.Clamp(2 * Threads.Count / (s.Images * heads), 1, blocks);
        Threads.For(s.Images * heads * parts, item =>
        {
            int image = item / parts / heads, head = item / parts % heads, part = item % parts;
            PackedOperand packedKeys = PackKeys(s, k, image, head), packedValues = t_v ??= new();
            packedValues.Pack(s.Keys, s.Depth, s.KeyRows(v, image, head));
            float* tile = Scratch.Floats(0, QueryBlock * s.Keys);
            for (int block = part; block < blocks; block += parts)
            {
                int first = block * QueryBlock, rows = Math.Min(QueryBlock, s.Queries - first);
                Probabilities(s, packedKeys, q, image, head, first, rows, tile);
                Gemm.MultiplySerial(rows, s.Depth, s.Keys, new Operand(tile, s.Keys), packedValues, s.QueryPointer(y, image, head, first), s.Width, accumulate: false);
            }
        });
        return y;
    }

    internal override void Pull(Call call, Cotangent g, Walk walk) => new AttentionPull(this, call, g, walk, AttentionShares.Gradient).Run();

    /// <summary>Probabilities are constants: relevance flows through the values only (Ali et al. 2022).</summary>
    internal void FreezeProbabilities(Call call, Cotangent g, Walk walk) => new AttentionPull(this, call, g, walk, new AttentionShares(0, 1)).Run();

    /// <summary>Both products share equally between their factors (Achtibat et al. 2024, eq. 7): half to v; of A's half, half each to q and k.</summary>
    internal void Halve(Call call, Cotangent g, Walk walk) => new AttentionPull(this, call, g, walk, new AttentionShares(0.25f, 0.5f)).Run();

    /// <summary>A for some queries of one head: rows first .. + count, into <paramref name="tile"/> [count, K].</summary>
    internal static void Probabilities(in Shape s, PackedOperand packedKeys, Tensor q, int image, int head, int first, int count, float* tile)
    {
        Gemm.MultiplySerial(count, s.Keys, s.Depth, new Operand(s.QueryPointer(q, image, head, first), s.Width), packedKeys, tile, s.Keys, accumulate: false);
        for (int r = 0; r < count; r++)
        {
            Span<float> row = new(tile + (long)r * s.Keys, s.Keys);
            if (s.Mask is null) Kernels.Softmax(row, s.Scale);
            else s.Mask.Softmax(first + r, row, s.Scale);
        }
    }

    /// <summary>kᵀ of one head, packed in memory of this thread.</summary>
    internal static PackedOperand PackKeys(in Shape s, Tensor k, int image, int head)
    {
        PackedOperand packed = t_k ??= new();
        packed.Pack(s.Depth, s.Keys, s.KeyRows(k, image, head).Transposed);
        return packed;
    }

    /// <summary>A of all heads of one image of a recorded attention: [H, Q, K].</summary>
    internal static Tensor Probabilities(Call call, int image)
    {
        Attention op = (Attention)call.Op;
        Shape s = new(call.X[0].Value, call.X[1].Value, op);
        Tensor a = Tensor.Uninitialized(op.Heads, s.Queries, s.Keys);
        Threads.For(op.Heads, head =>
        {
            PackedOperand packed = PackKeys(s, call.X[1].Value, image, head);
            for (int first = 0; first < s.Queries; first += QueryBlock)
                Probabilities(s, packed, call.X[0].Value, image, head, first, Math.Min(QueryBlock, s.Queries - first),
                    a.Pointer + ((long)head * s.Queries + first) * s.Keys);
        });
        return a;
    }

    /// <summary>The mean of A over the heads, for one image of a recorded attention: [Q, K].</summary>
    internal static Tensor HeadMean(Call call, int image)
    {
        Attention op = (Attention)call.Op;
        int heads = op.Heads;
        Shape s = new(call.X[0].Value, call.X[1].Value, op);
        Tensor q = call.X[0].Value, k = call.X[1].Value, mean = new(s.Queries, s.Keys);
        int size = Math.Min(QueryBlock, s.Queries / (2 * Threads.Count) + 1);
        Threads.For((s.Queries + size - 1) / size, block =>
        {
            int first = block * size, rows = Math.Min(size, s.Queries - first);
            float* tile = Scratch.Floats(0, size * s.Keys);
            Span<float> sum = mean.Span.Slice(first * s.Keys, rows * s.Keys);
            for (int head = 0; head < heads; head++)
            {
                Probabilities(s, PackKeys(s, k, image, head), q, image, head, first, rows, tile);
                TensorPrimitives.Add(sum, new ReadOnlySpan<float>(tile, sum.Length), sum);
            }
            TensorPrimitives.Divide(sum, heads, sum);
        });
        return mean;
    }

    /// <summary>The mean of A over heads and queries, for one image of a recorded attention: how much attention every key receives, [K].</summary>
    internal static Tensor Received(Call call, int image)
    {
        Attention op = (Attention)call.Op;
        Shape s = new(call.X[0].Value, call.X[1].Value, op);
        Tensor q = call.X[0].Value, k = call.X[1].Value, sums = new(op.Heads, s.Keys), mean = new(s.Keys);
        Threads.For(op.Heads, head =>
        {
            PackedOperand packed = PackKeys(s, k, image, head);
            float* tile = Scratch.Floats(0, QueryBlock * s.Keys);
            for (int first = 0; first < s.Queries; first += QueryBlock)
            {
                int rows = Math.Min(QueryBlock, s.Queries - first);
                Probabilities(s, packed, q, image, head, first, rows, tile);
                for (int r = 0; r < rows; r++) TensorPrimitives.Add(sums.Row(head), new ReadOnlySpan<float>(tile + (long)r * s.Keys, s.Keys), sums.Row(head));
            }
        });
        for (int head = 0; head < op.Heads; head++) TensorPrimitives.Add(mean.Span, sums.Row(head), mean.Span);
        TensorPrimitives.Divide(mean.Span, op.Heads * s.Queries, mean.Span);
        return mean;
    }

    /// <summary>The sizes of one attention, and where the rows of one head lie.</summary>
    internal readonly struct Shape(Tensor q, Tensor k, Attention op)
    {
        public readonly int Images = q.Shape[0], Queries = q.Shape[1], Keys = k.Shape[1], Width = q.Width, Depth = q.Width / op.Heads;

        public readonly AttentionMask? Mask = op.Mask;

        /// <summary>1/√D.</summary>
        public float Scale => 1 / MathF.Sqrt(Depth);

        public float* QueryPointer(Tensor x, int image, int head, int row) => x.Pointer + ((long)image * Queries + row) * Width + head * Depth;

        public Operand KeyRows(Tensor x, int image, int head) => new(x.Pointer + (long)image * Keys * Width + head * Depth, Width);
    }
}
