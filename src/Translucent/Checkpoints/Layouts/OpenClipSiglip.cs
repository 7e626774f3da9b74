// SigLIP and SigLIP 2 as open_clip names them (github.com/mlfoundations/open_clip, src/open_clip/model.py CustomTextCLIP, timm_model.py, transformer.py
// TextTransformer; model_configs/*SigLIP*.json): timm's image tower under 'visual.trunk.', open_clip's text tower under 'text.', or under no prefix.

using Translucent.Files;

namespace Translucent.Checkpoints.Layouts;

/// <summary>open_clip's SigLIP.</summary>
static class OpenClipSiglip
{
    const string Vision = "vision_model.", Text = "text_model.", Trunk = "visual.trunk.";
    const string Query = Vision + "head.attention.q.", Pair = Vision + "head.attention.kv.";

    static readonly string[] s_textPrefixes = ["text.", ""];

    public static Layout Layout { get; } = new("open_clip SigLIP", [Trunk + "attn_pool.latent"],
    [
        new(Trunk + "pos_embed", Vision + "embeddings.position_embedding.weight") { Shape = shape => shape is [1, var n, var c] ? [n, c] : shape },
        new(Trunk + "embeds.pos_embed", Vision + "embeddings.position_embedding.weight")
        {
            Shape = shape => TimmNaflex.Flat(shape) is [1, var n, var c] ? [n, c] : shape,
        },
        new(Trunk + "patch_embed.proj.*", Vision + "embeddings.patch_embedding.*"),
        new(Trunk + "embeds.proj.*", Vision + "embeddings.patch_embedding.*"),
        new(Trunk + "blocks.#.norm1.*", Vision + "encoder.layers.#.layer_norm1.*"),
        new(Trunk + "blocks.#.attn.qkv.*", Vision + "encoder.layers.#.self_attn.q_proj.*", Vision + "encoder.layers.#.self_attn.k_proj.*",
            Vision + "encoder.layers.#.self_attn.v_proj.*"),
        new(Trunk + "blocks.#.attn.proj.*", Vision + "encoder.layers.#.self_attn.out_proj.*"),
        new(Trunk + "blocks.#.norm2.*", Vision + "encoder.layers.#.layer_norm2.*"),
        new(Trunk + "blocks.#.mlp.fc1.*", Vision + "encoder.layers.#.mlp.fc1.*"),
        new(Trunk + "blocks.#.mlp.fc2.*", Vision + "encoder.layers.#.mlp.fc2.*"),
        new(Trunk + "norm.*", Vision + "post_layernorm.*"),
        new(Trunk + "attn_pool.latent", Vision + "head.probe"),
        new(Trunk + "attn_pool.q.*", Query + "*"),
        new(Trunk + "attn_pool.kv.*", Pair + "*"),
        new(Trunk + "attn_pool.proj.*", Vision + "head.attention.out_proj.*"),
        new(Trunk + "attn_pool.norm.*", Vision + "head.layernorm.*"),
        new(Trunk + "attn_pool.mlp.fc1.*", Vision + "head.mlp.fc1.*"),
        new(Trunk + "attn_pool.mlp.fc2.*", Vision + "head.mlp.fc2.*"),
        .. s_textPrefixes.SelectMany(TextTower),
        new("logit_scale", "logit_scale") { Shape = One },
        new("logit_bias", "logit_bias") { Shape = One },
    ], Deduce)
    {
        Fits = (_, has) => (has(Trunk + "pos_embed") || has(Trunk + "embeds.pos_embed")) && has(Trunk + "blocks.0.attn.qkv.weight")
            && !has(Trunk + "cls_token") && !has(Trunk + "norm_pre.weight"),
        Finish = tensors => [.. Join(tensors)],
    };

    static NameRule[] TextTower(string prefix) =>
    [
        new($"{prefix}token_embedding.weight", Text + "embeddings.token_embedding.weight"),
        new($"{prefix}positional_embedding", Text + "embeddings.position_embedding.weight"),
        .. OpenAiClip.Blocks($"{prefix}transformer.resblocks.#.", Text + "encoder.layers.#."),
        new($"{prefix}ln_final.*", Text + "final_layer_norm.*"),
        new($"{prefix}text_projection.*", Text + "head.*"),
    ];

