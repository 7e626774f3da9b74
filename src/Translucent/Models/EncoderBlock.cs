// The pre-norm transformer block that all vision families share (docs/models.md).

using Translucent.Autodiff;
using Translucent.Autodiff.Ops;

namespace Translucent.Models;

/// <summary>m = x + attn(LN1 x), y = m + mlp(LN2 m).</summary>
/// <remarks>
/// Sites, for block i counted from 0: <c>blocks.{i}.attn.probs</c> A [B, H, N, N], <c>blocks.{i}.attn.out</c> and <c>blocks.{i}.mlp.out</c>
/// what attention and MLP add to the stream (after output bias and LayerScale), <c>blocks.{i}.mid</c> the stream between them;
/// <c>blocks.{i}.attn.context</c> A·v and <c>blocks.{i}.mlp.act</c> the activations: what the last matrix of either reads.
/// </remarks>
sealed class EncoderBlock(string name, int heads)
{
    readonly Attention _attention = new(heads, $"{name}.attn.probs");

    public required LayerNorm Norm1 { get; init; }
    public required Linear Query { get; init; }
    public required Linear Key { get; init; }
    public required Linear Value { get; init; }
    public required Linear Output { get; init; }
    public required LayerNorm Norm2 { get; init; }
    public required Linear Up { get; init; }
    public required Linear Down { get; init; }

    /// <summary>The gate of a SwiGLU layer between Up and Down, or null when Up has its activation in itself.</summary>
    public Gate? Gate { get; init; }

    /// <summary>The same block over other layers.</summary>
    public EncoderBlock Over(Func<Linear, Linear> layer, Func<LayerNorm, LayerNorm> norm) => new(name, heads)
    {
        Norm1 = norm(Norm1),
        Query = layer(Query),
        Key = layer(Key),
        Value = layer(Value),
        Output = layer(Output),
        Norm2 = norm(Norm2),
        Up = layer(Up),
        Gate = Gate,
        Down = layer(Down),
    };

    /// <summary>What methods are told of block number <paramref name="stage"/> of a stream.</summary>
    public TokenBlock Describe(TokenStream stream, int stage) =>
        new(name, new AttentionStep($"{name}.attn.probs", stream, stream, stage, heads, entering: $"{name}.in", Output), Down);

    /// <param name="x">The stream [B, N, C].</param>
    /// <param name="mask">Keys that queries do not see, or null.</param>
    public Var Forward(Var x, AttentionMask? mask = null)
    {
        Var y = Norm1.Apply(x);                                                              // [B, N, C]
        y = _attention.Masked(mask).Apply(Query.Apply(y), Key.Apply(y), Value.Apply(y)).At($"{name}.attn.context");
        Var mid = Add.Op.Apply(x, Output.Apply(y).At($"{name}.attn.out")).At($"{name}.mid");
        y = Up.Apply(Norm2.Apply(mid));                                                      // [B, N, M]
        if (Gate is not null) y = Gate.Apply(y);
        return Add.Op.Apply(mid, Down.Apply(y.At($"{name}.mlp.act")).At($"{name}.mlp.out"));   // [B, N, C]
    }
}
