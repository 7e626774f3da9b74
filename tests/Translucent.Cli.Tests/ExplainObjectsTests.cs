using System.Text.Json;
using Translucent.Evaluate.DataSets;
using Translucent.Explain;
using Translucent.Images;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Tensors;

namespace Translucent.Cli.Tests;

/// <summary>The verb explain on a detector.</summary>
public sealed class ExplainObjectsTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    string[] Line(params string[] more) => ["explain", StreamModels.Picture(_folder), "--model", Directory.Exists(_folder["detector"]) ? _folder["detector"]
        : StreamModels.Detector(_folder), "--out", _folder["out"], .. more];

    [Fact]
    public async Task Maps_masks_and_overlays_of_every_object_and_method_are_written()
    {
        CliRun run = await CliRun.Succeeds(Line("--query", "2", "5", "2", "--mask-factor", "0.3", "--mask-edge", "half"));
        JsonElement result = StreamModels.Complete(_folder["out"]);
        int[] queries = [.. result.GetProperty("detections").EnumerateArray().Select(d => d.GetProperty("query").GetInt32())];
        Assert.Equal([2, 5], queries);
        Assert.Equal(["absolute", "positive", "gae", "odam", "raw"], result.GetProperty("settings").GetProperty("methods").EnumerateArray()
            .Select(m => m.GetString()));
        using Detr model = Detr.Open(_folder["detector"]);
        using Trace trace = model.Forward(ImageFile.Read(_folder["photo.png"]));
        Detection[] objects = [.. queries.Select(q => trace.Objects!.All()[q])];
        foreach (string name in (string[])["absolute", "gae", "odam"])
        {
            Tensor maps = trace.Map(StreamMethods.Named(name).Explain(trace, DetectionTargets.Of(objects))["image"]);
            IReadOnlyList<CocoDetection> masks = CocoResults.Read(_folder[$"out/{name}.coco.json"]);
            Assert.Equal(2, masks.Count);
            for (int t = 0; t < 2; t++)
            {
                CliRun.SameNumbers(maps[t, 0].Span, CliRun.Numbers(_folder["out"], $"q{queries[t]}_{objects[t].Label}.{name}.npy"));
                Assert.Equal((60, 90, objects[t].Class, objects[t].Score), (masks[t].Mask!.Height, masks[t].Mask!.Width, masks[t].CategoryId, masks[t].Score));
                Image white = ImageFile.Read(_folder[$"out/q{queries[t]}_{objects[t].Label}.{name}.mask.png"]); // data: not enlarged as pictures are
                Assert.Equal((90, 60), (white.Width, white.Height));
                Assert.Equal(masks[t].Mask!.Decode(), Array.ConvertAll(white.Pixels, v => v == 255));
            }
        }
        Assert.Contains("2 objects", run.Output);
        Assert.Contains("0.3 times Otsu's threshold of the map, edge: half", File.ReadAllText(_folder["out/index.html"]));
    }

    [Fact]
    public async Task All_methods_leave_out_what_does_not_fit()
    {
        CliRun run = await CliRun.Succeeds(Line("--query", "1", "--method", "all", "--scalar", "probability", "--render-size", "64"));
        StreamModels.Complete(_folder["out"]);
        Assert.Contains("semantic left out: it is defined where every stream has layers of its own", run.Output);
        Assert.Contains("attn_lrp left out: it hands logits down", run.Output);
        foreach (StreamMethod method in StreamMethods.All)
            Assert.Equal(method.Name is not ("semantic" or "attn_lrp"), File.Exists(_folder[$"out/{method.Name}.coco.json"]));
    }

    [Fact]
    public async Task Fewer_objects_the_next_time_leave_no_stale_files_and_other_verbs_stay()
    {
        await CliRun.Succeeds(["detect", .. Line("--score", "0.2")[1..]]);
        await CliRun.Succeeds(Line("--query", "1", "2", "--method", "raw", "--render-size", "64"));
        string second = Assert.Single(Directory.GetFiles(_folder["out"], "q2_*.npy"));
        await CliRun.Succeeds(Line("--query", "1", "--method", "raw", "--render-size", "64"));
        Assert.False(File.Exists(second));
        Assert.Equal("detect", CliRun.Result(_folder["out"]).GetProperty("other_verbs").GetProperty("detect").GetProperty("verb").GetString());
    }

    [Fact]
    public async Task Without_objects_there_is_nothing_to_explain()
    {
        CliRun run = await CliRun.Succeeds(Line("--score", "0.999"));
        Assert.Contains("no object above the score", run.Output);
        Assert.Equal(["boxes.png", "boxes.svg", "result.json", "thumbnail.jpg"],
            Directory.GetFiles(_folder["out"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("--query 7", "--query 7: the model has queries 0 to 6")]
    [InlineData("--query -1", "--query -1: the model has queries 0 to 6")]
    [InlineData("--query x", "x")]
    [InlineData("--method ultra",
        "--method ultra: it explains models of one token stream; for detectors and questions about pictures choose all, or some of absolute,")]
    [InlineData("--method lime", "--method lime: expected all, or some of")]
    [InlineData("--method semantic", "--method semantic: it is defined where every stream has layers of its own")]
    [InlineData("--method attn_lrp --scalar probability", "--method attn_lrp: it hands logits down")]
    [InlineData("--method ,", "--method: expected the name of a method")]
    [InlineData("--mask-factor nan", "--mask-factor nan: expected a number from 0")]
    [InlineData("--mask-factor -1", "--mask-factor -1: expected a number from 0")]
    [InlineData("--mask-edge some", "--mask-edge some: expected any or half")]
    [InlineData("--target cat", "--target: is for classifiers; the objects of a detector are chosen with --score and --query")]
    [InlineData("--trust", "--trust: is for classifiers")]
    [InlineData("--rows 8", "--rows: is for classifiers")]
    public async Task Wrong_usage_is_one_line(string options, string says)
    {
        CliRun run = await CliRun.Of(Line(["--score", "0.2", .. options.Split(' ')]));
        run.EndsWith(2, says);
        Assert.False(Directory.Exists(_folder["out"]) && Directory.GetFileSystemEntries(_folder["out"]).Length > 0);
    }

    [Fact]
    public async Task A_wrong_request_ends_a_run_over_several_images_at_once()
    {
        StreamModels.Picture(_folder, "second.png");
        (await CliRun.Of(Line(_folder["second.png"], "--query", "99"))).EndsWith(2, "--query 99");
    }

    [Theory]
    [InlineData("--method absolute", "--method absolute: it explains models of several token streams, such as detectors; for ViT choose one of")]
    [InlineData("--query 1", "--query: is for detectors, and cifar10-vit is none")]
    [InlineData("--mask-factor 1", "--mask-factor: is for detectors")]
    public async Task What_only_detectors_have_is_refused_for_classifiers(string options, string says) =>
        (await CliRun.Of(["explain", StreamModels.Picture(_folder), "--out", _folder["out"], .. options.Split(' ')])).EndsWith(2, says);
}