    static int[] One(int[] shape) => shape.Length == 0 ? [1] : shape;

    /// <summary>Queries above keys and values in one tensor, as torch.nn.MultiheadAttention has them.</summary>
    static IEnumerable<StoredTensor> Join(List<StoredTensor> tensors)
    {
        foreach (StoredTensor tensor in tensors)
        {
            bool query = tensor.Name.StartsWith(Query, StringComparison.Ordinal);
            string end = query ? tensor.Name[Query.Length..] : "";
            if (!query && tensor.Name.StartsWith(Pair, StringComparison.Ordinal) && tensors.Exists(t => t.Name == Query + tensor.Name[Pair.Length..])) continue;
            StoredTensor? pair = query ? tensors.Find(t => t.Name == Pair + end) : null;
            if (pair is null)
            {
                yield return tensor;
                continue;
            }
            int axes = end == "weight" ? 2 : 1;
            if (tensor.Shape.Length != axes || pair.Shape.Length != axes || tensor.Type != pair.Type || !tensor.Shape[1..].SequenceEqual(pair.Shape[1..]))
                throw new TranslucentException($"{tensor} {tensor.Type} and {pair.Label} {Describe.Shape(pair.Shape)} {pair.Type}: expected the queries of the "
                    + $"attention pooling and its keys and values, {(axes == 2 ? "matrices" : "vectors")} of one type and width.");
            yield return tensor.Above(pair, $"{Vision}head.attention.in_proj_{end}");
        }
    }

    static void Deduce(Deduction d)
    {
        ConfigSection? model = OpenClipConfig.Model(d), image = Section(d, "vision_config"), said = model?.Section("vision_cfg");
        if (said is not null) CheckImage(said);
        string patches = Vision + "embeddings.patch_embedding.weight";
        bool flexible = d.HasStored(Trunk + "embeds.pos_embed");
        (int patch, int channels) = flexible ? TimmNaflex.Patches(d, patches) : (d.Axis(patches, 2), d.Axis(patches, 1));
        int width = d.Axis(patches, 0), grid = d.Grid(Vision + "embeddings.position_embedding.weight", 0, 0);
        int size = OpenClipConfig.ImageSize(d, grid, patch);
        ConfigSection? arguments = said is not null && said.Has("timm_model_kwargs") ? said.Section("timm_model_kwargs") : null;
        d.Config.Add("model_type", flexible ? "siglip2" : "siglip").Add("vision_config", Tower(d, Vision, width)
            .Add("num_attention_heads", arguments?.Has("num_heads") == true ? arguments.Int("num_heads")
                : width == 1536 && image?.Has("num_attention_heads") != true ? 16 : d.Heads(width, image)) // 1536: SigLIP 2 giant-opt
            .Add("layer_norm_eps", 1e-6)
            .Add("hidden_act", image?.Has("hidden_act") == true ? image.String("hidden_act")
                : arguments?.Has("act_layer") == true ? TimmForm.Activation(arguments)
                : (said?.String("timm_model_name") ?? d.Given?.String("architecture", "")) is { Length: > 0 } name ? TimmForm.Activation(name)
                : throw d.Unknown("vision_config.hidden_act", "open_clip_config.json names the model, which does; without it \"gelu\" for most towers of "
                    + "SigLIP, \"gelu_pytorch_tanh\" for its largest"))
            .Add("num_channels", channels).Add("patch_size", patch).Add(flexible ? "num_patches" : "image_size", flexible ? grid * grid : size));
        OpenClipConfig.Prepare(d, size);
        if (d.Has(Text + "embeddings.token_embedding.weight")) DeduceText(d, model);
    }

