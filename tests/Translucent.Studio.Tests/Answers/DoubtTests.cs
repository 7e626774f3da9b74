using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Translucent.Studio.Tests.Answers;

/// <summary>What the command warns of, the studio tells with the overview of a scene.</summary>
public sealed class DoubtTests(RunningStudio studio) : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Bundled_models_leave_no_doubt() =>
        Assert.Empty(Doubts(await studio.Ask("open", ("model", "fashion-vit"), ("image", await studio.Picture("chelsea.png")))));

    [Fact]
    public async Task Settings_that_nobody_reads_are_told_and_class_numbers_that_contradict_each_other()
    {
        Copy(Samples.Model("fashion-vit"), "model", config =>
        {
            config["my_new_attention"] = true;
            config["label2id"]!["Bag"] = 0;
        });
        string[] doubts = await Opened();
        Assert.Equal(2, doubts.Length);
        Assert.Contains("model: config.json has settings that are not read ('my_new_attention')", doubts[0]);
        Assert.Contains("'label2id' of config.json numbers the classes otherwise than 'id2label'", doubts[1]);
    }

    [Fact]
    public async Task Texts_of_SigLIP_are_taken_and_doubted()
    {
        Copy(Path.Combine(Repository.Root, "tests/Translucent.Tests/Golden/siglip"), "model", config =>
        {
            config["text_config"]!["clean"] = "canonicalize";
            config["text_config"]!["inner_new"] = 1;
        });
        Assert.Empty(await Opened());
        string[] doubts = await Opened(("classes", "a caf\u00C3\u00A9,a dog"));
        Assert.Equal(2, doubts.Length);
        Assert.Contains("'text_config.inner_new'", doubts[0]);
        Assert.Contains("texts as classes: ", doubts[1]);
        Assert.Contains("'\u00C3\u00A9' for '\u00E9'", doubts[1]);
    }

    /// <summary>The doubts of the model of the folder, as a studio that has nothing else tells them.</summary>
    async Task<string[]> Opened(params (string, object)[] words)
    {
        await using StudioServer server = await StudioServer.Start(RunningStudio.Settings(_folder["studio"]) with
        {
            Models = () => [new StudioModel("model", _folder["model"], "given")],
        });
        using HttpClient inside = RunningStudio.Client(server);
        inside.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", RunningStudio.TokenOf(server));
        using JsonDocument state = JsonDocument.Parse(await inside.GetStringAsync("/api/state"));
        string picture = state.RootElement.GetProperty("pictures")[0].GetProperty("id").GetString()!;
        using HttpResponseMessage response = await inside.GetAsync($"/api/ask/open?{RunningStudio.Words([("model", "model"), ("image", picture), .. words])}");
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        Answer answer = Answer.Of(await response.Content.ReadAsByteArrayAsync());
        if (answer.Facts.GetProperty("facts").TryGetProperty("takesTexts", out JsonElement takes))
            Assert.Equal(answer.Facts.GetProperty("family").GetString()!.StartsWith("SigLIP", StringComparison.Ordinal), takes.GetBoolean());
        return Doubts(answer);
    }

    static string[] Doubts(Answer answer) => [.. answer.Facts.GetProperty("doubts").EnumerateArray().Select(d => d.GetString()!)];

    void Copy(string from, string name, Action<JsonObject> change)
    {
        Directory.CreateDirectory(_folder[name]);
        foreach (string file in Directory.GetFiles(from)) File.Copy(file, Path.Combine(_folder[name], Path.GetFileName(file)));
        string path = Path.Combine(_folder[name], "config.json");
        JsonObject config = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(config);
        File.WriteAllText(path, config.ToJsonString());
    }
}
