using Translucent.Autodiff;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Tests.House;

// exercise
/// <summary>Mean over heads of |∂y/∂A · A| in the last block, in the row of the token that scores are read from. Unit of the score.</summary>
public static class LastGlance
{
    /// <summary>[T, B, N].</summary>
    public static Tensor Rows(Trace trace, ClassTargets classes, SweepOptions? options = null)
    {
        BoundTargets targets = classes.Bind(trace);
        AttentionStep last = trace.Steps[^1];
        Tensor rows = new(classes.Count, trace.Batch, last.Values.Length);
        Sweep.Each(targets, options, (first, _) => new Watch().Attention(last.Site, new Observer(targets, rows, first, last.Heads)));
        return rows;
    }

    sealed class Observer(BoundTargets targets, Tensor rows, int first, int heads) : AttentionObserver
    {
        public override void Tile(in AttentionTile tile) // some queries of one target, image and head
        {
            int query = targets.Token(first + tile.Target, tile.Image) - tile.FirstQuery;
            if (query < 0 || query >= tile.Rows) return;
            Span<float> row = rows.Row((first + tile.Target) * rows.Shape[1] + tile.Image);
            for (int key = 0, at = query * tile.Keys; key < tile.Keys; key++, at++)
                row[key] += Math.Abs(tile.Gradient[at] * tile.Probabilities[at]) / heads;
        }
    }
}
// end of exercise

static class ExerciseTable
{
    static readonly ClassMethod[] s_all =
    [
        // line
        new("last_glance", "What moved the class when the last block looked at it.", "an exercise", (trace, c, o) => LastGlance.Rows(trace, c, o)),
        // end of line
    ];

    public static ClassMethod Method => s_all[0];
}
