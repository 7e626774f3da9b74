using System.Text.Json;
using Translucent.Evaluate.Trust;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Cli.Tests;

/// <summary><c>explain --trust</c>: the library's numbers, in every place where they are shown.</summary>
public class TrustTests
{
    [Fact]
    public async Task The_numbers_are_those_of_the_library()
    {
        using TempFolder folder = new();
        CliRun run = await CliRun.Succeeds("explain", CliRun.Photo, "--out", folder.Path, "--no-segmentation", "--trust", "--method",
            "gae,raw,conservative_lrp_secant", "--target", "dog,cat-dog", "--rows", "exact"); // however slow the machine is
        JsonElement[] maps = [.. CliRun.Result(folder.Path).GetProperty("trust").EnumerateArray()];
        Assert.Equal(["gae-dog", "gae-cat-minus-dog", "raw", "conservative_lrp_secant-dog", "conservative_lrp_secant-cat-minus-dog"],
            maps.Select(m => m.GetProperty("map").GetString()));
        Assert.Equal([5, 3, 5, 5, 3], maps.Select(m => m.GetProperty("class").GetInt32()));

        using VisionTransformer model = CliRun.Model();
        using Trace trace = CliRun.Trace(model, CliRun.Photo);
        ClassTargets targets = new([new ClassTarget(5), new ClassTarget(3, 5)]);
        Tensor Explain(Trace t) => Gae.Rows(t, targets);
        Tensor known = trace.Map(Explain(trace)).Reshape(2, trace.Grid.Count);
        var (deletion, insertion) = new PerturbationTest(trace).Of(known, [5, 3])[1];
        Same(deletion.Auc, maps[1], "deletion", "auc");
        Same(deletion.RandomMean, maps[1], "deletion", "random_mean");
        Same(insertion.Auc, maps[1], "insertion", "auc");
        Same(insertion.Z, maps[1], "insertion", "z");
        var stages = RandomizationCheck.Of(trace, Explain)[1];
        Assert.Equal(stages.Select(s => Math.Round(s.Rho, 6)), maps[1].GetProperty("randomization").EnumerateArray()
            .Select(s => s.GetProperty("rho").GetDouble()));
        NoiseStability stability = NoiseStability.Of(trace, Explain)[1];
        Same(stability.MeanRho, maps[1], "stability", "mean_rho");
        Same(stability.MaxChange, maps[1], "stability", "max_relative_change");

        Assert.False(maps[0].TryGetProperty("conservation", out _));
        Same(trace.Logits.Span[3] - trace.Logits.Span[5], maps[4], "conservation", "promised");
        Assert.InRange(maps[3].GetProperty("conservation").GetProperty("relative_gap").GetDouble(), 0, 2);

        foreach (string word in (string[])["deletion", "insertion", "random model", "gae", "cat - dog",
            $"{deletion.RandomMean:0.00} ± {deletion.RandomDeviation:0.00}"]) Assert.Contains(word, run.Output);
    }

    /// <summary>On a model so small that paths of pictures take no time.</summary>
    [Fact]
    public async Task Sums_over_pixels_are_held_against_what_their_method_promises()
    {
        using TempFolder folder = new();
        string vit = Golden.File("vision/vit");
        await CliRun.Succeeds("explain", CliRun.Photo, "--model", vit, "--out", folder.Path, "--no-segmentation", "--trust", "--method",
            "lrp_pixels,integrated_gradients", "--target", "label_5,label_3-label_5", "--rows", "exact");
        JsonElement[] maps = [.. CliRun.Result(folder.Path).GetProperty("trust").EnumerateArray()];
        Assert.Equal(["lrp_pixels-label-5-5", "lrp_pixels-label-3-3-minus-label-5-5", "integrated_gradients-label-5-5",
            "integrated_gradients-label-3-3-minus-label-5-5"], maps.Select(m => m.GetProperty("map").GetString()));
        Assert.Equal([5, 3, 5, 3], maps.Select(m => m.GetProperty("class").GetInt32()));
        using VisionTransformer model = VisionModels.Open(vit);
        using Trace trace = CliRun.Trace(model, CliRun.Photo);
        Same(1, maps[0], "conservation", "promised");
        Assert.Equal(JsonValueKind.Null, maps[1].GetProperty("conservation").GetProperty("relative_gap").ValueKind); // nothing is shared out
        Same(IntegratedGradients.Change(trace, new([new ClassTarget(5), new ClassTarget(3, 5)])).Span[1], maps[3], "conservation", "promised");
        Assert.InRange(maps[3].GetProperty("conservation").GetProperty("relative_gap").GetDouble(), 0, 0.01);
    }

    [Fact]
    public async Task Files_and_page_hold_all_of_it()
    {
        using TempFolder folder = new();
        await CliRun.Succeeds("explain", CliRun.Photo, "--out", folder.Path, "--no-segmentation", "--trust", "--method", "rollout,attn_lrp",
            "--render-size", "64");
        string[] lines = File.ReadAllLines(folder["trust.csv"]);
        Assert.Equal(3, lines.Length);
        Assert.All(lines, l => Assert.Equal(lines[0].Split(',').Length, l.Split(',').Length));
        Assert.EndsWith(",", lines[1]); // rollout promises no sum
        using JsonDocument trust = JsonDocument.Parse(File.ReadAllBytes(folder["trust.json"]));
        Assert.Equal(0.02, trust.RootElement.GetProperty("trust").GetProperty("noise_sigma").GetDouble());
        JsonElement curve = trust.RootElement.GetProperty("maps")[1].GetProperty("deletion");
        Assert.Equal((17, 17, 10), (curve.GetProperty("fractions").GetArrayLength(), curve.GetProperty("probabilities").GetArrayLength(),
            curve.GetProperty("random").GetArrayLength()));
        Assert.Equal(0.695, curve.GetProperty("probabilities")[0].GetDouble(), 3);

        string page = File.ReadAllText(folder["index.html"]);
        Assert.Equal(2 * 3, page.Split("<svg class='chart'").Length - 1);
        Assert.DoesNotContain("NaN", page);
        Assert.Contains("How far to trust the maps", page);
    }

    [Fact]
    public async Task Nobody_who_did_not_ask_pays_for_it()
    {
        using TempFolder folder = new();
        await CliRun.Succeeds("explain", CliRun.Photo, "--out", folder.Path, "--no-segmentation", "--method", "raw", "--render-size", "64");
        Assert.False(File.Exists(folder["trust.json"]));
        Assert.False(CliRun.Result(folder.Path).TryGetProperty("trust", out _));
        Assert.DoesNotContain("How far to trust", File.ReadAllText(folder["index.html"]));
    }

    static void Same(double expected, JsonElement map, string part, string number) =>
        Assert.Equal(Math.Round(expected, 6), map.GetProperty(part).GetProperty(number).GetDouble());
}
