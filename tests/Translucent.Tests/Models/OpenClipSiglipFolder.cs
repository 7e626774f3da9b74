using Translucent.Checkpoints;

namespace Translucent.Tests.Models;

/// <summary>The SigLIP of Golden/siglip as open_clip publishes it: names, open_clip_config.json, tokenizer.</summary>
sealed class OpenClipSiglipFolder
{
    /// <summary>As SigLIP 2 is published, whose towers have tanh GELU.</summary>
    public const string Second = """
        {"model_cfg":{"embed_dim":32,"init_logit_bias":-10,"custom_text":true,
        "vision_cfg":{"image_size":32,"timm_model_name":"vit_so400m_patch16_siglip_256","timm_pool":"map","timm_proj":"none",
        "timm_model_kwargs":{"num_heads":4}},
        "text_cfg":{"context_length":12,"vocab_size":47,"tokenizer_kwargs":{"clean":"canonicalize"},"width":32,"heads":4,"layers":2,"mlp_ratio":1.75,
        "no_causal_mask":true,"proj_bias":true,"pool_type":"last","norm_kwargs":{"eps":1e-6},"act_kwargs":{"approximate":"tanh"}}},
        "preprocess_cfg":{"mean":[0.5,0.5,0.5],"std":[0.5,0.5,0.5],"interpolation":"bicubic","resize_mode":"squash"}}
        """;

    /// <summary>As SigLIP is published, with erf GELU.</summary>
    public static string First => Second.Replace("vit_so400m_patch16_siglip_256", "vit_base_patch16_siglip_224")
        .Replace(",\"act_kwargs\":{\"approximate\":\"tanh\"}", "");

    /// <summary>What the text tower is named under.</summary>
    public string TextPrefix { get; init; } = "text.";

    /// <summary>What all names begin with.</summary>
    public string Prefix { get; init; } = "";

    public string? Config { get; init; } = Second;

    /// <summary>The tensors under open_clip's names.</summary>
    /// <param name="of">Those of Hugging Face; of Golden/siglip when null.</param>
    /// <param name="flexible">Whether the image tower is one with flexible patches.</param>
    public List<StoredTensor> Tensors(List<StoredTensor>? of = null, bool flexible = false)
    {
        Dictionary<string, StoredTensor> all = (of ?? SiglipFixture.Tensors()).ToDictionary(t => t.Name);
        List<StoredTensor> made = [.. Timm(of, flexible).Select(t => t.WithName($"{Prefix}visual.trunk.{t.Name}"))];
        void Add(string name, string from) => made.Add(all[from].WithName($"{Prefix}{TextPrefix}{name}"));
        Add("token_embedding.weight", "text_model.embeddings.token_embedding.weight");
        Add("positional_embedding", "text_model.embeddings.position_embedding.weight");
        foreach (string end in (string[])["weight", "bias"])
        {
            for (int i = 0; i < 2; i++)
            {
                (string to, string from) = ($"transformer.resblocks.{i}.", $"text_model.encoder.layers.{i}.");
                Add($"{to}ln_1.{end}", $"{from}layer_norm1.{end}");
                Add($"{to}ln_2.{end}", $"{from}layer_norm2.{end}");
                made.Add(StoredTensor.From<float>($"{Prefix}{TextPrefix}{to}attn.in_proj_{end}", end == "weight" ? [96, 32] : [96],
                    [.. "qkv".SelectMany(part => all[$"{from}self_attn.{part}_proj.{end}"].ToTensor().ToArray())]));
                Add($"{to}attn.out_proj.{end}", $"{from}self_attn.out_proj.{end}");
                Add($"{to}mlp.c_fc.{end}", $"{from}mlp.fc1.{end}");
                Add($"{to}mlp.c_proj.{end}", $"{from}mlp.fc2.{end}");
            }
            Add($"ln_final.{end}", $"text_model.final_layer_norm.{end}");
            Add($"text_projection.{end}", $"text_model.head.{end}");
        }
        foreach (string one in (string[])["logit_scale", "logit_bias"])
            made.Add(StoredTensor.From<float>(Prefix + one, [], all[one].ToTensor().Span));
        return made;
    }

