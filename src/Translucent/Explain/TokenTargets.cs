// Latent tokens as what is explained (Hosseini et al. 2024, arXiv:2411.12589, section 3).

using Translucent.Autodiff;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

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

/// <summary>Latent tokens z^(l) of one layer of one stream, each explained by its own row.</summary>
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
            throw new ArgumentException(w is null ? "function W needs w [N, C], a vector for every token."
                : $"w is used by function W only, not by {function}.", nameof(w));
        (_layer, Tokens, _function, _w) = (layer, tokens, function, w);
    }

    /// <summary>The scalar.</summary>
    public TokenFunction Function => _function;

    /// <summary>Which tokens.</summary>
    public IReadOnlyList<int> Tokens { get; }

    /// <summary>The stream of the tokens, by name; null for the only one.</summary>
    public string? Stream { get; init; }

    /// <inheritdoc/>
    public override int Count => Tokens.Count;

    internal override BoundTargets Bind(Trace trace)
    {
        TokenStream stream = Stream is null ? trace.Stream : trace.StreamOf(Stream);
        TokenBlock[] blocks = [.. trace.Blocks.Where(b => b.Stream == stream)];
        if (_layer < 2 || _layer > blocks.Length + 1)
            throw new ArgumentOutOfRangeException(
                "layer", $"layer {_layer}: latent tokens that attention has formed are in layers 2 to {blocks.Length + 1} (layer 1 is the embedding).");
        foreach (int token in Tokens)
            if (token < 0 || token >= stream.Length)
                throw new ArgumentOutOfRangeException(nameof(Tokens), $"token {token}: this {stream.Name} has tokens 0 to {stream.Length - 1}.");
        TokenBlock block = blocks[_layer - 2];
        if (_w is not null && !_w.Shape.SequenceEqual([stream.Length, block.Width]))
            throw new ArgumentException($"w: {_w}, expected [{stream.Length}, {block.Width}], a row for every token.", "w");
        Var z = trace.Tape[block.Out];
        return new BoundTargets(trace, Count, z, (first, count) => Seed(trace, z.Value, first, count), stream, (target, _) => Tokens[target]);
    }

    Cotangent Seed(Trace trace, Tensor z, int first, int count)
    {
        int items = trace.Batch, tokens = z.Shape[1];
        Tensor seed = trace.Tape.Arena.Rent(count, items, 1, z.Width);
        int[] rows = new int[count];
        for (int t = 0; t < count; t++)
        {
            rows[t] = Tokens[first + t];
            for (int b = 0; b < items; b++)
            {
                Span<float> row = seed.Row(t * items + b);
                if (_function == TokenFunction.S) row.Fill(1);
                else if (_function == TokenFunction.E) TensorPrimitives.Multiply(z.Row(b * tokens + rows[t]), 2f, row);
                else _w!.Row(rows[t]).CopyTo(row);
            }
        }
        return new Cotangent(seed, rows);
    }
}
