using System.Text.Json;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tests.Models;

namespace Translucent.Cli.Tests;

/// <summary>Classes that the command line names: <c>--classes</c> and <c>--template</c>.</summary>
public sealed class ClassesTests : IDisposable
{
    readonly TempFolder _temp = new();
    readonly string _clip;

    public ClassesTests() => _clip = ClipFolder.Small().Write(_temp["clip"]);

    string[] Plain => ["explain", CliRun.Photo, "--out", _temp["out"], "--no-segmentation", "--render-size", "64"];

    string[] Explain => [.. Plain, "--model", _clip];

    [Fact]
    public async Task A_photograph_is_explained_by_texts()
    {
        CliRun run = await CliRun.Succeeds(
            [.. Explain, "--classes", "a cat, a dog", "--template", "a photo of {}.", "--template", "{} in the rain", "--target", "a dog", "--method", "gae"]);
        JsonElement result = CliRun.Result(_temp["out"]), settings = result.GetProperty("settings");
        Assert.Equal(["a cat", "a dog"], Words(settings, "classes"));
        Assert.Equal(["a photo of {}.", "{} in the rain"], Words(settings, "templates"));
        Assert.Equal(64, settings.GetProperty("tokenizer_sha256").GetString()!.Length);
        Assert.Equal(2, result.GetProperty("model").GetProperty("classes").GetInt32());
        Assert.Equal(["a cat", "a dog"], result.GetProperty("predictions").EnumerateArray().Select(p => p.GetProperty("label").GetString()).Order());
        Assert.Contains("a cat", run.Output);
        Assert.Contains("<em>a dog</em>", File.ReadAllText(Path.Combine(_temp["out"], "index.html")));

        using VisionTransformer images = VisionModels.Open(_clip);
        using Trace trace = CliRun.Trace(images.WithTexts(_clip, new ClassTexts(["a cat", "a dog"], "a photo of {}.", "{} in the rain")), CliRun.Photo);
        CliRun.SameNumbers(Gae.Rows(trace, [1]).Span, CliRun.Numbers(_temp["out"], "gae-a-dog-1.row.npy"));
    }

    /// <summary>SigLIP by the names of Hugging Face and of open_clip: each text by itself, not one among the others.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Siglip_scores_texts_one_by_one(bool openClip)
    {
        string model = openClip ? new OpenClipSiglipFolder().Write(_temp["siglip"]) : Golden.File("siglip");
        CliRun run = await CliRun.Succeeds([.. Plain, "--model", model, "--classes", "a Cat!,a dog,this", "--target", "a dog", "--method", "gae,raw"]);
        using VisionTransformer images = VisionModels.Open(Golden.File("siglip"));
        using Trace trace = CliRun.Trace(images.WithTexts(Golden.File("siglip"), new ClassTexts(["a Cat!", "a dog", "this"])), CliRun.Photo);
        double[] expected = [.. trace.Logits.ToArray().Select(v => 1 / (1 + Math.Exp(-v)))];
        JsonElement result = CliRun.Result(_temp["out"]);
        foreach (JsonElement one in result.GetProperty("predictions").EnumerateArray())
            Assert.Equal(expected[one.GetProperty("index").GetInt32()], one.GetProperty("probability").GetDouble(), 1e-6);
        Assert.Contains("probability by itself", run.Output);
        CliRun.SameNumbers(Gae.Rows(trace, [1]).Span, CliRun.Numbers(_temp["out"], "gae-a-dog-1.row.npy"));
    }

    [Fact]
    public async Task Texts_come_as_a_list_one_by_one_or_from_a_file()
    {
        string file = _temp.Add("labels.txt", "\uFEFFa cat, asleep\r\n\n  a dog \n"), templates = _temp.Add("templates.txt", "a photo of {}.\n{}");
        await CliRun.Succeeds([.. Explain, "--classes", $"@{file}", "--template", $"@{templates}"]);
        Assert.Equal(["a cat, asleep", "a dog"], Settings("classes"));
        Assert.Equal(["a photo of {}.", "{}"], Settings("templates"));
        await CliRun.Succeeds([.. Explain, "--classes", "a cat, asleep", "--classes", "a dog", "--target", "all"]);
        Assert.Equal(["a cat, asleep", "a dog"], Settings("classes"));
        Assert.Equal([ClassTexts.DefaultTemplate], Settings("templates"));
    }