    /// <summary>The image tower under timm's names.</summary>
    /// <inheritdoc cref="Tensors"/>
    public static List<StoredTensor> Timm(List<StoredTensor>? of = null, bool flexible = false)
    {
        Dictionary<string, float[]> all = (of ?? SiglipFixture.Tensors()).ToDictionary(t => t.Name, t => t.ToTensor().ToArray());
        List<StoredTensor> timm = [];
        void Add(string name, string from, params int[] shape) => timm.Add(StoredTensor.From<float>(name, shape, all["vision_model." + from]));
        void Both(string name, string from, int outs, int ins)
        {
            Add($"{name}.weight", $"{from}.weight", outs, ins);
            Add($"{name}.bias", $"{from}.bias", outs);
        }
        void Norm(string name, string from)
        {
            Add($"{name}.weight", $"{from}.weight", 32);
            Add($"{name}.bias", $"{from}.bias", 32);
        }
        Add(flexible ? "embeds.pos_embed" : "pos_embed", "embeddings.position_embedding.weight", flexible ? [1, 4, 4, 32] : [1, 16, 32]);
        string projection = flexible ? "embeds.proj" : "patch_embed.proj";
        Add($"{projection}.weight", "embeddings.patch_embedding.weight", flexible ? [32, 192] : [32, 3, 8, 8]);
        Add($"{projection}.bias", "embeddings.patch_embedding.bias", 32);
        for (int i = 0; i < 2; i++)
        {
            string from = $"encoder.layers.{i}.", to = $"blocks.{i}.";
            Norm($"{to}norm1", $"{from}layer_norm1");
            Norm($"{to}norm2", $"{from}layer_norm2");
            foreach ((string end, int[] shape) in (ReadOnlySpan<(string, int[])>)[("weight", [96, 32]), ("bias", [96])])
                timm.Add(StoredTensor.From<float>($"{to}attn.qkv.{end}", shape,
                    [.. new[] { "q", "k", "v" }.SelectMany(p => all[$"vision_model.{from}self_attn.{p}_proj.{end}"])]));
            Both($"{to}attn.proj", $"{from}self_attn.out_proj", 32, 32);
            Both($"{to}mlp.fc1", $"{from}mlp.fc1", 56, 32);
            Both($"{to}mlp.fc2", $"{from}mlp.fc2", 32, 56);
        }
        Norm("norm", "post_layernorm");
        Add("attn_pool.latent", "head.probe", 1, 1, 32);
        float[] weight = all["vision_model.head.attention.in_proj_weight"], bias = all["vision_model.head.attention.in_proj_bias"];
        timm.Add(StoredTensor.From<float>("attn_pool.q.weight", [32, 32], weight[..1024]));
        timm.Add(StoredTensor.From<float>("attn_pool.q.bias", [32], bias[..32]));
        timm.Add(StoredTensor.From<float>("attn_pool.kv.weight", [64, 32], weight[1024..]));
        timm.Add(StoredTensor.From<float>("attn_pool.kv.bias", [64], bias[32..]));
        Both("attn_pool.proj", "head.attention.out_proj", 32, 32);
        Norm("attn_pool.norm", "head.layernorm");
        Both("attn_pool.mlp.fc1", "head.mlp.fc1", 56, 32);
        Both("attn_pool.mlp.fc2", "head.mlp.fc2", 32, 56);
        return timm;
    }

    /// <summary>Writes a folder.</summary>
    /// <returns>The folder.</returns>
    public string Write(string folder, IEnumerable<StoredTensor>? tensors = null, string file = "open_clip_model.safetensors")
    {
        Directory.CreateDirectory(folder);
        Safetensors.Write(Path.Combine(folder, file), [.. tensors ?? Tensors()]);
        if (Config is not null) File.WriteAllText(Path.Combine(folder, "open_clip_config.json"), Config);
        foreach (string name in (string[])["tokenizer.json", "tokenizer_config.json"])
            File.Copy(Golden.File($"siglip/{name}"), Path.Combine(folder, name), overwrite: true);
        return folder;
    }
}
