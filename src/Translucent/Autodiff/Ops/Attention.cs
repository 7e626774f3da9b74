// Multi-head scaled dot-product attention as one operation (Vaswani et al. 2017, arXiv:1706.03762, section 3.2), with keys and values
// that heads may share in groups (Ainslie et al. 2023, arXiv:2305.13245).
// Probabilities are never kept: where needed they are computed again from q and k, with the same bits.

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

/// <summary>y = softmax(scale·q·kᵀ)·v for every head, the heads side by side in the columns.</summary>
/// <remarks>
/// <code>
/// q [B, Q, H·D]   k, v [B, K, Hkv·D]   y [B, Q, H·D]   A = softmax(scale·q·kᵀ) [B, H, Q, K]     head h reads keys and values h·Hkv/H
/// pull  G = g·vᵀ,  S = A ⊙ (G − ⟨G, A⟩)·scale,  gq = S·k,  gk = Sᵀ·q,  gv = Aᵀ·g      per target, image and head
/// </code>
/// G, the cotangent of A, goes to the observer of the site, if there is one. Queries are taken in blocks, so that no more than
/// a tile of A and G exists at any time. What all targets share (A, v, k, q of a head) is computed and packed once for them.
/// A mask takes keys away from queries; see <see cref="AttentionMask"/> for what that makes of A. A bias is added to the scores, A = softmax(scale·q·kᵀ + b),
/// and frozen, so that the pull is the same.
/// </remarks>
sealed unsafe partial class Attention : Op
{
    internal const int QueryBlock = 256; // queries of one tile; fixed, because gk and gv are summed block by block

    [ThreadStatic] static PackedOperand? t_k, t_v;

    /// <summary>The operation.</summary>
    /// <param name="heads">H.</param>
    /// <param name="site">The name of the probabilities, for observers.</param>
    /// <param name="mask">Which keys a query does not see; none when null.</param>
    /// <param name="keyHeads">Hkv, how many heads of keys and values there are; H when null.</param>
    /// <param name="scale">What q·kᵀ is multiplied by; 1/√D when null.</param>
    /// <param name="bias">What is added to the scores; nothing when null.</param>
    /// <exception cref="ArgumentException">The heads of keys do not divide the heads, or the scale is not above 0.</exception>
    public Attention(int heads, string? site = null, AttentionMask? mask = null, int? keyHeads = null, float? scale = null, AttentionBias? bias = null)
    {
        (Heads, KeyHeads, Mask, Scale, Site, Bias) = (heads, keyHeads ?? heads, mask, scale, site, bias);
        if (KeyHeads < 1 || heads < 1 || heads % KeyHeads != 0)
            throw new ArgumentException($"attention: {heads} heads over {KeyHeads} heads of keys, expected a multiple of them.");
        if (!(scale is null or > 0 and < float.PositiveInfinity)) throw new ArgumentException($"attention: scale {scale}, expected a number above 0.");
    }

    /// <summary>H.</summary>
    public int Heads { get; }

    /// <summary>Hkv.</summary>
    public int KeyHeads { get; }

    /// <summary>What q·kᵀ is multiplied by, or null for 1/√D.</summary>
    public float? Scale { get; }

    internal AttentionMask? Mask { get; }

    internal AttentionBias? Bias { get; }

    internal override string? Site { get; }

    /// <summary>The same attention with keys taken away, or this one when there is no mask.</summary>
    internal Attention Masked(AttentionMask? other) => other is null ? this : new Attention(Heads, Site, other, KeyHeads, Scale, Bias);

    /// <summary>The same attention with numbers added to its scores, or this one when there are none.</summary>
    internal Attention Biased(AttentionBias? other) => other is null ? this : new Attention(Heads, Site, Mask, KeyHeads, Scale, other);

    internal override int[] OutputShape(ReadOnlySpan<Tensor> x) => x[0].Shape.ToArray();

    internal override double Flops(ReadOnlySpan<Tensor> x) => 2 * Product(new AttentionPlan(this, x[0], x[1], x[2], Compute.Default));

