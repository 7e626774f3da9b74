using System.Diagnostics;
using System.Globalization;
using Translucent.Autodiff;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;
using Trace = Translucent.Models.Trace;

namespace Translucent.Tests.Models;

/// <summary>
/// A Llama of the shape of Llama-2-7B in bfloat16, 13.5 GB of random weights: memory and time of a pass and of an explanation of 20 tokens over 500 of
/// context. It takes minutes to hours, so it runs where TRANSLUCENT_SEVEN_BILLION is set: to a number of blocks, and after a comma to the rows of a
/// sparse sweep.
/// </summary>
public sealed class SevenBillionTests : IDisposable
{
    const int Width = 4096, Hidden = 11_008, Vocabulary = 32_000, Context = 500, Summary = 20;

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Twenty_tokens_over_five_hundred_are_explained_within_16_GiB()
    {
        string? asked = Environment.GetEnvironmentVariable("TRANSLUCENT_SEVEN_BILLION");
        Assert.SkipUnless(asked is { Length: > 0 }, "TRANSLUCENT_SEVEN_BILLION is not set.");
        int[] numbers = [.. asked!.Split(',').Select(n => int.Parse(n, CultureInfo.InvariantCulture))];
        Write(numbers[0]);
        using LanguageModel model = LanguageModels.Open(_folder.Path);
        int[] ids = [.. Enumerable.Range(0, 1 + Context + Summary).Select(i => 1 + i * 59 % (Vocabulary - 1))];
        Stopwatch clock = Stopwatch.StartNew();
        using Trace trace = model.Forward([ids]);
        Say($"forward pass {clock.Elapsed.TotalSeconds:0.0} s");
        Assert.Equal(Keep.Boundaries, trace.Tape.Keep);
        int[] summary = [.. Enumerable.Range(1 + Context, Summary)];
        SweepOptions options = new() { MemoryBytes = 1L << 30, Rows = numbers.Length > 1 ? numbers[1] : null };
        clock.Restart();
        TokenContribution lambda = TokenContributions.Of(trace, summary, [.. Enumerable.Range(1, Context)], options: options);
        Say($"contributions of {Context} tokens to {Summary} {clock.Elapsed.TotalSeconds:0.0} s");
        Assert.All(lambda.Lambda.ToArray(), v => Assert.True(v >= 0 && float.IsFinite(v)));
        Tensor span = Sweep.Rows(trace, new SpanTargets(summary), options);
        Assert.All(span.ToArray(), v => Assert.True(float.IsFinite(v)));

        Dictionary<string, long> memory = File.ReadLines("/proc/self/status").Where(l => l.EndsWith(" kB", StringComparison.Ordinal))
            .ToDictionary(l => l.Split(':')[0], l => long.Parse(l.Split(':')[1].Replace("kB", ""), CultureInfo.InvariantCulture) << 10);
        Say($"peak {memory["VmHWM"] >> 20} MiB, of it {memory["RssAnon"] >> 20} MiB not of the file; arena {trace.Tape.Arena.Bytes >> 20} MiB");
        Assert.True(memory["VmHWM"] < 16L << 30);
        Assert.True(memory["RssAnon"] < 7L << 29, $"{memory["RssAnon"] >> 20} MiB");
    }

    static void Say(FormattableString line) => TestContext.Current.TestOutputHelper?.WriteLine(FormattableString.Invariant(line));

    void Write(int depth)
    {
        _folder.Add("config.json", $$"""
            {"model_type":"llama","vocab_size":{{Vocabulary}},"hidden_size":{{Width}},"intermediate_size":{{Hidden}},"num_hidden_layers":{{depth}},
            "num_attention_heads":32,"num_key_value_heads":32,"max_position_embeddings":4096,"rms_norm_eps":1e-5,"tie_word_embeddings":false}
            """);
        List<(string Name, int[] Shape)> tensors = [("model.embed_tokens.weight", [Vocabulary, Width])];
        for (int b = 0; b < depth; b++)
        {
            string name = $"model.layers.{b}.";
            tensors.AddRange([(name + "input_layernorm.weight", [Width]), (name + "post_attention_layernorm.weight", [Width])]);
            tensors.AddRange(((string[])["q", "k", "v", "o"]).Select(p => ($"{name}self_attn.{p}_proj.weight", new[] { Width, Width })));
            tensors.AddRange([(name + "mlp.gate_proj.weight", [Hidden, Width]), (name + "mlp.up_proj.weight", [Hidden, Width]),
                (name + "mlp.down_proj.weight", [Width, Hidden])]);
        }
        tensors.AddRange([("model.norm.weight", [Width]), ("lm_head.weight", [Vocabulary, Width])]);
        using SparseSafetensors file = new(_folder["model.safetensors"], tensors, "BF16", bytes: 2);
        foreach ((string name, _) in tensors) file.FillWithNoise(name);
    }
}
