using System.Text.Json;
using Translucent.Evaluate.Jobs;

namespace Translucent.Cli.Tests.Jobs;

/// <summary>Classes read off tokens, from the command line.</summary>
public sealed class ProjectionJobTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Shards_merge_to_the_bytes_of_a_single_run()
    {
        string[] line = ["evaluate", "projection", "--data", "shapes:6,size=96", "--train", "shapes:40,seed=5,size=96", "--train-limit", "10", "--model",
            Samples.Model("shapes-vit")];
        CliRun one = await CliRun.Succeeds([.. line, "--out", _folder["one"]]);
        Assert.Contains("probes are trained on 10 pictures", one.Output);
        await CliRun.Succeeds([.. line, "--out", _folder["two"], "--shard", "2/2"]);
        await CliRun.Succeeds([.. line, "--out", _folder["two"], "--shard", "1/2"]);
        await CliRun.Succeeds("evaluate", "merge", _folder["two"]);
        foreach (string file in (string[])["results.json", "results.csv", "report.html"])
            Assert.Equal(File.ReadAllBytes(_folder[$"one/{file}"]), File.ReadAllBytes(_folder[$"two/{file}"]));
        JobSettings settings = JobFile.In(_folder["one"])!.Settings;
        Assert.Equal(EvaluationPresets.Projection.Choices.Select(c => c.Name).Order(), settings.Choices.Keys.Order());
        Assert.StartsWith("10 of shapes, seed 5", settings.Choices["training"]);
        JsonElement tables = JsonDocument.Parse(File.ReadAllText(_folder["one/results.json"])).RootElement.GetProperty("results").GetProperty("tables");
        Assert.Equal(["How far the true class is read off tokens, with intervals", "Projection, less that of the layer before, with intervals",
            "Projection, less the probe of the same layer, with intervals"], tables.EnumerateArray().Select(t => t.GetProperty("title").GetString()!));
        double Value(int table, int row, int column) => tables[table].GetProperty("rows")[row].GetProperty("values")[column].GetDouble();
        int layers = tables[0].GetProperty("rows").GetArrayLength() / 2;
        Assert.Equal(Value(0, layers - 1, 0) - Value(0, layers - 2, 0), Value(1, layers - 2, 0), 1e-9);
        Assert.Equal(Value(0, 2, 6) - Value(0, layers + 2, 6), Value(2, 2, 6), 1e-9);
        Assert.Contains("was made with other settings: ", (await CliRun.Of([.. line[..^4], "--model", line[^1], "--out", _folder["one"]])).Error);
    }

    [Theory]
    [InlineData("--data shapes:4 --train shapes:3", 1, "3 pictures to train probes on, expected 5 or more")]
    [InlineData("--data PLAIN", 2, "has pictures whose class is not known")]
    [InlineData("--data shapes:4 --model NOCLASS", 2, "has no classes to read")]
    public async Task What_cannot_be_read_is_one_line(string words, int code, string says)
    {
        Directory.CreateDirectory(_folder["plain"]);
        File.Copy(CliRun.Photo, _folder["plain/a.png"]);
        string[] line = [.. words.Split(' ').Select(w => w == "PLAIN" ? _folder["plain"] : w == "NOCLASS" ? Golden.File("vision/dino") : w)];
        CliRun run = await CliRun.Of(["evaluate", "projection", .. line, .. line.Contains("--model") ? (string[])[] : ["--model",
            Samples.Model("shapes-vit")], "--out", _folder["out"]]);
        Assert.Equal(code, run.Code);
        Assert.Contains(says, run.Error);
        Assert.Single(run.Error.Trim().Split('\n'));
    }
}