    static void DeduceText(Deduction d, ConfigSection? model)
    {
        ConfigSection? given = Section(d, "text_config"), said = model?.Section("text_cfg");
        if (said is not null) CheckText(said);
        ConfigSection? norm = Inner(said, "norm_kwargs"), activation = Inner(said, "act_kwargs"), tokens = Inner(said, "tokenizer_kwargs");
        int width = d.Axis(Text + "embeddings.token_embedding.weight", 1);
        string act = model?.Bool("quick_gelu", false) == true ? "quick_gelu" : (activation?.String("approximate", "none") ?? "none") switch
        {
            "none" => "gelu",
            "tanh" => "gelu_pytorch_tanh",
            _ => throw activation!.Wrong("approximate", "none or tanh"),
        };
        bool projects = (said?.String("proj_type", "linear") ?? "linear") != "none";
        d.Config.Add("text_config", Tower(d, Text, width)
            .Add("num_attention_heads", said?.Has("heads") == true ? said.Int("heads") : d.Heads(width, given))
            .Add("layer_norm_eps", said is null ? 1e-6 : norm?.Float("eps", 1e-5f) ?? 1e-5f)
            .Add("hidden_act", said is null ? "not told" : act) // asked for when a text is read, unless config.json says it
            .Add("vocab_size", d.Axis(Text + "embeddings.token_embedding.weight", 0))
            .Add("max_position_embeddings", d.Axis(Text + "embeddings.position_embedding.weight", 0))
            .Add("projection_size", projects ? d.Axis(Text + "head.weight", 0) : 0)
            .Add("clean", said is null ? "canonicalize" : tokens?.String("clean", "whitespace") ?? "whitespace"));
    }

    static Settings Tower(Deduction d, string prefix, int width) => new Settings().Add("hidden_size", width)
        .Add("num_hidden_layers", d.Layers(prefix + "encoder.layers.#.layer_norm1.weight"))
        .Add("intermediate_size", d.Axis(prefix + "encoder.layers.0.mlp.fc1.weight", 0));

    static ConfigSection? Section(Deduction d, string key) => d.Given?.Has(key) == true ? d.Given.Section(key) : null;

    static ConfigSection? Inner(ConfigSection? section, string key) => section?.Has(key) == true ? section.Section(key) : null;

    static void CheckImage(ConfigSection vision)
    {
        if (!vision.String("timm_model_name", "").Contains("siglip", StringComparison.Ordinal))
            throw vision.Wrong("timm_model_name", "a tower of SigLIP: others are not read");
        if (vision.String("timm_pool", "map") != "map") throw vision.Wrong("timm_pool", "map");
        if (vision.String("timm_proj", "none") != "none") throw vision.Wrong("timm_proj", "none: the pooling of SigLIP has no projection behind");
        if (Inner(vision, "timm_model_kwargs") is { } arguments)
            foreach (string key in arguments.Keys.Where(k => arguments.Has(k) && k is not ("act_layer" or "num_heads" or "img_size" or "dynamic_img_size")))
                throw arguments.Error(key, "is an argument of timm's model that is not read; the model would be another than the one that was trained");
    }

    static readonly string[] s_others =
    [
        "embed_cls", "use_pad_mask", "final_ln_after_pool", "qk_norm", "scaled_cosine_attn", "scale_heads", "scale_attn_inner", "scale_attn", "scale_fc",
    ];

    /// <summary>Refuses a text tower that computes otherwise than SigLIP's.</summary>
    static void CheckText(ConfigSection text)
    {
        if (text.String("text_arch", "clip") != "clip") throw text.Wrong("text_arch", "clip: other text towers are not read");
        if (text.Has("hf_model_name")) throw text.Wrong("hf_model_name", "none: text towers of Hugging Face under open_clip are not read");
        if (!text.Bool("no_causal_mask", false)) throw text.Wrong("no_causal_mask", "true: all tokens of SigLIP see all");
        if (text.String("pool_type", "argmax") != "last") throw text.Wrong("pool_type", "last: SigLIP reads the last token");
        if (text.String("proj_type", "linear") is not ("linear" or "none")) throw text.Wrong("proj_type", "linear or none");
        if (text.Has("ls_init_value")) throw text.Wrong("ls_init_value", "none: SigLIP scales no branches");
        if (text.String("tokenizer_mode", "").Length > 0) throw text.Wrong("tokenizer_mode", "none");
        foreach (string key in s_others)
            if (text.Bool(key, false)) throw text.Wrong(key, "false: the text tower would be another than SigLIP's");
        if (Inner(text, "tokenizer_kwargs")?.Bool("strip_sep_token", false) == true)
            throw text.Section("tokenizer_kwargs").Wrong("strip_sep_token", "false");
    }
}
