using Translucent.Checkpoints;
using Translucent.Images;
namespace Translucent.Models;
static class PreprocessingExtensions
{
    public static Preprocessor Preprocessing(this Checkpoint c, int size) => new();
}
