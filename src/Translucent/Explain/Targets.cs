// What is explained: scalars at a site of the forward pass, many at once.

using Translucent.Autodiff;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>T scalars, each a function of the value at one site, for every image of a batch.</summary>
public abstract class Targets
{
    /// <summary>T.</summary>
    public abstract int Count { get; }

    /// <summary>The site that the scalars are functions of.</summary>
    public abstract string Site { get; }

    /// <summary>How many blocks lie below the site: those whose attention can matter.</summary>
    public abstract int Blocks(VisionTrace trace);

    /// <summary>The token whose row of the relevance matrix explains target <paramref name="target"/>.</summary>
    public abstract int Token(int target);

    /// <summary>Derivatives of targets first .. first + count with respect to the value at the site.</summary>
    internal abstract Cotangent Seed(VisionTrace trace, int first, int count);
}

/// <summary>The scalar that stands for a latent token z (ULTra section 3).</summary>
public enum TokenFunction
{
    /// <summary>Σ_k z_k.</summary>
    S,

    /// <summary>Σ_k z_k².</summary>
    E,

    /// <summary>⟨z, w⟩ with a given vector per token.</summary>
    W,
}

/// <summary>Latent tokens z^(l) of one layer, each explained by its own row.</summary>
public sealed class TokenTargets : Targets
{
    readonly int _layer;
    readonly TokenFunction _function;
    readonly Tensor? _w;

    /// <summary>Tokens of z^(l), the input of block l counted from 1 (equivalently the output of block l−1).</summary>
    /// <param name="layer">l, 2 .. L+1.</param>
    /// <param name="tokens">Token indices from 0, prefix tokens first.</param>
    /// <param name="function">The scalar.</param>
    /// <param name="w">For <see cref="TokenFunction.W"/>: [N, C], one row per token.</param>
    /// <exception cref="ArgumentException">w is missing, or given for a function that does not use it.</exception>
    public TokenTargets(int layer, IReadOnlyList<int> tokens, TokenFunction function, Tensor? w = null)
    {
        if (function == TokenFunction.W != w is not null)
            throw new ArgumentException(w is null ? "function W needs w [N, C], a vector for every token." : $"w is used by function W only, not by {function}.");
        (_layer, Tokens, _function, _w) = (layer, tokens, function, w);
    }

    /// <summary>Which tokens.</summary>
    public IReadOnlyList<int> Tokens { get; }

    /// <inheritdoc/>
    public override int Count => Tokens.Count;

    /// <inheritdoc/>
    public override string Site => $"blocks.{_layer - 2}.out";

    /// <inheritdoc/>
    public override int Blocks(VisionTrace trace) => _layer - 1;

    /// <inheritdoc/>
    public override int Token(int target) => Tokens[target];

    internal override Cotangent Seed(VisionTrace trace, int first, int count)
    {
        Tensor z = trace.Tape[Site].Value;
        int images = trace.Images, width = z.Width;
        Tensor seed = trace.Tape.Arena.Rent(count, images, 1, width);
        int[] rows = new int[count];
        for (int t = 0; t < count; t++)
        {
            rows[t] = Tokens[first + t];
            for (int b = 0; b < images; b++)
            {
                Span<float> row = seed.Row(t * images + b);
                if (_function == TokenFunction.S) row.Fill(1);
                else if (_function == TokenFunction.E) TensorPrimitives.Multiply(z.Row(b * trace.Tokens + rows[t]), 2f, row);
                else _w!.Row(rows[t]).CopyTo(row);
            }
        }
        return new Cotangent(seed, rows);
    }

    /// <summary>Checks layer, tokens and vectors against a forward pass.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer or token.</exception>
    /// <exception cref="ArgumentException">w has another shape.</exception>
    internal TokenTargets For(VisionTrace trace)
    {
        int top = trace.Model.Config.Depth + 1;
        if (_layer < 2 || _layer > top)
            throw new ArgumentOutOfRangeException(nameof(trace), $"layer {_layer}: latent tokens that attention has formed are in layers 2 to {top} (layer 1 is the embedding).");
        foreach (int token in Tokens)
            if (token < 0 || token >= trace.Tokens)
                throw new ArgumentOutOfRangeException(nameof(trace), $"token {token}: this image has tokens 0 to {trace.Tokens - 1}.");
        if (_w is not null && !_w.Shape.SequenceEqual([trace.Tokens, trace.Model.Config.Width]))
            throw new ArgumentException($"w: {_w}, expected [{trace.Tokens}, {trace.Model.Config.Width}], a row for every token.");
        return this;
    }
}
