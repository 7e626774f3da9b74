// Which preparation of photographs a checkpoint asks for.

using Translucent.Checkpoints;
using Translucent.Images;

namespace Translucent.Models;

static class Preprocessing
{
    /// <summary>What preprocessor_config.json says; without one, the family's default for the image size the checkpoint was trained on.</summary>
    public static Preprocessor PreprocessorOr(this Checkpoint checkpoint, Preprocessor family, VisionConfig c)
    {
        Preprocessor fallback = family.ForInput(c.ImageSize, c.ImageSize);
        return checkpoint.Preprocessor is null ? fallback.ForChannels(c.Channels)
            : PreprocessorConfig.Read(checkpoint.Preprocessor.Json, fallback, c.Channels);
    }
}
