// The texts that a pass read, and a way to run the model on other embeddings of them.

using Translucent.Autodiff;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>The texts of a pass.</summary>
public sealed class TextPass
{
    readonly Func<Tensor, Keep, Arena, CancellationToken, Trace> _over;

    internal TextPass(TextBatch batch, LanguageModel model, Func<Tensor, Keep, Arena, CancellationToken, Trace> over) =>
        (Ids, Lengths, Batch, Model, _over) = (batch.Ids, batch.Lengths, batch, model, over);

    /// <summary>[B][N] token ids; of a shorter text the last ones only fill it up.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Ids { get; }

    /// <summary>[B], how many ids of each are the text.</summary>
    public IReadOnlyList<int> Lengths { get; }

    internal TextBatch Batch { get; }

    internal LanguageModel Model { get; }

    /// <summary>Runs the model on what could enter its first block, [n·B, N, C]; item i is masked as text i mod B.</summary>
    internal Trace Over(Tensor embedded, Keep keep, Arena arena, CancellationToken stop) => _over(embedded, keep, arena, stop);
}
