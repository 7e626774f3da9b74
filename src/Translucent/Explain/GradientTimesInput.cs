// Gradient x input (Shrikumar et al. 2016, arXiv:1605.01713) at the tokens that enter the first block, or at the pixels; at the tokens
// with other rules than the gradient's also conservative LRP and AttnLRP, which have this form.

using Translucent.Autodiff;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>R_i = ⟨∂y/∂h₀,ᵢ, h₀,ᵢ⟩: a first-order share of every token in a class.</summary>
/// <remarks>Any number of classes in one sweep. Signed, in units of the class scalar; a map need not sum to it.</remarks>
static class GradientTimesInput
{
    /// <summary>[T, B, N].</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    /// <exception cref="TranslucentException">The model has no classes.</exception>
    public static Tensor Rows(Trace trace, ClassTargets classes, SweepOptions? options = null) =>
        Rows(classes.Bind(trace), rules: null, options);

    /// <summary>∂y/∂x ⊙ x for every channel of every pixel of the prepared image, whose zero is grey: the first-order share compared with a grey
    /// image.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    /// <exception cref="TranslucentException">The model has no classes.</exception>
    public static PixelMaps Pixels(Trace trace, ClassTargets classes, SweepOptions? options = null)
    {
        PixelMaps maps = Saliency.Pixels(trace, classes, options);
        Span<float> x = trace.Pixels.Span, all = maps.Channels.Span;
        for (int at = 0; at < all.Length; at += x.Length) TensorPrimitives.Multiply(all.Slice(at, x.Length), x, all.Slice(at, x.Length));
        return maps;
    }

    /// <summary>The rows, with rules in place of some pulls.</summary>
    internal static Tensor Rows(BoundTargets targets, Rulebook? rules, SweepOptions? options)
    {
        TokenStream stream = targets.Trace.Stream;
        Tensor rows = new(targets.Count, targets.Trace.Batch, stream.Length), embedded = targets.Trace.Tape[stream.Embed].Value;
        Sweep.Each(targets, options, (first, _) => new Watch().Value(stream.Embed, g => Add(targets.Trace.Tape.Arena.Compute, g, embedded, rows, first)),
            rules);
        return rows;
    }

    /// <summary>The rows in every stream of a pass, [T, B, N] each, in their order.</summary>
    internal static IReadOnlyList<Tensor> StreamRows(BoundTargets targets, Rulebook? rules, SweepOptions? options)
    {
        Trace trace = targets.Trace;
        Tensor[] rows = [.. trace.Streams.Select(s => new Tensor(targets.Count, trace.Batch, s.Length))];
        Sweep.Each(targets, options, (first, _) =>
        {
            Watch watch = new();
            foreach ((TokenStream stream, Tensor into) in trace.Streams.Zip(rows))
                watch.Value(stream.Embed, g => Add(trace.Tape.Arena.Compute, g, trace.Tape[stream.Embed].Value, into, first));
            return watch;
        }, rules);
        return rows;
    }

    /// <summary>Adds ⟨g_i, h_i⟩, times a weight per token if there are weights [B, N], to the rows of targets from <paramref name="first"/>.</summary>
    internal static unsafe void Add(Compute compute, Cotangent g, Tensor h, Tensor rows, int first, Tensor? weights = null)
    {
        Tensor values = g.Values;
        int width = h.Width, tokens = h.Shape[1], images = h.Shape[0], perTarget = values.Rows / g.Targets;
        compute.For(g.Targets, t =>
        {
            for (int r = t * perTarget; r < (t + 1) * perTarget; r++)
            {
                int source = g.SourceRow(r, tokens);
                float dot = Kernels.Dot(values.Pointer + (long)r * width, h.Pointer + (long)source * width, width);
                rows.Span[(first + t) * images * tokens + source] += weights is null ? dot : dot * weights.Span[source];
            }
        });
        GC.KeepAlive(h);
    }
}
