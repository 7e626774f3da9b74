using Translucent.Evaluate.Jobs;
using Translucent.Images;
using Translucent.Pictures;

namespace Translucent.Cli.Tests.Jobs;

/// <summary>The grid pointing game from the command line.</summary>
public sealed class GridJobTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Grids_of_pictures_merge_to_the_bytes_of_a_single_run_with_their_pictures()
    {
        string[] line = ["evaluate", "grid-pointing", "--data", "shapes:12,size=32", "--model", Golden.File("vision/vit"), "--method", "gae,raw"];
        CliRun other = await CliRun.Of([.. line, "--out", _folder["other"]]);
        Assert.Equal(2, other.Code); // the classes are not those of the model
        foreach (string name in (string[])["cat", "dog", "ship", "frog", "deer"])
            foreach (int i in (int[])[1, 2])
            {
                Directory.CreateDirectory(_folder[$"data/{name}"]);
                ImageFile.Write(_folder[$"data/{name}/{i}.png"], Resize.To(ImageFile.Read(CliRun.Photo), 30 + 10 * i, 32));
            }
        line = ["evaluate", "grid-pointing", "--data", _folder["data"], "--model", Samples.Model("cifar10-vit"), "--method", "gae,raw"];
        CliRun one = await CliRun.Succeeds([.. line, "--out", _folder["one"]]);
        Assert.Contains("grid-pointing: 2 images of data, grids of 2 x 2.", one.Output);
        await CliRun.Succeeds([.. line, "--out", _folder["two"], "--shard", "2/2"]);
        await CliRun.Succeeds([.. line, "--out", _folder["two"], "--shard", "1/2"]);
        await CliRun.Succeeds("evaluate", "merge", _folder["two"]);
        foreach (string file in (string[])["results.json", "results.csv", "report.html"])
            Assert.Equal(File.ReadAllBytes(_folder[$"one/{file}"]), File.ReadAllBytes(_folder[$"two/{file}"]));
        Assert.Contains("<img class='example'", File.ReadAllText(_folder["two/report.html"]));
        string csv = File.ReadAllText(_folder["one/results.csv"]);
        Assert.Contains("All pictures,raw,\"relevance on the right picture, %\",25\n", csv); // one map for all classes
        Assert.Contains("All pictures,gae,maps,8\n", csv);
        Assert.Equal(EvaluationPresets.GridPointing.Choices.Select(c => c.Name).Order(), JobFile.In(_folder["one"])!.Settings.Choices.Keys.Order());
        Assert.Contains("was made with other settings: ", (await CliRun.Of([.. line, "--out", _folder["one"], "--seed", "2", "--limit", "2"])).Error);
    }
}
