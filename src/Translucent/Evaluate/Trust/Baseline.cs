// What takes the place of a patch that is removed (Petsiuk et al. 2018, arXiv:1806.07421, section 3.3; docs/trust.md).

using Translucent.Tensors;

namespace Translucent.Evaluate.Trust;

/// <summary>What stands where nothing of the photograph is shown.</summary>
public enum Baseline
{
    /// <summary>The mean colour of the model's preprocessor, the zero of its input: what RISE deletes with.</summary>
    Mean,

    /// <summary>Black, before normalisation: what Chefer's perturbation tests delete with.</summary>
    Black,

    /// <summary>The photograph behind a Gaussian blur whose deviation is the side of a patch: what RISE inserts into, scaled with the patches.</summary>
    Blur,
}

/// <summary>Makes the images behind the patches.</summary>
static class Baselines
{
    const int Reach = 3; // standard deviations to which the blur reaches

    /// <summary>The whole image as it is when all patches are removed, [1, c, H, W]; <paramref name="black"/> is what black is for each channel.</summary>
    public static Tensor Of(Baseline kind, Tensor pixels, IReadOnlyList<double> black, int patch)
    {
        if (kind == Baseline.Blur) return Blurred(pixels, patch);
        Tensor flat = new(pixels.Shape);
        if (kind == Baseline.Mean) return flat;
        int plane = flat.Length / black.Count;
        for (int c = 0; c < black.Count; c++) flat.Span.Slice(c * plane, plane).Fill((float)black[c]);
        return flat;
    }

    /// <summary>Gaussian blur, edges repeated outwards.</summary>
    public static Tensor Blurred(Tensor pixels, double deviation)
    {
        float[] taps = Taps(deviation);
        int height = pixels.Shape[^2], width = pixels.Shape[^1];
        Tensor across = new(pixels.Shape), both = new(pixels.Shape);
        Compute.Default.For(pixels.Rows, row => Along(pixels.Row(row), across.Row(row), taps));
        Compute.Default.For(pixels.Rows, row =>
        {
            int first = row / height * height; // of the channel
            for (int k = 0; k < taps.Length; k++)
            {
                int from = Math.Clamp(row - first + k - taps.Length / 2, 0, height - 1);
                TensorPrimitives.MultiplyAdd(across.Row(first + from), taps[k], both.Row(row), both.Row(row));
            }
        });
        return both;
    }

    static void Along(ReadOnlySpan<float> line, Span<float> into, float[] taps)
    {
        for (int x = 0; x < line.Length; x++)
            for (int k = 0; k < taps.Length; k++) into[x] += taps[k] * line[Math.Clamp(x + k - taps.Length / 2, 0, line.Length - 1)];
    }

    /// <summary>A Gaussian at whole steps, that sums to 1.</summary>
    static float[] Taps(double deviation)
    {
        int reach = (int)Math.Ceiling(Reach * deviation);
        double[] bell = [.. Enumerable.Range(-reach, 2 * reach + 1).Select(x => Math.Exp(-x * x / (2 * deviation * deviation)))];
        double sum = bell.Sum();
        return [.. bell.Select(b => (float)(b / sum))];
    }
}
