using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Translucent.Explain;
using Translucent.Images;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Tensors;
using Translucent.Tests.Pictures;

namespace Translucent.Cli.Tests;

public class ExplainTests
{
    [Fact]
    public async Task The_cat_is_recognised_and_everything_about_it_written()
    {
        using TempFolder folder = new();
        CliRun run = await CliRun.Succeeds("explain", CliRun.Photo, "--out", folder.Path, "--render-size", "200");
        Assert.Contains("cat        3       69.5 %", run.Output);
        Assert.DoesNotContain('\u001b', run.Output);

        JsonElement result = CliRun.Result(folder.Path);
        Assert.Equal("explain", result.GetProperty("verb").GetString());
        Assert.Equal("cat", result.GetProperty("predictions")[0].GetProperty("label").GetString());
        Assert.Equal(0.695, result.GetProperty("predictions")[0].GetProperty("probability").GetDouble(), 3);
        Assert.Equal(451, result.GetProperty("image").GetProperty("width").GetInt32());
        Assert.True(result.GetProperty("seconds").GetProperty("total").GetDouble() > 0);

        JsonElement[] files = [.. result.GetProperty("files").EnumerateArray()];
        Assert.Equal(files.Select(f => f.GetProperty("name").GetString()).Append("result.json").Order(StringComparer.Ordinal),
            Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (JsonElement file in files)
        {
            byte[] content = File.ReadAllBytes(folder[file.GetProperty("name").GetString()!]);
            Assert.Equal(file.GetProperty("bytes").GetInt64(), content.Length);
            Assert.Equal(file.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(content)));
        }
        Assert.Equal((200, 133), (ImageFile.Read(folder["photo.png"]).Width, ImageFile.Read(folder["photo.png"]).Height));
        foreach (string picture in (string[])["gae-cat.png", "attn_lrp-cat.png", "rollout.png", "explain-segment-overlay.png", "explain-cluster-5.png"])
            Assert.Equal(200, ImageFile.Read(folder[picture]).Width);
        Assert.Equal(451, ImageFile.Read(folder["explain-labels.png"]).Width);
        SvgFile figure = SvgFile.Read(folder["gae-cat.svg"]);
        Assert.Equal(ImageFile.Read(folder["gae-cat.png"]).Pixels, figure.Pictures[0].Pixels);
        Assert.Equal(3, figure.Texts.Length); // the numbers of both ends, and what it is
    }

