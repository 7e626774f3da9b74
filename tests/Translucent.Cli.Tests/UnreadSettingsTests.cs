using System.Text.Json.Nodes;
using Translucent.Tests.Models;

namespace Translucent.Cli.Tests;

/// <summary>Keys of config.json that nobody reads are named, whatever the family of the model.</summary>
public sealed class UnreadSettingsTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("detect")]
    [InlineData("classify")]
    [InlineData("generate")]
    [InlineData("attention")]
    [InlineData("embed")]
    public async Task A_key_that_nobody_reads_is_named(string verb)
    {
        string model = verb switch
        {
            "detect" => StreamModels.Detector(_folder),
            "generate" => TextModels.Llama(_folder),
            _ => TextModels.Bert(_folder),
        };
        string[] line = verb switch
        {
            "detect" => ["detect", StreamModels.Picture(_folder), "--model", model, "--out", _folder["out"]],
            "generate" => ["generate", "The sun", "--model", model, "--tokens", "1"],
            "embed" => ["embed", "a film", "a book", "--model", model],
            "attention" => ["attention", "a film", "--model", model, "--out", _folder["out"]],
            _ => [verb, "a film", "--model", model, "--out", _folder["out"]],
        };
        Assert.DoesNotContain("not read", (await Done([.. line, .. Again(verb)])).Error);
        Change(model, c => c["my_new_attention"] = true);
        Assert.Contains("config.json has settings that are not read ('my_new_attention')", (await Done([.. line, .. Again(verb)])).Error);
    }

    [Fact]
    public async Task Those_of_the_detector_beside_a_question_are_named_too()
    {
        string model = StreamModels.Answering(_folder, features: 32), detector = StreamModels.Detector(_folder);
        string[] line = ["ask", StreamModels.Picture(_folder), "what color", "--model", model, "--detector", detector, "--out"];
        Assert.DoesNotContain("not read", (await Done([.. line, _folder["out"]])).Error);
        Change(detector, c => c["my_new_attention"] = true);
        Assert.Contains("detector: config.json has settings that are not read ('my_new_attention')", (await Done([.. line, _folder["again"]])).Error);
    }

    [Fact]
    public async Task Verify_and_inspect_name_them_those_of_a_text_tower_too()
    {
        string vit = Copied("vision/vit");
        string[] line = ["verify", vit, "--input", Golden.File("vision/vit/input.safetensors"), "--golden", Golden.File("vision/vit/golden.safetensors")];
        Assert.Empty((await Done(line)).Error);
        Change(vit, c => c["my_new_attention"] = true);
        Assert.Contains("'my_new_attention'", (await Done(line)).Error);
        string siglip = Copied("siglip");
        Change(siglip, c => c["text_config"]!["inner_new"] = 1);
        Assert.Contains("text_config.inner_new", (await Done("models", "inspect", siglip)).Output);
    }

    [Fact]
    public async Task Those_of_the_text_tower_are_named_when_texts_are_read()
    {
        string model = Copied("siglip");
        Change(model, c => c["text_config"]!["inner_new"] = 1);
        string[] line = ["explain", CliRun.Photo, "--out", _folder["out"], "--no-segmentation", "--render-size", "64", "--model", model, "--method", "raw"];
        Assert.DoesNotContain("inner_new", (await Done(line)).Error);
        Assert.Contains("'text_config.inner_new'", (await Done([.. line, "--classes", "a cat,a dog", "--force"])).Error);
    }

    [Fact]
    public async Task A_text_of_a_wrong_encoding_is_told_where_open_clip_would_repair_it()
    {
        string[] line = ["explain", CliRun.Photo, "--out", _folder["out"], "--no-segmentation", "--render-size", "64", "--method", "raw",
            "--classes", "a caf\u00C3\u00A9,a dog"];
        CliRun open = await Done([.. line, "--model", new OpenClipSiglipFolder().Write(_folder["open"])]);
        Assert.Contains("'\u00C3\u00A9' for '\u00E9'", open.Error);
        Assert.Single(open.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.DoesNotContain("encoding", (await Done([.. line, "--force", "--model", Golden.File("siglip")])).Error);
    }

    /// <summary>Settings and weights of a golden model.</summary>
    string Copied(string golden)
    {
        string model = _folder[Path.GetFileName(golden)];
        Directory.CreateDirectory(model);
        foreach (string file in Directory.GetFiles(Golden.File(golden), "*.json").Append(Golden.File($"{golden}/model.safetensors")))
            File.Copy(file, Path.Combine(model, Path.GetFileName(file)));
        return model;
    }

    static async Task<CliRun> Done(params string[] line)
    {
        CliRun run = await CliRun.Of(line);
        Assert.True(run.Code == 0, run.Error);
        return run;
    }

    static string[] Again(string verb) => verb is "generate" or "embed" ? [] : ["--force"];

    static void Change(string model, Action<JsonObject> change)
    {
        string path = Path.Combine(model, "config.json");
        JsonObject config = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(config);
        File.WriteAllText(path, config.ToJsonString());
    }
}
