using Translucent.Autodiff.Ops;
using Translucent.Checkpoints;
using Translucent.Models;

namespace Translucent.Tests.Models;

/// <summary>A golden folder of a language model: the model, its input, and what the float64 reference computed.</summary>
sealed class LanguageFixture : IDisposable
{
    const double Tolerance = 2e-5; // of the largest magnitude of an array: float32 against float64

    readonly Safetensors _golden, _input;

    public LanguageFixture(string name)
    {
        Folder = Golden.File($"language/{name}");
        (_golden, _input) = (Safetensors.Open(Path.Combine(Folder, "golden.safetensors")), Safetensors.Open(Path.Combine(Folder, "input.safetensors")));
        Model = LanguageModels.Open(Folder);
    }

    public static TheoryData<string> Names => ["llama", "llama_sharded", "gpt2", "bert"];

    public string Folder { get; }

    public LanguageModel Model { get; }

    public int[] Ids => Ints("input_ids");

    public int[] Context => Ints("context_positions");

    public int[] Summary => Ints("summary_positions");

    public TextInput Text => !_input.TryGet("token_type_ids", out _) ? Ids : new TextInput(Ids, Ints("token_type_ids")) { Real = Ints("attention_mask").Sum() };

    public int[] Ints(string name) => Array.ConvertAll(_input[name].ToInt64s(), n => (int)n);

    public long[] Whole(string name) => _golden[name].ToInt64s();

    public bool Has(string name) => _golden.TryGet(name, out _);

    public double[] this[string name] => _golden[name].ToDoubles();

    public void Check(string name, ReadOnlySpan<float> found, double tolerance = Tolerance) => Near(this[name], found, tolerance, name);

    /// <summary>Holds numbers to those of a second implementation, as a share of the largest.</summary>
    public static void Near(double[] expected, ReadOnlySpan<float> found, double tolerance = Tolerance, string name = "numbers")
    {
        Assert.Equal(expected.Length, found.Length);
        double scale = expected.Max(Math.Abs), worst = 0;
        for (int i = 0; i < expected.Length; i++)
            worst = Math.Max(worst, double.IsNaN(found[i]) ? double.PositiveInfinity : Math.Abs(found[i] - expected[i]));
        Assert.True(worst <= tolerance * scale, $"{name}: off by {worst / scale:e1} of the largest value, tolerance {tolerance:e1}.");
    }

    /// <summary>z[0 .. L] of one text, as the goldens have it.</summary>
    public static float[] Z(Trace trace, int item = 0)
    {
        int size = trace.Tokens * trace.Blocks[0].Width;
        return [.. ((string[])["embed", .. trace.Blocks.Select(b => b.Out)])
            .SelectMany(site => trace.Tape[site].Value.Span.Slice(item * size, size).ToArray())];
    }

    /// <summary>A of all blocks, [L, H, N, N].</summary>
    public static float[] Attentions(Trace trace)
    {
        List<float> all = [];
        foreach (AttentionStep step in trace.Steps) trace.Tape.WithAttention(step.Site,
            call => all.AddRange(Attention.Probabilities(call, image: 0).ToArray()));
        return [.. all];
    }

    public void Dispose()
    {
        Model.Dispose();
        _golden.Dispose();
        _input.Dispose();
    }
}