    [Fact]
    public async Task Classes_of_the_same_label_keep_their_own_files()
    {
        using TempFolder folder = new();
        Directory.CreateDirectory(folder["model"]);
        foreach (string file in (string[])["model.safetensors", "preprocessor_config.json"])
            File.Copy(Path.Combine(Samples.Model("cifar10-vit"), file), folder[$"model/{file}"]);
        JsonNode config = JsonNode.Parse(File.ReadAllText(Path.Combine(Samples.Model("cifar10-vit"), "config.json")))!;
        (config["id2label"]!["3"], config["id2label"]!["5"], config["id2label"]!["4"]) = ("crane", "crane", "crane-3");
        config["id2label"]!["2"] = "a\u001b[2J\nbird";
        config.AsObject().Remove("label2id"); // it has the names as they were
        File.WriteAllText(folder["model/config.json"], config.ToJsonString());
        CliRun run = await CliRun.Succeeds("explain", CliRun.Photo, "--model", folder["model"], "--out", folder["out"], "--method", "gae", "--target",
            "3,5,4,3-5", "--no-segmentation", "--render-size", "64");
        Assert.Equal(["gae-crane-3-4.map.npy", "gae-crane-3-minus-crane-5.map.npy", "gae-crane-3.map.npy", "gae-crane-5.map.npy"],
            Directory.GetFiles(folder["out"], "*.map.npy").Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Contains("\na\\u001b[2J\\u000abird", run.Output);
        using VisionTransformer model = CliRun.Model();
        using Trace trace = CliRun.Trace(model, CliRun.Photo);
        CliRun.SameNumbers(trace.Map(Gae.Rows(trace, [3])).Span, CliRun.Numbers(folder["out"], "gae-crane-3.map.npy"));
        Assert.Contains("<em>crane (3) - crane (5)</em>", File.ReadAllText(folder["out/index.html"]));
    }

    [Fact]
    public async Task Maps_of_logits_say_so_where_probabilities_were_asked_for()
    {
        using TempFolder folder = new();
        CliRun run = await CliRun.Succeeds("explain", CliRun.Photo, "--out", folder.Path, "--method", "gae,raw,lrp,saliency", "--scalar", "probability",
            "--no-segmentation", "--render-size", "64");
        Assert.Contains("of the logit, not the probability: lrp", run.Output);
        string page = File.ReadAllText(folder["index.html"]);
        Assert.Contains("before softmax is what these explain: lrp.", page);
        Assert.Contains("probability of the class is what these explain: gae, saliency.", page);
        Assert.Contains("saliency: here there is one number per pixel of the model&#39;s input (32 x 32)", page);
        Assert.Contains("451 x 300 pixels, seen by <b>cifar10-vit</b> as 8 x 8 patches</p>", page);
    }

    [Fact]
    public async Task The_numbers_are_those_of_the_library()
    {
        using TempFolder folder = new();
        await CliRun.Succeeds("explain", CliRun.Photo, "--out", folder.Path, "--target", "Dog,8", "--target", "top", "--scalar", "probability",
            "--no-segmentation");
        using VisionTransformer model = CliRun.Model();
        using Trace trace = CliRun.Trace(model, CliRun.Photo);
        Tensor gae = Gae.Rows(trace, new([5, 8, 3], ClassScalar.Probability)), maps = trace.Map(gae);
        string[] names = ["dog", "ship", "cat"];
        for (int i = 0; i < 3; i++)
        {
            CliRun.SameNumbers(gae.Row(i), CliRun.Numbers(folder.Path, $"gae-{names[i]}.row.npy"));
            CliRun.SameNumbers(maps.Span.Slice(64 * i, 64), CliRun.Numbers(folder.Path, $"gae-{names[i]}.map.npy"));
        }
        CliRun.SameNumbers(Rollout.Rows(trace).Span, CliRun.Numbers(folder.Path, "rollout.row.npy"));
        CliRun.SameNumbers(RawAttention.Rows(trace).Span, CliRun.Numbers(folder.Path, "raw.row.npy"));
        Assert.False(File.Exists(folder["explain-labels.npy"]));
    }

    [Fact]
    public async Task The_page_needs_nothing_but_itself()
    {
        using TempFolder folder = new();
        string photo = folder["a <b> & 'c'.png"];
        File.WriteAllBytes(photo, ImageFile.Encode(Resize.To(ImageFile.Read(CliRun.Photo), 96, 64)));
        await CliRun.Succeeds("explain", photo, "--out", folder["out"], "--render-size", "64");
        string page = File.ReadAllText(Path.Combine(folder["out"], "index.html"));
        Assert.DoesNotContain("http:", page);
        Assert.DoesNotContain("https:", page);
        Assert.DoesNotContain("@import", page);
        Assert.DoesNotContain("<b> &", page);
        Assert.Contains("a &lt;b&gt; &amp; &#39;c&#39;.png", page);
        foreach (string source in Attributes(page, "src='")) Assert.StartsWith("data:image/", source);
        foreach (string link in Attributes(page, "href='")) Assert.True(File.Exists(Path.Combine(folder["out"], Uri.UnescapeDataString(link))), link);
        Assert.Contains("<p class='answer'>cat</p>", page);
    }

    [Fact]
    public async Task Fewer_classes_the_next_time_leave_no_stale_files()
    {
        using TempFolder folder = new();
        await CliRun.Succeeds("explain", CliRun.Photo, "--out", folder.Path, "--target", "all", "--no-segmentation", "--render-size", "64");
        Assert.True(File.Exists(folder["gae-truck.png"]));
        folder.Add("gae-ship.png", "mine");
        await CliRun.Succeeds("explain", CliRun.Photo, "--out", folder.Path, "--no-segmentation", "--render-size", "64");
        Assert.False(File.Exists(folder["gae-truck.png"]));
        Assert.True(File.Exists(folder["gae-cat.png"]));
        Assert.Equal("mine", File.ReadAllText(folder["gae-ship.png"]));
    }

    [Theory]
    [InlineData("vision/dino", "DINO")]
    [InlineData("vision/clip_vision", "CLIP")]
    public async Task A_model_without_classes_is_told_apart(string model, string family)
    {
        using TempFolder folder = new();
        CliRun run = await CliRun.Of("explain", "--method", "gae", CliRun.Photo, "--model", Golden.File(model), "--out", folder.Path);
        Assert.Equal(2, run.Code);
        Assert.Contains($"this {family} checkpoint has no classifier", run.Error);
        Assert.Empty(Directory.GetFiles(folder.Path));
        await CliRun.Succeeds("segment", CliRun.Photo, "--model", Golden.File(model), "--out", folder.Path, "--render-size", "64");
        await CliRun.Succeeds("tokens", CliRun.Photo, "--model", Golden.File(model), "--out", folder.Path, "--render-size", "64");
    }

    static IEnumerable<string> Attributes(string page, string start) =>
        page.Split(start).Skip(1).Select(rest => rest[..rest.IndexOf('\'')]);
}
