// The pre-norm transformer block: that of all vision families, and of the language models that predict the next token; with the norms behind attention and
// feed-forward layer that of EVA-02 enormous (docs/models.md).

using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>m = x + attn(norm1 x), y = m + mlp(norm2 m).</summary>
/// <remarks>
/// Sites, for block i counted from 0: <c>blocks.{i}.attn.probs</c> A [B, H, N, N], <c>blocks.{i}.attn.out</c> and <c>blocks.{i}.mlp.out</c>
/// what attention and MLP add to the stream (after output bias and LayerScale), <c>blocks.{i}.mid</c> the stream between them;
/// <c>blocks.{i}.attn.context</c> A·v and <c>blocks.{i}.mlp.act</c> the activations: what the last matrix of either reads, so behind the normalisation that
/// stands before it in EVA-02.
/// </remarks>
sealed class EncoderBlock(string name, int heads, int? keyHeads = null) : ITextBlock
{
    readonly Attention _attention = new(heads, $"{name}.attn.probs", keyHeads: keyHeads);

    public string Name => name;

    public required Op Norm1 { get; init; }
    public required Linear Query { get; init; }
    public required Linear Key { get; init; }
    public required Linear Value { get; init; }
    public required Linear Output { get; init; }
    public required Op Norm2 { get; init; }
    public required Linear Up { get; init; }
    public required Linear Down { get; init; }

    /// <summary>The gate of a SwiGLU layer between Up and Down, or null when Up has its activation in itself.</summary>
    public Gate? Gate { get; init; }

    /// <summary>A layer with its activation that Up is multiplied by, where a checkpoint stores both halves of a gated layer apart; or null.</summary>
    public Linear? GateBranch { get; init; }

    /// <summary>Norms of the heads of queries and of keys, or null.</summary>
    public (Op Query, Op Key)? HeadNorms { get; init; }

    /// <summary>What turns queries and keys by their positions, or null where positions are added to the tokens.</summary>
    public Rotary? Rotary { get; init; }

    /// <summary>What attention is told of where patches stand in the image, or null where positions are added to the tokens alone.</summary>
    public GridPositions? Positions { get; init; }

    /// <summary>Whether both norms stand behind attention and feed-forward layer, before what these made is added: m = x + norm1(attn x), y = m + norm2(mlp m)
    /// (EVA-02 enormous).</summary>
    public bool NormsBehind { get; init; }

    /// <summary>A normalisation of what all heads of a token read, before Output, or null (EVA-02's CLIP towers).</summary>
    public LayerNorm? ContextNorm { get; init; }

    /// <summary>A normalisation of the activations before Down, or null (EVA-02).</summary>
    public Op? InnerNorm { get; init; }

    /// <summary>Whether the feed-forward layer multiplies two halves.</summary>
    public bool IsGated => Gate is not null || GateBranch is not null;

    /// <summary>The same block over other layers.</summary>
    public EncoderBlock Over(Func<Linear, Linear> layer, Func<Op, Op> norm, Func<Tensor, Tensor>? table = null) => new(name, heads, keyHeads)
    {
        Norm1 = norm(Norm1),
        Query = layer(Query),
        Key = layer(Key),
        Value = layer(Value),
        Output = layer(Output),
        Norm2 = norm(Norm2),
        Up = layer(Up),
        Gate = Gate,
        GateBranch = GateBranch is null ? null : layer(GateBranch),
        HeadNorms = HeadNorms is { } norms ? (norm(norms.Query), norm(norms.Key)) : null,
        Rotary = Rotary,
        Positions = table is null ? Positions : Positions?.Over(table),
        NormsBehind = NormsBehind,
        ContextNorm = ContextNorm is null ? null : (LayerNorm)norm(ContextNorm),
        InnerNorm = InnerNorm is null ? null : norm(InnerNorm),
        Down = layer(Down),
    };

    /// <summary>What methods are told of block number <paramref name="stage"/> of a stream.</summary>
    public TokenBlock Describe(TokenStream stream, int stage) =>
        new(name, new AttentionStep($"{name}.attn.probs", stream, stream, stage, heads, entering: $"{name}.in", Output)
        {
            Norm = ContextNorm,
            NormBehind = NormsBehind ? (LayerNorm)Norm1 : null,
        }, Down)
        {
            NormBehind = NormsBehind ? (LayerNorm)Norm2 : null,
        };

    /// <param name="x">The stream [B, N, C].</param>
    /// <param name="mask">Keys that queries do not see, or null.</param>
    public Var Forward(Var x, AttentionMask? mask = null) => Forward(x, _attention.Masked(mask), Rotary);

    /// <summary>The same for tokens of an image.</summary>
    /// <param name="x">The stream [B, N, C].</param>
    /// <param name="mask">Keys that queries do not see, or null.</param>
    /// <param name="rows">Rows of patches.</param>
    /// <param name="columns">Columns of patches.</param>
    public Var Forward(Var x, AttentionMask? mask, int rows, int columns) =>
        Forward(x, _attention.Masked(mask).Biased(Positions?.Bias(rows, columns)), Positions?.Rotary(rows, columns) ?? Rotary);

    /// <summary>The same for tokens of one text that come behind others, which its attention read before.</summary>
    /// <param name="x">The new tokens [1, N, C].</param>
    /// <param name="earlier">What it remembers; the new tokens are added.</param>
    public Var Forward(Var x, KeyValues earlier) => Forward(x, new CachedAttention(_attention, earlier), Rotary?.From(earlier.Count));

    Var Forward(Var x, Op attention, Rotary? rotary)
    {
        Var y = NormsBehind ? x : Norm1.Apply(x);                                            // [B, N, C]
        (Var q, Var k) = Placed(Query.Apply(y), Key.Apply(y), rotary);
        y = attention.Apply(q, k, Value.Apply(y));                                           // [B, N, H·D]
        if (ContextNorm is not null) y = ContextNorm.Apply(y);
        y = Output.Apply(y.At($"{name}.attn.context"));
        Var mid = Add.Op.Apply(x, (NormsBehind ? Norm1.Apply(y) : y).At($"{name}.attn.out")).At($"{name}.mid");
        Var normal = NormsBehind ? mid : Norm2.Apply(mid);
        y = Up.Apply(normal);                                                                // [B, N, M]
        if (Gate is not null) y = Gate.Apply(y);
        if (GateBranch is not null) y = Product.Op.Apply(GateBranch.Apply(normal), y);
        if (InnerNorm is not null) y = InnerNorm.Apply(y);
        y = Down.Apply(y.At($"{name}.mlp.act"));
        return Add.Op.Apply(mid, (NormsBehind ? Norm2.Apply(y) : y).At($"{name}.mlp.out"));    // [B, N, C]
    }

    /// <summary>Queries and keys as they are compared: normalised head by head, then turned by their positions.</summary>
    (Var Query, Var Key) Placed(Var q, Var k, Rotary? rotary)
    {
        if (HeadNorms is { } norms) (q, k) = (norms.Query.Apply(q), norms.Key.Apply(k));
        return rotary is null ? (q, k) : (rotary.Apply(q), rotary.Apply(k));
    }
}
