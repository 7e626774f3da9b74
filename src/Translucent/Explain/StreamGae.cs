// Generic attention explainability where streams read each other (Chefer, Gur and Wolf, ICCV 2021, arXiv:2103.15679, eqs. 6 to 11; public code
// hila-chefer/Transformer-MM-Explainability). Choices and the rule about 0/0: docs/multimodal.md.

using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>GAE's rules for self- and cross-attention; the target's row, over every stream. ≥ 0.</summary>
/// <remarks>
/// Where one stream reads another that never reads it (encoder and decoder), rows go down as vectors over the head-averaged attention; where both read each
/// other
/// eq. 10 multiplies matrices that depend on one another, so whole matrices are needed, which for words and regions are small.
/// </remarks>
static class StreamGae
{
    /// <summary>[T, B, N] for every stream of the trace. In a stream of words the target's own entry is cleared, as in the public code.</summary>
    public static IReadOnlyList<Tensor> Rows(BoundTargets targets, CrossRule rule, bool normalizes, EmptyRows empty, SweepOptions options)
    {
        Trace trace = targets.Trace;
        if (trace.Streams.Count == 1) return Sweep.StreamRows(targets, Propagation.Gradient, options); // rules 5 and 6 alone: the row needs no matrix
        Tensor[] rows = [.. trace.Streams.Select(s => new Tensor(targets.Count, trace.Batch, s.Length))];
        (TokenStream To, TokenStream From)? way = StreamPaths.OneWay(trace);
        Matrices.Each(targets, GradientPart.Positive, options, (t, item, matrices) =>
        {
            int token = targets.Token(t, item);
            if (way is { } one && one.To == targets.Stream)
                StreamPaths.Store(Down(matrices, one.To, one.From, StreamPaths.Start(targets, t, item), rule, normalizes, empty), rows, trace, t, item);
            else
            {
                SourceTracking state = SourceTracking.Gae(matrices, rule, normalizes, empty);
                for (int s = 0; s < rows.Length; s++) state.Whole(targets.Stream, trace.Streams[s]).Row(token).CopyTo(rows[s].Row(t * trace.Batch + item));
            }
            if (targets.Stream.Layout is TextTokens) rows[IndexOf(trace, targets.Stream)].Row(t * trace.Batch + item)[token] = 0;
        });
        return rows;
    }

    static int IndexOf(Trace trace, TokenStream stream) => trace.Streams.ToList().IndexOf(stream);

    /// <summary>The row without any product of matrices: it is linear once the row sums are known.</summary>
    static Dictionary<TokenStream, Tensor> Down(Matrices matrices, TokenStream to, TokenStream from, Dictionary<TokenStream, Tensor> u, CrossRule rule,
        bool normalizes, EmptyRows empty)
    {
        AttentionStep[] below = StreamPaths.Within(matrices.Trace, from);
        Tensor through = new(1, from.Length), bare = new(1, from.Length); // what goes on through the encoder, and what ends at its output
        bool emptyValues = normalizes && rule == CrossRule.BothSides && empty == EmptyRows.Discard
            && HasZero(StreamPaths.RowSums(matrices, below, from.Length));
        foreach (AttentionStep step in matrices.Trace.Steps.Where(s => s.Queries == to).OrderByDescending(s => s.Stage))
        {
            if (step.Values == to)
            {
                u[to] = matrices.Product(u[to], matrices[step], u[to]);
                continue;
            }
            Tensor entering = rule == CrossRule.BothSides
                ? Transposed(matrices, [.. StreamPaths.Within(matrices.Trace, to).Where(s => s.Stage < step.Stage)], u[to], normalizes, empty, emptyValues)
                    : u[to];
            Tensor into = rule == CrossRule.Bare ? bare : through, added = matrices.Product(entering, matrices[step]);
            TensorPrimitives.Add(into.Span, added.Span, into.Span);
        }
        u[from] = rule == CrossRule.BothSides && normalizes ? StreamPaths.ThroughNormalized(matrices, below, through)
            : Sum(through, matrices.DownAdditions(below, through));
        u[from] = Sum(u[from], bare);
        return u;
    }

    /// <summary>(R̄·uᵀ)ᵀ for R̄ the matrix of some self-attentions; zeros where the public code discards the addition.</summary>
    static Tensor Transposed(Matrices matrices, AttentionStep[] steps, Tensor u, bool normalizes, EmptyRows empty, bool discard)
    {
        int n = u.Width;
        Tensor added = matrices.UpAdditions(steps, u.Reshape(n, 1)), sums = StreamPaths.RowSums(matrices, steps, n), row = new(1, n);
        if (discard || (normalizes && empty == EmptyRows.Discard && HasZero(sums))) return row;
        for (int i = 0; i < n; i++)
            row.Span[i] = u.Span[i] + (!normalizes ? added.Span[i] : sums.Span[i] == 0 ? 0 : added.Span[i] / sums.Span[i]);
        return row;
    }

    static bool HasZero(Tensor sums) => sums.Span.Contains(0f);

    static Tensor Sum(Tensor a, Tensor b)
    {
        Tensor sum = new(a.Shape);
        TensorPrimitives.Add(a.Span, b.Span, sum.Span);
        return sum;
    }
}
