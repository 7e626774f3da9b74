using System.Text.Json;
using Translucent.Evaluate.Perturb;
using Translucent.Explain;
using Translucent.Explain.Projection;
using Translucent.Models;
using Translucent.Text;

namespace Translucent.Cli.Tests;

/// <summary>The verbs classify, lens, embed and evaluate text against the library.</summary>
public sealed class ClassifyTests : IDisposable
{
    const string Asked = "The old house was unbelievably quiet, and nobody came.";

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Classes_and_words_are_those_of_the_library()
    {
        string folder = TextModels.Bert(_folder);
        CliRun run = await CliRun.Succeeds("classify", Asked, "--model", folder, "--method", "gae,attn_lrp", "--trust", "--random", "2", "--out",
            _folder["out"]);
        JsonElement result = StreamModels.Complete(_folder["out"]);
        using LanguageModel model = LanguageModels.Open(folder);
        using Trace trace = model.Forward(Asked);
        ClassPrediction top = trace.Top(1)[0];
        Assert.Equal(top.Label, result.GetProperty("predictions")[0].GetProperty("label").GetString());
        Assert.Equal(top.Label, result.GetProperty("classify").GetProperty("explained").GetString());
        foreach (string name in (string[])["gae", "attn_lrp"])
            CliRun.SameNumbers(ClassMethods.Named(name).Explain(trace, [top.Index]).Tokens!.Span, CliRun.Numbers(_folder["out"], $"{name}.npy"));
        EncodedText encoded = model.Tokenizer!.Encode(Asked);
        int[] words = [.. Enumerable.Range(1, encoded.Count - 2)];
        ErasureResult erasure = TextErasure.OfClass(model, model.Encode(Asked), words, [.. words.Select(w => CliRun.Numbers(_folder["out"],
            "gae.npy").Span[w])], top.Index);
        Assert.Equal(erasure.SufficiencyAopc,
            result.GetProperty("classify").GetProperty("erasure").GetProperty("gae").GetProperty("sufficiency_aopc").GetDouble(), 2e-6);
        string[] shown = [.. result.GetProperty("classify").GetProperty("words").EnumerateArray().Select(w => w.GetProperty("text").GetString()!)];
        Assert.Equal(["The", "old", "house", "was", "unbelievably", "quiet", ",", "and", "nobody", "came", "."], shown);
        Assert.Matches(@"(?m)^class +index +probability", run.Output);
        Assert.Contains("done before", (await CliRun.Succeeds("classify", Asked, "--model", folder, "--method", "gae,attn_lrp", "--trust", "--random", "2",
            "--out", _folder["out"])).Output);
        await CliRun.Succeeds("classify", Asked, "--pair", "It was loud.", "--model", folder, "--target", "good-bad", "--scalar", "probability", "--out",
            _folder["pair"]);
        Assert.Equal("the probability of good - bad", CliRun.Result(_folder["pair"]).GetProperty("classify").GetProperty("explained").GetString());
        CliRun wrong = await CliRun.Of("classify", Asked, "--model", folder, "--target", "ugly", "--out", _folder["no"]);
        Assert.Equal((2, true), (wrong.Code, wrong.Error.Contains("--target ugly: expected top, an index from 0 to 2, a label (good, bad, neither)")));
        Assert.Equal(2, (await CliRun.Of("classify", Asked, "--model", folder, "--method", "odam")).Code);
    }

    [Fact]
    public async Task The_lens_says_what_every_layer_says()
    {
        string folder = TextModels.Llama(_folder);
        CliRun run = await CliRun.Succeeds("lens", "The sun rose.", "--model", folder, "--top", "2", "--out", _folder["out"]);
        StreamModels.Complete(_folder["out"]);
        using LanguageModel model = LanguageModels.Open(folder);
        using Trace trace = model.Forward("The sun rose.");
        LensReading reading = LogitLens.Read(trace, [.. Enumerable.Range(0, trace.Tokens)], top: 2);
        string[] lines = File.ReadAllLines(_folder["out/lens.csv"]);
        Assert.Equal(1 + 3 * trace.Tokens * 2, lines.Length);
        Assert.All(Enumerable.Range(0, 3), l => Assert.Contains($",1,{reading.Top[l][0][0].Id},", lines.First(x => x.StartsWith($"{l + 1},0,",
            StringComparison.Ordinal))));
        Assert.Matches("(?m)^layer ", run.Output);
        Assert.Contains("<table class='lens'>", File.ReadAllText(_folder["out/index.html"]));
        Assert.Contains("predicts no tokens", (await CliRun.Of("lens", "a", "--model", TextModels.Bert(_folder))).Error);
    }

    [Fact]
    public async Task Embeddings_of_equal_texts_are_alike()
    {
        string folder = TextModels.Bert(_folder);
        Assert.Contains("cosine 1.0000", (await CliRun.Succeeds("embed", "A cat.", "A cat.", "--model", folder)).Output);
        CliRun run = await CliRun.Succeeds("embed", "A cat sat.", "The dogs ran away.", "--model", folder, "--method", "attn_lrp", "--pooling", "first");
        using LanguageModel model = LanguageModels.Open(folder);
        using Trace a = model.Forward("A cat sat."), b = model.Forward("The dogs ran away.");
        double cosine = System.Numerics.Tensors.TensorPrimitives.Dot<float>(TextEmbeddings.Of(a, TextPooling.First).Span, TextEmbeddings.Of(b,
            TextPooling.First).Span);
        Assert.Contains(FormattableString.Invariant($"cosine {cosine:0.0000}"), run.Output);
        Assert.Contains("B: The dogs ran away.", run.Output);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task An_evaluation_goes_on_where_it_was_ended(bool summaries)
    {
        string folder = summaries ? TextModels.Llama(_folder) : TextModels.Bert(_folder);
        string data = _folder.Add("data.jsonl", summaries
            ? "{\"context\":\"The red box stood here.\",\"summary\":\"A box.\"}\n\n{\"context\":\"Two dogs ran far away.\",\"summary\":\"Dogs ran.\"}\n"
            : "{\"text\":\"The red box stood here.\",\"label\":\"good\"}\n{\"text\":\"Two dogs ran far away.\",\"label\":1}\n");
        string[] line = ["evaluate", "text", data, "--model", folder, "--method", "gae,raw", "--out", _folder["out"]];
        CliRun run = await CliRun.Succeeds(line);
        Assert.Matches("^.*\r?\n2 texts, 2 methods and random orders\\.\r?\nabout ", run.Output);
        Assert.Matches("(?m)^method +comprehensiveness +sufficiency", run.Output);
        Assert.Matches("(?m)^random +-?[0-9]", run.Output);
        string[] log = File.ReadAllLines(_folder["out/items.jsonl"]);
        byte[] table = File.ReadAllBytes(_folder["out/table.md"]);
        File.WriteAllText(_folder["out/items.jsonl"], $"{log[0]}\n{log[1]}\n{log[2][..20]}");
        Assert.Contains("; 1 texts were done before", (await CliRun.Succeeds(line)).Output);
        Assert.Equal(log, File.ReadAllLines(_folder["out/items.jsonl"]));
        Assert.Equal(table, File.ReadAllBytes(_folder["out/table.md"]));
        _folder.Add("data.jsonl", "{\"text\":5}");
        CliRun wrong = await CliRun.Of(line);
        Assert.Equal((2, true), (wrong.Code, wrong.Error.Contains("line 1: expected {")));
    }
}
