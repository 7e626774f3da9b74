// Whether a model could open at all, told from its settings before gigabytes of weights are fetched.

using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Hub;
using Translucent.Models;

namespace Translucent.Cli.Verbs;

/// <summary>Looks at settings without weights.</summary>
static class KnownFamily
{
    // timm's names of architectures: vit_base_patch16_224, deit3_small_patch16_224, ..
    static readonly string[] s_timm = ["vit_", "deit_"];

    /// <summary>The family of a model that cannot be opened; null when it may.</summary>
    /// <param name="config">config.json.</param>
    /// <exception cref="TranslucentException">The file is damaged.</exception>
    public static string? Foreign(string config)
    {
        ConfigSection settings = ConfigSection.Open(config);
        if (settings.Has("model_type"))
        {
            string type = settings.String("model_type");
            return Pretrained.Knows(type) ? null : ServerText.OneLine(type);
        }
        if (!settings.Has("architecture")) return null; // names and shapes of the tensors will tell
        string architecture = settings.String("architecture");
        return Array.Exists(s_timm, a => architecture.StartsWith(a, StringComparison.Ordinal)) ? null : $"{ServerText.OneLine(architecture)} of timm";
    }
}
