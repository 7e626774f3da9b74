// How one block transforms tokens: lengths and directions of what attention and MLP make of each (TokenTM eqs. 9 to 13).

using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>Ratios of lengths |Ẽ|/|E| and cosines of E and Ẽ for the heads and the MLP of one block.</summary>
/// <param name="HeadRatios">[B, H, N].</param>
/// <param name="HeadCosines">[B, H, N].</param>
/// <param name="MlpRatios">[B, N].</param>
/// <param name="MlpCosines">[B, N].</param>
/// <remarks>Where attention normalises what it read, or what it made of it, the heads' Ẽ is what becomes of v for a deviation of 1; what a query takes of it
/// is Ẽ divided by its own deviation, which has a place of its own, <see cref="Reach"/>.</remarks>
sealed record TokenTransformation(Tensor HeadRatios, Tensor HeadCosines, Tensor MlpRatios, Tensor MlpCosines)
{
    /// <summary>1/deviation of what every query read, or of what became of it, [B, Q]; null where attention does not normalise it.</summary>
    public Tensor? Reach { get; private init; }

    const int Strip = 256; // rows that one head transforms at once, few enough for the cache

    public static TokenTransformation Of(Trace trace, TokenBlock block)
    {
        Tensor mlpRatios = new(trace.Batch, block.Stream.Length), mlpCosines = new(trace.Batch, block.Stream.Length);
        TokenTransformation heads = null!;
        trace.Tape.Within(block.Step.Site, tape =>
        {
            Tensor middle = tape[block.Mid].Value;
            Compare(middle, 0, Lengths(middle), tape[block.MlpOut].Value.Span, mlpRatios.Span, mlpCosines.Span);
            heads = OfHeads(trace, block.Step, tape);
        });
        return heads with { MlpRatios = mlpRatios, MlpCosines = mlpCosines };
    }

    /// <summary>What the heads of one attention make of the tokens that are read, with no feed-forward layer.</summary>
    public static TokenTransformation OfHeads(Trace trace, AttentionStep step)
    {
        TokenTransformation heads = null!;
        trace.Tape.Within(step.Site, tape => heads = OfHeads(trace, step, tape));
        return heads;
    }

    static TokenTransformation OfHeads(Trace trace, AttentionStep step, Tape tape)
    {
        int images = trace.Batch, tokens = step.Values.Length;
        Tensor ratios = new(images, step.Heads, tokens), cosines = new(images, step.Heads, tokens);
        Tensor entering = (tape.TryFind(step.Entering) ?? trace.Tape[step.Entering]).Value;
        Tensor? reach = null;
        tape.WithAttention(step.Site, call =>
        {
            Heads(trace, step, entering, call.X[2].Value, ratios, cosines);
            reach = step.Norm?.Scales(call.Y.Value) ?? step.NormBehind?.Scales(tape.Calls.First(c => c.Op == step.Output).Y.Value);
        });
        return new TokenTransformation(ratios, cosines, new Tensor(images, 0), new Tensor(images, 0)) { Reach = reach };
    }

    /// <summary>Compares what each head of a block makes of every token, Ẽ = LS·(v_h·W_O) with the value bias and without the output bias, with the
    /// stream that enters.</summary>
    static unsafe void Heads(Trace trace, AttentionStep step, Tensor entering, Tensor values, Tensor ratios, Tensor cosines)
    {
        Linear output = step.OfValues();
        Tensor lengths = Lengths(entering);
        int width = entering.Width, heads = step.Heads, depth = output.Weight.Columns / heads, tokens = step.Values.Length, strip = Math.Min(Strip, tokens);
        int group = heads * depth / values.Width; // heads that share one head of values
        Tensor transformed = trace.Tape.Arena.Rent(heads, strip, width);
        trace.Tape.Arena.Compute.For(heads, head =>
        {
            Operand weight = output.Weight.Operand.FromColumn(head * depth).Transposed;
            Span<float> made = transformed.Span.Slice(head * strip * width, strip * width);
            for (int row = 0; row < entering.Rows; row += Math.Min(strip, tokens - row % tokens)) // strips end where images do
            {
                int rows = Math.Min(strip, tokens - row % tokens), at = (row / tokens * heads + head) * tokens + row % tokens;
                fixed (float* into = made)
                    Gemm.MultiplySerial(trace.Tape.Arena.Compute.Gemm, rows, width, depth,
                        new Operand(values.Pointer + (long)row * values.Width + head / group * depth, values.Width), weight, into, width, accumulate: false);
                for (int r = 0; output.Scale is not null && r < rows; r++)
                    TensorPrimitives.Multiply(made.Slice(r * width, width), output.Scale.Span, made.Slice(r * width, width));
                Compare(entering, row, lengths, made[..(rows * width)], ratios.Span.Slice(at, rows), cosines.Span.Slice(at, rows));
            }
        });
        trace.Tape.Arena.Return(transformed);
    }

    /// <summary>Weights of the rows of A: [B, Q], or null for 1.</summary>
    public Tensor? QueryWeights(TokenTMParts parts) => parts.Length ? Reach : null;

    /// <summary>Weights of the columns of A for every head: [B, H, N].</summary>
    public Tensor HeadWeights(TokenTMParts parts) => Weights(HeadRatios, HeadCosines, parts);

    /// <summary>Weights of the tokens in the MLP: [B, N].</summary>
    public Tensor MlpWeights(TokenTMParts parts) => Weights(MlpRatios, MlpCosines, parts);

    /// <summary>|x| of every row.</summary>
    public static unsafe Tensor Lengths(Tensor x)
    {
        Tensor lengths = new(x.Rows);
        for (int r = 0; r < x.Rows; r++) lengths.Span[r] = MathF.Sqrt(Kernels.Dot(x.Pointer + (long)r * x.Width, x.Pointer + (long)r * x.Width, x.Width));
        return lengths;
    }

    /// <summary>Eq. 13: the ratio of lengths times NECC, the softmax of cosines over tokens (eq. 12).</summary>
    static Tensor Weights(Tensor ratios, Tensor cosines, TokenTMParts parts)
    {
        Tensor weights = new(ratios.Shape);
        for (int r = 0; r < weights.Rows; r++)
        {
            Span<float> row = weights.Row(r);
            if (parts.Direction)
            {
                cosines.Row(r).CopyTo(row);
                Kernels.Softmax(row, 1);
            }
            else row.Fill(1);
            if (parts.Length) TensorPrimitives.Multiply(row, ratios.Row(r), row);
        }
        return weights;
    }

    /// <summary>Compares rows of a stream, from <paramref name="first"/> on, with what became of them.</summary>
    static unsafe void Compare(Tensor original, int first, Tensor lengths, ReadOnlySpan<float> transformed, Span<float> ratios, Span<float> cosines)
    {
        int width = original.Width;
        fixed (float* after = transformed)
            for (int r = 0; r < ratios.Length; r++)
            {
                float* before = original.Pointer + (long)(first + r) * width, row = after + (long)r * width;
                float from = lengths.Span[first + r], to = MathF.Sqrt(Kernels.Dot(row, row, width));
                ratios[r] = from > 0 ? to / from : 0;
                cosines[r] = Kernels.Dot(before, row, width) / MathF.Max(from * to, 1e-12f);
            }
    }
}
