// config.json as timm publishes it on the hub: {"architecture": .., "num_classes": .., "pretrained_cfg": {"mean", "std", "interpolation",
// "crop_pct", "input_size"}} (timm/models/_hub.py, timm/data/config.py).

using System.Globalization;
using System.Text.Json;
using Translucent.Files;

namespace Translucent.Checkpoints.Layouts;

/// <summary>How timm says that photographs are prepared.</summary>
static class TimmConfig
{
    /// <summary>The names of the classes, where timm's config.json has them: label_names in the order of the head, told by label_descriptions where there
    /// are any; null when it has none.</summary>
    public static Settings? Labels(Deduction d)
    {
        if (d.Given?.Kind("label_names") != JsonValueKind.Array) return null;
        Dictionary<string, string> told = new(StringComparer.Ordinal);
        if (d.Given.Kind("label_descriptions") == JsonValueKind.Object)
            foreach (JsonProperty one in d.Given.Json.GetProperty("label_descriptions").EnumerateObject())
                if (one.Value.ValueKind == JsonValueKind.String) told[one.Name] = one.Value.GetString()!;
        Settings names = new();
        foreach ((string name, int i) in d.Given.Strings("label_names").Select((n, i) => (n, i)))
            names.Add(i.ToString(CultureInfo.InvariantCulture), told.GetValueOrDefault(name, name));
        return names;
    }

    const int LongestSide = 16384; // of an image, in pixels

    /// <summary>The side of the images in pixels that timm's config.json gives; the other where it gives none.</summary>
    /// <exception cref="TranslucentException">They are no squares of a size.</exception>
    public static int InputSize(Deduction d, int other)
    {
        if (d.Given?.Has("pretrained_cfg") != true) return other;
        ConfigSection pretrained = d.Given.Section("pretrained_cfg");
        if (!pretrained.Has("input_size")) return other;
        return pretrained.Floats("input_size") is [_, var height, var width] && height == width && height is >= 1 and <= LongestSide
            && height == (int)height ? (int)height : throw pretrained.Wrong("input_size", "channels, height and width of a square");
    }

    /// <summary>Takes the preparation from timm's config.json; false when there is none.</summary>
    public static bool Prepare(Deduction d, int image)
    {
        if (d.Given?.Has("pretrained_cfg") != true) return false;
        ConfigSection pretrained = d.Given.Section("pretrained_cfg");
        bool squash = pretrained.String("crop_mode", "center") switch
        {
            "center" => false,
            "squash" => true,
            _ => throw pretrained.Wrong("crop_mode", "center or squash"),
        };
        int resample = pretrained.String("interpolation", "bicubic") switch
        {
            "bilinear" => 2,
            "bicubic" => 3,
            _ => throw pretrained.Wrong("interpolation", "bilinear or bicubic"),
        };
        float share = pretrained.Float("crop_pct", 0.875f);
        if (share is <= 0 or > 1) throw pretrained.Wrong("crop_pct", "a share above 0, at most 1");
        d.Prepare((int)Math.Floor(image / (double)share), image, resample, All("mean"), All("std"), squash);
        return true;

        double[]? All(string key) => pretrained.Has(key) ? [.. pretrained.Floats(key).Select(v => (double)v)] : null; // timm's default is ImageNet's
    }
}
