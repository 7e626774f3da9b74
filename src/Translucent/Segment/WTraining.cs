// Learning the vectors of ULTra_W (Hosseini et al. 2024, arXiv:2411.12589, eq. 13): theta, a row for every token, by Adam (Kingma and Ba,
// arXiv:1412.6980) on the self-consistency loss; w is theta at length 1. What a token loses is fixed before, so that training itself takes moments.

using Translucent.Explain;
using Translucent.Tensors;

namespace Translucent.Segment;

/// <summary>How W is learned.</summary>
/// <param name="Batch">Images of a step.</param>
/// <param name="Epochs">How often every image is seen.</param>
/// <param name="Rate">Adam's step; the rows of theta begin with length 1.</param>
/// <param name="Seed">Of the order of the images.</param>
sealed record WTrainingSettings(int Batch, int Epochs, double Rate, ulong Seed);

/// <summary>Learned vectors.</summary>
/// <param name="W">[N, C], rows of length 1.</param>
/// <param name="Losses">Of every step before it was made: the mean over its images of the sum over tokens.</param>
/// <param name="Before">The mean over all images of the sum over tokens, by function S, at length 1.</param>
/// <param name="After">The same by W.</param>
sealed record WTraining(Tensor W, IReadOnlyList<double> Losses, double Before, double After)
{
    const double Decay = 0.9, SquareDecay = 0.999, Tiny = 1e-8;

    /// <summary>Learns from differences.</summary>
    /// <param name="count">Images.</param>
    /// <param name="differences">(image): [N, C], as <see cref="WDifferences"/> makes them.</param>
    /// <param name="settings">How.</param>
    /// <param name="stop">Ends it between two images.</param>
    /// <remarks>Theta begins as function S, the vector of ones; a token that nothing is known of keeps it.</remarks>
    /// <exception cref="ArgumentException">No images, or settings below 1.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static WTraining Of(int count, Func<int, Tensor> differences, WTrainingSettings settings, CancellationToken stop = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Batch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Epochs, 1);
        SplitMix random = new(settings.Seed);
        Tensor first = differences(0), theta = new(first.Shape), gradient = new(first.Shape);
        theta.Span.Fill((float)(1 / Math.Sqrt(theta.Width)));
        double before = Loss(theta, count, differences, stop);
        double[] mean = new double[theta.Length], square = new double[theta.Length];
        List<double> losses = [];
        int[] order = [.. Enumerable.Range(0, count)];
        for (int epoch = 0; epoch < settings.Epochs; epoch++)
        {
            random.Shuffle<int>(order);
            foreach (int[] batch in order.Chunk(settings.Batch))
            {
                gradient.Span.Clear();
                double loss = 0;
                foreach (int image in batch)
                {
                    stop.ThrowIfCancellationRequested();
                    Tensor d = differences(image);
                    for (int token = 0; token < d.Rows; token++) loss += SelfConsistency.Add(theta.Row(token), d.Row(token), gradient.Row(token));
                }
                losses.Add(loss / batch.Length);
                Step(theta, gradient, mean, square, losses.Count, settings.Rate, batch.Length);
            }
        }
        for (int token = 0; token < theta.Rows; token++) TensorPrimitives.Divide(theta.Row(token), TensorPrimitives.Norm<float>(theta.Row(token)),
            theta.Row(token));
        return new WTraining(theta, losses, before, Loss(theta, count, differences, stop));
    }

    static double Loss(Tensor theta, int count, Func<int, Tensor> differences, CancellationToken stop)
    {
        float[] unused = new float[theta.Width];
        double loss = 0;
        for (int image = 0; image < count; image++)
        {
            stop.ThrowIfCancellationRequested();
            Tensor d = differences(image);
            for (int token = 0; token < d.Rows; token++) loss += SelfConsistency.Add(theta.Row(token), d.Row(token), unused);
        }
        return loss / count;
    }

    static void Step(Tensor theta, Tensor gradient, double[] mean, double[] square, int step, double rate, int images)
    {
        double first = 1 - Math.Pow(Decay, step), second = 1 - Math.Pow(SquareDecay, step);
        for (int i = 0; i < theta.Length; i++)
        {
            double g = (double)gradient.Span[i] / images;
            mean[i] = Decay * mean[i] + (1 - Decay) * g;
            square[i] = SquareDecay * square[i] + (1 - SquareDecay) * g * g;
            theta.Span[i] -= (float)(rate * (mean[i] / first) / (Math.Sqrt(square[i] / second) + Tiny));
        }
    }
}
