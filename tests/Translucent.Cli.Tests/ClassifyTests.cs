using System.Text.Json;
using Translucent.Evaluate.Perturb;
using Translucent.Explain;
using Translucent.Explain.Projection;
using Translucent.Models;
using Translucent.Text;

namespace Translucent.Cli.Tests;

/// <summary>The verbs classify, lens and embed against the library.</summary>
public sealed class ClassifyTests : IDisposable
{
    const string Asked = "The old house was unbelievably quiet, and nobody came.";

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Classes_and_words_are_those_of_the_library()
    {
        string folder = TextModels.Bert(_folder);
        CliRun run = await CliRun.Succeeds("classify", Asked, "--model", folder, "--method", "gae,attn_lrp,integrated_gradients", "--trust", "--random",
            "2", "--out", _folder["out"]);
        JsonElement result = StreamModels.Complete(_folder["out"]);
        using LanguageModel model = LanguageModels.Open(folder);
        using Trace trace = model.Forward(Asked);
        ClassPrediction top = trace.Top(1)[0];
        Assert.Equal(top.Label, result.GetProperty("predictions")[0].GetProperty("label").GetString());
        Assert.Equal(top.Label, result.GetProperty("classify").GetProperty("explained").GetString());
        foreach (string name in (string[])["gae", "attn_lrp", "integrated_gradients"])
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
        Assert.Contains("done before", (await CliRun.Succeeds("classify", Asked, "--model", folder, "--method", "gae,attn_lrp,integrated_gradients",
            "--trust", "--random", "2", "--out", _folder["out"])).Output);
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
        IReadOnlyList<LensLayer> course = LensCourse.Of(trace, reading.Positions.SkipLast(1).ToArray(), trace.Text!.Batch.Ids[0][1..]);
        JsonElement last = CliRun.Result(_folder["out"]).GetProperty("lens")[2];
        Assert.Equal(course[2].Identifiability, last.GetProperty("identifiability").GetDouble(), 1e-6);
        Assert.Equal(course[2].Formed!.MlpPushes, last.GetProperty("formed").GetProperty("mlp_pushes").GetDouble(), 1e-6);
        Assert.StartsWith(FormattableString.Invariant($"3,{course[2].Identifiability:G9},{course[2].First:G9},{course[2].LogProbability:G9},"),
            File.ReadAllLines(_folder["out/layers.csv"])[3]);
        Assert.Contains("what layers say of the tokens that follow", run.Output);
        Assert.Contains("How the tokens that follow are formed", File.ReadAllText(_folder["out/index.html"]));
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

    [Fact]
    public async Task Embeddings_of_files_are_told_to_other_programs()
    {
        string folder = TextModels.Bert(_folder), first = _folder.Add("first.txt", "A cat sat 😀 on it."), second = "@@home: the dogs ran.";
        CliRun run = await CliRun.Succeeds("embed", $"@{first}", second, "--model", folder, "--method", "gae", "--json");
        JsonElement told = JsonDocument.Parse(run.Output).RootElement, a = told.GetProperty("a");
        using LanguageModel model = LanguageModels.Open(folder);
        using Trace x = model.Forward("A cat sat 😀 on it."), y = model.Forward(second[1..]);
        Assert.Equal([.. TextEmbeddings.Of(x).ToArray()], a.GetProperty("embedding").EnumerateArray().Select(v => v.GetSingle()));
        Assert.Equal(System.Numerics.Tensors.TensorPrimitives.Dot<float>(TextEmbeddings.Of(x).Span, TextEmbeddings.Of(y).Span),
            told.GetProperty("cosine").GetDouble(), 1e-6);
        Assert.Equal((x.Tokens, "bert", "mean", "gae"), (a.GetProperty("tokens").GetInt32(), told.GetProperty("model").GetString(),
            told.GetProperty("pooling").GetString(), told.GetProperty("method").GetString()));
        float[] row = StreamMethods.Named("gae").Explain(x, new SimilarityTargets(TextEmbeddings.Of(y)))["text"].ToArray();
        EncodedText encoded = model.Tokenizer!.Encode("A cat sat 😀 on it.");
        JsonElement[] words = [.. a.GetProperty("words").EnumerateArray()];
        Assert.Equal("on", words[4].GetProperty("text").GetString());
        Assert.Equal((12, 14), (words[4].GetProperty("start").GetInt32(), words[4].GetProperty("end").GetInt32())); // the smile is one code point
        Assert.Equal(Enumerable.Range(0, row.Length).Where(i => encoded.Words[i] == encoded.Words[^4]).Sum(i => (double)row[i]),
            words[4].GetProperty("relevance").GetDouble(), 1e-6);
        Assert.Equal(second[1..], told.GetProperty("b").GetProperty("text").GetString());
        (await CliRun.Of("embed", $"@{_folder["none.txt"]}", "b", "--model", folder)).EndsWith(2, "there is no such file");
        (await CliRun.Of("embed", "-", "-", "--model", folder)).EndsWith(2, "embed: both texts are -");
        (await CliRun.Of("embed", "a", " ", "--model", folder)).EndsWith(2, "embed: B is empty");
    }
}
