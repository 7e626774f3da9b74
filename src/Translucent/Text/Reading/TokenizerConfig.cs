// What tokenizer_config.json says beyond tokenizer.json: the class, the roles of special tokens, the longest input.

using System.Text.Json;
using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Text.Decoders;

namespace Translucent.Text.Reading;

/// <summary>The settings of a tokenizer's folder; all are empty when it has none.</summary>
sealed class TokenizerConfig
{
    static readonly string[] s_roles = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

    /// <summary>The class that Hugging Face transformers would use, without "Fast" at its end.</summary>
    public string? Class { get; private init; }

    /// <summary>Special tokens by role.</summary>
    public Dictionary<string, string> Roles { get; } = new(StringComparer.Ordinal);

    /// <summary>The most tokens that the model reads; files that mean "any number" give one beyond all bounds.</summary>
    public int? MaximumLength { get; private init; }

    /// <summary>Whether a blank follows the first word of a text too; null when it is not said.</summary>
    public bool? PrefixSpace { get; private init; }

    /// <summary>Reads the settings of a folder.</summary>
    /// <exception cref="TranslucentException">There is a file, but it is damaged.</exception>
    public static TokenizerConfig Read(string folder)
    {
        string file = Path.Combine(folder, "tokenizer_config.json");
        if (!File.Exists(file)) return new TokenizerConfig();
        ConfigSection json = ConfigSection.Open(file);
        string? name = json.Optional("tokenizer_class");
        TokenizerConfig config = new()
        {
            Class = name is not null && name.EndsWith("Fast", StringComparison.Ordinal) ? name[..^4] : name,
            MaximumLength = json.Json.TryGetProperty("model_max_length", out JsonElement length) && length.ValueKind == JsonValueKind.Number
                && length.TryGetInt32(out int most) ? most : null,
            PrefixSpace = json.Has("add_prefix_space") ? json.Bool("add_prefix_space") : null,
        };
        foreach (string role in s_roles.Where(json.Has))
            config.Roles[role] = json.Json.GetProperty(role).ValueKind == JsonValueKind.Object ? json.Section(role).String("content") : json.String(role);
        return config;
    }

    /// <summary>Whether decoding writes the ends of words as blanks, as transformers' class for CLIP does; without a class, a byte-level decoder
    /// tells.</summary>
    public bool ReplacesWordEnd(Decoder? decoder) => Class is null ? decoder is ByteLevelDecoder : Class == "CLIPTokenizer";
}
