// How much arithmetic a forward pass and a sweep of a vision transformer are, and what the pass keeps: for time estimates, and for saying
// what share of a machine's peak was used. The counts are sums over a tape of shapes (Autodiff/CostWalk.cs), whatever the model is made of.

using Translucent.Autodiff;
using Translucent.Models;

namespace Translucent.Explain;

/// <summary>Floating-point operations of matrix products, a multiplication with its addition counted as two.</summary>
/// <remarks>
/// Counted is what the engine computes with the savings it makes: one row per target above the topmost attention, outer products just
/// below it (see <see cref="OuterProducts"/>), nothing below the lowest G. Not counted: softmax, normalisation, slopes, relevance rows
/// (all of lower order), and probabilities and blocks that a sweep computes again.
/// </remarks>
public static class Cost
{
    /// <summary>A forward pass over images of so many patches.</summary>
    public static double Forward(VisionTransformer model, int images, int patches)
    {
        using Tape plan = model.Plan(images, patches);
        return TapeCost.Forward(plan);
    }

    /// <summary>A sweep from <paramref name="count"/> latent tokens of z^(<paramref name="layer"/>).</summary>
    /// <param name="model">The model.</param>
    /// <param name="images">B.</param>
    /// <param name="tokens">N, tokens per image.</param>
    /// <param name="layer">l, 2 .. L+1.</param>
    /// <param name="count">How many tokens are explained, T.</param>
    public static double Tokens(VisionTransformer model, int images, int tokens, int layer, int count)
    {
        layer = Math.Min(layer, model.Config.Depth + 1); // other layers cost nothing: whoever sweeps refuses them
        if (layer < 2) return 0;
        using Tape plan = model.Plan(images, tokens - model.Config.Prefix);
        return TapeCost.Sweep(plan, $"blocks.{layer - 2}.out", rows: 1, Attentions(0, layer - 1)).Flops(count);
    }

    /// <summary>A sweep from <paramref name="count"/> classes.</summary>
    /// <param name="lowest">The block, from 1, whose attention is the last that is needed; 0 where the embedding is.</param>
    /// <param name="throughScores">Whether anything flows through the attention probabilities: not where a rule takes them as constants.</param>
    /// <inheritdoc cref="Tokens"/>
    public static double Classes(VisionTransformer model, int images, int tokens, int count, int lowest = 1, bool throughScores = true)
    {
        using Tape plan = model.Plan(images, tokens - model.Config.Prefix);
        Watch watch = lowest == 0 ? new Watch().Value("embed", static _ => { })
            : throughScores ? Attentions(lowest - 1, model.Config.Depth)
            : new Watch().Value($"blocks.{lowest - 1}.attn.context", static _ => { });
        return TapeCost.Sweep(plan, model.Head is null ? "norm" : "logits", model.Head is null ? 1 : null, watch, frozen: !throughScores).Flops(count);
    }

    static Watch Attentions(int first, int end)
    {
        Watch watch = new();
        for (int b = first; b < end; b++) watch.Attention($"blocks.{b}.attn.probs", s_nobody);
        return watch;
    }

    static readonly AttentionObserver s_nobody = new Nobody();

    sealed class Nobody : AttentionObserver
    {
        public override void Tile(in AttentionTile tile) { }
    }

    /// <summary>Bytes that a forward pass over one image keeps for sweeps.</summary>
    public static long ForwardBytes(VisionConfig c, int tokens, Keep keep)
    {
        long block = 4L * tokens * (10L * c.Width + 2L * c.Hidden), boundary = 4L * tokens * c.Width;
        return keep == Keep.All ? c.Depth * block : c.Depth * boundary + block;
    }
}
