// The similarity of texts as what is explained: which words make two sentences alike.

using Translucent.Autodiff;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>cos(e, v): e the pooled tokens of a text, v a vector, the embedding of another text; the same vectors for every text of a batch.</summary>
/// <remarks>Explained by the mean of the rows of the pooled tokens.</remarks>
/// <param name="vectors">[T, C], of any length; see <see cref="TextEmbeddings"/>.</param>
/// <param name="pooling">How e is pooled, as v should have been.</param>
public sealed class SimilarityTargets(Tensor vectors, TextPooling pooling = TextPooling.Mean) : Targets
{
    /// <inheritdoc/>
    public override int Count => vectors.Rows;

    internal override BoundTargets Bind(Trace trace)
    {
        Var last = TextEmbeddings.Last(trace);
        if (vectors.Width != last.Value.Width) throw new ArgumentException($"vectors: {vectors}, expected rows of {last.Value.Width} numbers.",
            nameof(vectors));
        Tensor pooled = TextEmbeddings.Of(trace, pooling, normalize: false);
        int[][] tokens = [.. Enumerable.Range(0, trace.Batch).Select(b => TextEmbeddings.Tokens(trace, pooling, b))];
        return new BoundTargets(trace, Count, last, (first, count) => Seed(trace, last, pooled, tokens, first, count), trace.Stream, (_, b) => tokens[b][^1])
        {
            Several = pooling == TextPooling.Mean ? (_, b) => tokens[b] : null,
            Value = (t, b) => TensorPrimitives.CosineSimilarity<float>(pooled.Row(b), vectors.Row(t)),
        };
    }

    /// <summary>(v̂ − ê·cos) / |e|, in equal parts at the pooled tokens.</summary>
    Cotangent Seed(Trace trace, Var last, Tensor pooled, int[][] tokens, int first, int count)
    {
        RowSeed seed = new(trace, last, Count, first, count, (_, b) => tokens[b]);
        float[] slope = new float[vectors.Width];
        for (int t = first; t < first + count; t++)
            for (int b = 0; b < trace.Batch; b++)
            {
                float length = TensorPrimitives.Norm<float>(pooled.Row(b)), other = TensorPrimitives.Norm<float>(vectors.Row(t)),
                    cosine = TensorPrimitives.Dot<float>(pooled.Row(b), vectors.Row(t)) / (length * other), share = 1 / (length * tokens[b].Length);
                for (int i = 0; i < slope.Length; i++) slope[i] = (vectors.Row(t)[i] / other - pooled.Row(b)[i] / length * cosine) * share;
                for (int j = 0; j < tokens[b].Length; j++) slope.CopyTo(seed[t, b, j]);
            }
        return seed.Cotangent;
    }
}
