// The model-randomisation check: does a map change when what the model has learned is taken away, layer by layer from the top?
// (Adebayo et al. 2018, "Sanity Checks for Saliency Maps", arXiv:1810.03292, section 3; docs/trust.md.)

using Translucent.Evaluate.Metrics;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Evaluate.Trust;

/// <summary>How a map of a partly random model resembles that of the trained one.</summary>
/// <param name="Name">The lowest layer that is random: <c>head</c>, <c>blocks.{i}</c>, <c>embed</c> (all).</param>
/// <param name="Rho">Spearman's ρ of the two maps, -1 .. 1; NaN where one is constant.</param>
/// <param name="AbsoluteRho">The same of their absolute values.</param>
sealed record RandomizationStage(string Name, double Rho, double AbsoluteRho);

/// <summary>Compares maps of a model with maps of ever more random ones.</summary>
static class RandomizationCheck
{
    /// <summary>How many stages are looked at unless said otherwise.</summary>
    public const int DefaultStages = 8;

    /// <summary>The stages for every map an explanation gives.</summary>
    /// <param name="trace">A forward pass of the trained model, of one image.</param>
    /// <param name="explain">The method, for classes that stay the same: from a pass to T maps, as <c>t => Gae.Rows(t, [3, 5])</c>.</param>
    /// <param name="most">At most so many stages, evenly spread; the head and all layers are always among them if there are two.</param>
    /// <param name="seed">Of the random weights.</param>
    /// <param name="options">Progress in stages, cancelling.</param>
    /// <returns>[T] lists of stages.</returns>
    /// <exception cref="ArgumentException">The pass has several images, or the maps another shape.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static IReadOnlyList<IReadOnlyList<RandomizationStage>> Of(
        Trace trace, Func<Trace, Tensor> explain, int most = DefaultStages, ulong seed = 0, SweepOptions? options = null)
    {
        OneImage.Check(trace);
        VisionTransformer model = trace.Model as VisionTransformer
            ?? throw new TranslucentException($"trace: a pass of {trace.Model.Family}, expected a vision transformer.");
        Tensor trained = PatchMaps.Of(trace, explain(trace));
        HashSet<int> chosen = Chosen(RandomizedModel.Stages(trace.Blocks.Count) - 1, most);
        List<RandomizationStage>[] stages = [.. Enumerable.Range(0, trained.Rows).Select(_ => new List<RandomizationStage>())];
        Arena arena = new();
        foreach ((int index, RandomizedModel random) in RandomizedModel.Cascade(model, seed).Index())
        {
            (options?.Stop ?? default).ThrowIfCancellationRequested();
            if (!chosen.Contains(index)) continue;
            using Trace pass = random.Model.Forward(trace.Pixels, trace.Tape.Keep, arena, cancellationToken: options?.Stop ?? default);
            Tensor maps = PatchMaps.Of(pass, explain(pass));
            for (int t = 0; t < stages.Length; t++) stages[t].Add(Compare(random.Stage, trained.Row(t), maps.Row(t)));
            options?.Progress?.Report(stages[0].Count);
        }
        return stages;
    }

    /// <summary>How many stages are looked at for a model.</summary>
    public static int Count(Trace trace, int most = DefaultStages) => Chosen(RandomizedModel.Stages(trace.Blocks.Count) - 1, most).Count;

    /// <summary>Evenly spread numbers of 1 .. last.</summary>
    static HashSet<int> Chosen(int last, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        int count = Math.Min(last, most);
        return count == 1 ? [last] : [.. Enumerable.Range(0, count).Select(i => 1 + (int)Math.Round((double)i * (last - 1) / (count - 1)))];
    }

    static RandomizationStage Compare(string stage, ReadOnlySpan<float> trained, ReadOnlySpan<float> random)
    {
        (float[] a, float[] b) = (new float[trained.Length], new float[random.Length]);
        TensorPrimitives.Abs(trained, a);
        TensorPrimitives.Abs(random, b);
        return new RandomizationStage(stage, RankCorrelation.Spearman(trained, random), RankCorrelation.Spearman(a, b));
    }
}
