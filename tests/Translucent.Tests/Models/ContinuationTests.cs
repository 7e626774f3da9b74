using System.Numerics.Tensors;
using System.Text.Json.Nodes;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Tests.Models;

/// <summary>A text that is read in pieces: what every family says comes next is what its forward pass says.</summary>
public sealed class ContinuationTests
{
    static readonly int[] s_ids = [3, 17, 29, 0, 8, 8, 21, 5, 11, 2, 28, 14, 7, 19, 4, 1, 25, 9];

    [Theory]
    [InlineData("llama", "{}"), InlineData("llama", """{"attention_bias":true,"mlp_bias":true}"""), InlineData("mistral", """{"sliding_window":null}""")]
    [InlineData("llama", """{"tie_word_embeddings":true,"hidden_act":"gelu_new"}"""), InlineData("qwen2", "{}"), InlineData("qwen3", "{}")]
    [InlineData("gemma", """{"tie_word_embeddings":true}"""), InlineData("llama", """{"rope_scaling":{"type":"linear","factor":4}}""")]
    [InlineData("llama", """{"rope_scaling":{"type":"llama3","factor":8,"low_freq_factor":1,"high_freq_factor":4,"original_max_position_embeddings":64}}""")]
    public void Pieces_give_the_logits_of_the_whole(string type, string settings)
    {
        JsonObject more = JsonNode.Parse(settings)!.AsObject();
        bool biased = settings.Contains("_bias"), queries = type == "qwen2";
        using LanguageFolder folder = LanguageFolder.Llama(type, layer => biased || (queries && layer is "q_proj" or "k_proj" or "v_proj" && queries),
            type == "qwen3",
            more["tie_word_embeddings"]?.GetValue<bool>() ?? false, settings);
        using LanguageModel model = folder.Open();
        Equal(model, s_ids);
    }

    [Theory]
    [InlineData("llama"), InlineData("llama_sharded"), InlineData("gpt2")]
    public void Goldens_too(string name)
    {
        using LanguageFixture f = new(name);
        Equal(f.Model, f.Ids);
    }

    static void Equal(LanguageModel model, int[] ids)
    {
        using Trace whole = model.Forward([ids]);
        float[] expected = whole.Vocabulary!.Logits([.. Enumerable.Range(0, ids.Length)]).ToArray();
        double scale = expected.Max(Math.Abs);
        foreach (int[] pieces in (int[][])[[5, 1, 1, 1, 1, 1], [1, 1, 2, 4, 9], [2, 6, 1, 6, 1]])
        {
            Continuation text = new(model);
            for (int i = 0; text.Count < ids.Length; i++)
            {
                int count = Math.Min(i < pieces.Length ? pieces[i] : 1, ids.Length - text.Count);
                ReadOnlySpan<float> found = text.Read(ids[text.Count..(text.Count + count)]).Span, row = expected.AsSpan((text.Count - 1) * found.Length,
                    found.Length);
                double worst = 0;
                for (int v = 0; v < found.Length; v++) worst = Math.Max(worst, Math.Abs(found[v] - row[v]));
                Assert.True(worst <= 2e-5 * scale, $"{text.Count} tokens: off by {worst / scale:e1} of the largest logit.");
            }
        }
    }

    [Theory]
    [InlineData("llama"), InlineData("llama_sharded"), InlineData("gpt2")]
    public void The_likeliest_text_is_that_of_whole_passes(string name)
    {
        using LanguageFixture f = new(name);
        List<int> ids = [.. f.Ids[..6]];
        int[] found = [.. TextGeneration.Continue(f.Model, ids, new GenerationSettings { Tokens = 30, End = [] })];
        Assert.Equal(30, found.Length);
        foreach (int next in found)
        {
            using Trace trace = f.Model.Forward([ids.ToArray()]);
            Assert.Equal(TensorPrimitives.IndexOfMax(trace.Vocabulary!.Logits([ids.Count - 1]).Span), next);
            ids.Add(next);
        }
        Assert.Equal(found, TextGeneration.Continue(f.Model, f.Ids[..6], new GenerationSettings { Tokens = 30, End = [] }, new Compute(threads: 3)));
        Assert.Equal(found[..found.IndexOf(found[4])], TextGeneration.Continue(f.Model, f.Ids[..6], new GenerationSettings { Tokens = 30, End = [found[4]] }));
    }

    [Fact]
    public void A_text_ends_where_the_model_does()
    {
        using LanguageFixture gpt = new("gpt2");
        int[] beginning = [.. Enumerable.Range(0, 60).Select(i => i % 50)];
        // 64 positions are read, the last token is not
        Assert.Equal(5, TextGeneration.Continue(gpt.Model, beginning, new GenerationSettings { End = [] }).Count());
        string message = Assert.Throws<TranslucentException>(() => TextGeneration.Continue(gpt.Model, [.. beginning, 1, 2, 3, 4, 5])).Message;
        Assert.Contains("65 tokens, expected at most 64: n_positions", message);
        using LanguageFixture bert = new("bert");
        Assert.Contains("predicts no tokens", Assert.Throws<TranslucentException>(() => TextGeneration.Continue(bert.Model, [1, 2])).Message);
    }

    [Fact]
    public void What_ends_a_text_is_read_from_either_file()
    {
        using LanguageFolder folder = LanguageFolder.Llama("llama", _ => false, settings: """{"eos_token_id":7}""");
        using (LanguageModel model = folder.Open()) Assert.Equal([7], model.EndTokens);
        folder.AddFile("generation_config.json", """{"eos_token_id":[4,9]}""");
        using (LanguageModel model = folder.Open()) Assert.Equal([4, 9], model.EndTokens);
        folder.AddFile("generation_config.json", """{"bos_token_id":1}""");
        using (LanguageModel model = folder.Open()) Assert.Equal([7], model.EndTokens);
        folder.AddFile("generation_config.json", """{"eos_token_id":"x"}""");
        Assert.Contains("generation_config.json: 'eos_token_id' is text 'x', expected a whole number",
            Assert.Throws<TranslucentException>(() => folder.Open()).Message);
    }
}
