// Keeps what a sweep shows of one attention: for looking at it, and for comparing it with references.

using Translucent.Autodiff;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>Records G, the derivative of every target with respect to the attention probabilities of one layer.</summary>
sealed class AttentionRecorder : AttentionObserver
{
    AttentionShape _shape;

    /// <summary>[T, B, H, N, N]; null before the sweep has reached the layer.</summary>
    public Tensor? Gradient { get; private set; }

    /// <inheritdoc/>
    public override void Begin(in AttentionShape shape)
    {
        _shape = shape;
        Gradient = new Tensor(shape.Targets, shape.Images, shape.Heads, shape.Queries, shape.Keys);
    }

    /// <inheritdoc/>
    public override void Tile(in AttentionTile tile)
    {
        int head = (tile.Target * _shape.Images + tile.Image) * _shape.Heads + tile.Head;
        tile.Gradient.CopyTo(Gradient!.Span[((head * _shape.Queries + tile.FirstQuery) * tile.Keys)..]);
    }
}
