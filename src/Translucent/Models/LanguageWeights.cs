// Settings and layers that the families of language models have in common, and the settings that none of them computes.

using System.Text.Json;
using Translucent.Autodiff.Ops;
using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>Reads whole layers, and refuses by name what would be computed wrongly.</summary>
static class LanguageWeights
{
    // of models that were derived from the families here; absent or null they change nothing
    static readonly string[] s_foreign =
    [
        "attn_logit_softcapping", "final_logit_softcapping", "query_pre_attn_scalar", "embedding_multiplier", "residual_multiplier", "attention_multiplier",
        "logits_scaling", "quantization_config",
    ];

    /// <summary>The layer <paramref name="name"/>.{weight, bias} [width], in old files {gamma, beta}.</summary>
    public static LayerNorm AnyLayerNorm(this Weights w, string name, int width, float eps) => !w.Has($"{name}.weight") && w.Has($"{name}.gamma")
        ? new LayerNorm(w.Vector($"{name}.gamma", width), w.Vector($"{name}.beta", width), eps) : w.LayerNorm(name, width, eps);

    /// <summary>A layer that is stored as [in, out], or the part of it that makes numbers first .. first + count; GPT-2's Conv1D.</summary>
    public static Linear Part(Matrix weight, Tensor bias, int first, int count, Activation activation = Activation.None) =>
        new(weight.RowsFrom(first, count), new Tensor([count], bias.Span.Slice(first, count)), activation);

    /// <summary>Refuses settings that no family here computes.</summary>
    /// <exception cref="TranslucentException">One of them is in force.</exception>
    public static void RefuseForeign(this ConfigSection config)
    {
        foreach (string key in s_foreign)
            if (config.Has(key)) throw config.Error(key, "is set, but what it asks for is not computed; expected null or no such key");
        config.Require("is_decoder", false);
        config.Require("add_cross_attention", false);
        string[] architectures = config.Has("architectures") ? config.Strings("architectures") : [];
        foreach (string kind in (ReadOnlySpan<string>)["ForTokenClassification", "ForQuestionAnswering", "ForMultipleChoice"])
            if (architectures.FirstOrDefault(a => a.EndsWith(kind, StringComparison.Ordinal)) is { } other)
                throw config.Error("architectures", $"is {Describe.Name(other)}, whose head is not read; expected a classifier of whole texts, a model that "
                    + "predicts tokens, or an encoder");
    }

    /// <summary>Refuses a switch that is not as it must be; absent it is.</summary>
    /// <exception cref="TranslucentException">It has another value.</exception>
    public static void Require(this ConfigSection config, string key, bool value)
    {
        if (config.Bool(key, value) != value)
            throw config.Wrong(key, $"{(value ? "true" : "false")}: anything else is not computed");
    }

    /// <summary>Whether a key stands in the file, be it as null.</summary>
    public static bool Mentions(this ConfigSection config, string key) => config.Json.TryGetProperty(key, out JsonElement _);
}
