using System.Text.Json.Nodes;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tests.Reference;

namespace Translucent.Tests.Models;

/// <summary>RoBERTa and DistilBERT against a second implementation, with and without a classifier.</summary>
public sealed class TextEncoderTests
{
    const int Width = 12, Hidden = 20, Depth = 2, Heads = 3;

    static readonly int[] s_ids = [0, 5, 24, 11, 11, 2];

    [Fact]
    public void Roberta_equals_the_second_implementation()
    {
        using LanguageFolder folder = new()
        {
            Config = JsonNode.Parse("""
                {"model_type":"roberta","vocab_size":25,"hidden_size":12,"num_hidden_layers":2,"num_attention_heads":3,"intermediate_size":20,
                "max_position_embeddings":12,"type_vocab_size":1,"layer_norm_eps":1e-5,"pad_token_id":1,"id2label":{"0":"no","1":"yes"}}
                """)!.AsObject(),
        };
        Embeddings(folder, "roberta.embeddings", 12, types: true);
        for (int b = 0; b < Depth; b++) Block(folder, part => RobertaName(b, part));
        folder.Layer("classifier.dense", Width, Width, bias: true);
        folder.Layer("classifier.out_proj", 2, Width, bias: true);
        using LanguageModel model = folder.Open();
        using Trace trace = model.Forward([s_ids]);

        PlainLanguage plain = new(name => folder.Weights[name]);
        const string words = "roberta.embeddings.";
        double[][] x = PlainLanguage.Add(plain.Lookup(words + "word_embeddings.weight", s_ids),
            plain.Lookup(words + "position_embeddings.weight", [2, 3, 4, 5, 6, 7]));
        x = plain.Norm(PlainLanguage.Add(x, plain.Lookup(words + "token_type_embeddings.weight", new int[6])), words + "LayerNorm", 1e-5);
        double[][] z = plain.Encode(x, Depth, Heads, RobertaName, 1e-5);
        double[] pooled = [.. plain.Linear([z[0]], "classifier.dense")[0].Select(Math.Tanh)];
        LanguageFixture.Near([.. plain.Z.SelectMany(v => v).SelectMany(r => r)], LanguageFixture.Z(trace));
        LanguageFixture.Near(plain.Linear([pooled], "classifier.out_proj")[0], trace.Logits.Span);
        Assert.Equal((10, "yes"), (model.Config.Positions, model.Labels[1]));
        Assert.Contains("11 tokens, expected at most 10", Assert.Throws<TranslucentException>(() => model.Forward([new int[11]])).Message);

        folder.Config["position_embedding_type"] = "relative_key";
        Assert.Contains("'position_embedding_type' is text 'relative_key'", Assert.Throws<TranslucentException>(() => folder.Open()).Message);
        folder.Config.Remove("position_embedding_type");
        folder.Config["architectures"] = new JsonArray("RobertaForTokenClassification");
        Assert.Contains("'architectures' is 'RobertaForTokenClassification'", Assert.Throws<TranslucentException>(() => folder.Open()).Message);
    }

    static string RobertaName(int block, string part) => $"roberta.encoder.layer.{block}." + part switch
    {
        "output" => "attention.output.dense",
        "norm1" => "attention.output.LayerNorm",
        "up" => "intermediate.dense",
        "down" => "output.dense",
        "norm2" => "output.LayerNorm",
        _ => $"attention.self.{part}",
    };

    [Fact]
    public void DistilBert_equals_the_second_implementation()
    {
        using LanguageFolder folder = new()
        {
            Config = JsonNode.Parse("""
                {"model_type":"distilbert","vocab_size":25,"dim":12,"n_layers":2,"n_heads":3,"hidden_dim":20,"max_position_embeddings":12,"activation":"gelu",
                "id2label":{"0":"no","1":"yes","2":"perhaps"}}
                """)!.AsObject(),
        };
        Embeddings(folder, "distilbert.embeddings", 12, types: false);
        for (int b = 0; b < Depth; b++) Block(folder, part => DistilName(b, part));
        folder.Layer("pre_classifier", Width, Width, bias: true);
        folder.Layer("classifier", 3, Width, bias: true);
        folder.Add("vocab_projector.bias", 25); // of the model that it was before
        using LanguageModel model = folder.Open();
        using Trace trace = model.Forward([new TextInput(s_ids) { Real = 4 }]);

        PlainLanguage plain = new(name => folder.Weights[name]);
        const string words = "distilbert.embeddings.";
        double[][] x = plain.Norm(PlainLanguage.Add(plain.Lookup(words + "word_embeddings.weight", s_ids),
            plain.Lookup(words + "position_embeddings.weight", [0, 1, 2, 3, 4, 5])), words + "LayerNorm", 1e-12);
        double[][] z = plain.Encode(x, Depth, Heads, DistilName, 1e-12, real: 4);
        double[] pooled = [.. plain.Linear([z[0]], "pre_classifier")[0].Select(v => Math.Max(0, v))];
        LanguageFixture.Near([.. plain.Z.SelectMany(v => v).SelectMany(r => r)], LanguageFixture.Z(trace));
        LanguageFixture.Near(plain.Linear([pooled], "classifier")[0], trace.Logits.Span);
        Assert.Equal("perhaps", model.Labels[2]);
    }

    static string DistilName(int block, string part) => $"distilbert.transformer.layer.{block}." + part switch
    {
        "query" => "attention.q_lin",
        "key" => "attention.k_lin",
        "value" => "attention.v_lin",
        "output" => "attention.out_lin",
        "norm1" => "sa_layer_norm",
        "up" => "ffn.lin1",
        "down" => "ffn.lin2",
        _ => "output_layer_norm",
    };

    static void Embeddings(LanguageFolder folder, string name, int positions, bool types)
    {
        folder.Add($"{name}.word_embeddings.weight", 25, Width);
        folder.Add($"{name}.position_embeddings.weight", positions, Width);
        if (types) folder.Add($"{name}.token_type_embeddings.weight", 1, Width);
        Norm(folder, $"{name}.LayerNorm");
    }

    static void Block(LanguageFolder folder, Func<string, string> named)
    {
        foreach (string part in (ReadOnlySpan<string>)["query", "key", "value", "output"]) folder.Layer(named(part), Width, Width, bias: true);
        folder.Layer(named("up"), Hidden, Width, bias: true);
        folder.Layer(named("down"), Width, Hidden, bias: true);
        Norm(folder, named("norm1"));
        Norm(folder, named("norm2"));
    }

    static void Norm(LanguageFolder folder, string name)
    {
        folder.Add($"{name}.weight", Width);
        folder.Add($"{name}.bias", Width);
    }
}
