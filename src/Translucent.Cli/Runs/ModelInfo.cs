// The model of a run, as result.json and the pages name it.

using Translucent.Checkpoints;
using Translucent.Cli.Options;
using Translucent.Models;

namespace Translucent.Cli.Runs;

/// <summary>An open model with what identifies it.</summary>
/// <param name="Checkpoint">Where it comes from.</param>
/// <param name="Transformer">The model.</param>
/// <param name="Name">The name of its folder, or org/name.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="Hash">SHA-256 of config.json and the weights.</param>
/// <param name="Parameters">Numbers in its weights.</param>
/// <param name="WeightBytes">Bytes of its weights.</param>
sealed record ModelInfo(Checkpoint Checkpoint, VisionTransformer Transformer, string Name, string Folder, string Hash, long Parameters, long WeightBytes)
    : IDisposable
{
    /// <summary>The texts that are its classes, or null.</summary>
    public PromptClasses? Prompts { get; init; }

    public VisionConfig Config => Transformer.Config;

    /// <summary>L+1, the layer behind the last block.</summary>
    public int TopLayer => Config.Depth + 1;

    /// <summary>The name of a class; characters that a terminal would interpret are written as numbers.</summary>
    public string Label(int index) => index >= Transformer.Labels.Count ? $"class {index}" : Visible.Words(Transformer.Labels[index]);

    /// <summary>The first of the names that a label lists ("tabby, tabby cat"), with its index where another class begins the same; a text that was given as
    /// a class as it is.</summary>
    public string Short(int index)
    {
        string label = First(index);
        _twice ??= [.. Enumerable.Range(0, Transformer.Classes).GroupBy(First).Where(g => g.Count() > 1).Select(g => g.Key)];
        return _twice.Contains(label) ? $"{label} ({index})" : label;
    }

    HashSet<string>? _twice;

    string First(int index) => Prompts is null && Label(index).Split(',')[0].Trim() is { Length: > 0 } first ? first : Label(index);

    /// <summary>Opens a model folder.</summary>
    public static ModelInfo Open(string folder, CancellationToken stop)
    {
        Checkpoint checkpoint = Checkpoint.Open(folder);
        try
        {
            string name = ModelFolders.NameOf(folder);
            string hash = checkpoint.Hash(stop);
            stop.ThrowIfCancellationRequested();
            checkpoint.Weights().CheckFinite();
            (long parameters, long bytes) = (checkpoint.ParameterCount, checkpoint.Bytes);
            return new ModelInfo(checkpoint, VisionModels.Open(checkpoint), name, folder, hash, parameters, bytes);
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    public void Dispose() => Transformer.Dispose();
}
