// What the model says when patches are painted out: those that a page names, or the top share of a map.

using Translucent.Evaluate.Trust;
using Translucent.Studio.Http;
using Translucent.Tensors;

namespace Translucent.Studio.Questions;

/// <summary>Perturbs a picture.</summary>
static class PaintedOut
{
    const int Steps = 20; // of a curve

    public static Bundle Of(Asked asked)
    {
        int patches = asked.Trace.Grid.Count;
        int[] gone = [.. asked.Query.Ints("patches", 0, patches - 1).Distinct()];
        return new Bundle(new { Patches = gone.Length }).With("probabilities", Score(asked, [gone]).Row(0), asked.Readout.Classes);
    }

    /// <summary>Deletion in the order of a map: one step where the page names a share, so that it draws the curve as it comes; else all steps.</summary>
    public static Bundle Curve(Asked asked)
    {
        int[] order = PatchOrder.Of(ClassMapsOf.Patches(asked)), counts = PatchOrder.Counts(order.Length, Math.Min(Steps, order.Length));
        Tensor probabilities = Score(asked, [.. counts.Select(c => order[..c])]);
        return new Bundle(new { }).With("order", order, order.Length)
            .With("counts", counts, counts.Length).With("probabilities", probabilities);
    }

    static Tensor Score(Asked asked, IReadOnlyList<int[]> gone)
    {
        PerturbationSettings settings = new()
        {
            Deletion = asked.Query.Find("with") is "black" ? Baseline.Black : asked.Query.Find("with") is "blur"
            ? Baseline.Blur : Baseline.Mean
        };
        return MaskedImages.Of(asked.Trace, settings)
            .Probabilities([.. gone.Select(patches => new PatchMask(patches, Insertion: false))], asked.Sweep(gone.Count), before: 0);
    }
}
