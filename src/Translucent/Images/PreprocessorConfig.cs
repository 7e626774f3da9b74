// preprocessor_config.json of a Hugging Face folder (transformers: image_processing_base.py, image_processing_utils.py get_size_dict).

using System.Text.Json;
using Translucent.Files;

namespace Translucent.Images;

/// <summary>Reads what a model folder says about preparing photographs.</summary>
/// <remarks>Keys that are absent take the defaults of the image processor the file names; keys that are not known are ignored.</remarks>
static class PreprocessorConfig
{
    /// <summary>Pixels of a side, at most.</summary>
    public const int LongestSide = 16384;

    /// <param name="json">The text of the file.</param>
    /// <param name="defaults">For absent keys, when the file names no processor that is known; without it ViT's.</param>
    /// <param name="channels">How many the model takes.</param>
    /// <exception cref="TranslucentException">It is not JSON, or a value has a wrong type or range; the message names the key.</exception>
    public static Preprocessor Parse(string json, Preprocessor? defaults = null, int channels = 3)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return Read(document.RootElement, defaults, channels);
        }
        catch (JsonException e)
        {
            throw new TranslucentException($"preprocessor_config.json is not valid JSON: {Describe.Line(e.Message)}", e);
        }
    }

    /// <param name="json">The file's outermost object.</param>
    /// <param name="defaults">What holds where a key is absent; those of the named image processor when null.</param>
    /// <param name="channels">How many channels the model takes.</param>
    /// <inheritdoc cref="Parse"/>
    public static Preprocessor Read(JsonElement json, Preprocessor? defaults = null, int channels = 3)
    {
        if (json.ValueKind != JsonValueKind.Object) throw Wrong("the file", json, "an object");
        string name = Text(json, "image_processor_type") ?? Text(json, "feature_extractor_type") ?? "";
        Preprocessor pre = PreprocessorFamilies.Of(name) ?? defaults ?? PreprocessorFamilies.Vit;

        // A bare number is the shorter side for processors that keep the photograph's shape, and a square for the others.
        bool keepAspect = pre.Resize is { KeepAspect: true };
        if (pre.Resize is { Grid: { } grid })
        {
            int patch = Has(json, "patch_size", out JsonElement pixels) ? Side("patch_size", pixels) : grid.Patch;
            int patches = Has(json, "max_num_patches", out JsonElement count) ? Side("max_num_patches", count) : grid.Most;
            pre = pre with { Resize = ResizeTarget.OfPatches(patch, patches) };
        }
        else if (Has(json, "size", out JsonElement size)) pre = pre with { Resize = Target("size", size, keepAspect, pre.Resize?.Longest) };
        if (Has(json, "max_size", out JsonElement most) && pre.Resize is { KeepAspect: true } limited) pre = pre with
        {
            Resize = limited with { Longest = Side("max_size", most) },
        };
        if (Has(json, "resample", out JsonElement code)) pre = pre with { Filter = Filter(code) };
        if (Has(json, "crop_size", out JsonElement crop) && (pre.Crop != null || Flag(json, "do_center_crop") == true))
        {
            ResizeTarget part = Target("crop_size", crop, false);
            if (part.KeepAspect) throw Wrong("crop_size", crop, "a number or {\"height\", \"width\"}");
            pre = pre with { Crop = (part.Width, part.Height) };
        }
        if (Has(json, "rescale_factor", out JsonElement factor)) pre = pre with { Rescale = Number("rescale_factor", factor) };
        if (Has(json, "image_mean", out JsonElement mean)) pre = pre with { Mean = Numbers("image_mean", mean) };
        if (Has(json, "image_std", out JsonElement deviation)) pre = pre with { Deviation = Numbers("image_std", deviation) };
        if (pre.Deviation.Any(d => d == 0)) throw Wrong("image_std", deviation, "numbers other than 0");

        if (Flag(json, "do_resize") == false) pre = pre with { Resize = null };
        bool? cropped = Flag(json, "do_center_crop");
        if (cropped == false) pre = pre with { Crop = null };
        if (cropped == true && pre.Crop == null) throw new TranslucentException("preprocessor_config.json: do_center_crop is true, but crop_size is missing.");
        if (Flag(json, "do_rescale") == false) pre = pre with { Rescale = 1 };
        if (Flag(json, "do_normalize") == false) pre = pre with { Mean = [0], Deviation = [1] };
        return pre.ForChannels(channels);
    }

    // Files written by newer processors hold null for what they do not use.
    static bool Has(JsonElement json, string key, out JsonElement value) =>
        json.TryGetProperty(key, out value) && value.ValueKind != JsonValueKind.Null;

    static ResizeTarget Target(string key, JsonElement value, bool keepAspect, int? longest = null)
    {
        const string expected = "a number, {\"height\", \"width\"} or {\"shortest_edge\"}, which may have a \"longest_edge\"";
        if (value.ValueKind == JsonValueKind.Number) return new(Side(key, value), Side(key, value), keepAspect) { Longest = keepAspect ? longest : null };
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 2) return new(Side(key, value[1]), Side(key, value[0]), false);
        if (value.ValueKind != JsonValueKind.Object) throw Wrong(key, value, expected);
        if (value.TryGetProperty("height", out JsonElement height) && value.TryGetProperty("width", out JsonElement width))
            return new(Side(key + ".width", width), Side(key + ".height", height), false);
        if (!value.TryGetProperty("shortest_edge", out JsonElement edge)) throw Wrong(key, value, expected);
        int side = Side(key + ".shortest_edge", edge);
        return new(side, side, true) { Longest = Has(value, "longest_edge", out JsonElement limit) ? Side(key + ".longest_edge", limit) : null };
    }

    static Resampling Filter(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int code) && code is >= 0 and <= 4
        ? (Resampling)code
        : throw Wrong("resample", value, "0 nearest, 1 lanczos, 2 bilinear, 3 bicubic or 4 box");

    static int Side(string key, JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int side)
        && side is >= 1 and <= LongestSide
        ? side
        : throw Wrong(key, value, "a whole number from 1 to 16384");

    static double Number(string key, JsonElement value) => value.ValueKind == JsonValueKind.Number && double.IsFinite(value.GetDouble())
        ? value.GetDouble()
        : throw Wrong(key, value, "a number");

    // One number for each channel; a single one serves for all.
    static double[] Numbers(string key, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number) return [Number(key, value)];
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() is 0 or > Bands.Most) throw Wrong(key, value, "a number for every channel");
        return [.. value.EnumerateArray().Select(v => Number(key, v))];
    }

    static bool? Flag(JsonElement json, string key)
    {
        if (!Has(json, key, out JsonElement value)) return null;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(key, value, "true or false");
    }

    static string? Text(JsonElement json, string key)
    {
        if (!Has(json, key, out JsonElement value)) return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw Wrong(key, value, "a name");
    }

    static TranslucentException Wrong(string key, JsonElement found, string expected)
    {
        string text = found.ValueKind == JsonValueKind.Undefined ? "nothing" : found.GetRawText();
        return new TranslucentException($"preprocessor_config.json: {key} is {Describe.Line(text, 60)}, expected {expected}.");
    }
}
