// One forward pass of CLIP's text tower: the tape, and where each text ends.

using Translucent.Autodiff;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>What the text tower computed for a batch of texts of one length.</summary>
public sealed class ClipTextTrace : IDisposable
{
    internal ClipTextTrace(ClipText model, Tape tape, IReadOnlyList<int> ends) => (Model, Tape, Ends) = (model, tape, ends);

    /// <summary>The model that ran.</summary>
    public ClipText Model { get; }

    /// <summary>The recorded pass.</summary>
    public Tape Tape { get; }

    /// <summary>[B]: the token that stands for each text.</summary>
    public IReadOnlyList<int> Ends { get; }

    /// <summary>B.</summary>
    public int Texts => Ends.Count;

    /// <summary>N.</summary>
    public int Tokens => Tape["embed"].Value.Shape[1];

    /// <summary>The texts in the space that they share with images, of any length: [B, projection].</summary>
    /// <exception cref="InvalidOperationException">The checkpoint has no projection.</exception>
    public Tensor Embeddings => Model.Config.Projection > 0 ? Tape["text_embeds"].Value
        : throw new InvalidOperationException("CLIP: this checkpoint has no text_projection.weight, so its texts cannot be compared with images.");

    /// <summary>Gives the memory of the pass back.</summary>
    public void Dispose() => Tape.Dispose();
}
