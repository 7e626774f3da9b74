// One vector for a whole text, as sentence embeddings are made (Reimers and Gurevych 2019, arXiv:1908.10084).

using Translucent.Autodiff;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>Which tokens stand for a text.</summary>
public enum TextPooling
{
    /// <summary>The mean of all tokens of the text.</summary>
    Mean,

    /// <summary>The first token: BERT's class token.</summary>
    First,

    /// <summary>The last token, which in causal models has seen all others.</summary>
    Last,
}

/// <summary>Pools the tokens that leave a language model.</summary>
public static class TextEmbeddings
{
    /// <summary>[B, C]: the pooled tokens behind the last normalisation.</summary>
    /// <param name="trace">A forward pass of a language model.</param>
    /// <param name="pooling">Which tokens.</param>
    /// <param name="normalize">Whether each vector is divided by its length, so that products are cosines.</param>
    /// <exception cref="ArgumentException">The pass read no text.</exception>
    public static Tensor Of(Trace trace, TextPooling pooling = TextPooling.Mean, bool normalize = true)
    {
        Tensor last = Last(trace).Value, pooled = new(trace.Batch, last.Width);
        for (int b = 0; b < trace.Batch; b++)
        {
            int[] tokens = Tokens(trace, pooling, b);
            Span<float> row = pooled.Row(b);
            foreach (int n in tokens) TensorPrimitives.Add(row, last.Row(b * trace.Tokens + n), row);
            TensorPrimitives.Divide(row, normalize ? TensorPrimitives.Norm<float>(row) : tokens.Length, row);
        }
        return pooled;
    }

    /// <summary>The tokens that leave the model.</summary>
    internal static Var Last(Trace trace) => trace.Text is null ? throw new ArgumentException($"{trace.Model.Family}: the pass read no text.", nameof(trace))
        : trace.Tape.TryGet("norm", out Var? norm) ? norm : trace.Tape[trace.Blocks[^1].Out];

    /// <summary>The tokens of one text that are averaged.</summary>
    internal static int[] Tokens(Trace trace, TextPooling pooling, int item)
    {
        int length = trace.Text!.Lengths[item % trace.Text.Lengths.Count];
        return pooling switch { TextPooling.First => [0], TextPooling.Last => [length - 1], _ => [.. Enumerable.Range(0, length)] };
    }
}
