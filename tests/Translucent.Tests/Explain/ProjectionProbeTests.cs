using Translucent.Checkpoints;
using Translucent.Explain.Projection;
using Translucent.Tensors;
using Translucent.Tests.Models;
using Translucent.Tests.Reference;

namespace Translucent.Tests.Explain;

/// <summary>Linear probes: the one minimum there is, found again and again with the same bits.</summary>
[Collection(nameof(Alone))]
public class ProjectionProbeTests
{
    [Theory]
    [InlineData(2, 0.1)]
    [InlineData(4, 0.1)]
    [InlineData(4, 1.0)]
    public void Training_finds_what_plain_gradient_descent_finds(int classes, double l2)
    {
        (Tensor x, int[] labels) = Clouds(classes, samples: 60, width: 5, spread: 1.5f);
        LinearProbe probe = LinearProbe.Fit(x, labels, classes, new ProbeOptions { L2 = l2, Tolerance = 1e-10 });
        double[][] plain = PlainProbe.Fit(Rows(x), labels, classes, l2, step: 0.3, steps: 2000);
        Assert.True(probe.Converged);
        for (int c = 0; c < classes; c++)
        {
            for (int d = 0; d < 5; d++) Assert.Equal(plain[c][d], probe.Weights(c)[d], 1e-6);
            Assert.Equal(plain[c][5], probe.Bias(c), 1e-6);
        }
    }

    [Theory]
    [InlineData("overlapping")]
    [InlineData("separable")]
    [InlineData("unbalanced")]
    [InlineData("scaled")]
    public void Training_finds_what_scikit_learn_finds(string name)
    {
        using Safetensors golden = Safetensors.Open(Golden.File("probe/logistic.safetensors"));
        Tensor x = golden[$"{name}/x"].ToTensor();
        int[] labels = Array.ConvertAll(golden[$"{name}/labels"].ToInt64s(), l => (int)l);
        double[] weights = golden[$"{name}/weights"].ToDoubles(), bias = golden[$"{name}/bias"].ToDoubles();
        LinearProbe probe = LinearProbe.Fit(x, labels, bias.Length, new ProbeOptions { L2 = golden[$"{name}/l2"].ToDoubles()[0], Tolerance = 1e-10 });
        Assert.True(probe.Converged);
        double[] found = [.. Enumerable.Range(0, bias.Length).SelectMany(c => probe.Weights(c).ToArray())];
        double scale = weights.Max(Math.Abs);
        for (int i = 0; i < weights.Length; i++) Assert.Equal(weights[i], found[i], 1e-6 * scale);
        for (int c = 0; c < bias.Length; c++) Assert.Equal(bias[c], probe.Bias(c), 1e-6 * bias.Max(Math.Abs));
    }

    /// <summary>Features of very different sizes, far from zero, as residual streams have them: the gradient vanishes all the same.</summary>
    [Theory]
    [InlineData(1e-4)]
    [InlineData(1.0)]
    public void The_gradient_vanishes_where_training_ends(double l2)
    {
        (Tensor x, int[] labels) = Clouds(3, samples: 90, width: 12, spread: 2);
        for (int s = 0; s < x.Rows; s++)
            for (int d = 0; d < 12; d++) x.Row(s)[d] = 10 + x.Row(s)[d] * MathF.Pow(10, d % 4 - 2);
        LinearProbe probe = LinearProbe.Fit(x, labels, 3, new ProbeOptions { L2 = l2, Tolerance = 1e-9 });
        Assert.True(probe.Converged, $"{probe.Iterations} steps");
        double[][] w = [.. Enumerable.Range(0, 3).Select(c => (double[])[.. probe.Weights(c), probe.Bias(c)])];
        double[] largest = [.. Enumerable.Range(0, 13).Select(d => d == 12 ? 1 : Rows(x).Max(row => Math.Abs(row[d])))];
        foreach (double[] g in PlainProbe.Gradient(w, Rows(x), labels, l2))
            for (int d = 0; d < 13; d++) Assert.True(Math.Abs(g[d]) <= 1e-7 * largest[d], $"gradient {g[d]:e1} of feature {d}");
        Assert.Equal(0, w.Sum(row => row[12]), 1e-6);
    }

    [Fact]
    public void Separable_classes_are_told_apart_and_weights_stay_finite()
    {
        (Tensor x, int[] labels) = Clouds(5, samples: 100, width: 8, spread: 0.05f);
        LinearProbe probe = LinearProbe.Fit(x, labels, 5, new ProbeOptions { L2 = 1e-6 });
        Assert.True(probe.Converged);
        Assert.Equal(1, probe.Accuracy(x, labels));
        Assert.Equal(labels, Identifiability.Predicted(probe.Scores(x)));
        Assert.InRange(probe.Loss, 0, 1e-3);
        for (int c = 0; c < 5; c++) Assert.All(probe.Weights(c).ToArray(), w => Assert.InRange(Math.Abs(w), 0, 1e3));
    }

