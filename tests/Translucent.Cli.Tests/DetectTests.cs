using System.Text.Json;
using Translucent.Checkpoints;
using Translucent.Pictures;
using Translucent.Tests.Pictures;

namespace Translucent.Cli.Tests;

/// <summary>The verb detect.</summary>
public sealed class DetectTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Objects_are_listed_drawn_and_recorded()
    {
        string model = StreamModels.Detector(_folder), photo = StreamModels.Picture(_folder);
        CliRun run = await CliRun.Succeeds("detect", photo, "--model", model, "--score", "0", "--out", _folder["out"]);
        Assert.Matches(@"detector: DETR, 3 \+ 3 layers of width 32, 7 queries, 5 classes", run.Output);
        Assert.Matches(@"(?m)^object +query +score +left +top +right +bottom\r?$", run.Output);
        JsonElement result = StreamModels.Complete(_folder["out"]);
        JsonElement[] found = [.. result.GetProperty("detections").EnumerateArray()];
        Assert.Equal(7, found.Length);
        Assert.Equal(found.Select(d => d.GetProperty("score").GetDouble()).OrderDescending(), found.Select(d => d.GetProperty("score").GetDouble()));
        foreach (JsonElement d in found)
            Assert.Contains(FormattableString.Invariant($"{d.GetProperty("query").GetInt32()}  {d.GetProperty("score").GetDouble():0.000}"), run.Output);
        Assert.Equal(["detect", "boxes.png,boxes.svg,thumbnail.jpg"], [result.GetProperty("verb").GetString(),
            string.Join(',', result.GetProperty("files").EnumerateArray().Select(f => f.GetProperty("name").GetString()))]);
        Assert.Equal((360, 240), // a small picture is shown enlarged
             (ImageFile.Read(_folder["out/boxes.png"]).Width, ImageFile.Read(_folder["out/boxes.png"]).Height));
        SvgFile named = SvgFile.Read(_folder["out/boxes.svg"]);
        Assert.Equal(1.5, (double)named.Pictures[0].Width / named.Pictures[0].Height, 2); // larger, so that names have room
        Assert.True(named.Pictures[0].Width > 90);
        Assert.Equal(7, named.Texts.Length);
    }

    [Fact]
    public async Task Nothing_above_the_score_is_said_and_is_no_failure()
    {
        CliRun run = await CliRun.Succeeds("detect", StreamModels.Picture(_folder), "--model", StreamModels.Detector(_folder), "--score", "0.999", "--out",
            _folder["out"]);
        Assert.Contains("photo.png: no object above the score; try a lower --score", run.Output);
        Assert.Equal(0, StreamModels.Complete(_folder["out"]).GetProperty("detections").GetArrayLength());
    }

    [Fact]
    public async Task A_broken_image_of_a_folder_fails_alone_and_what_is_done_is_skipped()
    {
        string model = StreamModels.Detector(_folder);
        Directory.CreateDirectory(_folder["in"]);
        foreach (string name in (string[])["a.png", "c.png"]) StreamModels.Picture(_folder, Path.Combine("in", name));
        _folder.Add(Path.Combine("in", "b.png"), File.ReadAllBytes(_folder["in/a.png"])[..200]);
        string[] line = ["detect", _folder["in"], "--model", model, "--score", "0.2", "--out", _folder["out"]];
        CliRun first = await CliRun.Of(line), second = await CliRun.Of(line), other = await CliRun.Of([.. line, "--render-size", "64"]);
        first.EndsWith(1, "b.png");
        Assert.Contains("2 images done, 0 skipped, 1 failed.", first.Output);
        foreach (string name in (string[])["a", "c"]) StreamModels.Complete(_folder[$"out/{name}"]);
        Assert.False(File.Exists(_folder["out/b/result.json"]));
        second.EndsWith(1, "b.png");
        Assert.Contains("0 images done, 2 skipped, 1 failed.", second.Output);
        Assert.Contains("2 images done, 0 skipped, 1 failed.", other.Output);
    }

    public static TheoryData<string, int, string> Refused => new()
    {
        { "detect PHOTO --model MODEL --score 1", 2, "--score 1: expected a number from 0 to less than 1" },
        { "detect PHOTO --model MODEL --score -0.1", 2, "--score -0.1: expected" },
        { "detect PHOTO --model MODEL --score nan", 2, "--score nan: expected" },
        { "detect PHOTO --model MODEL --scores 0.5", 2, "--scores (did you mean '--score'?): there is no such option" },
        { "detect PHOTO --model cifar10-vit", 2, "--model cifar10-vit: is of type vit, expected a detector (detr)" },
        { "detect PHOTO --model nowhere", 2, "--model nowhere: there is no such folder" },
        { "detect PHOTO --model MODEL --memory 200K", 1, "a forward pass takes " },
        { "detect NONE --model MODEL", 1, "none.png: there is no such file" },
        { "detect EMPTY --model MODEL", 1, "empty.png" },
    };

    [Theory, MemberData(nameof(Refused))]
    public async Task What_cannot_be_done_is_one_line(string line, int code, string says)
    {
        string model = StreamModels.Detector(_folder), photo = StreamModels.Picture(_folder);
        _folder.Add("empty.png", "");
        CliRun run = await CliRun.Of([.. line.Split(' ').Select(w =>
            w switch { "PHOTO" => photo, "MODEL" => model, "NONE" => _folder["none.png"], "EMPTY" => _folder["empty.png"], _ => w }), "--out", _folder["out"]]);
        run.EndsWith(code, says);
        Assert.False(File.Exists(_folder["out/result.json"]));
    }

    [Fact]
    public async Task Weights_that_are_no_numbers_are_noticed()
    {
        string model = StreamModels.Detector(_folder);
        using (Safetensors golden = Safetensors.Open(Golden.File("multimodal/detr/model.safetensors")))
            Safetensors.Write(Path.Combine(model, "model.safetensors"), golden.Tensors.Select(t => t.Name == "class_labels_classifier.bias"
                ? StoredTensor.From<float>(t.Name, t.Shape, [float.NaN, .. t.ToTensor().ToArray()[1..]]) : t));
        (await CliRun.Of("detect", StreamModels.Picture(_folder), "--model", model, "--out", _folder["out"])).EndsWith(1, "class_labels_classifier.bias");
    }
}
