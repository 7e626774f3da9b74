// Next tokens as what is explained: why a language model goes on like this, or like this rather than that.

using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>A token that could come next.</summary>
/// <param name="Token">Its id.</param>
/// <param name="Position">The token behind which it would stand, from 0; null for the last of each text.</param>
/// <param name="Against">The id of a token that it is held against; null for none.</param>
public readonly record struct NextToken(int Token, int? Position = null, int? Against = null)
{
    /// <summary>A token behind the end of the text.</summary>
    public static implicit operator NextToken(int id) => new(id);
}

/// <summary>Numbers of next tokens, the same for every text of a batch; each explained by the row of the token that predicts it.</summary>
/// <param name="targets">The tokens.</param>
/// <param name="scalar">Which number of them.</param>
public sealed class NextTokenTargets(IReadOnlyList<NextToken> targets, TokenScalar scalar = TokenScalar.Logit) : Targets
{
    /// <summary>The tokens.</summary>
    public IReadOnlyList<NextToken> All => targets;

    /// <summary>Which number of them.</summary>
    public TokenScalar Scalar => scalar;

    /// <inheritdoc/>
    public override int Count => targets.Count;

    internal override BoundTargets Bind(Trace trace)
    {
        VocabularyReadout readout = VocabularySeeds.Of(trace);
        foreach (NextToken t in targets)
        {
            foreach (int id in t.Against is { } other ? (int[])[t.Token, other] : [t.Token])
                if (id < 0 || id >= readout.Size) throw new ArgumentOutOfRangeException(nameof(targets),
                    $"token id {id}: the vocabulary has 0 to {readout.Size - 1}.");
            if (t.Position is { } at && (at < 0 || at >= trace.Tokens))
                throw new ArgumentOutOfRangeException(nameof(targets), $"position {at}: this text has tokens 0 to {trace.Tokens - 1}.");
        }
        int At(int target, int item) => targets[target].Position ?? trace.Summary(item);
        return new BoundTargets(trace, Count, readout.Normal, (first, count) => VocabularySeeds.Of(trace, Count, first, count, (t, b) => [At(t, b)],
            (t, _, _, logits) => VocabularySeeds.Slope(scalar, targets[t].Token, targets[t].Against, logits)), trace.Stream, At)
        {
            Value = (t, b) => Number(readout, targets[t].Token, At(t, b), b)
                - (targets[t].Against is { } other ? Number(readout, other, At(t, b), b) : 0),
        };
    }

    double Number(VocabularyReadout readout, int token, int position, int item)
    {
        if (scalar == TokenScalar.Logit) return readout.Logits([position], item).Span[token];
        Tensor log = readout.LogProbabilities([position], item);
        return scalar == TokenScalar.Probability ? Math.Exp(log.Span[token]) : log.Span[token];
    }
}
