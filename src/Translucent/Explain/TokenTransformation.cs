// How one block transforms tokens: lengths and directions of what attention and MLP make of each (TokenTM eqs. 9 to 13).

using Translucent.Autodiff.Ops;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>Ratios of lengths |Ẽ|/|E| and cosines of E and Ẽ for the heads and the MLP of one block.</summary>
/// <param name="HeadRatios">[B, H, N].</param>
/// <param name="HeadCosines">[B, H, N].</param>
/// <param name="MlpRatios">[B, N].</param>
/// <param name="MlpCosines">[B, N].</param>
sealed record TokenTransformation(Tensor HeadRatios, Tensor HeadCosines, Tensor MlpRatios, Tensor MlpCosines)
{
    public static TokenTransformation Of(VisionTrace trace, int block)
    {
        int images = trace.Images, tokens = trace.Tokens, heads = trace.Model.Config.Heads;
        Tensor headRatios = new(images, heads, tokens), headCosines = new(images, heads, tokens), mlpRatios = new(images, tokens), mlpCosines = new(images, tokens);
        trace.Tape.Within($"blocks.{block}.attn.probs", tape =>
        {
            Tensor entering = trace.Tape[$"blocks.{block}.in"].Value;
            Compare(tape[$"blocks.{block}.mid"].Value, tape[$"blocks.{block}.mlp.out"].Value, mlpRatios, mlpCosines);
            for (int h = 0; h < heads; h++)
            {
                Tensor transformed = Head(trace, tape, block, h), ratios = new(images, tokens), cosines = new(images, tokens);
                Compare(entering, transformed, ratios, cosines);
                for (int b = 0; b < images; b++)
                {
                    ratios.Row(b).CopyTo(headRatios.Row(b * heads + h));
                    cosines.Row(b).CopyTo(headCosines.Row(b * heads + h));
                }
            }
        });
        return new TokenTransformation(headRatios, headCosines, mlpRatios, mlpCosines);
    }

    /// <summary>What head h of a block makes of every token: Ẽ = LS·(v_h·W_O), value bias in, output bias out: [B, N, C].</summary>
    public static unsafe Tensor Head(VisionTrace trace, Autodiff.Tape tape, int block, int head)
    {
        Linear output = trace.Model.Blocks[block].Output;
        int width = trace.Model.Config.Width, depth = width / trace.Model.Config.Heads;
        Tensor made = Tensor.Uninitialized(trace.Images, trace.Tokens, width);
        tape.WithAttention($"blocks.{block}.attn.probs", call =>
        {
            Tensor v = call.X[2].Value;
            Gemm.Multiply(made.Rows, width, depth, new Operand(v.Pointer + head * depth, width),
                output.Weight.Operand.FromColumn(head * depth).Transposed, made.Pointer, width);
        });
        for (int r = 0; output.Scale is not null && r < made.Rows; r++)
            TensorPrimitives.Multiply(made.Row(r), output.Scale.Span, made.Row(r));
        return made;
    }

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

    static unsafe void Compare(Tensor original, Tensor transformed, Tensor ratios, Tensor cosines)
    {
        Tensor before = Lengths(original), after = Lengths(transformed);
        int width = original.Width;
        for (int r = 0; r < original.Rows; r++)
        {
            float product = before.Span[r] * after.Span[r];
            ratios.Span[r] = before.Span[r] > 0 ? after.Span[r] / before.Span[r] : 0;
            cosines.Span[r] = Kernels.Dot(original.Pointer + (long)r * width, transformed.Pointer + (long)r * width, width) / MathF.Max(product, 1e-12f);
        }
    }
}
