// Attention in float64, and its relevance rule: that for products of two values (Chefer, Gur and Wolf, CVPR 2021, arXiv:2012.09838,
// section 3.1), once for A·v and once for q·kᵀ; softmax hands relevance through, and the scale stands outside. A bias of the scores keeps its share.

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

sealed unsafe partial class Attention
{
    internal override PreciseMatrix PreciseForward(PreciseCall call)
    {
        PreciseMatrix q = call.X[0], v = call.X[2], y = PreciseMatrix.Uninitialized(q.Rows, q.Width);
        int depth = q.Width / Heads;
        call.Compute.For(Heads, head =>
            PreciseProduct.MultiplySerial(Probabilities(call, head).View, KeyBlock(v, head, depth), y.Block(0, y.Rows, head * depth, depth)));
        return y;
    }

    /// <summary>G = g·vᵀ, S = A ⊙ (G − ⟨G, A⟩)·scale; gq = S·k, gk = Sᵀ·q, gv = Aᵀ·g. G [T·H·Q, K] goes to the observer.</summary>
    internal override PreciseMatrix?[] PrecisePull(PreciseCall call, PreciseMatrix g)
    {
        if (Mask is { Renormalizes: false }) throw NoDerivatives();
        double scale = PreciseScale(call.X[0].Width / Heads);
        return Pull(call, g, products: false, (a, _, s) =>
        {
            for (int i = 0; i < a.Rows; i++)
            {
                Span<double> row = s.Row(i), probabilities = a.Row(i);
                TensorPrimitives.Subtract(row, TensorPrimitives.Dot<double>(row, probabilities), row);
                TensorPrimitives.Multiply(row, probabilities, row);
                TensorPrimitives.Multiply(row, scale, row);
            }
        }, hand: null);
    }

    /// <summary>R_q, R_k, R_v from R_y for y = A·v, A = softmax(scale·q·kᵀ), head by head. R_A [T·H·Q, K] goes to the observer.</summary>
    /// <remarks>
    /// <code>
    /// Z = X·Y      S = s(R_Z, Z)      R_X = X ⊙ (S·Yᵀ) / 2      R_Y = Y ⊙ (Xᵀ·S) / 2
    /// </code>
    /// Where a bias b is added to the scores, Z = q·kᵀ + b/scale: what falls to b is no token's, as what falls to position embeddings in the published code.
    /// </remarks>
    internal PreciseMatrix?[] Products(PreciseCall call, PreciseMatrix r)
    {
        PreciseMatrix[] parts = Pull(call, StableRatio.Of(call.Compute, r, call.Y), products: true,
            static (_, z, ra) =>
            {
                for (int i = 0; i < ra.Span.Length; i++) ra.Span[i] = StableRatio.Of(ra.Span[i], z!.Span[i]);
            },
            hand: static (a, ra) => Halve(a.Span, ra.Span));
        for (int i = 0; i < parts.Length; i++) Halve(call.X[i], parts[i]);
        return parts;
    }

    /// <summary>Turns the cotangent of A, or its relevance, into that of q·kᵀ, in place; z is q·kᵀ where it was asked for.</summary>
    delegate void ThroughSoftmax(PreciseMatrix a, PreciseMatrix? z, PreciseMatrix s);