    /// <summary>Nothing to learn: the probe says how often each class occurs.</summary>
    [Fact]
    public void Features_that_say_nothing_give_the_frequencies_of_the_classes()
    {
        Tensor x = new(8, 2);
        x.Span.Fill(3);
        LinearProbe probe = LinearProbe.Fit(x, [0, 0, 0, 0, 1, 1, 2, 0], 3, new ProbeOptions { Tolerance = 1e-12 });
        double[] e = [.. Enumerable.Range(0, 3).Select(c => Math.Exp(probe.Bias(c)))];
        Assert.Equal([0.625, 0.25, 0.125], e.Select(v => Math.Round(v / e.Sum(), 9)));
    }

    [Fact]
    public void Every_number_of_threads_and_every_repetition_gives_the_same_bits()
    {
        (Tensor x, int[] labels) = Clouds(4, samples: 70, width: 33, spread: 2);
        int before = Compute.Default.Threads;
        try
        {
            double[]? expected = null;
            foreach (int threads in (int[])[1, 2, 3, 8, 1])
            {
                Compute.Default = Compute.Default.WithThreads(threads);
                LinearProbe probe = LinearProbe.Fit(x, labels, 4);
                double[] found = [.. Enumerable.Range(0, 4).SelectMany(c => (double[])[.. probe.Weights(c), probe.Bias(c)])];
                Assert.Equal(expected ??= found, found);
                GC.Collect(); // arrays move
            }
        }
        finally
        {
            Compute.Default = Compute.Default.WithThreads(before);
        }
    }

    [Fact]
    public void Too_few_steps_are_reported()
    {
        (Tensor x, int[] labels) = Clouds(3, samples: 60, width: 6, spread: 2);
        LinearProbe probe = LinearProbe.Fit(x, labels, 3, new ProbeOptions { MaxIterations = 2 });
        Assert.Equal((2, false), (probe.Iterations, probe.Converged));
        using CancellationTokenSource stop = new();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => LinearProbe.Fit(x, labels, 3, cancellationToken: stop.Token));
    }

    /// <summary>Tokens of one block as samples: whether they come from the upper or the lower half of the picture.</summary>
    [Fact]
    public void A_probe_on_tokens_of_a_model_reads_what_is_there()
    {
        using Fixture f = Fixture.Open("vision/vit");
        Tensor tokens = ClassProjection.Tokens(f.Trace, TokenState.Hidden, 0),
            patches = new([f.Trace.Grid.Count, tokens.Width], tokens.Span[(f.Trace.Grid.Prefix * tokens.Width)..]);
        int[] half = [.. Enumerable.Range(0, f.Trace.Grid.Count).Select(i => i < f.Trace.Grid.Count / 2 ? 0 : 1)];
        Assert.Equal(1, LinearProbe.Fit(patches, half, 2, new ProbeOptions { L2 = 1e-4 }).Accuracy(patches, half));
    }

    [Fact]
    public void Wrong_requests_name_what_is_expected()
    {
        (Tensor x, int[] labels) = Clouds(2, samples: 4, width: 3, spread: 1);
        Assert.Contains("expected [samples, width]", Fails(() => LinearProbe.Fit(new Tensor(4), labels, 2)));
        Assert.Contains("expected 4, one for every row", Fails(() => LinearProbe.Fit(x, [0, 1], 2)));
        Assert.Contains("expected 2 or more", Fails(() => LinearProbe.Fit(x, labels, 1)));
        Assert.Contains("expected 0 to 1", Fails(() => LinearProbe.Fit(x, [0, 1, 2, 0], 2)));
        Assert.Contains("expected a positive number", Fails(() => LinearProbe.Fit(x, labels, 2, new ProbeOptions { L2 = 0 })));
        LinearProbe probe = LinearProbe.Fit(x, labels, 2);
        Assert.Contains("rows of 3 numbers", Fails(() => probe.Scores(new Tensor(1, 4))));
        Assert.Contains("expected 4, one for every row", Fails(() => probe.Accuracy(x, [0])));
        x.Span[5] = float.NaN;
        Assert.Contains("sample 1: expected", Fails(() => LinearProbe.Fit(x, labels, 2)).Replace(", expected", ": expected"));
    }

    static string Fails(Action action) => Assert.Throws<ArgumentException>(action).Message;

    /// <summary>Classes in turn, each a cloud around a point of its own.</summary>
    static (Tensor Features, int[] Labels) Clouds(int classes, int samples, int width, float spread)
    {
        Random random = new(5);
        float[][] centres = [.. Enumerable.Range(0, classes)
            .Select(_ => Enumerable.Range(0, width).Select(_ => (float)(2 * random.NextDouble() - 1)).ToArray())];
        Tensor x = new(samples, width);
        int[] labels = [.. Enumerable.Range(0, samples).Select(s => s % classes)];
        for (int s = 0; s < samples; s++)
            for (int d = 0; d < width; d++) x.Row(s)[d] = centres[labels[s]][d] + spread * (float)(2 * random.NextDouble() - 1);
        return (x, labels);
    }

    static double[][] Rows(Tensor x) => [.. Enumerable.Range(0, x.Rows).Select(s => Array.ConvertAll(x.Row(s).ToArray(), v => (double)v))];
}
