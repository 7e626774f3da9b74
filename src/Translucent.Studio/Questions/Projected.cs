// Class-embedding projection (Vilas et al. 2023, arXiv:2310.18969): what every token of every layer stands for, and how one class comes about.

using Translucent.Explain.Projection;
using Translucent.Models;
using Translucent.Studio.Http;
using Translucent.Tensors;

namespace Translucent.Studio.Questions;

/// <summary>Projects tokens on classes.</summary>
static class Projected
{
    public static Bundle Of(Asked asked)
    {
        Trace trace = asked.Trace;
        int cls = asked.Query.Int("class", 0, asked.Readout.Classes - 1);
        Tensor scores = ClassProjection.Layers(trace); // [L + 1, 1, N, Classes]
        int layers = scores.Shape[0], tokens = trace.Tokens;
        int[] best = new int[layers * tokens], rank = new int[layers * tokens];
        float[] sure = new float[layers * tokens], of = new float[layers * tokens];
        for (int i = 0; i < best.Length; i++)
        {
            float[] row = scores.Row(i).ToArray();
            float own = row[cls];
            rank[i] = row.Count(v => v > own);
            ScoreMeaning.OneOf.Apply(row);
            best[i] = TensorPrimitives.IndexOfMax<float>(row);
            (sure[i], of[i]) = (row[best[i]], row[cls]);
        }
        return new Bundle(new { Class = cls }).With("best", best, layers, tokens).With("sure", sure, layers, tokens)
            .With("probability", of, layers, tokens).With("rank", rank, layers, tokens);
    }
}
