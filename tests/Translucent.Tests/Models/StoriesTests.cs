using System.Text.Json;
using Translucent.Autodiff.Ops;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Tests.Models;

/// <summary>
/// stories260K (karpathy/tinyllamas, MIT), a trained Llama of grouped queries, rotary positions and a tokenizer with byte fallback, in Hugging Face layout:
/// ids, logits, attention and greedy texts that other programs made.
/// </summary>
public class StoriesTests
{
    static JsonElement Expected(string folder) => JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "expected.json"))).RootElement;

    [Fact]
    public void Ids_logits_and_attention_are_those_of_other_programs()
    {
        string folder = RealModels.Folder("stories260K");
        using LanguageModel model = LanguageModels.Open(folder);
        foreach (JsonElement text in Expected(folder).GetProperty("texts").EnumerateArray())
        {
            using Trace trace = model.Forward(text.GetProperty("text").GetString()!);
            Assert.Equal(Numbers(text, "ids").Select(v => (int)v), trace.Text!.Ids[0]);
            float[] logits = trace.Vocabulary!.Logits([trace.Tokens - 1]).ToArray();
            Near(Numbers(text, "last_logits_first8"), logits.AsSpan(0, 8));
            Near(Numbers(text, "last_logits_259_267"), logits.AsSpan(259, 8));
            Assert.Equal(text.GetProperty("argmax").GetInt32(), Array.IndexOf(logits, logits.Max()));
            Tensor? attention = null;
            trace.Tape.WithAttention(trace.Steps[0].Site, call => attention = Attention.Probabilities(call, image: 0));
            Near(Numbers(text, "layer0_head0_last_row"), attention!.Row(trace.Tokens - 1));
        }
    }

    [Fact]
    public void Greedy_texts_are_those_of_other_programs()
    {
        string folder = RealModels.Folder("stories260K");
        JsonElement expected = Expected(folder);
        using LanguageModel model = LanguageModels.Open(folder);
        int[] ids = Continue(model, [1], 257);
        Assert.Equal(Numbers(expected, "greedy_empty_ids").Select(v => (int)v), ids);
        Assert.Equal(expected.GetProperty("greedy_empty").GetString(), model.Tokenizer!.Decode(ids));
        string zoo = expected.GetProperty("greedy_zoo").GetString()!;
        Assert.StartsWith(zoo, model.Tokenizer.Decode(Continue(model, [.. model.Encode("Zoo").Ids], 80)));
    }

    static int[] Continue(LanguageModel model, int[] ids, int length)
    {
        Arena arena = new();
        while (ids.Length < length)
        {
            using Trace trace = model.Forward([ids], Translucent.Autodiff.Keep.Boundaries, arena);
            float[] logits = trace.Vocabulary!.Logits([ids.Length - 1]).ToArray();
            ids = [.. ids, Array.IndexOf(logits, logits.Max())];
        }
        return ids;
    }

    static double[] Numbers(JsonElement of, string key) => [.. of.GetProperty(key).EnumerateArray().Select(v => v.GetDouble())];

    /// <summary>Six digits are told.</summary>
    static void Near(double[] expected, ReadOnlySpan<float> found)
    {
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], found[i], 2e-5 * Math.Max(1, Math.Abs(expected[i])));
    }
}
