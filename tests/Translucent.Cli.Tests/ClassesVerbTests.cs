using System.Text.Json;
using Translucent.Evaluate.Trust;
using Translucent.Explain;
using Translucent.Explain.Projection;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Tests.Models;

namespace Translucent.Cli.Tests;

/// <summary>Texts as classes in every verb that explains classes.</summary>
public sealed class ClassesVerbTests : IDisposable
{
    static readonly string[] s_texts = ["a cat", "a dog", "an old bridge"];

    readonly TempFolder _temp = new();
    readonly string _clip;
    readonly VisionTransformer _images;
    readonly Trace _trace;

    public ClassesVerbTests()
    {
        _clip = ClipFolder.Small().Write(_temp["clip"]);
        _images = VisionModels.Open(_clip);
        _trace = CliRun.Trace(_images.WithTexts(_clip, new ClassTexts(s_texts, "a photo of {}.", "{}")), CliRun.Photo);
    }

    string Out => _temp["out"];

    string[] Line(string verb) =>
        [verb, CliRun.Photo, "--out", Out, "--model", _clip, "--render-size", "64", "--classes", string.Join(", ", s_texts), "--template", "a photo of {}.",
            "--template", "{}"];

    [Fact]
    public async Task Compare_puts_texts_beside_each_other()
    {
        await CliRun.Succeeds([.. Line("compare"), "--methods", "rollout,gae,legrad", "--target", "an old bridge,a cat-a dog"]);
        CliRun.SameNumbers(_trace.Map(Gae.Rows(_trace, [2])).Span, CliRun.Numbers(Out, "compare-gae-an-old-bridge-2.map.npy"));
        CliRun.SameNumbers(_trace.Map(Gae.Rows(_trace, [new ClassTarget(0, 1)])).Span, CliRun.Numbers(Out, "compare-gae-a-cat-0-minus-a-dog-1.map.npy"));
        Assert.Matches("451 x 300 pixels, cut to 30[01] x 300, seen by <b>clip</b> as 4 x 4 patches; the rest has no colours",
            File.ReadAllText(Path.Combine(Out, "compare.html")));
        Assert.Equal("method,rollout,gae,legrad", File.ReadAllLines(Path.Combine(Out, "agreement-an-old-bridge-2.csv"))[0]);
        Recorded();
    }

    [Fact]
    public async Task Compare_refuses_more_maps_than_a_sheet_can_show_before_it_makes_them()
    {
        File.WriteAllLines(_temp["texts.txt"], Enumerable.Range(0, 60).Select(i => $"a cat with {i} stripes"));
        CliRun run = await CliRun.Of("compare", CliRun.Photo, "--out", Out, "--model", _clip, "--classes", $"@{_temp["texts.txt"]}", "--methods", "all",
            "--target", "all");
        Assert.Equal(2, run.Code);
        Assert.Matches("--target: 1[45][0-9]{2} maps beside each other, expected at most 1200", run.Error);
    }

    [Fact]
    public async Task Compare_takes_one_text_where_it_would_take_two()
    {
        CliRun run = await CliRun.Succeeds("compare", CliRun.Photo, "--out", Out, "--model", _clip, "--render-size", "64", "--classes", "a dog", "--methods",
            "rollout,gae");
        Assert.Equal(["compare-gae-a-dog-0.map.npy", "compare-rollout.map.npy"], Directory.GetFiles(Out, "*.map.npy").Select(Path.GetFileName).Order());
        Assert.Equal(1, CliRun.Result(Out).GetProperty("predictions")[0].GetProperty("probability").GetDouble());
        Assert.Contains("a dog: the only text, and so 100 % probable whatever the image shows", run.Output);
    }

    [Fact]
    public async Task Project_asks_every_token_which_text_it_stands_for()
    {
        CliRun run = await CliRun.Succeeds([.. Line("project"), "--perturb", "no-cls"]);
        CliRun.SameNumbers(ClassProjection.Layers(_trace).Span, CliRun.Numbers(Out, "scores-hidden.npy"));
        float[] logits = _trace.Logits.ToArray();
        int first = Array.IndexOf(logits, logits.Max());
        CliRun.SameNumbers(Identifiability.Of(ClassProjection.Layers(_trace), first).Span,
            new Tensor([4 * _trace.Tokens], CliRun.Numbers(Out, "identifiability.npy").Span[..(4 * _trace.Tokens)]));
        string[] top = [.. File.ReadLines(Path.Combine(Out, "tokens.csv")).Skip(1).Select(row => row.Split(',')[6]).Distinct()];
        Assert.Equal(s_texts.Order(), top.Order());
        Assert.Contains(s_texts[first], run.Output);
        Recorded();
    }

    [Fact]
    public async Task Trust_in_the_map_of_a_text_is_that_of_the_library()
    {
        await CliRun.Succeeds([.. Line("explain"), "--no-segmentation", "--trust", "--method", "gae", "--target", "a dog"]);
        JsonElement trust = Assert.Single(CliRun.Result(Out).GetProperty("trust").EnumerateArray());
        Assert.Equal("a dog", trust.GetProperty("label").GetString());
        ClassTargets dog = new([new ClassTarget(1)]);
        Tensor Explain(Trace t) => Gae.Rows(t, dog);
        var (deletion, insertion) = new PerturbationTest(_trace).Of(_trace.Map(Explain(_trace)).Reshape(1, _trace.Grid.Count), [1])[0];
        Assert.Equal(Math.Round(deletion.Auc, 6), trust.GetProperty("deletion").GetProperty("auc").GetDouble());
        Assert.Equal(Math.Round(insertion.RandomMean, 6), trust.GetProperty("insertion").GetProperty("random_mean").GetDouble());
        double[] rho = [.. trust.GetProperty("randomization").EnumerateArray().Select(s => s.GetProperty("rho").GetDouble())];
        Assert.Equal(RandomizationCheck.Of(_trace, Explain)[0].Select(s => Math.Round(s.Rho, 6)), rho);
        Assert.Contains("Of these texts, the model chooses", File.ReadAllText(Path.Combine(Out, "index.html")));
        Recorded();
    }

    [Theory]
    [InlineData("explain --method gae", "so there is no class to explain; ")]
    [InlineData("compare --method gae", "so there is no class to explain; ")]
    [InlineData("project", "so there is no class that a token could stand for; ")]
    public async Task Without_texts_a_verb_says_what_to_give(string verb, string message)
    {
        CliRun run = await CliRun.Of([.. verb.Split(' '), CliRun.Photo, "--out", Out, "--model", _clip]);
        Assert.Equal(2, run.Code);
        Assert.Contains($"this CLIP checkpoint has no classifier, {message}--classes \"a cat,a dog\" gives it some", run.Error);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
        Assert.False(Directory.Exists(Out));
    }

    void Recorded()
    {
        JsonElement settings = CliRun.Result(Out).GetProperty("settings");
        Assert.Equal(s_texts, settings.GetProperty("classes").EnumerateArray().Select(w => w.GetString()));
        Assert.Equal(["a photo of {}.", "{}"], settings.GetProperty("templates").EnumerateArray().Select(w => w.GetString()));
    }

    public void Dispose()
    {
        _trace.Dispose();
        _images.Dispose();
        _temp.Dispose();
    }
}
