// Goldens of the loss that trains ULTra_W (Hosseini et al. 2024, arXiv:2411.12589, eq. 13; docs/evaluate.md).

using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Verify;

/// <summary>loss = Σ over even patches of ⟨w_i, z_i − z'_i⟩², w_i = θ_i/|θ_i|, and its derivative with respect to θ.</summary>
/// <remarks>As the goldens define it: θ = 2·ultra_w, z = the stream after the last block, z' that of the image whose odd patches are negated.</remarks>
static class SelfConsistencyGoldens
{
    const string Key = "self-consistency";

    public static readonly GoldenEntry[] Entries =
    [
        new("ultra/self_consistency/loss", (run, _) => run.Once(Key, () => Compute(run)).Value),
        new("ultra/self_consistency/grad", (run, _) => run.Once(Key, () => Compute(run)).Gradient),
    ];

    sealed record Loss(Tensor Value, Tensor Gradient);

    static Loss Compute(GoldenRun run)
    {
        Tensor w = run.VectorOfTokens("ultra_w"), gradient = new(run.Trace.Tokens, run.Trace.Blocks[0].Width), value = new();
        using Trace perturbed = run.Trace.Image.Forward(Negated(run.Input("pixel_values"), run.Trace.Grid.Patch), run.Trace.Tape.Keep, new Arena(),
            run.Options.Stop);
        string top = run.Trace.Blocks[^1].Out;
        Tensor z = run.Trace.Tape[top].Value, other = perturbed.Tape[top].Value, difference = new(gradient.Width), theta = new(gradient.Width);
        double loss = 0;
        for (int i = run.Trace.Grid.Prefix; i < run.Trace.Tokens; i += 2) // even patches
        {
            TensorPrimitives.Multiply(w.Row(i), 2, theta.Span);
            TensorPrimitives.Subtract(z.Row(i), other.Row(i), difference.Span);
            loss += SelfConsistency.Add(theta.Span, difference.Span, gradient.Row(i));
        }
        value.Span[0] = (float)loss;
        return new Loss(value, gradient);
    }

    /// <summary>The image with every second patch, in row-major order, negated; changed in place.</summary>
    static Tensor Negated(Tensor pixels, int patch)
    {
        int height = pixels.Shape[^2], rows = height / patch, columns = pixels.Width / patch;
        for (int r = 0; r < pixels.Rows; r++)
        {
            int row = r % height / patch;
            if (row >= rows) continue; // beyond the last whole patch
            for (int column = 0; column < columns; column++)
            {
                if ((row * columns + column) % 2 == 0) continue;
                Span<float> part = pixels.Row(r).Slice(column * patch, patch);
                TensorPrimitives.Negate(part, part);
            }
        }
        return pixels;
    }
}
