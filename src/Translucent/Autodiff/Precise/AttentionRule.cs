// Attention: the rule for products of two values (Chefer, Gur and Wolf, CVPR 2021, arXiv:2012.09838, section 3.1), once for A·v and once
// for q·kᵀ; softmax hands relevance through, and the factor 1/√D stands outside.

using Translucent.Autodiff.Ops;
using Translucent.Tensors;

namespace Translucent.Autodiff.Precise;

/// <summary>R_q, R_k, R_v from R_y for y = A·v, A = softmax(q·kᵀ/√D), head by head.</summary>
/// <remarks>
/// <code>
/// Z = X·Y      S = s(R_Z, Z)      R_X = X ⊙ (S·Yᵀ) / 2      R_Y = Y ⊙ (Xᵀ·S) / 2
/// </code>
/// R_A [T·H·Q, K] goes to the watch.
/// </remarks>
static class AttentionRule
{
    public static PreciseMatrix[] Relevance(Attention op, RelevanceCall call, PreciseMatrix r)
    {
        PreciseMatrix q = call.X[0], k = call.X[1], v = call.X[2], shares = StableRatio.Of(r, call.Y);
        int depth = q.Width / op.Heads, queries = q.Rows, keys = k.Rows;
        PreciseMatrix rq = PreciseMatrix.Uninitialized(call.Targets * queries, q.Width);
        PreciseMatrix rk = PreciseMatrix.Uninitialized(call.Targets * keys, k.Width), rv = PreciseMatrix.Uninitialized(call.Targets * keys, v.Width);
        PreciseMatrix? all = call.Watch.Attention is null ? null : PreciseMatrix.Uninitialized(call.Targets * op.Heads * queries, keys);
        Threads.For(op.Heads, head =>
        {
            int at = head * depth;
            PreciseView Head(PreciseMatrix x, int target, int rows) => x.Block(target * rows, rows, at, depth);
            PreciseView qh = Head(q, 0, queries), kh = Head(k, 0, keys), vh = Head(v, 0, keys);
            PreciseMatrix z = PreciseMatrix.Uninitialized(queries, keys), ra = PreciseMatrix.Uninitialized(queries, keys);
            PreciseMatrix a = PreciseForward.Probabilities(qh, kh, z);
            for (int t = 0; t < call.Targets; t++)
            {
                PreciseView s = Head(shares, t, queries);
                PreciseProduct.MultiplySerial(s, vh.Transposed, ra.View);
                Halve(a.Span, ra.Span);
                PreciseProduct.MultiplySerial(a.View.Transposed, s, Head(rv, t, keys));
                if (all is not null) ra.Span.CopyTo(all.RowSpan((t * op.Heads + head) * queries, queries));

                for (int i = 0; i < ra.Span.Length; i++) ra.Span[i] = StableRatio.Of(ra.Span[i], z.Span[i]);
                PreciseProduct.MultiplySerial(ra.View, kh, Head(rq, t, queries));
                PreciseProduct.MultiplySerial(ra.View.Transposed, qh, Head(rk, t, keys));
            }
        });
        Halve(q, rq);
        Halve(k, rk);
        Halve(v, rv);
        if (all is not null) call.Watch.Attention!(call.Site ?? "", all);
        return [rq, rk, rv];
    }

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
