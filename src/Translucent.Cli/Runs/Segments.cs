// The segmentation of a run's photograph, with times and progress.

using Translucent.Explain;
using Translucent.Models;
using Translucent.Segment;

namespace Translucent.Cli.Runs;

/// <summary>Segments the photograph of a run.</summary>
static class Segments
{
    public static Segmentation Of(ImageRun run, SegmentSettings settings)
    {
        PatchGrid grid = run.Trace.Grid;
        SweepOptions sweep = run.Progress.Sweep(grid.Count, Segmentation.Flops(run.Trace, settings.Layer));
        UltraMaps tokens = run.Time("tokens", () => Segmentation.TokenMaps(run.Trace, settings.Layer, sweep));
        return run.Time("clustering", () => Segmentation.Of(tokens, grid, run.Geometry, settings));
    }
}
