// Layers and sizes as checkpoints of transformers store them: one line per layer in the family files.

using System.Globalization;
using System.Text.Json;
using Translucent.Autodiff.Ops;
using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Images;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>Reads whole layers, with the names that a layer's tensors have in every Hugging Face checkpoint.</summary>
static class VisionWeights
{
    // Keys of families that share names with those read here and compute otherwise.
    static readonly string[] s_foreign =
    [
        "use_relative_position_bias", "use_shared_relative_position_bias", "use_mean_pooling", "use_qk_norm", "qk_norm", "qk_normalization", "use_rel_pos",
        "use_rope", "use_rotary_embeddings",
    ];

    const int LargestImage = 16_384, LongestLabel = 256;

    /// <summary>The layer <paramref name="name"/>.weight [outs, ins] with its bias, if it has one.</summary>
    public static Linear Linear(this Weights w, string name, int ins, int outs, bool bias = true, Activation activation = Autodiff.Ops.Activation.None,
        Tensor? scale = null) =>
        new(w.Matrix($"{name}.weight", outs, ins), bias ? w.Vector($"{name}.bias", outs) : null, activation, scale);

    /// <summary>The layer <paramref name="name"/>.{weight, bias} [width].</summary>
    public static LayerNorm LayerNorm(this Weights w, string name, int width, float eps) =>
        new(w.Vector($"{name}.weight", width), w.Vector($"{name}.bias", width), eps);

    /// <summary>A convolution [width, channels, patch, patch] whose stride is its size, as a linear map of patches.</summary>
    public static Linear PatchProjection(this Weights w, string name, VisionConfig c, bool bias = true) =>
        new(w.Matrix($"{name}.weight", c.Width, c.Channels, c.Patch, c.Patch), bias ? w.Vector($"{name}.bias", c.Width) : null);

    /// <summary>A linear layer [width, patch · patch · channels], channels innermost, as one that reads channels outermost, as <see cref="Patches"/> has
    /// them.</summary>
    public static Linear FlatPatchProjection(this Weights w, string name, VisionConfig c, bool bias = true)
    {
        int pixels = c.Patch * c.Patch;
        Tensor flat = w.Get($"{name}.weight", c.Width, pixels * c.Channels), turned = new(c.Width, pixels * c.Channels);
        for (int o = 0; o < c.Width; o++)
            for (int p = 0; p < pixels; p++)
                for (int channel = 0; channel < c.Channels; channel++)
                    turned.Row(o)[channel * pixels + p] = flat.Row(o)[p * c.Channels + channel];
        return new Linear(new Matrix(turned, c.Width, pixels * c.Channels), bias ? w.Vector($"{name}.bias", c.Width) : null);
    }

    /// <summary>The activation that config.json names.</summary>
    public static Activation HiddenActivation(this ConfigSection config, string fallback) => config.Activation("hidden_act", fallback);

    /// <summary>The activation that a key of config.json names.</summary>
    public static Activation Activation(this ConfigSection config, string key, string fallback) => config.String(key, fallback) switch
    {
        "relu" => Autodiff.Ops.Activation.Relu,
        "gelu" => Autodiff.Ops.Activation.Gelu,
        "quick_gelu" => Autodiff.Ops.Activation.QuickGelu,
        "gelu_new" or "gelu_pytorch_tanh" => Autodiff.Ops.Activation.GeluTanh,
        "silu" or "swish" => Autodiff.Ops.Activation.Silu,
        _ => throw config.Wrong(key, "one of gelu, quick_gelu, gelu_new, gelu_pytorch_tanh, silu, relu"),
    };

    /// <summary>Class names by index, from id2label: an object of names under their numbers, or a list. Names are cut to 256 letters.</summary>
    /// <param name="config">config.json.</param>
    /// <param name="fallback">How many there are where it says nothing.</param>
    /// <exception cref="TranslucentException">Numbers are missing, or a name is no text, number or boolean.</exception>
    public static string[] Labels(this ConfigSection config, int fallback = 2)
    {
        const string key = "id2label";
        if (config.Kind(key) == JsonValueKind.Array) return [.. config.Json.GetProperty(key).EnumerateArray().Select((v, i) => Label(config, v, i))];
        if (!config.Has(key)) return [.. Enumerable.Range(0, config.Size("num_labels", fallback)).Select(i => $"LABEL_{i}")];
        ConfigSection names = config.Section(key);
        Dictionary<string, string> all = new(StringComparer.Ordinal);
        foreach (JsonProperty name in names.Json.EnumerateObject()) all[name.Name] = Label(config, name.Value, all.Count);
        return [.. Enumerable.Range(0, all.Count).Select(i => all.GetValueOrDefault(i.ToString(CultureInfo.InvariantCulture))
            ?? throw config.Error(key, $"has {all.Count} names but none for class {i}, expected those of 0 to {all.Count - 1}"))];
    }

