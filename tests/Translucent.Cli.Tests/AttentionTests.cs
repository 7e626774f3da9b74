using System.Text.Json;
using Translucent.Checkpoints;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Tensors;
using Translucent.Tests.Models;

namespace Translucent.Cli.Tests;

/// <summary>The verb attention, and maps of models without classes.</summary>
public sealed class AttentionTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The model of Golden/cases without its head.</summary>
    string Backbone() =>
        CaseModels.Write(_folder["backbone"], CaseModels.Plain().Where(t => !t.Name.StartsWith("classifier.", StringComparison.Ordinal)));

    [Fact]
    public async Task Every_head_has_a_picture_and_its_row_is_that_of_the_pass()
    {
        string model = Backbone();
        CliRun run = await CliRun.Of("attention", CaseModels.Photo, "--model", model, "--token", "cls", "2,3", "--layer", "2", "--out", _folder["out"]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        foreach (string token in (string[])["cls", "2-3"])
            foreach (string title in (string[])["mean", "head-0", "head-1", "head-2", "head-3"])
                Assert.True(File.Exists(_folder[$"out/attention-{token}-{title}.png"]), title);
        using VisionTransformer transformer = VisionModels.Open(model);
        using Trace trace = transformer.Forward(ImageFile.Read(CaseModels.Photo));
        Tensor all = trace.Attention(trace.Steps[0]), rows = Npy.Read(_folder["out/attention-2-3.rows.npy"]).ToTensor();
        int token23 = 1 + 1 * 4 + 2;
        for (int h = 0; h < 4; h++) Assert.Equal(all.Row(h * 17 + token23).ToArray(), rows.Row(1 + h).ToArray());
        for (int j = 0; j < 17; j++) Assert.Equal(Enumerable.Range(0, 4).Average(h => all.Row(h * 17 + token23)[j]), rows.Row(0)[j], 1e-6);
        Tensor maps = Npy.Read(_folder["out/attention-2-3.maps.npy"]).ToTensor();
        Assert.Equal(rows.Row(2)[1..].ToArray(), maps.Span.Slice(2 * 16, 16).ToArray());
        Assert.Contains("% goes to patches", File.ReadAllText(_folder["out/attention.html"]));
    }

    [Fact]
    public async Task Some_heads_alone_have_no_mean()
    {
        CliRun run = await CliRun.Of("attention", CaseModels.Photo, "--model", Backbone(), "--head", "1,3", "--out", _folder["out"]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Equal(["attention-cls-head-1.png", "attention-cls-head-3.png"],
            Directory.GetFiles(_folder["out"], "attention-cls-*.png").Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal([2, 17], Npy.Read(_folder["out/attention-cls.rows.npy"]).ToTensor().Shape.ToArray());
    }

    [Theory]
    [InlineData("--head 4", "--head 4:", "has heads 0 to 3")]
    [InlineData("--head x", "--head x: expected numbers from 0", "")]
    [InlineData("--layer 4", "--layer 4:", "layers 2 to 3")]
    [InlineData("--token 9,9", "--token 9,9: the image has 4 rows", "")]
    [InlineData("--token all", "--token all: name tokens", "")]
    public async Task What_the_model_does_not_have_is_said(string words, string expected, string more)
    {
        CliRun run = await CliRun.Of(["attention", CaseModels.Photo, "--model", Golden.File("cases/plain"), "--out", _folder["out"], .. words.Split(' ')]);
        Assert.Equal(2, run.Code);
        Assert.Contains(expected, run.Error);
        Assert.Contains(more, run.Error);
    }

    [Fact]
    public async Task A_model_without_classes_has_the_maps_that_need_none()
    {
        string model = Backbone();
        CliRun run = await CliRun.Of("explain", CaseModels.Photo, "--model", model, "--no-segmentation", "--out", _folder["out"]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Equal(["raw.map.npy", "rollout.map.npy"], Directory.GetFiles(_folder["out"],
            "*.map.npy").Select(Path.GetFileName).Order(StringComparer.Ordinal));
        using VisionTransformer whole = VisionModels.Open(Golden.File("cases/plain"));
        using Trace trace = whole.Forward(ImageFile.Read(CaseModels.Photo));
        Assert.Equal(RawAttention.Rows(trace).ToArray(), Npy.Read(_folder["out/raw.row.npy"]).ToTensor().ToArray());
        Assert.Equal(0, (await CliRun.Of("compare", CaseModels.Photo, "--model", model, "--methods", "raw,rollout,ultra", "--out", _folder["compare"])).Code);
        foreach (string[] wrong in (string[][])[["--method", "gae"], ["--target", "3"], ["--trust"]])
        {
            run = await CliRun.Of(["explain", CaseModels.Photo, "--model", model, "--out", _folder["wrong"], .. wrong]);
            Assert.Equal(2, run.Code);
            Assert.Contains("has no classifier", run.Error);
        }
    }

    [Fact]
    public async Task Relevance_may_start_at_a_block_and_the_record_says_so()
    {
        CliRun run = await CliRun.Of("explain", CaseModels.Photo, "--model", Golden.File("cases/plain"), "--no-segmentation", "--start-block", "1", "--out",
            _folder["out"]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        using JsonDocument record = JsonDocument.Parse(File.ReadAllText(_folder["out/result.json"]));
        Assert.Equal(1, record.RootElement.GetProperty("settings").GetProperty("start_block").GetInt32());
        foreach ((string words, string expected) in
            ((string, string)[])[("--start-block 2", "has blocks 0 to 1"), ("--start-block 1 --method attcat", "attcat does not")])
        {
            run = await CliRun.Of(["explain", CaseModels.Photo, "--model", Golden.File("cases/plain"), "--out", _folder["wrong"], .. words.Split(' ')]);
            Assert.Equal(2, run.Code);
            Assert.Contains(expected, run.Error);
        }
    }

    [Fact]
    public async Task A_token_of_a_model_without_class_token_must_be_a_patch()
    {
        string model = CaseModels.Write(_folder["gap"], CaseModels.Timm().Where(t => t.Name is not ("cls_token" or "pos_embed"))
            .Append(StoredTensor.From<float>("pos_embed", [1, 16, 48], CaseModels.Timm().Single(t => t.Name == "pos_embed").ToTensor().ToArray()[48..])),
            """{"num_attention_heads":4}""");
        foreach (string verb in (string[])["attention", "layers"])
        {
            CliRun run = await CliRun.Of(verb, CaseModels.Photo, "--model", model, "--out", _folder["out"]);
            Assert.Equal(2, run.Code);
            Assert.Contains("has no class token; name patches as ROW,COL", run.Error);
            Assert.Equal(0, (await CliRun.Of(verb, CaseModels.Photo, "--model", model, "--token", "1,1", "--out", _folder[verb])).Code);
        }
        Assert.Contains("has no class token", (await CliRun.Of("project", CaseModels.Photo, "--model", model, "--out", _folder["out"])).Error);
    }
}
