// Class methods whose exact forms need every row of the cotangent, with a few rows: what would be left of AttCAT and Transformer Attribution
// (docs/sparse.md). Every row is computed and then dropped.

using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Evaluate.Trust;

/// <summary>Methods with the class token's row and the K rows of largest relevance.</summary>
static class FewRowsOfMethods
{
    /// <summary>AttCAT: tokens whose rows are dropped have no gradient, so they add nothing: [T, 1, N].</summary>
    public static Tensor AttCat(Trace trace, ClassTargets classes, int rows, SweepOptions? options = null)
    {
        Tensor sums = new(classes.Count, 1, trace.Tokens);
        Dictionary<TokenBlock, Tensor> received = trace.Blocks.ToDictionary(block => block, block => Explain.AttCat.Received(trace, block.Step));
        new FewRows(RowChoice.Relevance, rows).Sweep(trace, classes, options, (block, g, first) =>
            GradientTimesInput.Add(trace.Tape.Arena.Compute, g, trace.Tape[block.In].Value, sums, first, received[block]));
        return sums;
    }

    /// <summary>Transformer Attribution: gradient and relevance lose the same rows, chosen as GAE's sweep chooses them: [T, 1, N].</summary>
    public static Tensor TransformerAttribution(Trace trace, ClassTargets classes, int rows, SweepOptions? options = null)
    {
        Dictionary<string, Tensor> kept = trace.Blocks.ToDictionary(block => block.In, _ => new Tensor(classes.Count, trace.Tokens));
        new FewRows(RowChoice.Relevance, rows).Sweep(trace, classes, options, (block, g, first) =>
        {
            for (int r = 0; r < g.Values.Rows; r++)
                if (g.Values.Row(r).ContainsAnyExcept(0f)) kept[block.In].Span[first * trace.Tokens + r] = 1;
        });
        return Explain.TransformerAttribution.Rows(trace, classes, kept, options);
    }
}