    [Fact]
    public async Task Every_method_explains_texts_and_their_difference()
    {
        CliRun run = await CliRun.Succeeds([.. Explain, "--classes", "a cat,a dog", "--target", "all", "--target", "a cat-a dog", "--method", "all"]);
        string[] files = [.. Directory.GetFiles(_temp["out"], "*.map.npy").Select(f => Path.GetFileName(f))];
        foreach (string method in ClassMethods.All.Where(m => m.TellsClassesApart).Select(m => m.Name))
            Assert.True(files.Count(f => f.StartsWith($"{method}-a-", StringComparison.Ordinal)) >= 2, $"{method}: {run.Output}");
    }

    [Fact]
    public async Task A_folder_of_images_is_done_again_for_other_texts_only()
    {
        Directory.CreateDirectory(_temp["images"]);
        File.Copy(CliRun.Photo, Path.Combine(_temp["images"], "cat.png"));
        string[] line = ["explain", _temp["images"], .. Explain[2..], "--classes"];
        Assert.Contains("1 image done, 0 skipped", (await CliRun.Succeeds([.. line, "a cat,a dog"])).Output);
        Assert.Contains("0 images done, 1 skipped", (await CliRun.Succeeds([.. line, "a cat,a dog"])).Output);
        Assert.Contains("1 image done, 0 skipped", (await CliRun.Succeeds([.. line, "a cat,a bird"])).Output);
    }

    [Theory]
    [InlineData("--classes 'a cat' --template 'a photo'", "--template 'a photo': has no {} where the class goes")]
    [InlineData("--classes 'a cat,a dog,a cat'", "--classes: 'a cat' comes twice")]
    [InlineData("--classes 'a cat,A Cat'", "--classes: 'a cat' comes twice")]
    [InlineData("--classes 'a cat,,a dog'", "--classes: one is empty, expected a text.")]
    [InlineData("--classes 'a cat' --classes ''", "--classes: one is empty, expected a text.")]
    [InlineData("--classes 'a cat' --target top2", "--target top2: clip has 1 class, expected top1.")]
    [InlineData("--classes ','", "--classes: one is empty")]
    [InlineData("--classes @TEMP/nowhere.txt", "nowhere.txt: there is no such file")]
    [InlineData("--classes @", "--classes @: there is no such file.")]
    [InlineData("--classes @TEMP/latin.txt", "latin.txt: is not UTF-8 text")]
    [InlineData("--classes @TEMP/empty.txt", "--classes: none")]
    [InlineData("--template 'a photo of {}'", "--template: is for texts that --classes names")]
    [InlineData("--classes 'a cat,a dog' --target 'a bird'", "--target a bird: is not among the 2 classes of clip, which are a cat, a dog")]
    [InlineData("--classes LONG --template {}", "is 78 tokens long with begin and end, and this model reads at most 77")]
    [InlineData("--classes 'a cat' --model cifar10-vit", "--classes: cifar10-vit (ViT) has 10 classes of its own; --target chooses among them")]
    [InlineData("--classes 'a cat' --model VISION/dino", "--classes: dino is of the family DINO, which knows no texts; CLIP and SigLIP do")]
    [InlineData("--classes 'a cat' --model VISION/clip_vision",
        "--classes: clip_vision has no text_model.*, text_projection.weight, logit_scale, tokenizer.json")]
    [InlineData("--model CLIP --method gae",
        "this CLIP checkpoint has no classifier, so there is no class to explain; --classes \"a cat,a dog\" gives it some")]
    public async Task Wrong_texts_are_one_line_and_exit_code_2(string words, string message)
    {
        _temp.Add("latin.txt", [0x63, 0xE9, 0x0A]);
        _temp.Add("empty.txt", "\n");
        IEnumerable<string> args = words.Split(' ').Aggregate(new List<string>(), (all, word) => Join(all, word))
            .Select(w => w.Trim('\'').Replace("TEMP", _temp.Path).Replace("VISION", Golden.File("vision")).Replace("CLIP", _clip)
                .Replace("LONG", string.Join(' ', Enumerable.Repeat("a", 76))));
        CliRun run = await CliRun.Of(words.Contains("--model") ? [.. Plain, .. args] : [.. Explain, .. args]);
        Assert.Equal(2, run.Code);
        Assert.Contains(message, run.Error);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
        Assert.False(Directory.Exists(_temp["out"]));
    }

    /// <summary>Puts words between quotation marks together again.</summary>
    static List<string> Join(List<string> all, string word)
    {
        if (all.Count > 0 && all[^1].StartsWith('\'') && (all[^1].Length == 1 || !all[^1].EndsWith('\''))) all[^1] += $" {word}";
        else all.Add(word);
        return all;
    }

    string[] Settings(string name) => Words(CliRun.Result(_temp["out"]).GetProperty("settings"), name);

    static string[] Words(JsonElement settings, string name) => [.. settings.GetProperty(name).EnumerateArray().Select(w => w.GetString()!)];

    public void Dispose() => _temp.Dispose();
}
