// Deletion and insertion of patches in the order of a map (Petsiuk et al. 2018, RISE, arXiv:1806.07421, section 3.3), patch by patch
// as Vision Transformers see them, with random orders as the baseline (docs/trust.md).

using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Evaluate.Trust;

/// <summary>How patches are removed and inserted.</summary>
public sealed record PerturbationSettings
{
    /// <summary>How many times patches are changed on the way from none to all; at most one patch at a time.</summary>
    public int Steps { get; init; } = 16;

    /// <summary>How many random orders; at least 2, for a deviation.</summary>
    public int RandomOrders { get; init; } = 10;

    /// <summary>Of the random orders.</summary>
    public ulong Seed { get; init; }

    /// <summary>What deleted patches become.</summary>
    public Baseline Deletion { get; init; } = Baseline.Mean;

    /// <summary>What patches are inserted into.</summary>
    public Baseline Insertion { get; init; } = Baseline.Blur;
}

/// <summary>Deletion and insertion for the maps of one image.</summary>
/// <remarks>
/// The random orders pass through the model once and serve every map and every class. Images go in batches; neither these nor threads
/// change a bit of any result. Without random orders a map costs 2·Steps − 2 forward passes.
/// </remarks>
public sealed class PerturbationTest
{
    readonly MaskedImages _images;
    readonly PerturbationSettings _settings;
    readonly int _patches;
    readonly int[] _counts;
    Tensor? _random; // [2·orders·inner steps, classes]
    Tensor? _ends;   // [4, classes]: whole and all removed, for deletion; all removed and whole, for insertion

    /// <summary>A test on the image of a forward pass.</summary>
    /// <param name="trace">A pass over one image, of a model with classes.</param>
    /// <param name="settings">Baselines, steps and random orders; the usual ones when null.</param>
    /// <exception cref="ArgumentException">The pass has several images, or the settings are out of range.</exception>
    /// <exception cref="TranslucentException">The model has no classes.</exception>
    public PerturbationTest(Trace trace, PerturbationSettings? settings = null)
        : this(MaskedImages.Of(trace, settings ??= new PerturbationSettings()), settings)
    {
    }

    internal PerturbationTest(MaskedImages images, PerturbationSettings settings)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.RandomOrders, 2);
        (_images, _settings, _patches) = (images, settings, images.Patches);
        _counts = PatchOrder.Counts(_patches, Math.Min(settings.Steps, _patches));
    }

    /// <summary>Images that pass through the model for the baseline of random orders, once; and for every map.</summary>
    public (int Once, int PerMap) Passes => (4 + 2 * Inner * _settings.RandomOrders, 2 * Inner);

    /// <summary>Bytes that a test takes at once, beside the pass it is about.</summary>
    /// <param name="trace">A pass over one image, of a model with classes.</param>
    /// <param name="options">The memory that sweeps may take, in bytes.</param>
    public static long Bytes(Trace trace, SweepOptions options)
    {
        long image = DrawnImages.BytesPerImage(trace);
        return image * DrawnImages.Batch(trace.Grid.Count, image, options);
    }

    int Inner => _counts.Length - 2;

    /// <summary>Removes and inserts patches in the order of maps.</summary>
    /// <param name="maps">[T, n], a number for every patch; the largest go first, equal ones in the order of the image.</param>
    /// <param name="classes">[T], the class of every map.</param>
    /// <param name="options">Memory, progress in images, cancelling; <see cref="SweepOptions.Chunk"/> is images per batch.</param>
    /// <returns>Deletion and insertion of every map.</returns>
    /// <exception cref="ArgumentException">Maps and classes do not fit each other or the image.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public IReadOnlyList<(PerturbationResult Deletion, PerturbationResult Insertion)> Of(Tensor maps, IReadOnlyList<int> classes, SweepOptions? options = null)
    {
        if (maps.Width != _patches || maps.Rows != classes.Count)
            throw new ArgumentException($"maps: {maps} for {classes.Count} classes, expected [{classes.Count}, {_patches}], a row of patches for every class.");
        options ??= new SweepOptions();
        int before = 0;
        Tensor Score(IEnumerable<PatchMask> masks)
        {
            PatchMask[] all = [.. masks];
            Tensor scores = _images.Probabilities(all, options, before);
            before += all.Length;
            return scores;
        }
        _ends ??= Score([new([], false), new(Everything, false), new([], true), new(Everything, true)]);
        foreach (int c in classes)
            if (c < 0 || c >= _ends.Width) throw new ArgumentOutOfRangeException(nameof(classes), $"class {c}: the model has classes 0 to {_ends.Width - 1}.");
        _random ??= Score(Enumerable.Range(0, _settings.RandomOrders).SelectMany(r => Masks(PatchOrder.Random(_patches, _settings.Seed, r))));
        Tensor own = Score(Enumerable.Range(0, maps.Rows).SelectMany(t => Masks(PatchOrder.Of(maps.Row(t)))));
        return [.. classes.Select((c, t) => (Result(own, t, c, insertion: false), Result(own, t, c, insertion: true)))];
    }

    int[] Everything => [.. Enumerable.Range(0, _patches)];

    /// <summary>The images between none and all of an order: those of deletion, then those of insertion.</summary>
    IEnumerable<PatchMask> Masks(int[] order) =>
        from insertion in (bool[])[false, true]
        from count in _counts[1..^1]
        select new PatchMask(order[..count], insertion);

    PerturbationResult Result(Tensor own, int order, int cls, bool insertion) => new(
        Curve(own, order, cls, insertion),
        [.. Enumerable.Range(0, _settings.RandomOrders).Select(r => Curve(_random!, r, cls, insertion))], LowIsGood: !insertion);

    PerturbationCurve Curve(Tensor scores, int order, int cls, bool insertion)
    {
        int first = (2 * order + (insertion ? 1 : 0)) * Inner, end = insertion ? 2 : 0;
        double[] values = new double[_counts.Length];
        (values[0], values[^1]) = (_ends!.Row(end)[cls], _ends.Row(end + 1)[cls]);
        for (int k = 1; k <= Inner; k++) values[k] = scores.Row(first + k - 1)[cls];
        return new PerturbationCurve([.. _counts.Select(c => (double)c / _patches)], values);
    }
}
