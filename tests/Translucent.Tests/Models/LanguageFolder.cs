using System.Text.Json.Nodes;
using Translucent.Checkpoints;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Tests.Models;

/// <summary>A tiny language model with random weights in a folder of its own, of any family and settings.</summary>
sealed class LanguageFolder : IDisposable
{
    readonly TempFolder _temp = new();
    readonly Random _random = new(606);
    readonly Dictionary<string, Tensor> _weights = [];

    public JsonObject Config { get; init; } = [];

    public Dictionary<string, Tensor> Weights => _weights;

    /// <summary>Adds random tensors; norms are near 1.</summary>
    public void Add(string name, params int[] shape)
    {
        Tensor t = new(shape);
        bool norm = name.Contains("norm", StringComparison.OrdinalIgnoreCase) || name.Contains(".ln_", StringComparison.Ordinal);
        float scale = shape.Length > 1 ? 1.5f / MathF.Sqrt(shape[^1]) : 0.3f;
        foreach (ref float v in t.Span) v = (norm && name.EndsWith("weight", StringComparison.Ordinal) ? 1 : 0) + scale * (2 * _random.NextSingle() - 1);
        _weights[name] = t;
    }

    public void Layer(string name, int outs, int ins, bool bias)
    {
        Add($"{name}.weight", outs, ins);
        if (bias) Add($"{name}.bias", outs);
    }

    /// <summary>Adds a file beside the weights.</summary>
    public void AddFile(string name, string content) => _temp.Add(name, content);

    /// <summary>Writes what there is, under other names if they are given, and opens it.</summary>
    public LanguageModel Open(Func<string, string>? rename = null)
    {
        Safetensors.Write(_temp["model.safetensors"],
            _weights.Select(w => StoredTensor.From(rename?.Invoke(w.Key) ?? w.Key, w.Value)));
        _temp.Add("config.json", Config.ToJsonString());
        return LanguageModels.Open(_temp.Path);
    }

    /// <summary>Weights of a Llama: 12 wide, 4 heads over 2, heads of 6, two blocks, 30 tokens.</summary>
    public static LanguageFolder Llama(string type, Func<string, bool> bias, bool headNorms = false, bool tied = false, string settings = "{}")
    {
        LanguageFolder folder = new()
        {
            Config = JsonNode.Parse($$"""
                {"model_type":"{{type}}","vocab_size":30,"hidden_size":12,"num_hidden_layers":2,"num_attention_heads":4,"num_key_value_heads":2,"head_dim":6,
                "intermediate_size":20,"max_position_embeddings":64,"rms_norm_eps":1e-6,"rope_theta":500,"tie_word_embeddings":{{(tied ? "true" : "false")}}}
                """)!.AsObject(),
        };
        foreach ((string key, JsonNode? value) in JsonNode.Parse(settings)!.AsObject()) folder.Config[key] = value?.DeepClone();
        folder.Add("model.embed_tokens.weight", 30, 12);
        for (int b = 0; b < 2; b++)
        {
            string name = $"model.layers.{b}.";
            foreach ((string layer, int outs, int ins) in (ReadOnlySpan<(string, int, int)>)[("self_attn.q_proj", 24, 12), ("self_attn.k_proj", 12, 12),
                ("self_attn.v_proj", 12, 12), ("self_attn.o_proj", 12, 24), ("mlp.gate_proj", 20, 12), ("mlp.up_proj", 20, 12), ("mlp.down_proj", 12, 20)])
                folder.Layer(name + layer, outs, ins, bias(layer.Split('.')[1]));
            foreach (string norm in (ReadOnlySpan<string>)["input_layernorm", "post_attention_layernorm"]) folder.Add($"{name}{norm}.weight", 12);
            if (headNorms) foreach (string norm in (ReadOnlySpan<string>)["q_norm", "k_norm"]) folder.Add($"{name}self_attn.{norm}.weight", 6);
        }
        folder.Add("model.norm.weight", 12);
        if (!tied) folder.Add("lm_head.weight", 30, 12);
        return folder;
    }

    public void Dispose() => _temp.Dispose();
}
