using System.Text.Json.Nodes;
using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Tests.Reference;

namespace Translucent.Tests.Models;

/// <summary>Every family and switch against a second implementation, and settings that ask for what is not computed.</summary>
public sealed class LanguageFamilyTests
{
    static readonly int[] s_ids = [3, 17, 29, 0, 8, 8, 21];
    static readonly double[] s_plain = [.. Enumerable.Range(0, 3).Select(i => Math.Pow(500, -i / 3.0))];

    static bool Queries(string layer) => layer is "q_proj" or "k_proj" or "v_proj";

    [Theory]
    [InlineData("llama", "{}"), InlineData("llama", """{"attention_bias":true}"""), InlineData("llama", """{"mlp_bias":true}""")]
    [InlineData("llama", """{"tie_word_embeddings":true,"hidden_act":"gelu_new"}"""), InlineData("mistral", """{"sliding_window":null}""")]
    [InlineData("mistral", """{"sliding_window":7}"""), InlineData("qwen2", "{}"), InlineData("qwen2", """{"use_sliding_window":false,"sliding_window":2}""")]
    [InlineData("qwen3", "{}"), InlineData("gemma", """{"tie_word_embeddings":true}""")]
    [InlineData("llama", """{"rope_scaling":{"type":"linear","factor":4}}""")]
    [InlineData("llama", """{"rope_parameters":{"rope_type":"linear","factor":4.0,"rope_theta":500}}""")]
    [InlineData("llama",
        """{"rope_scaling":{"rope_type":"llama3","factor":8,"low_freq_factor":1,"high_freq_factor":4,"original_max_position_embeddings":64}}""")]
    public void Llama_and_those_like_it_equal_the_second_implementation(string type, string settings)
    {
        JsonObject more = JsonNode.Parse(settings)!.AsObject();
        bool Says(string key) => more[key]?.GetValueKind() == System.Text.Json.JsonValueKind.True;
        bool Bias(string layer) => (Says("attention_bias") && (Queries(layer) || layer == "o_proj"))
            || (Says("mlp_bias") && !Queries(layer) && layer != "o_proj")
            || (type == "qwen2" && Queries(layer));
        bool tied = Says("tie_word_embeddings"), gemma = type == "gemma";
        using LanguageFolder folder = LanguageFolder.Llama(type, Bias, type == "qwen3", tied, settings);
        using LanguageModel model = folder.Open();
        using Trace trace = model.Forward([s_ids]);

        PlainLanguage plain = new(name => folder.Weights[name]);
        double[] frequencies = settings.Contains("linear") ? [.. s_plain.Select(f => f / 4)] : settings.Contains("llama3") ? Blended() : s_plain;
        Func<double, double> act = gemma || settings.Contains("gelu_new") ? PlainOps.GeluTanh : PlainOps.Silu;
        plain.Llama(s_ids, (4, 2), frequencies, act, gemma ? Math.Sqrt(12) : 1, gemma ? 1 : 0, layer => layer is not ("lm_head" or "embed_tokens")
            && Bias(layer),
            type == "qwen3", tied);
        LanguageFixture.Near([.. plain.Z.SelectMany(z => z).SelectMany(r => r)], LanguageFixture.Z(trace));
        LanguageFixture.Near([.. plain.Logits.SelectMany(r => r)], trace.Vocabulary!.Logits([.. Enumerable.Range(0, 7)]).Span);
        Assert.Equal((2, 6, true), (model.Config.KeyHeads, model.Config.HeadWidth, model.IsCausal));
    }

    /// <summary>Waves of 6.3, 50 and 396 tokens, where up to 16 are short and from 64 on long: kept, blended, slowed down eight times.</summary>
    static double[] Blended()
    {
        double wave = 2 * Math.PI / s_plain[1], share = (64 / wave - 1) / 3;
        return [s_plain[0], (1 - share) * s_plain[1] / 8 + share * s_plain[1], s_plain[2] / 8];
    }

    [Theory]
    [InlineData("llama", """{"rope_scaling":{"rope_type":"yarn","factor":4}}""",
        "'rope_scaling.rope_type' is text 'yarn', expected one of default, linear, llama3")]
    [InlineData("llama", """{"rope_scaling":{"type":"dynamic","factor":4}}""", "'rope_scaling.type' is text 'dynamic'")]
    [InlineData("llama", """{"partial_rotary_factor":0.5}""", "'partial_rotary_factor' is 0.5, expected 1")]
    [InlineData("llama", """{"head_dim":5}""", "'head_dim' is 5, expected heads of an even width")]
    [InlineData("llama", """{"num_key_value_heads":3}""", "'num_key_value_heads' is 3, expected a divisor of num_attention_heads 4")]
    [InlineData("llama", """{"final_logit_softcapping":30.0}""", "'final_logit_softcapping' is set, but what it asks for is not computed")]
    [InlineData("llama", """{"quantization_config":{}}""", "'quantization_config' is set")]
    [InlineData("qwen3", """{"layer_types":["full_attention","chunked_attention"]}""", "'layer_types' has 'chunked_attention'")]
    [InlineData("gemma2", "{}", "'model_type' is text 'gemma2', expected one of llama, mistral")]
    public void What_is_not_computed_is_refused_by_name(string type, string settings, string message)
    {
        using LanguageFolder folder = LanguageFolder.Llama(type, _ => false, settings: settings);
        Assert.Contains(message, Assert.Throws<TranslucentException>(() => folder.Open()).Message);
    }

