// The work of `translucent explain --trust`: how far to believe each map (docs/trust.md).

using Translucent.Cli.Options;
using Translucent.Evaluate.Trust;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Runs.Records;
using Translucent.Tensors;

namespace Translucent.Cli.Runs;

/// <summary>What is known about one map.</summary>
/// <param name="Map">The map.</param>
/// <param name="Judged">The class whose probability the curves follow: that of the map, or the first one asked for where a method knows none.</param>
/// <param name="Deletion">Patches removed in the order of the map.</param>
/// <param name="Insertion">Patches inserted in the order of the map.</param>
/// <param name="Randomization">Likeness to the maps of ever more random models.</param>
/// <param name="Stability">Likeness to the maps of noisy copies.</param>
/// <param name="Conservation">What the map adds up to; null where the method promises nothing.</param>
sealed record MapTrust(
    ClassMap Map, NamedTarget Judged, PerturbationResult Deletion, PerturbationResult Insertion,
    IReadOnlyList<RandomizationStage> Randomization, NoiseStability Stability, Conservation? Conservation)
{
    /// <summary>As a record.</summary>
    /// <param name="curves">Whether the curves are part of it.</param>
    public TrustOfMap Record(bool curves) => new(
        Map.FileName, Map.Method.Name, Judged.Target.Class, Judged.Label, OrderRecord.Of(Deletion, curves), OrderRecord.Of(Insertion, curves),
        [.. Randomization.Select(s => new StageRecord(s.Name, s.Rho, s.AbsoluteRho))],
        new StabilityRecord(Stability.MeanRho, Stability.MaxChange, Stability.SameAnswer),
        Conservation is { } sum ? new ConservationRecord(sum.Sum, sum.Promised, sum.RelativeGap) : null);
}

/// <summary>Checks the maps of one image.</summary>
static class TrustRun
{
    /// <summary>How patches are removed and inserted.</summary>
    public static PerturbationSettings Perturbation { get; } = new();

    /// <summary>How the image is disturbed.</summary>
    public static NoiseSettings Noise { get; } = new();

    /// <summary>The same for the record.</summary>
    public static TrustSettings Settings { get; } = new(
        Perturbation.Steps, Perturbation.RandomOrders, Word(Perturbation.Deletion), Word(Perturbation.Insertion), RandomizationCheck.DefaultStages, Noise.Sigma,
        Noise.Copies, Perturbation.Seed);

    /// <summary>Operations, roughly: every stage and every noisy copy is a forward pass and a run of the method.</summary>
    public static double Flops(Trace trace, MethodChoice methods, int classes)
    {
        (int once, int perMap) = new PerturbationTest(trace, Perturbation).Passes;
        double forward = Cost.Forward(trace);
        return forward * (once + perMap * methods.Maps(classes)) + methods.Methods.Sum(m => Repeated(trace, m, classes, forward));
    }

    /// <summary>Bytes of the random weights, a batch of changed images, and a pass of a random model.</summary>
    public static double Bytes(ModelInfo model, Trace trace) => 4.0 * model.Parameters
        + PerturbationTest.Bytes(trace, new SweepOptions()) + Cost.ForwardBytes(trace, trace.Tape.Keep);

    /// <summary>Checks all maps; the random orders are shared by all, a method runs for all its classes at once.</summary>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static IReadOnlyList<MapTrust> Of(ImageRun run, ClassMapSet set, IReadOnlyList<NamedTarget> targets)
    {
        PerturbationTest test = new(run.Trace, Perturbation);
        double forward = Cost.Forward(run.Trace);
        List<MapTrust> all = [];
        foreach (IGrouping<ClassMethod, ClassMap> maps in set.Maps.GroupBy(m => m.Method))
            all.AddRange(run.Time($"trust in {maps.Key.Name}", () => OfMethod(run, test, maps.Key, [.. maps], targets, forward, first: all.Count == 0)));
        return all;
    }

    static IEnumerable<MapTrust> OfMethod(ImageRun run, PerturbationTest test, ClassMethod method, ClassMap[] maps, IReadOnlyList<NamedTarget> targets,
        double forward, bool first)
    {
        NamedTarget[] judged = [.. maps.Select(m => m.Class ?? targets[0])];
        ClassTargets of = new([.. method.TellsClassesApart ? judged.Select(j => j.Target) : targets.Select(t => t.Target)], maps[0].Scalar);
        Tensor known = Grids(run, maps);

        int passes = test.Passes.PerMap * maps.Length + (first ? test.Passes.Once : 0);
        var curves = test.Of(known, [.. judged.Select(j => j.Target.Class)], run.Progress.Sweep(passes, forward * passes));

        double repeated = Repeated(run.Trace, method, of.Count, forward);
        int stages = RandomizationCheck.Count(run.Trace), repeats = stages + Noise.Copies;
        SweepOptions randomizing = run.Progress.Sweep(stages, repeated * stages / repeats),
            disturbing = run.Progress.Sweep(Noise.Copies, repeated * Noise.Copies / repeats);
        Tensor Explain(Trace pass) => pass == run.Trace ? known : method.Explain(pass, of, disturbing with { Progress = null }).Maps;
        var randomization = RandomizationCheck.Of(run.Trace, Explain, options: randomizing);
        var stability = NoiseStability.Of(run.Trace, Explain, Noise, disturbing);

        double[]? promised = method.Promised?.Invoke(run.Trace, of);
        return maps.Select((map, t) => new MapTrust(map, judged[t], curves[t].Deletion, curves[t].Insertion, randomization[t], stability[t],
            promised is null ? null : Conservation.Of((map.Row ?? map.Map).Span, promised[t])));
    }

    static double Repeated(Trace trace, ClassMethod method, int classes, double forward) =>
        (RandomizationCheck.Count(trace) + Noise.Copies) * (forward + method.Operations(trace, classes));

    /// <summary>A row of patches for every map, [T, n].</summary>
    static Tensor Grids(ImageRun run, ClassMap[] maps)
    {
        Tensor grids = new(maps.Length, run.Trace.Grid.Count);
        for (int t = 0; t < maps.Length; t++) maps[t].OnGrid(run.Trace.Grid.Rows, run.Trace.Grid.Columns).Span.CopyTo(grids.Row(t));
        return grids;
    }

    static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
