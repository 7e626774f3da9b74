// How much arithmetic a forward pass and a sweep are, and what the pass keeps: for time estimates, and for saying what share of a machine's
// peak was used. The counts are sums over a tape (Autodiff/CostWalk.cs), of values or of shapes alone, whatever the model is made of.

using Translucent.Autodiff;
using Translucent.Models;

namespace Translucent.Explain;

/// <summary>Floating-point operations of matrix products, a multiplication with its addition counted as two.</summary>
/// <remarks>
/// Counted is what the engine computes with the savings it makes: one row per target above the topmost attention, outer products just
/// below it (see <see cref="OuterProducts"/>), nothing below the lowest G. Not counted: softmax, normalisation, slopes, relevance rows
/// (all of lower order), and probabilities and blocks that a sweep computes again.
/// </remarks>
static class Cost
{
    /// <summary>The forward pass of a trace, all items of its batch.</summary>
    public static double Forward(Trace trace) => TapeCost.Forward(trace.Tape);

    /// <summary>A forward pass over images of so many patches.</summary>
    public static double Forward(VisionTransformer model, int images, int patches)
    {
        using Trace plan = model.Plan(images, patches);
        return Forward(plan);
    }

    /// <summary>A sweep from <paramref name="count"/> latent tokens of z^(<paramref name="layer"/>); other layers, which a sweep refuses, cost
    /// nothing.</summary>
    /// <param name="trace">A forward pass, of values or of shapes.</param>
    /// <param name="layer">l, 2 .. L+1.</param>
    /// <param name="count">How many tokens are explained, T.</param>
    /// <param name="stream">Whose tokens, L its blocks; null where there is one stream.</param>
    public static double Tokens(Trace trace, int layer, int count, TokenStream? stream = null)
    {
        IReadOnlyList<TokenBlock> blocks = stream is null ? trace.Blocks : [.. trace.Blocks.Where(b => b.Stream == stream)];
        return layer < 2 || layer > blocks.Count + 1 ? 0 : TapeCost.Sweep(trace.Tape, blocks[layer - 2].Out, rows: 1, Attentions(trace, 0)).Flops(count);
    }

    /// <summary>The same for a model and images of <paramref name="tokens"/> tokens.</summary>
    /// <inheritdoc cref="Tokens(Trace, int, int, TokenStream)"/>
    public static double Tokens(VisionTransformer model, int images, int tokens, int layer, int count)
    {
        using Trace plan = model.Plan(images, tokens - model.Config.Prefix);
        return Tokens(plan, layer, count);
    }

    /// <summary>A sweep from <paramref name="count"/> classes.</summary>
    /// <param name="trace">A forward pass, of values or of shapes.</param>
    /// <param name="count">How many classes, T.</param>
    /// <param name="lowest">The block, from 1, whose attention is the last that is needed; 0 where the embedding is.</param>
    /// <param name="throughScores">Whether anything flows through the attention probabilities: not where a rule takes them as constants.</param>
    public static double Classes(Trace trace, int count, int lowest = 1, bool throughScores = true)
    {
        Watch watch = lowest == 0 ? new Watch().Value(trace.Stream.Embed, static _ => { })
            : throughScores ? Attentions(trace, lowest - 1)
            : new Watch().Value(trace.Blocks[lowest - 1].Context, static _ => { });
        bool scored = trace.Readout is { Classes: > 0 };
        return TapeCost.Sweep(trace.Tape, scored ? "logits" : "norm", scored ? null : 1, watch, frozen: !throughScores).Flops(count);
    }

    /// <summary>The same for a model and images of <paramref name="tokens"/> tokens.</summary>
    /// <inheritdoc cref="Classes(Trace, int, int, bool)"/>
    public static double Classes(VisionTransformer model, int images, int tokens, int count, int lowest = 1, bool throughScores = true)
    {
        using Trace plan = model.Plan(images, tokens - model.Config.Prefix);
        return Classes(plan, count, lowest, throughScores);
    }

    /// <summary>Bytes that a forward pass keeps for sweeps, for each item of a batch.</summary>
    public static long ForwardBytes(Trace trace, Keep keep)
    {
        double sum = 0, largest = 0;
        foreach (TokenBlock block in trace.Blocks)
        {
            (double whole, double boundary) = ForwardForecast.Block(block.Stream.Length, block.Width, block.Hidden);
            largest = Math.Max(largest, whole);
            sum += keep == Keep.All ? whole : boundary;
        }
        return (long)(keep == Keep.All ? sum : sum + largest);
    }

    /// <summary>The same from sizes alone.</summary>
    public static long ForwardBytes(VisionConfig c, int tokens, Keep keep) => (long)ForwardForecast.Kept(c, tokens, keep);

    static Watch Attentions(Trace trace, int first)
    {
        Watch watch = new();
        foreach (AttentionStep step in trace.Steps.Skip(first)) watch.Attention(step.Site, s_noObserver);
        return watch;
    }

    static readonly AttentionObserver s_noObserver = new NoObserver();

    sealed class NoObserver : AttentionObserver
    {
        public override void Tile(in AttentionTile tile) { }
    }
}