    internal override void PullCost(Call call, Flow g, CostWalk walk)
    {
        AttentionPlan s = new(this, call.X[0].Value, call.X[1].Value, call.X[2].Value, Compute.Default);
        bool below = call.X.Any(walk.Needs), scores = below && !walk.Frozen, observed = walk.Watch.ObserverOf(Site) is not null;
        walk.Write(g);
        int? factors = g.Rows is { } few && OuterProducts.Pay(few * (2 * Heads + 1), s.Keys) ? few * Heads : null;
        double whole = 2.0 * g.AllRows * s.Keys * s.Width, product = g.Rows is null ? Product(s) : whole;
        if (scores || observed) walk.Add(observed ? whole : product); // G
        if (below && factors is null) walk.Add(product);              // gv
        if (scores) walk.Add(factors is null ? 2 * product : product); // gq and gk
        if (!below) return;
        if (scores)
        {
            walk.Give(call.X[0], g.Like(call.X[0]));
            walk.Give(call.X[1], new Flow(call.X[1], factors: factors));
        }
        walk.Give(call.X[2], new Flow(call.X[2], factors: factors));
    }

    /// <summary>Operations of one product over all queries, without the keys that no query of a block sees.</summary>
    static double Product(in AttentionPlan s)
    {
        double sum = 0;
        for (int image = 0; image < s.Images; image++)
            for (int first = 0; first < s.Queries; first += QueryBlock)
            {
                int rows = Math.Min(QueryBlock, s.Queries - first);
                sum += 2.0 * rows * s.Seen(image, first, rows) * s.Width;
            }
        return sum;
    }

    internal override Tensor Forward(ReadOnlySpan<Tensor> x, Arena arena, out Tensor[] kept)
    {
        kept = [];
        Tensor q = x[0], k = x[1], v = x[2];
        AttentionPlan s = new(this, q, k, v, arena.Compute);
        Tensor y = arena.Rent(q.Shape);
        if (s.Keys == 0 || s.Queries == 0) // nothing is read: zeros, as a sum over no keys
        {
            y.Span.Clear();
            return y;
        }
        int blocks = (s.Queries + QueryBlock - 1) / QueryBlock, parts = Math.Clamp(2 * arena.Compute.Threads / (s.Images * Heads), 1, blocks);
        arena.Compute.For(s.Images * Heads * parts, item =>
        {
            int image = item / parts / Heads, head = item / parts % Heads, part = item % parts, packed = -1;
            PackedOperand packedKeys = t_k ??= new(), packedValues = t_v ??= new();
            float* tile = Scratch.Floats(0, QueryBlock * s.Keys);
            for (int block = part; block < blocks; block += parts)
            {
                int first = block * QueryBlock, rows = Math.Min(QueryBlock, s.Queries - first), seen = s.Seen(image, first, rows);
                if (seen != packed) // what no query of the block sees is left out of both products
                {
                    packedKeys.Pack(s.Depth, seen, s.KeyRows(k, image, head).Transposed, s.Kernel);
                    packedValues.Pack(seen, s.Depth, s.KeyRows(v, image, head), s.Kernel);
                    packed = seen;
                }
                s.Probabilities(packedKeys, q, image, head, first, rows, tile);
                float* into = s.QueryPointer(y, image, head, first);
                Gemm.MultiplySerial(rows, s.Depth, seen, new Operand(tile, s.Keys), packedValues, into, s.Width, accumulate: false);
            }
        });
        return y;
    }

    internal override void Pull(Call call, Cotangent g, Walk walk) => new AttentionPull(this, call, g, walk, AttentionShares.Gradient).Run();

    /// <summary>Cotangents of a few rows stay those of a few rows (docs/sparse.md); dense ones are pulled as ever.</summary>
    internal void PullRows(Call call, Cotangent g, Walk walk)
    {
        if (g.Tokens is null) Pull(call, g, walk);
        else new AttentionRowsPull(this, call, g, walk).Run();
    }

    /// <summary>Probabilities are constants: relevance flows through the values only (Ali et al. 2022).</summary>
    internal void FreezeProbabilities(Call call, Cotangent g, Walk walk) => new AttentionPull(this, call, g, walk, new AttentionShares(0, 1)).Run();

