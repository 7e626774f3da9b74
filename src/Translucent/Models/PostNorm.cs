// The two halves of a transformer layer that normalises behind each sum (Vaswani et al. 2017, arXiv:1706.03762), as DETR and LXMERT have them.

using Translucent.Autodiff;
using Translucent.Autodiff.Ops;

namespace Translucent.Models;

/// <summary>x ← LN(x + output(softmax(q·kᵀ/√D)·v)): tokens read their own or another stream.</summary>
sealed record PostNormAttention(int Heads, Linear Query, Linear Key, Linear Value, Linear Output, LayerNorm Norm)
{
    /// <param name="x">The stream that is changed, [B, Q, C].</param>
    /// <param name="queries">What it asks with: itself, or itself with positions.</param>
    /// <param name="keys">What is compared, [B, K, C].</param>
    /// <param name="values">What is read, [B, K, C].</param>
    /// <param name="site">The name of the probabilities.</param>
    /// <param name="mask">Keys that are not seen, or null.</param>
    /// <param name="name">What the names of its other sites begin with; the name of the probabilities when null.</param>
    public Var Read(Var x, Var queries, Var keys, Var values, string site, AttentionMask? mask = null, string? name = null)
    {
        Var context = new Attention(Heads, site).Masked(mask).Apply(Query.Apply(queries), Key.Apply(keys), Value.Apply(values)).At($"{name ?? site}.context");
        return Norm.Apply(Add.Op.Apply(x, Output.Apply(context).At($"{name ?? site}.out")));
    }

    /// <summary>What methods are told of it.</summary>
    /// <param name="site">The name of its probabilities.</param>
    /// <param name="queries">The stream whose tokens read.</param>
    /// <param name="values">The stream whose tokens are read.</param>
    /// <param name="stage">Its place in the order of stages.</param>
    /// <param name="entering">The site of the values' stream before it.</param>
    public AttentionStep Step(string site, TokenStream queries, TokenStream values, int stage, string entering) =>
        new(site, queries, values, stage, Heads, entering, Output);
}

/// <summary>Both halves as a block of a text encoder, with the sites of <see cref="EncoderBlock"/>.</summary>
sealed class PostNormBlock(string name, PostNormAttention attention, PostNormFeedForward mlp) : ITextBlock
{
    public string Name => name;

    string Probabilities => $"{name}.attn.probs";

    public Var Forward(Var x, AttentionMask? mask) =>
        mlp.Forward(attention.Read(x, x, x, x, Probabilities, mask, $"{name}.attn").At($"{name}.mid"), name);

    public TokenBlock Describe(TokenStream stream, int stage) =>
        new(name, attention.Step(Probabilities, stream, stream, stage, entering: $"{name}.in"), mlp.Down);
}

/// <summary>x ← LN(x + down(act(up x))).</summary>
sealed record PostNormFeedForward(Linear Up, Linear Down, LayerNorm Norm)
{
    /// <param name="x">[B, N, C].</param>
    /// <param name="name">What the names of its sites begin with.</param>
    public Var Forward(Var x, string name) => Norm.Apply(Add.Op.Apply(x, Down.Apply(Up.Apply(x).At($"{name}.mlp.act")).At($"{name}.mlp.out")));
}
