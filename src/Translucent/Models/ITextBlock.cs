// One block of a language model, whichever way it normalises.

using Translucent.Autodiff;
using Translucent.Autodiff.Ops;

namespace Translucent.Models;

/// <summary>Attention, then a feed-forward layer, over one stream: <see cref="EncoderBlock"/>, <see cref="PostNormBlock"/>.</summary>
interface ITextBlock
{
    /// <summary>What its sites begin with.</summary>
    string Name { get; }

    /// <param name="x">The stream [B, N, C].</param>
    /// <param name="mask">Keys that queries do not see, or null.</param>
    Var Forward(Var x, AttentionMask? mask);

    /// <summary>What methods are told of block number <paramref name="stage"/> of a stream.</summary>
    TokenBlock Describe(TokenStream stream, int stage);
}
