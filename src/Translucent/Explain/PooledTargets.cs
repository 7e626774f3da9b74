// What a learned query read from the tokens, as what is explained: the place of the class token in models that pool by attention.

using Translucent.Autodiff;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>Σ of the numbers that attention pooling made of the tokens: ULTra's function S (Hosseini et al. 2024, arXiv:2411.12589) of it.</summary>
sealed class PooledTargets : Targets
{
    /// <inheritdoc/>
    public override int Count => 1;

    internal override BoundTargets Bind(Trace trace)
    {
        TokenBlock pooling = trace.Readout?.Pooling ?? throw new TranslucentException($"{trace.Model.Family}: pools no tokens by attention.");
        Var pooled = trace.Tape[pooling.Out];
        return new BoundTargets(trace, 1, pooled, (_, _) => Ones(trace, pooled.Value), trace.Stream, (_, _) => 0) { Through = pooling };
    }

    static Cotangent Ones(Trace trace, Tensor pooled)
    {
        Tensor seed = trace.Tape.Arena.Rent([1, .. pooled.Shape]);
        seed.Span.Fill(1);
        return new Cotangent(seed);
    }
}
