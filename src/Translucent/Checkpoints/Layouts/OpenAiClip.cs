// CLIP as OpenAI and open_clip name it (github.com/openai/CLIP, clip/model.py; github.com/mlfoundations/open_clip, src/open_clip/model.py).
// Both projections are stored [in, out]; open_clip may keep its text tower under 'text.'.

namespace Translucent.Checkpoints.Layouts;

/// <summary>OpenAI CLIP and open_clip.</summary>
static class OpenAiClip
{
    static readonly string[] s_textPrefixes = ["", "text."];

    public static Layout Layout { get; } = new("OpenAI CLIP", ["visual.transformer.resblocks.0.attn.in_proj_weight"],
    [
        new("visual.class_embedding", "vision_model.embeddings.class_embedding"),
        new("visual.positional_embedding", "vision_model.embeddings.position_embedding.weight"),
        new("visual.conv1.*", "vision_model.embeddings.patch_embedding.*"),
        new("visual.ln_pre.*", "vision_model.pre_layrnorm.*"),
        .. Blocks("visual.transformer.resblocks.#.", "vision_model.encoder.layers.#."),
        new("visual.ln_post.*", "vision_model.post_layernorm.*"),
        new("visual.proj", "visual_projection.weight") { Transposed = true },
        .. s_textPrefixes.SelectMany(Text),
        new("logit_scale", "logit_scale"),
    ], Deduce)
    {
        Unread = ["input_resolution", "context_length", "vocab_size", "attn_mask", "*.attn_mask"],
    };

    static NameRule[] Text(string prefix) =>
    [
        new($"{prefix}token_embedding.weight", "text_model.embeddings.token_embedding.weight"),
        new($"{prefix}positional_embedding", "text_model.embeddings.position_embedding.weight"),
        .. Blocks($"{prefix}transformer.resblocks.#.", "text_model.encoder.layers.#."),
        new($"{prefix}ln_final.*", "text_model.final_layer_norm.*"),
        new($"{prefix}text_projection", "text_projection.weight") { Transposed = true },
    ];

    /// <summary>The blocks of a tower of open_clip, with torch.nn.MultiheadAttention.</summary>
    public static NameRule[] Blocks(string from, string to) =>
    [
        new($"{from}ln_1.*", $"{to}layer_norm1.*"),
        new($"{from}attn.in_proj_weight", $"{to}self_attn.q_proj.weight", $"{to}self_attn.k_proj.weight", $"{to}self_attn.v_proj.weight"),
        new($"{from}attn.in_proj_bias", $"{to}self_attn.q_proj.bias", $"{to}self_attn.k_proj.bias", $"{to}self_attn.v_proj.bias"),
        new($"{from}attn.out_proj.*", $"{to}self_attn.out_proj.*"),
        new($"{from}ln_2.*", $"{to}layer_norm2.*"),
        new($"{from}mlp.c_fc.*", $"{to}mlp.fc1.*"),
        new($"{from}mlp.c_proj.*", $"{to}mlp.fc2.*"),
    ];

    static void Deduce(Deduction d)
    {
        const string vision = "vision_model.", text = "text_model.";
        int width = d.Axis(vision + "embeddings.class_embedding", 0), patch = d.Axis(vision + "embeddings.patch_embedding.weight", 2);
        ConfigSection? given = d.Given?.Has("vision_config") == true ? d.Given.Section("vision_config") : null;
        Settings Tower(string prefix, int wide, int heads, ConfigSection? said) => new Settings()
            .Add("hidden_size", wide).Add("num_hidden_layers", d.Layers(prefix + "encoder.layers.#.layer_norm1.weight")).Add("num_attention_heads", heads)
            .Add("intermediate_size", d.Axis(prefix + "encoder.layers.0.mlp.fc1.weight", 0)).Add("layer_norm_eps", 1e-5).Add("hidden_act", Activation(d, said,
                prefix == vision ? "vision_config" : "text_config"));

        int image = OpenClipConfig.ImageSize(d, d.Grid(vision + "embeddings.position_embedding.weight", 0, 1), patch);
        OpenClipConfig.CheckPlain(d);
        OpenClipConfig.Prepare(d, image);
        d.Config.Add("model_type", "clip").Add("projection_dim", d.Axis("visual_projection.weight", 0));
        d.Config.Add("vision_config", Tower(vision, width, OpenClipConfig.Heads(d, width) ?? d.Heads(width, given), given)
            .Add("num_channels", d.Axis(vision + "embeddings.patch_embedding.weight", 1))
            .Add("patch_size", patch).Add("image_size", image));
        if (!d.Has(text + "embeddings.token_embedding.weight")) return;
        int wide = d.Axis(text + "embeddings.token_embedding.weight", 1);
        ConfigSection? saidOfText = d.Given?.Has("text_config") == true ? d.Given.Section("text_config") : null;
        int heads = saidOfText?.Has("num_attention_heads") == true ? saidOfText.Int("num_attention_heads")
            : wide % 64 == 0 ? wide / 64 : throw d.Unknown("text_config.num_attention_heads", $"the text tower is {wide} wide, no multiple of 64");
        d.Config.Add("text_config", Tower(text, wide, heads, saidOfText ?? given)
            .Add("vocab_size", d.Axis(text + "embeddings.token_embedding.weight", 0))
                .Add("max_position_embeddings", d.Axis(text + "embeddings.position_embedding.weight", 0))
            .Add("projection_dim", d.Axis("text_projection.weight", 0)).Add("clean", OpenClipConfig.Cleaning(d)));
    }

    /// <summary>OpenAI's files are known by three numbers that only they hold; open_clip's need its own config file, or the user.</summary>
    static string Activation(Deduction d, ConfigSection? said, string section)
    {
        if (said?.Has("hidden_act") == true) return said.String("hidden_act");
        if (d.HasStored("input_resolution") && d.HasStored("context_length")) return "quick_gelu";
        return OpenClipConfig.Activation(d)
            ?? throw d.Unknown($"{section}.hidden_act", "\"quick_gelu\" for weights of OpenAI and DFN, \"gelu\" for those of LAION");
    }
}
