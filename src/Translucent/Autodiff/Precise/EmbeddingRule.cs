// The sum of tokens and positions: registers, which have none, drop out; the branch of the tokens goes on.

using Translucent.Autodiff.Ops;
using Translucent.Tensors;

namespace Translucent.Autodiff.Precise;

static class EmbeddingRule
{
    /// <summary>The relevance of the patches [T·n, C]; that of all tokens goes to the watch.</summary>
    public static PreciseMatrix[] Relevance(SumRule sum, Embed op, RelevanceCall call, PreciseMatrix r)
    {
        PreciseMatrix x = call.X[0], tokens = Tokens(op, x), own = PreciseMatrix.Uninitialized(call.Targets * tokens.Rows, x.Width);
        for (int t = 0; t < call.Targets; t++)
        {
            int from = t * call.Y.Rows, to = t * tokens.Rows, rest = tokens.Rows - 1;
            r.Row(from).CopyTo(own.Row(to));
            r.RowSpan(from + call.Y.Rows - rest, rest).CopyTo(own.RowSpan(to + 1, rest));
        }
        PreciseMatrix all = sum.Relevance(tokens, op.PrecisePositions, own)[0], rx = PreciseMatrix.Uninitialized(call.Targets * x.Rows, x.Width);
        call.Watch.Tokens?.Invoke(all);
        for (int t = 0; t < call.Targets; t++) all.RowSpan((t + 1) * tokens.Rows - x.Rows, x.Rows).CopyTo(rx.RowSpan(t * x.Rows, x.Rows));
        return [rx];
    }

    /// <summary>[prefix | x] before the positions are added, [k + n, C].</summary>
    public static PreciseMatrix Tokens(Embed op, PreciseMatrix x)
    {
        PreciseMatrix tokens = PreciseMatrix.Uninitialized(op.Prefix.Shape[0] + x.Rows, x.Width);
        TensorPrimitives.ConvertTruncating<float, double>(op.Prefix.Span, tokens.Span);
        x.Span.CopyTo(tokens.Span[op.Prefix.Length..]);
        return tokens;
    }
}
