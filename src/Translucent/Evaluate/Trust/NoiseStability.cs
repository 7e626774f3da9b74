// How much a map changes when the image changes invisibly: sensitivity of explanations
// (Yeh et al. 2019, "On the (In)fidelity and Sensitivity of Explanations", arXiv:1901.09392, definition 2.2; docs/trust.md).

using Translucent.Evaluate.Metrics;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Evaluate.Trust;

/// <summary>How the image is disturbed.</summary>
sealed record NoiseSettings
{
    /// <summary>σ of the noise on every sample, as part of the range from black to white; 0.02 is 5 of 255 grey levels.</summary>
    public double Sigma { get; init; } = 0.02;

    /// <summary>How many noisy copies.</summary>
    public int Copies { get; init; } = 8;

    /// <summary>Of the noise.</summary>
    public ulong Seed { get; init; }
}

/// <summary>How a map stands noise.</summary>
/// <param name="MeanRho">The mean over copies of Spearman's ρ between their map and that of the image; NaN where a map is constant.</param>
/// <param name="MaxChange">The largest |map′ − map|₂ / |map|₂ over the copies; NaN for a map of zeros.</param>
/// <param name="SameAnswer">The part of the copies whose most probable class is that of the image: where it is not 1, maps have reason to differ.</param>
sealed record NoiseStability(double MeanRho, double MaxChange, double SameAnswer)
{
    /// <summary>Explains noisy copies of an image.</summary>
    /// <param name="trace">A forward pass of one image.</param>
    /// <param name="explain">From a pass to T maps.</param>
    /// <param name="settings">The noise.</param>
    /// <param name="options">Progress in copies, cancelling.</param>
    /// <returns>[T], for every map.</returns>
    /// <exception cref="ArgumentException">The pass has several images, the maps another shape, or settings are out of range.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static IReadOnlyList<NoiseStability> Of(Trace trace, Func<Trace, Tensor> explain, NoiseSettings? settings = null, SweepOptions? options = null)
    {
        settings ??= new NoiseSettings();
        OneImage.Check(trace);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Copies, 1);
        if (!(settings.Sigma >= 0 && double.IsFinite(settings.Sigma)))
            throw new ArgumentOutOfRangeException(nameof(settings), $"sigma: {settings.Sigma}, expected a number from 0.");
        Tensor clean = PatchMaps.Of(trace, explain(trace));
        double[] rho = new double[clean.Rows], change = new double[clean.Rows];
        int same = 0;
        Arena arena = new();
        for (int copy = 0; copy < settings.Copies; copy++)
        {
            (options?.Stop ?? default).ThrowIfCancellationRequested();
            using Trace pass = trace.Image.Forward(Noisy(trace, settings, copy), trace.Tape.Keep, arena, options?.Stop ?? default);
            Tensor maps = PatchMaps.Of(pass, explain(pass));
            for (int t = 0; t < clean.Rows; t++)
            {
                rho[t] += RankCorrelation.Spearman(clean.Row(t), maps.Row(t));
                change[t] = Math.Max(change[t], Change(clean.Row(t), maps.Row(t)));
            }
            if (Answer(pass) == Answer(trace)) same++;
            options?.Progress?.Report(copy + 1);
        }
        return [.. rho.Select((r, t) => new NoiseStability(r / settings.Copies, change[t], (double)same / settings.Copies))];
    }

    /// <summary>The image with noise; not cut off at black and white, so that its mean stays.</summary>
    static Tensor Noisy(Trace trace, NoiseSettings settings, int copy)
    {
        Tensor noisy = new(trace.Pixels.Shape);
        NormalNoise.Fill(noisy, SplitMix.At(settings.Seed, (ulong)copy));
        int channels = noisy.Shape[1], plane = noisy.Length / channels;
        for (int c = 0; c < channels; c++)
        {
            double range = trace.Image.White[c] - trace.Image.Black[c]; // from black to white, as the model counts
            Span<float> part = noisy.Span.Slice(c * plane, plane);
            TensorPrimitives.MultiplyAdd(part, (float)(settings.Sigma * range), trace.Pixels.Span.Slice(c * plane, plane), part);
        }
        return noisy;
    }

    static int Answer(Trace trace) => trace.Readout is not { Classes: > 0 } ? -1 : TensorPrimitives.IndexOfMax<float>(trace.Logits.Span);

    static double Change(ReadOnlySpan<float> clean, ReadOnlySpan<float> noisy)
    {
        double difference = 0, length = 0;
        for (int i = 0; i < clean.Length; i++)
        {
            difference += ((double)noisy[i] - clean[i]) * ((double)noisy[i] - clean[i]);
            length += (double)clean[i] * clean[i];
        }
        return Math.Sqrt(difference) / Math.Sqrt(length);
    }
}
