// How the photographs of a checkpoint are prepared: what its preprocessor_config.json says, else what its family was trained with.

using Translucent.Checkpoints;
using Translucent.Images;

namespace Translucent.Models;

/// <summary>From a checkpoint to its preprocessor.</summary>
static class CheckpointPreprocessing
{
    /// <summary>Reads preprocessor_config.json; without that file the family's own preparation, at the size that the model was trained on.</summary>
    /// <param name="checkpoint">A model folder.</param>
    /// <param name="imageSize">Side of the images that the model was trained on, in pixels.</param>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static Preprocessor Preprocessing(this Checkpoint checkpoint, int imageSize)
    {
        Preprocessor family = Family(checkpoint).ForInput(imageSize, imageSize);
        string file = Path.Combine(checkpoint.Folder, "preprocessor_config.json");
        if (!File.Exists(file)) return family;
        try
        {
            return PreprocessorConfig.Parse(File.ReadAllText(file), family);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{checkpoint.Folder}: {e.Message}", e);
        }
    }

    static Preprocessor Family(Checkpoint checkpoint) => checkpoint.Config.String("model_type") switch
    {
        "deit" => PreprocessorFamilies.Deit,
        "dinov2" or "dinov2_with_registers" => PreprocessorFamilies.Dinov2,
        "clip" or "clip_vision_model" => PreprocessorFamilies.Clip,
        _ => checkpoint.Names.Any(n => n.StartsWith("classifier.", StringComparison.Ordinal)) ? PreprocessorFamilies.Vit : PreprocessorFamilies.Dino,
    };
}