    /// <summary>What gradient and rule have in common: through both products, heads that share keys adding up.</summary>
    PreciseMatrix[] Pull(PreciseCall call, PreciseMatrix above, bool products, ThroughSoftmax through, Action<PreciseMatrix, PreciseMatrix>? hand)
    {
        PreciseMatrix q = call.X[0], k = call.X[1], v = call.X[2];
        int depth = q.Width / Heads, queries = q.Rows, keys = k.Rows;
        PreciseMatrix gq = PreciseMatrix.Uninitialized(call.Targets * queries, q.Width);
        PreciseMatrix gk = PreciseMatrix.Uninitialized(call.Targets * keys, k.Width), gv = PreciseMatrix.Uninitialized(call.Targets * keys, v.Width);
        PreciseMatrix? all = call.Inside is null ? null : PreciseMatrix.Uninitialized(call.Targets * Heads * queries, keys);
        int group = Heads / KeyHeads;
        call.Compute.For(KeyHeads, keyHead =>
        {
            for (int head = keyHead * group; head < (keyHead + 1) * group; head++)
            {
                PreciseView Queries(PreciseMatrix x, int target) => x.Block(target * queries, queries, head * depth, depth);
                PreciseView Keys(PreciseMatrix x, int target) => x.Block(target * keys, keys, keyHead * depth, depth);
                PreciseMatrix? z = products ? PreciseMatrix.Uninitialized(queries, keys) : null;
                PreciseMatrix a = Probabilities(call, head, z), s = PreciseMatrix.Uninitialized(queries, keys);
                bool add = head > keyHead * group;
                for (int t = 0; t < call.Targets; t++)
                {
                    PreciseProduct.MultiplySerial(Queries(above, t), Keys(v, 0).Transposed, s.View);
                    hand?.Invoke(a, s);
                    PreciseProduct.MultiplySerial(a.View.Transposed, Queries(above, t), Keys(gv, t), add);
                    if (all is not null) s.Span.CopyTo(all.RowSpan((t * Heads + head) * queries, queries));
                    through(a, z, s);
                    PreciseProduct.MultiplySerial(s.View, Keys(k, 0), Queries(gq, t));
                    PreciseProduct.MultiplySerial(s.View.Transposed, Queries(q, 0), Keys(gk, t), add);
                }
            }
        });
        if (all is not null) call.Inside!(all);
        return [gq, gk, gv];
    }

    /// <summary>A of one head; also q·kᵀ itself, with its share of a bias, into <paramref name="products"/> if it is given.</summary>
    PreciseMatrix Probabilities(PreciseCall call, int head, PreciseMatrix? products = null)
    {
        PreciseMatrix q = call.X[0], k = call.X[1], a = PreciseMatrix.Uninitialized(q.Rows, k.Rows);
        int depth = q.Width / Heads;
        PreciseProduct.MultiplySerial(q.Block(0, q.Rows, head * depth, depth), KeyBlock(k, head, depth).Transposed, a.View);
        if (products is not null) a.Span.CopyTo(products.Span);
        double scale = PreciseScale(depth);
        for (int r = 0; r < a.Rows; r++)
        {
            Span<double> row = a.Row(r);
            int seen = Mask?.Seen(call.Item, r, row.Length) ?? row.Length;
            row[seen..].Clear();
            row = row[..seen];
            TensorPrimitives.Multiply(row, scale, row);
            Bias?.AddTo(head, r, row);
            if (products is not null && Bias is not null) TensorPrimitives.Divide(row, scale, products.Row(r)[..seen]);
            if (Mask is { Renormalizes: true }) Mask.Remove(call.Item, r, row, double.NegativeInfinity);
            double top = TensorPrimitives.Max<double>(row), sum = 0;
            foreach (ref double v in row) sum += v = Math.Exp(v - top);
            TensorPrimitives.Divide(row, sum, row);
            if (Mask is { Renormalizes: false }) Mask.Remove(call.Item, r, row, 0);
        }
        return a;
    }

    double PreciseScale(int depth) => Scale ?? 1 / Math.Sqrt(depth);

    PreciseView KeyBlock(PreciseMatrix x, int head, int depth) => x.Block(0, x.Rows, head / (Heads / KeyHeads) * depth, depth);

    internal InvalidOperationException NoDerivatives() =>
        new($"{Site ?? "attention"}: keys were taken away after the softmax, so this pass has no derivatives; take them away before it.");

    /// <summary>r ← x ⊙ r / 2, x used again for every target.</summary>
    static void Halve(PreciseMatrix x, PreciseMatrix r)
    {
        for (int first = 0; first < r.Rows; first += x.Rows) Halve(x.Span, r.RowSpan(first, x.Rows));
    }

    static void Halve(ReadOnlySpan<double> x, Span<double> r)
    {
        TensorPrimitives.Multiply(r, x, r);
        TensorPrimitives.Multiply(r, 0.5, r);
    }
}