    [Theory]
    [InlineData("mistral", """{"sliding_window":6}"""), InlineData("qwen2", """{"use_sliding_window":true,"sliding_window":6}""")]
    public void A_window_is_refused_where_it_would_be_in_force(string type, string settings)
    {
        using LanguageFolder folder = LanguageFolder.Llama(type, layer => type == "qwen2" && Queries(layer), settings: settings);
        using LanguageModel model = folder.Open();
        model.Forward([s_ids[..6]]).Dispose();
        Assert.Contains("7 tokens, expected at most 6: sliding_window is 6", Assert.Throws<TranslucentException>(() => model.Forward([s_ids])).Message);
    }

    [Fact]
    public void Old_names_and_masks_that_files_carry_along_change_nothing()
    {
        using LanguageFixture gpt = new("gpt2"), bert = new("bert");
        using LanguageFolder bare = Copy(gpt), old = Copy(bert), encoder = Copy(bert);
        for (int b = 0; b < 3; b++)
        {
            bare.Add($"transformer.h.{b}.attn.bias", 1, 1, 64, 64);
            bare.Add($"transformer.h.{b}.attn.masked_bias", 1);
        }
        bare.Add("lm_head.weight", 280, 48); // tied, so it is not read
        using LanguageModel without = bare.Open(n => n.Replace("transformer.", "")), gamma = old.Open(n => n.Contains("LayerNorm")
            ? n.Replace(".weight", ".gamma").Replace(".bias", ".beta") : n);
        foreach (string name in encoder.Weights.Keys.Where(n => n.StartsWith("classifier", StringComparison.Ordinal)).ToArray()) encoder.Weights.Remove(name);
        using LanguageModel bareBert = encoder.Open(n => n.Replace("bert.", ""));
        Same(gpt, without);
        Same(bert, gamma);
        Same(bert, bareBert);
        Assert.Equal((3, 0), (gamma.Classes, bareBert.Classes));
        Assert.Equal(["A", "B", "C"], gamma.Labels);

        static void Same(LanguageFixture f, LanguageModel other)
        {
            using Trace expected = f.Model.Forward([f.Text]), found = other.Forward([f.Text]);
            Assert.Equal(LanguageFixture.Z(expected), LanguageFixture.Z(found));
        }
    }

    [Fact]
    public void Gpt2_with_ReLU_and_an_output_of_its_own()
    {
        using LanguageFixture f = new("gpt2");
        using LanguageFolder folder = Copy(f);
        (folder.Config["activation_function"], folder.Config["tie_word_embeddings"]) = ("relu", false);
        Assert.Contains("lm_head.weight", Assert.Throws<TranslucentException>(() => folder.Open()).Message);
        folder.Add("lm_head.weight", 280, 48);
        using LanguageModel model = folder.Open();
        using Trace trace = model.Forward([f.Text]);
        Tensor act = trace.Tape["blocks.1.mlp.act"].Value, normal = trace.Tape["norm"].Value;
        Assert.True(act.ToArray().All(v => v >= 0) && act.ToArray().Any(v => v > 0));
        double[] expected = PlainOps.Linear(Array.ConvertAll(normal.ToArray(), v => (double)v), folder.Weights["lm_head.weight"], null, v => v, null);
        LanguageFixture.Near(expected, trace.Vocabulary!.Logits([.. Enumerable.Range(0, trace.Tokens)]).Span);
        folder.Config["scale_attn_by_inverse_layer_idx"] = true;
        Assert.Contains("'scale_attn_by_inverse_layer_idx' is true, expected false", Assert.Throws<TranslucentException>(() => folder.Open()).Message);
    }

    /// <summary>A golden folder's settings and weights, to be changed.</summary>
    static LanguageFolder Copy(LanguageFixture f)
    {
        LanguageFolder folder = new() { Config = JsonNode.Parse(File.ReadAllText(Path.Combine(f.Folder, "config.json")))!.AsObject() };
        using Safetensors weights = Safetensors.Open(Path.Combine(f.Folder, "model.safetensors"));
        foreach (StoredTensor t in weights.Tensors) folder.Weights[t.Name] = t.ToTensor();
        return folder;
    }
}
