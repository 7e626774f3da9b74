// config.json as it would lie beside an ONNX file with the names of Hugging Face: sizes from shapes, heads, activation and epsilon from the graph.

using System.Globalization;
using Translucent.Checkpoints.Layouts;
using Translucent.Files;

namespace Translucent.Checkpoints.Onnx;

/// <summary>Settings of the families whose exports are known by their names.</summary>
static class OnnxConfig
{
    const string Words = "embeddings.word_embeddings.weight", Class = "embeddings.cls_token", Vision = "vision_model.", Text = "text_model.";

    /// <summary>The families, for messages.</summary>
    public const string Families = "ViT, DeiT, DINO, DINOv2, DINOv3, CLIP (both towers or one), BERT, RoBERTa, DistilBERT";

    /// <summary>States the settings.</summary>
    /// <exception cref="TranslucentException">The names are of no family that is known, or the graph does not tell a setting; the message says which key to
    /// write to config.json.</exception>
    public static void Deduce(Deduction d, OnnxFacts facts)
    {
        if (OnnxTelltales.Of(d.Names) is { } other) throw new TranslucentException($"{d.Folder}: the ONNX file {other}.");
        if (d.Has("embeddings.cls_token") && d.Has("layer.0.attention.q_proj.weight")) Dinov3(d, facts);
        else if (Prefix(d, Class, "vit.", "deit.", "dinov2.", "dinov2_with_registers.") is { } vit) Vit(d, facts, vit);
        else if (d.Has(Vision + "embeddings.class_embedding") || d.Has(Text + "embeddings.token_embedding.weight")) Clip(d, facts);
        else if (Prefix(d, Words, "distilbert.") is { } distil && d.Has(distil + "transformer.layer.0.attention.q_lin.weight")) DistilBert(d, facts, distil);
        else if (Prefix(d, Words, "bert.", "roberta.") is { } bert && d.Has(bert + "encoder.layer.0.attention.self.query.weight")) Bert(d, facts, bert);
        else
        {
            throw new TranslucentException($"{d.Folder}: the ONNX file has no config.json beside it, and its weights are not named as those of {Families} "
                + $"or of {KnownLayouts.Names}; they are {Describe.Names([.. d.Names])}.");
        }
    }

    static void Vit(Deduction d, OnnxFacts facts, string p)
    {
        const string Layer = "encoder.layer.0.";
        bool distilled = d.Has(p + "embeddings.distillation_token"), dinov2 = d.Has(p + Layer + "layer_scale1.lambda1");
        bool registers = d.Has(p + "embeddings.register_tokens");
        int patch = d.Axis(p + "embeddings.patch_embeddings.projection.weight", 2);
        string up = dinov2 ? "mlp.fc1" : "intermediate.dense", down = dinov2 ? "mlp.fc2" : "output.dense";
        Common(d, facts, d.Config.Add("model_type", distilled ? "deit" : registers ? "dinov2_with_registers" : dinov2 ? "dinov2" : "vit"), p + Layer,
                "attention.attention.key", down, p + "encoder.layer.#.attention.attention.key.weight")
            .Add("num_channels", d.Axis(p + "embeddings.patch_embeddings.projection.weight", 1))
            .Add("patch_size", patch).Add("image_size", patch * d.Grid(p + "embeddings.position_embeddings", 1, distilled ? 2 : 1))
            .Add("qkv_bias", d.Has(p + Layer + "attention.attention.query.bias"));
        if (!dinov2) d.Config.Add("intermediate_size", d.Axis(p + Layer + up + ".weight", 0));
        else d.Config.Add("mlp_ratio", d.Axis(p + Layer + up + ".weight", 0) / Math.Max(1, d.Axis(p + Layer + up + ".weight", 1)));
        if (registers) d.Config.Add("num_register_tokens", d.Axis(p + "embeddings.register_tokens", 1));
        Labels(d, distilled && d.Has("cls_classifier.weight") ? "cls_classifier.weight" : "classifier.weight");
    }

