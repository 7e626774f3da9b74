// Attention pooling: a learned query, the probe, reads the tokens, and what it read stands for the image. The head of SigLIP (Zhai et al. 2023,
// arXiv:2303.15343; "MAP" in Zhai et al. 2022, arXiv:2106.04560): Hugging Face modeling_siglip.py, SiglipMultiheadAttentionPoolingHead; timm's
// AttentionPoolLatent (timm/layers/attention_pool.py).

using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>m = attention(probe, x, x), y = m + mlp(norm m): the probe itself is not added.</summary>
/// <remarks>
/// Sites as of a block: <c>pool.attn.probs</c> A [B, H, 1, N], <c>pool.attn.context</c>, <c>pool.attn.out</c>, which is <c>pool.mid</c>, <c>pool.mlp.act</c>,
/// <c>pool.mlp.out</c>, <c>pool.out</c> [B, 1, C]; <c>pool.in</c> is the probe.
/// </remarks>
/// <param name="heads">H.</param>
/// <param name="prefix">P, tokens before the patches, which the probe does not see.</param>
sealed class AttentionPool(int heads, int prefix)
{
    const string Name = "pool";

    /// <summary>[1, C].</summary>
    public required Tensor Probe { get; init; }

    public required Linear Query { get; init; }
    public required Linear Key { get; init; }
    public required Linear Value { get; init; }
    public required Linear Output { get; init; }
    public required LayerNorm Norm { get; init; }
    public required Linear Up { get; init; }
    public required Linear Down { get; init; }

    /// <summary>The same over other layers.</summary>
    public AttentionPool Over(Func<Linear, Linear> layer) => new(heads, prefix)
    {
        Probe = Probe,
        Query = layer(Query),
        Key = layer(Key),
        Value = layer(Value),
        Output = layer(Output),
        Norm = Norm,
        Up = layer(Up),
        Down = layer(Down),
    };

    /// <summary>From normalised tokens [B, N, C] to what stands for each image, [B, 1, C].</summary>
    public Var Forward(Var tokens)
    {
        int batch = tokens.Value.Shape[0], count = tokens.Value.Shape[1];
        Var probe = tokens.Tape.Leaf(Repeated(tokens.Tape, batch)).At($"{Name}.in");
        AttentionMask? mask = prefix == 0 ? null : new AttentionMask(1, count, (_, key) => key < prefix);
        return tokens.Tape.Recomputed($"{Name}.", [probe, tokens], v =>
        {
            Var read = new Attention(heads, $"{Name}.attn.probs", mask).Apply(Query.Apply(v[0]), Key.Apply(v[1]), Value.Apply(v[1])).At($"{Name}.attn.context");
            return [Mlp(Output.Apply(read).At($"{Name}.attn.out").At($"{Name}.mid"))];
        })[0].At($"{Name}.out");
    }

    /// <summary>What every token would become if the probe saw it alone: [B, N, C] to [B, N, C].</summary>
    public Var Alone(Var tokens)
    {
        Var mid = Output.Apply(Value.Apply(tokens));
        return Add.Op.Apply(mid, Down.Apply(Up.Apply(Norm.Apply(mid))));
    }

    /// <summary>What methods are told of it.</summary>
    /// <param name="values">The stream that it reads.</param>
    /// <param name="stage">Behind all blocks.</param>
    /// <param name="entering">The site of that stream before the last normalisation.</param>
    public TokenBlock Describe(TokenStream values, int stage, string entering)
    {
        TokenStream probe = new("probe", 1, new LearnedQueries(1), $"{Name}.in");
        return new TokenBlock(Name, new AttentionStep($"{Name}.attn.probs", probe, values, stage, heads, entering, Output), Down);
    }

    /// <exception cref="TranslucentException">Always: an MLP stands between tokens and classes.</exception>
    public static TranslucentException NoDirection() =>
        new("class embeddings: this model pools its patches by attention with an MLP behind, so no class has one direction among tokens.");

    Var Mlp(Var mid) => Add.Op.Apply(mid, Down.Apply(Up.Apply(Norm.Apply(mid)).At($"{Name}.mlp.act")).At($"{Name}.mlp.out"));

    Tensor Repeated(Tape tape, int batch)
    {
        if (tape.IsPlan) return Tensor.Planned(batch, 1, Probe.Width);
        Tensor all = new(batch, 1, Probe.Width);
        for (int b = 0; b < batch; b++) Probe.Span.CopyTo(all.Row(b));
        return all;
    }
}
