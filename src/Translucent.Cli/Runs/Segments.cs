// The segmentation of a run's photograph, with times and progress.

using Translucent.Explain;
using Translucent.Models;
using Translucent.Segment;

namespace Translucent.Cli.Runs;

/// <summary>Segments the photograph of a run.</summary>
static class Segments
{
    /// <summary>Some of the tokens that are clustered.</summary>
    public static Targets Sample(Trace trace, int layer, Random random, int count, TokenExplainer? explainer = null) =>
        (explainer ?? TokenExplainer.Sum).Sample(trace, layer, null, random, count);

    public static Segmentation Of(ImageRun run, SegmentSettings settings, TokenExplainer? explainer = null)
    {
        explainer ??= TokenExplainer.Sum;
        PatchGrid grid = run.Trace.Grid;
        SweepOptions sweep = run.Progress.Sweep(grid.Count, Segmentation.Flops(run.Trace, settings.Layer));
        UltraMaps tokens = run.Time("tokens", () => Segmentation.TokenMaps(run.Trace, settings.Layer, explainer.Function, explainer.W, sweep));
        return run.Time("clustering", () => Segmentation.Of(tokens, grid, run.Measured, settings, run.Progress.Stop));
    }
}
