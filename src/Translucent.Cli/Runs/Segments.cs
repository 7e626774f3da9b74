// The segmentation of a run's photograph, with times and progress.

using Translucent.Explain;
using Translucent.Models;
using Translucent.Runs;
using Translucent.Segment;

namespace Translucent.Cli.Runs;

/// <summary>Segments the photograph of a run.</summary>
static class Segments
{
    /// <summary>Some of the tokens that are clustered.</summary>
    public static Targets Sample(Trace trace, int layer, Random random, int count) =>
        new TokenTargets(layer, [.. SparseDecision.Pick(random, trace.Grid.Count, count).Select(i => trace.Grid.Prefix + i)], TokenFunction.S);

    public static Segmentation Of(ImageRun run, SegmentSettings settings)
    {
        PatchGrid grid = run.Trace.Grid;
        SweepOptions sweep = run.Progress.Sweep(grid.Count, Segmentation.Flops(run.Trace, settings.Layer));
        UltraMaps tokens = run.Time("tokens", () => Segmentation.TokenMaps(run.Trace, settings.Layer, sweep));
        return run.Time("clustering", () => Segmentation.Of(tokens, grid, run.Geometry, settings, run.Progress.Stop));
    }
}
