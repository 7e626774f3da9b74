// From functions of next-token logits to the tokens that the logits are read from: Wᵀ times the derivative with respect to the logits.

using Translucent.Autodiff;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>Which number of a next token is explained.</summary>
public enum TokenScalar
{
    /// <summary>Its score before softmax.</summary>
    Logit,

    /// <summary>The natural logarithm of its probability.</summary>
    LogProbability,

    /// <summary>Its probability.</summary>
    Probability,
}

static class VocabularySeeds
{
    const int RowsAtOnce = 64; // of logits, [rows, V]

    /// <summary>What the model says comes next.</summary>
    /// <exception cref="TranslucentException">It says nothing of the kind.</exception>
    public static VocabularyReadout Of(Trace trace) => trace.Vocabulary
        ?? throw new TranslucentException($"{trace.Model.Family}: predicts no tokens here; explain classes, similarities or latent tokens instead.");

    /// <summary>Turns logits [V] at token number j of a target into the derivative of the target with respect to them.</summary>
    public delegate void LogitSlope(int target, int item, int j, Span<float> logits);

    /// <summary>The cotangents of targets first .. first + count at the normalised tokens, each the sum of what <paramref name="slope"/> says at its
    /// tokens.</summary>
    public static unsafe Cotangent Of(Trace trace, int targets, int first, int count, Func<int, int, IReadOnlyList<int>> tokens, LogitSlope slope)
    {
        VocabularyReadout readout = Of(trace);
        Var normal = readout.Normal;
        Matrix w = readout.Unembedding.Weight;
        RowSeed seed = new(trace, normal, targets, first, count, tokens);
        (int T, int B, int J)[] all = [.. from t in Enumerable.Range(first, count)
                                          from b in Enumerable.Range(0, trace.Batch)
                                          from j in Enumerable.Range(0, tokens(t, b).Count)
                                          select (t, b, j)];
        foreach ((int T, int B, int J)[] part in all.Chunk(RowsAtOnce))
        {
            Tensor rows = new(part.Length, normal.Value.Width), down = new(part.Length, normal.Value.Width);
            for (int r = 0; r < part.Length; r++)
                normal.Value.Row(part[r].B * trace.Tokens + tokens(part[r].T, part[r].B)[part[r].J]).CopyTo(rows.Row(r));
            Tensor logits = readout.Of(rows, trace.Tape.Arena.Compute);
            for (int r = 0; r < part.Length; r++) slope(part[r].T, part[r].B, part[r].J, logits.Row(r));
            Gemm.Multiply(trace.Tape.Arena.Compute, part.Length, w.Columns, w.Rows, new Operand(logits.Pointer, w.Rows), w.Operand, down.Pointer, w.Columns);
            GC.KeepAlive(logits);
            for (int r = 0; r < part.Length; r++) down.Row(r).CopyTo(seed[part[r].T, part[r].B, part[r].J]);
        }
        return seed.Cotangent;
    }

    /// <summary>The derivative of one token's number, or of its difference from another's, in the place of the logits.</summary>
    public static void Slope(TokenScalar scalar, int token, int? against, Span<float> logits)
    {
        if (scalar == TokenScalar.Logit || (scalar == TokenScalar.LogProbability && against is not null)) // the sums of exponentials cancel
        {
            logits.Clear();
            logits[token] += 1;
            if (against is { } other) logits[other] -= 1;
            return;
        }
        Kernels.Softmax(logits, 1);
        if (scalar == TokenScalar.LogProbability)
        {
            TensorPrimitives.Negate(logits, logits);
            logits[token] += 1;
            return;
        }
        float p = logits[token], q = against is { } a ? logits[a] : 0;
        TensorPrimitives.Multiply(logits, q - p, logits); // −p·p_v + q·p_v
        logits[token] += p;
        if (against is { } rival) logits[rival] -= q;
    }
}
