using Translucent.Autodiff;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

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
        Tensor perHead = new(classes.Count, trace.Batch, last.Heads, last.Values.Length), rows = new(classes.Count, trace.Batch, last.Values.Length);
        Sweep.Each(targets, options, (first, _) => new Watch().Attention(last.Site, new Observer(targets, perHead, first)));
        for (int i = 0; i < classes.Count * trace.Batch * last.Heads; i++)
            TensorPrimitives.MultiplyAdd(perHead.Row(i), 1f / last.Heads, rows.Row(i / last.Heads), rows.Row(i / last.Heads));
        return rows;
    }

    sealed class Observer(BoundTargets targets, Tensor perHead, int first) : AttentionObserver
    {
        public override void Tile(in AttentionTile tile) // some queries of one target, image and head; heads come on several threads at once
        {
            int query = targets.Token(first + tile.Target, tile.Image) - tile.FirstQuery;
            if (query < 0 || query >= tile.Rows) return;
            int item = (first + tile.Target) * perHead.Shape[1] + tile.Image;
            Span<float> row = perHead.Row(item * perHead.Shape[2] + tile.Head);
            for (int key = 0, at = query * tile.Keys; key < tile.Keys; key++, at++) row[key] = Math.Abs(tile.Gradient[at] * tile.Probabilities[at]);
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
