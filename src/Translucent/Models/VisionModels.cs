// Which family reads which model folder: the one table to extend for a new family.

using Translucent.Checkpoints;

namespace Translucent.Models;

/// <summary>Opens vision models from Hugging Face folders.</summary>
public static class VisionModels
{
    static readonly Dictionary<string, Func<Checkpoint, VisionTransformer>> s_families = new()
    {
        ["vit"] = ViT.Load,
        ["deit"] = ViT.Load,
        ["dinov2"] = Dinov2.Load,
        ["dinov2_with_registers"] = Dinov2.Load,
        ["clip_vision_model"] = ClipVision.Load,
        ["clip"] = ClipVision.Load,
    };

    /// <summary>Opens the model in <paramref name="folder"/>; its weights stay memory-mapped until it is disposed.</summary>
    /// <exception cref="InvalidDataException">The folder holds no readable model of a known family; the message says what is wrong with it.</exception>
    /// <exception cref="IOException">Folder or files are not there.</exception>
    public static VisionTransformer Open(string folder) => Open(Checkpoint.Open(folder));

    /// <summary>Makes a model of an open checkpoint, which it takes over.</summary>
    /// <exception cref="InvalidDataException">The checkpoint is not of a known family, or its tensors do not fit its settings.</exception>
    public static VisionTransformer Open(Checkpoint checkpoint)
    {
        try
        {
            return s_families.TryGetValue(checkpoint.Config.String("model_type"), out var load)
                ? load(checkpoint)
                : throw checkpoint.Config.Wrong("model_type", $"one of {string.Join(", ", s_families.Keys)}");
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }
}
