// AttCAT: attentive class activation tokens (Qiang et al., NeurIPS 2022; public code qiangyao1988/AttCAT).

using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>Which hidden states AttCAT weighs.</summary>
enum AttCatStates
{
    /// <summary>Those that enter a block, as the public code does.</summary>
    Input,

    /// <summary>Those that leave it, as the paper writes; the last block then covers the pooled tokens only.</summary>
    Output,
}

/// <summary>Sum over blocks of ⟨∂y/∂h_i, h_i⟩ times the attention that token i receives (mean over heads and queries).</summary>
/// <remarks>Any number of classes in one sweep. Signed, in units of the class scalar.</remarks>
static class AttCat
{
    /// <summary>[T, B, N].</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    /// <exception cref="TranslucentException">The model has no classes.</exception>
    public static Tensor Rows(Trace trace, ClassTargets classes, AttCatStates states = AttCatStates.Input, SweepOptions? options = null)
    {
        BoundTargets targets = classes.Bind(trace);
        Tensor rows = new(classes.Count, trace.Batch, trace.Tokens);
        Dictionary<TokenBlock, Tensor> received = trace.Blocks.ToDictionary(block => block, block => Received(trace, block.Step));
        Sweep.Each(targets, options, (first, _) =>
        {
            Watch watch = new();
            foreach ((TokenBlock block, Tensor attention) in received)
            {
                string site = states == AttCatStates.Input ? block.In : block.Out;
                watch.Value(site, g => GradientTimesInput.Add(trace.Tape.Arena.Compute, g, trace.Tape[site].Value, rows, first, attention));
            }
            return watch;
        });
        return rows;
    }

    /// <summary>The rows of every stream whose blocks all read their own stream; of others, whose tokens receive no attention of their own kind,
    /// null.</summary>
    internal static IReadOnlyList<Tensor?> StreamRows(BoundTargets targets, SweepOptions options)
    {
        Trace trace = targets.Trace;
        Tensor?[] rows = [.. trace.Streams.Select(s => trace.Blocks.Where(b => b.Stream == s).All(b => b.Step.Values == s)
            ? new Tensor(targets.Count, trace.Batch, s.Length) : null)];
        Dictionary<TokenBlock, Tensor> received = trace.Blocks.Where(b => rows[Place(trace, b)] is not null)
            .ToDictionary(block => block, block => Received(trace, block.Step));
        Sweep.Each(targets, options, (first, _) =>
        {
            Watch watch = new();
            foreach ((TokenBlock block, Tensor attention) in received)
                watch.Value(block.In, g => GradientTimesInput.Add(trace.Tape.Arena.Compute, g, trace.Tape[block.In].Value, rows[Place(trace, block)]!, first,
                    attention));
            return watch;
        });
        return rows;
    }

    static int Place(Trace trace, TokenBlock block) => trace.Streams.ToList().IndexOf(block.Stream);

    /// <summary>The mean attention that every token receives in a step: [B, N].</summary>
    internal static Tensor Received(Trace trace, AttentionStep step)
    {
        Tensor received = new(trace.Batch, step.Values.Length);
        trace.Tape.WithAttention(step.Site, call =>
        {
            for (int b = 0; b < trace.Batch; b++) Attention.Received(call, b).Span.CopyTo(received.Row(b));
        });
        return received;
    }
}
