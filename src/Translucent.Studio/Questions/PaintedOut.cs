// What the model says when patches are painted out: those that a page names, or the top share of a map.

using Translucent.Evaluate.Trust;
using Translucent.Studio.Http;
using Translucent.Tensors;

namespace Translucent.Studio.Questions;

/// <summary>Perturbs a picture.</summary>
static class PaintedOut
{
    const int Steps = 20, AtOnce = 3; // of a curve; points that are told together

    public static Bundle Of(Asked asked)
    {
        int patches = asked.Trace.Grid.Count;
        int[] gone = [.. asked.Query.Ints("patches", 0, patches - 1).Distinct()];
        Tensor found = Images(asked).Probabilities([new PatchMask(gone, Insertion: false)], asked.Sweep(), before: 0);
        return new Bundle(new { Patches = gone.Length }).With("probabilities", found.Row(0), asked.Readout.Classes);
    }

    /// <summary>Deletion in the order of a map, told point by point: of each class that the page shows, its probability with so many patches gone.</summary>
    public static Bundle Curve(Asked asked)
    {
        int[] shown = [.. asked.Query.Ints("shown", 0, asked.Readout.Classes - 1).Distinct()];
        int[] order = PatchOrder.Of(ClassMapsOf.Patches(asked)), counts = PatchOrder.Counts(order.Length, Math.Min(Steps, order.Length));
        Tensor probabilities = new(counts.Length, asked.Readout.Classes);
        MaskedImages images = Images(asked);
        for (int first = 0; first < counts.Length; first += AtOnce)
        {
            int now = Math.Min(AtOnce, counts.Length - first);
            Tensor points = images.Probabilities([.. counts.AsSpan(first, now).ToArray().Select(c => new PatchMask(order[..c], Insertion: false))],
                asked.Sweep(counts.Length), first);
            points.Span.CopyTo(probabilities.Span[(first * probabilities.Width)..]);
            asked.Tell(new
            {
                Shares = counts.Skip(first).Take(now).Select(c => (double)c / order.Length),
                Probabilities = shown.Select(c => Enumerable.Range(0, now).Select(i => points.Row(i)[c])),
                Done = (double)(first + now) / counts.Length,
            });
        }
        return new Bundle(new { }).With("order", order, order.Length)
            .With("counts", counts, counts.Length).With("probabilities", probabilities);
    }

    static MaskedImages Images(Asked asked) => MaskedImages.Of(asked.Trace, new PerturbationSettings
    {
        Deletion = asked.Query.Find("with") is "black" ? Baseline.Black : asked.Query.Find("with") is "blur" ? Baseline.Blur : Baseline.Mean,
    });
}