    /// <summary>Both products share equally between their factors (Achtibat et al. 2024, eq. 7): half to v; of A's half, half each to q and k.</summary>
    internal void Halve(Call call, Cotangent g, Walk walk) => new AttentionPull(this, call, g, walk, new AttentionShares(0.25f, 0.5f)).Run();

    /// <summary>All keys of one head, transposed and packed in memory of this thread.</summary>
    static PackedOperand PackKeys(in AttentionPlan s, Tensor k, int image, int head)
    {
        PackedOperand packed = t_k ??= new();
        packed.Pack(s.Depth, s.Keys, s.KeyRows(k, image, head).Transposed, s.Kernel);
        return packed;
    }

    static (AttentionPlan Plan, Tensor Q, Tensor K, Compute Compute) Of(Call call)
    {
        Compute compute = call.Y.Tape.Arena.Compute;
        return (new AttentionPlan((Attention)call.Op, call.X[0].Value, call.X[1].Value, call.X[2].Value, compute), call.X[0].Value, call.X[1].Value, compute);
    }

    /// <summary>A of all heads of one image of a recorded attention: [H, Q, K].</summary>
    internal static Tensor Probabilities(Call call, int image)
    {
        (AttentionPlan s, Tensor q, Tensor k, Compute compute) = Of(call);
        Tensor a = Tensor.Uninitialized(s.Heads, s.Queries, s.Keys);
        compute.For(s.Heads, head =>
        {
            PackedOperand packed = PackKeys(s, k, image, head);
            for (int first = 0; first < s.Queries; first += QueryBlock)
                s.Probabilities(packed, q, image, head, first, Math.Min(QueryBlock, s.Queries - first), a.Pointer + ((long)head * s.Queries + first) * s.Keys);
        });
        return a;
    }

    /// <summary>The mean of A over the heads, for one image of a recorded attention: [Q, K].</summary>
    internal static Tensor HeadMean(Call call, int image)
    {
        (AttentionPlan s, Tensor q, Tensor k, Compute compute) = Of(call);
        Tensor mean = new(s.Queries, s.Keys);
        int size = Math.Min(QueryBlock, s.Queries / (2 * compute.Threads) + 1);
        compute.For((s.Queries + size - 1) / size, block =>
        {
            int first = block * size, rows = Math.Min(size, s.Queries - first);
            float* tile = Scratch.Floats(0, size * s.Keys);
            Span<float> sum = mean.Span.Slice(first * s.Keys, rows * s.Keys);
            for (int head = 0; head < s.Heads; head++)
            {
                s.Probabilities(PackKeys(s, k, image, head), q, image, head, first, rows, tile);
                TensorPrimitives.Add(sum, new ReadOnlySpan<float>(tile, sum.Length), sum);
            }
            TensorPrimitives.Divide(sum, s.Heads, sum);
        });
        return mean;
    }

    /// <summary>The mean of A over heads and queries, for one image of a recorded attention: how much attention every key receives, [K].</summary>
    internal static Tensor Received(Call call, int image)
    {
        (AttentionPlan s, Tensor q, Tensor k, Compute compute) = Of(call);
        Tensor sums = new(s.Heads, s.Keys), mean = new(s.Keys);
        compute.For(s.Heads, head =>
        {
            PackedOperand packed = PackKeys(s, k, image, head);
            float* tile = Scratch.Floats(0, QueryBlock * s.Keys);
            for (int first = 0; first < s.Queries; first += QueryBlock)
            {
                int rows = Math.Min(QueryBlock, s.Queries - first);
                s.Probabilities(packed, q, image, head, first, rows, tile);
                for (int r = 0; r < rows; r++) TensorPrimitives.Add(sums.Row(head), new ReadOnlySpan<float>(tile + (long)r * s.Keys, s.Keys), sums.Row(head));
            }
        });
        for (int head = 0; head < s.Heads; head++) TensorPrimitives.Add(mean.Span, sums.Row(head), mean.Span);
        TensorPrimitives.Divide(mean.Span, s.Heads * s.Queries, mean.Span);
        return mean;
    }
}