    /// <summary>The positions of its patches are computed in the graph, so that no table tells the size of its images: 224 pixels, as all are
    /// published.</summary>
    static void Dinov3(Deduction d, OnnxFacts facts)
    {
        const string Layer = "layer.0.";
        bool gated = d.Has(Layer + "mlp.gate_proj.weight");
        Settings config = d.Config.Add("model_type", "dinov3_vit");
        config.Add("hidden_size", d.Axis("embeddings.cls_token", 2)).Add("num_hidden_layers", d.Layers("layer.#.attention.q_proj.weight"))
            .Add("num_attention_heads", Heads(d, facts, Layer + "attention.k_proj", "num_attention_heads"))
            .Add("hidden_act", gated ? "silu" : Activation(d, facts, Layer + "mlp.down_proj", "hidden_act")).Add("layer_norm_eps", Epsilon(d, facts))
            .Add("intermediate_size", d.Axis(Layer + "mlp.up_proj.weight", 0)).Add("use_gated_mlp", gated)
            .Add("num_channels", d.Axis("embeddings.patch_embeddings.weight", 1)).Add("patch_size", d.Axis("embeddings.patch_embeddings.weight", 2))
            .Add("image_size", 224)
            .Add("num_register_tokens", d.Has("embeddings.register_tokens") ? d.Axis("embeddings.register_tokens", 1) : 0)
            .Add("query_bias", d.Has(Layer + "attention.q_proj.bias")).Add("key_bias", d.Has(Layer + "attention.k_proj.bias"))
            .Add("value_bias", d.Has(Layer + "attention.v_proj.bias")).Add("proj_bias", d.Has(Layer + "attention.o_proj.bias"))
            .Add("mlp_bias", d.Has(Layer + "mlp.down_proj.bias"));
    }

    static void Clip(Deduction d, OnnxFacts facts)
    {
        const string Table = Text + "embeddings.token_embedding.weight", Patches = Vision + "embeddings.patch_embedding.weight";
        bool images = d.Has(Patches), texts = d.Has(Table);
        Settings Tower(Settings to, string tower) => Common(d, facts, to, tower + "encoder.layers.0.", "self_attn.k_proj", "mlp.fc2",
            tower + "encoder.layers.#.self_attn.k_proj.weight").Add("intermediate_size", d.Axis(tower + "encoder.layers.0.mlp.fc1.weight", 0));
        Settings Images(Settings to) => Tower(to, Vision).Add("num_channels", d.Axis(Patches, 1)).Add("patch_size", d.Axis(Patches, 2))
            .Add("image_size", d.Axis(Patches, 2) * d.Grid(Vision + "embeddings.position_embedding.weight", 0, 1));
        Settings Texts(Settings to) => Tower(to, Text).Add("vocab_size", d.Axis(Table, 0))
            .Add("max_position_embeddings", d.Axis(Text + "embeddings.position_embedding.weight", 0))
            .Add("eos_token_id", facts.TextEnd is >= 0 and <= int.MaxValue and long end ? (int)end
                : throw d.Unknown("text_config.eos_token_id", "the graph does not show how it finds the end of a text"));
        string? projection = Array.Find(["visual_projection.weight", "text_projection.weight"], d.Has);
        if (projection is not null) d.Config.Add("projection_dim", d.Axis(projection, 0));
        if (images && texts)
        {
            d.Config.Add("model_type", "clip").Add("vision_config", Images(new Settings())).Add("text_config", Texts(new Settings()));
            return;
        }
        d.Config.Add("model_type", images ? "clip_vision_model" : "clip_text_model");
        if (images) Images(d.Config);
        else Texts(d.Config);
    }

