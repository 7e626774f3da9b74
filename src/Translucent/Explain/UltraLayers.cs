// ULTra maps of one token in all layers (Hosseini et al. 2024, arXiv:2411.12589, eqs. 4 to 6) in one walk: on its way down the walk of the highest layer
// takes up the targets of the layers below, so that the weights of every block are read once and not once for each layer above it.

using Translucent.Autodiff;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>What does a token mean, layer by layer?</summary>
public static class UltraLayers
{
    /// <summary>Explains one token of every layer from 2 to L+1; the same bits as <see cref="Ultra"/> gives layer by layer.</summary>
    /// <param name="trace">A pass over one input.</param>
    /// <param name="token">Its index, prefix tokens first.</param>
    /// <param name="function">S: Σz; E: Σz²; W: ⟨z, w⟩.</param>
    /// <param name="w">For W: [N, C].</param>
    /// <param name="options">Rows that are kept (<see cref="SweepOptions.Rows"/>): only then all layers go down together, because exact sweeps are bound by
    /// their products; progress in layers, cancelling.</param>
    /// <returns>[L, N]: row l − 2 is the relevance of every input token for the token in layer l, in units of the function per unit of attention.</returns>
    /// <exception cref="ArgumentException">The pass is over several inputs, or the token or w do not fit it.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static Tensor Rows(Trace trace, int token, TokenFunction function = TokenFunction.S, Tensor? w = null, SweepOptions? options = null)
    {
        if (trace.Batch != 1) throw new ArgumentException($"trace: a pass over {trace.Batch} inputs, expected one.", nameof(trace));
        options ??= new SweepOptions();
        int depth = trace.Blocks.Count;
        TokenTargets Target(int layer) => new(layer, [token], function, w);
        int? kept = options.Rows is { } k ? SparseRows.Kept(k, Target(depth + 1).Bind(trace), rowsPerTarget: 1) : null;
        if (kept is { } few) return Together(trace, token, few, layer => Target(layer).Bind(trace), options);
        Tensor layers = new(depth, trace.Tokens);
        for (int l = 2; l <= depth + 1; l++)
        {
            Sweep.Rows(trace, Target(l), options with { Progress = null }).Span.CopyTo(layers.Row(l - 2));
            options.Progress?.Report(l - 1);
        }
        return layers;
    }

    /// <summary>Block by block from the top; target t is the token in layer L+1 − t.</summary>
    static Tensor Together(Trace trace, int token, int kept, Func<int, BoundTargets> target, SweepOptions options)
    {
        int depth = trace.Blocks.Count, tokens = trace.Tokens;
        Arena arena = trace.Tape.Arena;
        Tensor all = new(depth, tokens);
        Cotangent? flowing = null;
        for (int block = depth - 1; block >= 0; block--)
        {
            int targets = depth - block;
            BoundTargets joining = target(block + 2);
            all.Row(targets - 1)[token] = 1;
            Tensor rows = arena.Rent(targets, 1, 1, tokens);
            all.Span[..rows.Length].CopyTo(rows.Span);
            AttentionStep step = trace.Blocks[block].Step;
            Rows passing = new(trace, [rows], Propagation.Gradient with { Passes = other => other == step });
            Watch watch = passing.Watch();
            watch.Stop = options.Stop;
            watch.Narrow = _ => SparseRows.Choose(rows, kept, _ => [token]);
            watch.OwnRows = kept == 1;
            Cotangent joined = Join(flowing, joining.Seed(0, 1), arena);
            if (block > 0) watch.Value(trace.Blocks[block].In, arrived => flowing = arrived.Retain());
            trace.Tape.Sweep(joining.From, joined, watch, SparseRows.Rules);
            passing.Finish();
            rows.Span.CopyTo(all.Span);
            arena.Return(rows);
            options.Progress?.Report(targets);
        }
        Tensor layers = new(depth, tokens);
        for (int t = 0; t < depth; t++) all.Row(t).CopyTo(layers.Row(depth - 1 - t));
        return layers;
    }

    /// <summary>What flows down already, and the token of one layer more as the last target; takes both over.</summary>
    static Cotangent Join(Cotangent? flowing, Cotangent own, Arena arena)
    {
        if (flowing is null) return own;
        int count = flowing.Values.Shape[2], targets = flowing.Targets;
        Tensor values = arena.RentZeroed(targets + 1, 1, count, own.Values.Width);
        flowing.Values.Span.CopyTo(values.Span);
        own.Values.Row(0).CopyTo(values.Row(targets * count));
        // all targets have as many rows: those that are not yet chosen are zeros
        int[] places = [.. flowing.Tokens!, .. Enumerable.Repeat(own.Tokens![0], count)];
        flowing.Release(arena);
        own.Release(arena);
        return new Cotangent(values, places);
    }
}
