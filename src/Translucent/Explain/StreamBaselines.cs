// The baselines of Transformer-MM-Explainability for models of several streams: raw attention, rollout and Grad-CAM of the last attention
// between streams (docs/multimodal.md, section Baselines).

using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>Rows of the target's token, or the mean over its tokens, in the last attention to every stream. Where words are one of several streams the
/// target's own entry is cleared, as in the public code.</summary>
static class StreamBaselines
{
    /// <summary>Mean over heads of A: [T, B, N] for every stream that is read.</summary>
    public static IReadOnlyList<Tensor?> Raw(BoundTargets targets, SweepOptions options)
    {
        Trace trace = targets.Trace;
        return [.. trace.Streams.Select(source => Last(targets, source) is { } last ? Fill(targets, source, item => Mean(trace, last, item)) : null)];
    }

    /// <summary>Rt of the target's stream below the last attention to a source, transposed, times that attention, times Ri of the source; all factors are
    /// rownorm(A + I).</summary>
    public static IReadOnlyList<Tensor?> Rollout(BoundTargets targets, SweepOptions options)
    {
        Trace trace = targets.Trace;
        return [.. trace.Streams.Select(source =>
        {
            if (trace.Streams.Count == 1) return Explain.Rollout.Rows(targets);
            if (source == targets.Stream) return Fill(targets, source, item => Normalized(trace, source, int.MaxValue, item));
            if (Last(targets, source) is not { } last) return null;
            return Fill(targets, source, item => Times(trace, Normalized(trace, targets.Stream, last.Stage, item),
                Times(trace, Mean(trace, last, item), Normalized(trace, source, last.Stage, item)), transposed: true));
        })];
    }

    /// <summary>max(mean over heads of (mean of G_h)·A_h, 0).</summary>
    public static IReadOnlyList<Tensor?> GradCam(BoundTargets targets, SweepOptions options)
    {
        Trace trace = targets.Trace;
        Tensor?[] rows = [.. trace.Streams.Select(source => Last(targets, source) is null ? null : new Tensor(targets.Count, trace.Batch, source.Length))];
        AttentionStep[] lasts = [.. trace.Streams.Select(source => Last(targets, source)).OfType<AttentionStep>()];
        Dictionary<AttentionStep, AttentionRecorder> recorders = [];
        int start = 0;
        Sweep.Each(targets, options with { Chunk = 1 }, (first, _) =>
        {
            Store();
            start = first;
            Watch watch = new();
            foreach (AttentionStep last in lasts) watch.Attention(last.Site, recorders[last] = new AttentionRecorder());
            return watch;
        });
        Store();
        return rows;

        void Store()
        {
            foreach ((AttentionStep last, AttentionRecorder recorder) in recorders)
                for (int item = 0; recorder.Gradient is not null && item < trace.Batch; item++)
                {
                    Tensor probabilities = Probabilities(trace, last, item), g = recorder.Gradient[0, item];
                    IReadOnlyList<int> tokens = targets.Tokens(start, item);
                    int size = g.Shape[1] * g.Shape[2], queries = Real(trace, g.Shape[1], item), keys = Real(trace, g.Shape[2], item);
                    Span<float> row = rows[trace.Streams.ToList().IndexOf(last.Values)]!.Row(start * trace.Batch + item);
                    for (int h = 0; h < last.Heads; h++)
                    {
                        double sum = 0;
                        for (int q = 0; q < queries; q++)
                            foreach (float v in g.Span.Slice(h * size + q * g.Shape[2], keys)) sum += v;
                        float weight = (float)(sum / queries / keys / last.Heads / tokens.Count);
                        foreach (int token in tokens) TensorPrimitives.MultiplyAdd(probabilities.Row(h * g.Shape[1] + token), weight, row, row);
                    }
                    TensorPrimitives.Max(row, 0f, row);
                    Clear(targets, last.Values, start, item, row);
                }
            recorders.Clear();
        }
    }

    /// <summary>The last attention of the target's stream to a source.</summary>
    static AttentionStep? Last(BoundTargets targets, TokenStream source) =>
        targets.Trace.Steps.Where(s => s.Queries == targets.Stream && s.Values == source).MaxBy(s => s.Stage);

    /// <summary>The target's row of a matrix [own stream, source] of every item.</summary>
    static Tensor Fill(BoundTargets targets, TokenStream source, Func<int, Tensor> matrix)
    {
        Tensor rows = new(targets.Count, targets.Trace.Batch, source.Length);
        for (int item = 0; item < targets.Trace.Batch; item++)
        {
            Tensor all = matrix(item);
            for (int t = 0; t < targets.Count; t++)
            {
                Span<float> row = rows.Row(t * targets.Trace.Batch + item);
                IReadOnlyList<int> tokens = targets.Tokens(t, item);
                foreach (int token in tokens) TensorPrimitives.Add(row, all.Row(token), row);
                if (tokens.Count > 1) TensorPrimitives.Divide(row, tokens.Count, row);
                Clear(targets, source, t, item, row);
            }
        }
        return rows;
    }

    /// <summary>How many of the tokens of an item are its text, where it is one of several texts; all of other streams.</summary>
    static int Real(Trace trace, int tokens, int item) => trace.Text is { } text ? text.Lengths[item % text.Lengths.Count] : tokens;

    /// <summary>Clears the own entry of a target among words that are one of several streams.</summary>
    static void Clear(BoundTargets targets, TokenStream source, int target, int item, Span<float> row)
    {
        if (targets.Trace.Streams.Count > 1 && source == targets.Stream && source.Layout is TextTokens) row[targets.Token(target, item)] = 0;
    }

    static Tensor Probabilities(Trace trace, AttentionStep step, int item)
    {
        Tensor? all = null;
        trace.Tape.WithAttention(step.Site, call => all = Attention.Probabilities(call, item));
        return all!;
    }

    internal static Tensor Mean(Trace trace, AttentionStep step, int item)
    {
        Tensor? mean = null;
        trace.Tape.WithAttention(step.Site, call => mean = Attention.HeadMean(call, item));
        return mean!;
    }

    /// <summary>The product of rownorm(mean over heads of A + I) over the self-attentions of a stream below a stage, the topmost on the left.</summary>
    static Tensor Normalized(Trace trace, TokenStream stream, int stage, int item)
    {
        Tensor product = new(stream.Length, stream.Length);
        for (int i = 0; i < stream.Length; i++) product.Row(i)[i] = 1;
        foreach (AttentionStep step in StreamPaths.Within(trace, stream).Where(s => s.Stage < stage))
        {
            Tensor factor = Mean(trace, step, item);
            for (int i = 0; i < stream.Length; i++)
            {
                factor.Row(i)[i] += 1;
                TensorPrimitives.Divide(factor.Row(i), Kernels.Sum(factor.Row(i)), factor.Row(i));
            }
            product = Times(trace, factor, product);
        }
        return product;
    }

    static unsafe Tensor Times(Trace trace, Tensor a, Tensor b, bool transposed = false)
    {
        (int m, int k) = transposed ? (a.Shape[1], a.Shape[0]) : (a.Shape[0], a.Shape[1]);
        Tensor c = new(m, b.Shape[1]);
        Operand left = new(a.Pointer, a.Shape[1]);
        Gemm.Multiply(trace.Tape.Arena.Compute, m, b.Shape[1], k, transposed ? left.Transposed : left, new Operand(b.Pointer, b.Shape[1]), c.Pointer,
            b.Shape[1]);
        GC.KeepAlive(a);
        GC.KeepAlive(b);
        return c;
    }
}
