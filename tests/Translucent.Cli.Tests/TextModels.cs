using Translucent.Checkpoints;
using Translucent.Tensors;

namespace Translucent.Cli.Tests;

/// <summary>A tiny Llama and a tiny classifier of texts with random weights and golden tokenizers, as folders that the command opens.</summary>
static class TextModels
{
    const int Width = 16, Hidden = 24, Depth = 2;

    /// <summary>A Llama that reads any script byte by byte.</summary>
    public static string Llama(TempFolder folder, string name = "llama")
    {
        const int Vocabulary = 1468;
        Dictionary<string, Tensor> weights = [];
        Random random = new(3);
        Add("model.embed_tokens.weight", Vocabulary, Width);
        for (int b = 0; b < Depth; b++)
        {
            string layer = $"model.layers.{b}.";
            foreach (string part in (string[])["q", "k", "v", "o"]) Add($"{layer}self_attn.{part}_proj.weight", part is "k" or "v" ? Width / 2 : Width, Width);
            Add($"{layer}mlp.gate_proj.weight", Hidden, Width);
            Add($"{layer}mlp.up_proj.weight", Hidden, Width);
            Add($"{layer}mlp.down_proj.weight", Width, Hidden);
            Add($"{layer}input_layernorm.weight", Width);
            Add($"{layer}post_attention_layernorm.weight", Width);
        }
        Add("model.norm.weight", Width);
        Add("lm_head.weight", Vocabulary, Width);
        return Write(folder, name, "llama2_bpe", weights, $$"""
            {"model_type":"llama","vocab_size":{{Vocabulary}},"hidden_size":{{Width}},"num_hidden_layers":{{Depth}},
            "num_attention_heads":4,"num_key_value_heads":2,
            "intermediate_size":{{Hidden}},"max_position_embeddings":256,"eos_token_id":2}
            """);

        void Add(string key, params int[] shape) => weights[key] = Draw(random, key, shape);
    }

    /// <summary>A BERT with three classes.</summary>
    public static string Bert(TempFolder folder, string name = "bert")
    {
        const int Vocabulary = 1210;
        Dictionary<string, Tensor> weights = [];
        Random random = new(4);
        foreach ((string table, int rows) in (ReadOnlySpan<(string, int)>)[("word", Vocabulary), ("position", 64), ("token_type", 2)])
            Add($"bert.embeddings.{table}_embeddings.weight", rows, Width);
        Norm("bert.embeddings.LayerNorm");
        for (int b = 0; b < Depth; b++)
        {
            string layer = $"bert.encoder.layer.{b}.";
            foreach (string part in (string[])["self.query", "self.key", "self.value", "output.dense"]) Layer($"{layer}attention.{part}", Width, Width);
            Norm($"{layer}attention.output.LayerNorm");
            Layer($"{layer}intermediate.dense", Hidden, Width);
            Layer($"{layer}output.dense", Width, Hidden);
            Norm($"{layer}output.LayerNorm");
        }
        Layer("bert.pooler.dense", Width, Width);
        Layer("classifier", 3, Width);
        return Write(folder, name, "wordpiece", weights, $$"""
            {"model_type":"bert","architectures":["BertForSequenceClassification"],"vocab_size":{{Vocabulary}},"hidden_size":{{Width}},
            "num_hidden_layers":{{Depth}},"num_attention_heads":4,"intermediate_size":{{Hidden}},"max_position_embeddings":64,"type_vocab_size":2,
            "hidden_act":"gelu","layer_norm_eps":1e-12,
            "id2label":{"0":"good","1":"bad","2":"neither"} }
            """);

        void Add(string key, params int[] shape) => weights[key] = Draw(random, key, shape);

        void Layer(string key, int outs, int ins)
        {
            Add($"{key}.weight", outs, ins);
            Add($"{key}.bias", outs);
        }

        void Norm(string key)
        {
            Add($"{key}.weight", Width);
            Add($"{key}.bias", Width);
        }
    }

    static string Write(TempFolder folder, string name, string tokenizer, Dictionary<string, Tensor> weights, string config)
    {
        Directory.CreateDirectory(folder[name]);
        foreach (string file in (string[])["tokenizer.json", "tokenizer_config.json"])
            if (File.Exists(Golden.File($"tokenizers/{tokenizer}/{file}"))) File.Copy(Golden.File($"tokenizers/{tokenizer}/{file}"), Path.Combine(folder[name],
                file));
        Safetensors.Write(Path.Combine(folder[name], "model.safetensors"), weights.Select(w => StoredTensor.From(w.Key, w.Value)));
        folder.Add(Path.Combine(name, "config.json"), config);
        return folder[name];
    }

    static Tensor Draw(Random random, string key, int[] shape)
    {
        Tensor t = new(shape);
        bool norm = key.Contains("norm", StringComparison.OrdinalIgnoreCase) && key.EndsWith("weight", StringComparison.Ordinal);
        float scale = shape.Length > 1 ? 2f / MathF.Sqrt(shape[^1]) : 0.2f;
        foreach (ref float v in t.Span) v = (norm ? 1 : 0) + scale * (2 * random.NextSingle() - 1);
        return t;
    }
}