    /// <summary>Class names of a head, as many as its matrix has rows; without that matrix those that config.json has, if it has any.</summary>
    /// <param name="config">config.json.</param>
    /// <param name="w">The weights.</param>
    /// <param name="head">The name of the matrix.</param>
    /// <param name="besides">How many rows of the matrix are no classes.</param>
    /// <exception cref="TranslucentException">config.json names or counts another number of classes, or the names are wrong.</exception>
    public static string[] Labels(this ConfigSection config, Weights w, string head, int besides = 0)
    {
        if (!w.Has(head)) return config.Has("id2label") ? config.Labels() : [];
        int rows = w.ShapeOf(head) is [var first, ..] ? first : 0;
        string[] labels = config.Labels(Math.Max(rows - besides, 1));
        string each = besides == 0 ? "a class each" : $"a class each and {besides} for nothing";
        if (labels.Length + besides != rows)
            throw config.Error(config.Has("id2label") ? "id2label" : "num_labels",
                $"names {labels.Length} classes, but {head} has {rows} rows, {each}; correct it, or the file is of another model");
        foreach (string key in config.Has("architecture") ? (string[])["num_labels", "num_classes"] : ["num_labels"]) // timm's files have an architecture
            if (config.Has(key) && config.Int(key) != labels.Length)
                throw config.Error(key, $"is {config.Int(key)}, but {(config.Has("id2label") ? $"id2label names {labels.Length} classes and " : "")}"
                    + $"{head} has {rows} rows, {each}; correct it, or leave it out");
        return labels;
    }

    static string Label(ConfigSection config, JsonElement value, int index)
    {
        string name = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
            JsonValueKind.Null => $"LABEL_{index}",
            _ => throw config.Error("id2label", $"names class {index} by {JsonFile.Kind(value.ValueKind)}, expected a text"),
        };
        return name.Length <= LongestLabel ? name : string.Concat(name.AsSpan(0, LongestLabel - 1), "…");
    }

    /// <summary>A size: a whole number from 1 to a million.</summary>
    public static int Size(this ConfigSection config, string key, int? fallback = null)
    {
        int size = config.Int(key, fallback);
        return size is >= 1 and <= 1 << 20 ? size : throw config.Wrong(key, "a number from 1 to a million");
    }

    /// <summary>What a normalisation adds to the variance: a number from 0 on.</summary>
    public static float Epsilon(this ConfigSection config, string key, float fallback)
    {
        float epsilon = config.Float(key, fallback);
        return epsilon >= 0 ? epsilon : throw config.Wrong(key, "a number from 0 on");
    }

    /// <summary>The number of attention heads, which divides the width.</summary>
    public static int Heads(this ConfigSection config, int width, int? fallback = null) =>
        config.Divisor("num_attention_heads", "hidden_size", width, fallback);

    /// <summary>A size that divides the width, which config.json calls <paramref name="of"/>.</summary>
    public static int Divisor(this ConfigSection config, string key, string of, int width, int? fallback = null)
    {
        int heads = config.Size(key, fallback);
        return width % heads == 0 ? heads : throw config.Wrong(key, $"a divisor of {of} {width}");
    }

    /// <summary>The sizes that a vision config.json states; <paramref name="defaults"/> of families whose files leave some out, <paramref name="reads"/>
    /// those of the keys of other families that this one reads.</summary>
    public static VisionConfig Sizes(
        this ConfigSection config, string family, int hidden, int prefix, VisionConfig? defaults = null, IReadOnlyCollection<string>? reads = null)
    {
        int width = config.Size("hidden_size", defaults?.Width);
        VisionConfig sizes = new(family, width, config.Size("num_hidden_layers", defaults?.Depth), config.Heads(width, defaults?.Heads),
            hidden, config.Size("patch_size", defaults?.Patch), config.Size("image_size", defaults?.ImageSize), prefix)
        {
            Channels = config.Int("num_channels", 3) is >= 1 and <= Bands.Most and int channels ? channels
                : throw config.Wrong("num_channels", $"a number of channels from 1 to {Bands.Most}"),
        };
        if (hidden < 1) throw config.Wrong("intermediate_size", "at least 1");
        foreach (string key in s_foreign.Except(reads ?? []))
            if (config.Kind(key) == JsonValueKind.True) throw config.Wrong(key, "false: models that compute otherwise are not read");
        if (sizes.ImageSize < sizes.Patch || sizes.ImageSize > LargestImage)
            throw config.Wrong("image_size", $"at least one patch ({sizes.Patch}) and at most {LargestImage} pixels");
        return sizes;
    }

    /// <summary>Patches of an image of the size the checkpoint was trained on.</summary>
    public static int Grid(this VisionConfig c) => c.ImageSize / c.Patch * (c.ImageSize / c.Patch);
}