    static void Bert(Deduction d, OnnxFacts facts, string p)
    {
        const string Layer = "encoder.layer.0.";
        bool roberta = p == "roberta." || d.Has("classifier.out_proj.weight");
        Common(d, facts, d.Config.Add("model_type", roberta ? "roberta" : "bert"), p + Layer, "attention.self.key", "output.dense",
                p + "encoder.layer.#.attention.self.key.weight")
            .Add("intermediate_size", d.Axis(p + Layer + "intermediate.dense.weight", 0)).Add("vocab_size", d.Axis(p + Words, 0))
            .Add("max_position_embeddings", d.Axis(p + "embeddings.position_embeddings.weight", 0))
            .Add("type_vocab_size", d.Axis(p + "embeddings.token_type_embeddings.weight", 0));
        Labels(d, roberta ? "classifier.out_proj.weight" : "classifier.weight");
    }

    static void DistilBert(Deduction d, OnnxFacts facts, string p)
    {
        const string Layer = "transformer.layer.0.";
        d.Config.Add("model_type", "distilbert").Add("dim", d.Axis(p + Words, 1)).Add("n_layers", d.Layers(p + "transformer.layer.#.attention.k_lin.weight"))
            .Add("n_heads", Heads(d, facts, p + Layer + "attention.k_lin", "n_heads")).Add("hidden_dim", d.Axis(p + Layer + "ffn.lin1.weight", 0))
            .Add("activation", Activation(d, facts, p + Layer + "ffn.lin2", "activation")).Add("vocab_size", d.Axis(p + Words, 0))
            .Add("max_position_embeddings", d.Axis(p + "embeddings.position_embeddings.weight", 0));
        Labels(d, "classifier.weight");
    }

    /// <summary>What most families call the same.</summary>
    static Settings Common(Deduction d, OnnxFacts facts, Settings to, string layer, string key, string down, string layers) =>
        to.Add("hidden_size", d.Axis($"{layer}{key}.weight", 1)).Add("num_hidden_layers", d.Layers(layers))
            .Add("num_attention_heads", Heads(d, facts, layer + key, "num_attention_heads"))
            .Add("hidden_act", Activation(d, facts, layer + down, "hidden_act")).Add("layer_norm_eps", Epsilon(d, facts));

    static void Labels(Deduction d, string classifier)
    {
        if (d.Has(classifier) && d.Given?.Has("id2label") != true) d.Config.Add("num_labels", d.Axis(classifier, 0));
    }

    static int Heads(Deduction d, OnnxFacts facts, string layer, string key) => Given(d, key) ?? (facts.Heads.TryGetValue(layer, out int heads) ? heads
        : throw d.Unknown(key, "the graph does not show into how many heads keys are split"));

    static int? Given(Deduction d, string key) => d.Given?.Has(key) == true ? d.Given.Int(key) : null;

    static string Activation(Deduction d, OnnxFacts facts, string layer, string key) => d.Given?.Has(key) == true ? d.Given.String(key)
        : facts.Activations.TryGetValue(layer, out string? known) ? known
        : throw d.Unknown(key, $"no activation that is known stands before {Describe.Name(layer)} in the graph");

    static double Epsilon(Deduction d, OnnxFacts facts)
    {
        if (d.Given?.Has("layer_norm_eps") == true) return d.Given.Float("layer_norm_eps");
        if (facts.Epsilons.Count != 1)
            throw d.Unknown("layer_norm_eps", facts.Epsilons.Count == 0 ? "no layer normalisation is recognised in the graph"
                : $"its normalisations have {string.Join(" and ", facts.Epsilons.Take(3))}");
        CultureInfo plain = CultureInfo.InvariantCulture;
        return double.Parse(facts.Epsilons.First().ToString("R", plain), plain); // 1e-12, not the double nearest the float
    }

    /// <summary>The prefix under which there is a tensor; null when there is none.</summary>
    static string? Prefix(Deduction d, string name, params ReadOnlySpan<string> prefixes)
    {
        if (d.Has(name)) return "";
        foreach (string prefix in prefixes)
            if (d.Has(prefix + name)) return prefix;
        return null;
    }
}
