// What all models have in common.

using Translucent.Checkpoints;

namespace Translucent.Models;

/// <summary>A pretrained model with its weights.</summary>
/// <remarks>A model does not change: any number of threads may run it at once, each with its own pass.</remarks>
public abstract class Model : IDisposable
{
    readonly IDisposable? _weights;

    private protected Model(string family, IDisposable? weights) => (Family, _weights) = (family, weights);

    /// <summary>The name of its family, as in "ViT".</summary>
    public string Family { get; }

    /// <summary>Keys of config.json that the model did not ask for and that may change what it computes; none of a model that was made of another.</summary>
    internal IReadOnlyList<string> UnreadSettings => (_weights as Checkpoint)?.UnreadSettings ?? [];

    /// <summary>Closes the checkpoint behind the weights.</summary>
    public void Dispose() => _weights?.Dispose();
}
