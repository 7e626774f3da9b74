// open_clip_config.json, which open_clip publishes beside its weights: {"model_cfg": {"quick_gelu", "vision_cfg": {"head_width", ..}, ..}}
// (github.com/mlfoundations/open_clip, src/open_clip/push_to_hf_hub.py, model.py CLIPVisionCfg).

using Translucent.Files;

namespace Translucent.Checkpoints.Layouts;

/// <summary>What tensors do not tell and open_clip does.</summary>
static class OpenClipConfig
{
    const string FileName = "open_clip_config.json";

    /// <summary>The activation of both towers, or null without the file.</summary>
    public static string? Activation(Deduction d) => Model(d) is not { } model ? null : model.Bool("quick_gelu", false) ? "quick_gelu" : "gelu";

    /// <summary>Heads of the image tower, or null without the file.</summary>
    public static int? Heads(Deduction d, int width) => Model(d) is not { } model ? null
        : model.Section("vision_cfg") is var vision && vision.Int("head_width", 64) is > 0 and int head && width % head == 0 ? width / head
        : throw vision.Wrong("head_width", $"a divisor of the width {width}");

    static ConfigSection? Model(Deduction d)
    {
        string path = Path.Combine(d.Folder, FileName);
        if (!File.Exists(path)) return null;
        RealPath.CheckInside(d.Folder, path);
        return ConfigSection.Open(path).Section("model_cfg");
    }
}
