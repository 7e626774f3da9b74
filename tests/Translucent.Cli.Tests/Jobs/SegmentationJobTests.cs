using System.Text.Json;
using Translucent.Checkpoints;
using Translucent.Images;
using Translucent.Pictures;

namespace Translucent.Cli.Tests.Jobs;

/// <summary>The segmentation of a data set from the command line: presets, shards, functions compared, vectors learned.</summary>
public sealed class SegmentationJobTests : IDisposable
{
    static readonly string s_model = Golden.File("vision/vit");

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    string[] Shapes(string name, params string[] more) =>
        ["evaluate", "shapes", "--data", "shapes:5,size=32,objects=1-2", "--model", s_model, "--clusters", "3", "--out", _folder[name], .. more];

    JsonElement Results(string name) => JsonDocument.Parse(File.ReadAllBytes(_folder[$"{name}/results.json"])).RootElement;

    [Fact]
    public async Task Shards_give_the_bytes_of_a_single_run_with_both_labellings()
    {
        CliRun one = await CliRun.Succeeds(Shapes("one", "--function", "s,e"));
        Assert.Contains("per-image, function s", one.Output);
        Assert.Contains("global, function e", one.Output);
        foreach (string shard in (string[])["2/2", "1/2"]) await CliRun.Succeeds(Shapes("two", "--function", "s,e", "--shard", shard, "--threads", "1"));
        await CliRun.Succeeds("evaluate", "merge", _folder["two"]);
        foreach (string file in (string[])["results.json", "results.csv", "report.html"])
            Assert.Equal(File.ReadAllBytes(_folder[$"one/{file}"]), File.ReadAllBytes(_folder[$"two/{file}"]));
        JsonElement choices = Results("one").GetProperty("settings").GetProperty("choices");
        Assert.Equal(("none", "3 in every image", "9", "s, e"), (choices.GetProperty("crf").GetString(), choices.GetProperty("segments").GetString(),
            choices.GetProperty("clusters of the set").GetString(), choices.GetProperty("function").GetString()));
        string[] tables = [.. Results("one").GetProperty("results").GetProperty("tables").EnumerateArray().Select(t => t.GetProperty("title").GetString()!)];
        Assert.Equal(["Segmentation of the whole set", "Differences between functions on the same images",
            "IoU class by class, %", "Recall and precision, %, function s", "The same global clusters, counted otherwise",
            "Per-image matching, done otherwise"], tables);
    }

    [Fact]
    public async Task Another_part_of_a_data_set_is_scored_and_merged()
    {
        foreach (string part in (string[])["train", "test"])
            foreach (string name in part == "train" ? (string[])["a", "b"] : ["c"])
            {
                foreach (string folder in (string[])[part, part + "annot"]) Directory.CreateDirectory(_folder[$"camvid/{folder}"]);
                ImageFile.Write(_folder[$"camvid/{part}/{name}.png"], Resize.To(ImageFile.Read(CliRun.Photo), 48, 32));
                ImageFile.Write(_folder[$"camvid/{part}annot/{name}.png"], new Image(48, 32, 1,
                    [.. Enumerable.Range(0, 48 * 32).Select(i => (byte)(i % 48 / 24))]));
            }
        string[] line = ["evaluate", "camvid", "--data", _folder["camvid"], "--model", s_model];
        Assert.Contains("camvid: 1 images of camvid.", (await CliRun.Succeeds([.. line, "--out", _folder["test"]])).Output);
        line = [.. line, "--split", "train"];
        Assert.Contains("camvid: 2 images of camvid.", (await CliRun.Succeeds([.. line, "--out", _folder["one"]])).Output);
        Assert.Equal("train", Results("one").GetProperty("settings").GetProperty("choices").GetProperty("part").GetString());
        foreach (string shard in (string[])["2/2", "1/2"]) await CliRun.Succeeds([.. line, "--shard", shard, "--out", _folder["two"]]);
        await CliRun.Succeeds("evaluate", "merge", _folder["two"]);
        Assert.Contains("<img class='example'", File.ReadAllText(_folder["two/report.html"])); // merge finds the pictures of the part
        Assert.Equal(File.ReadAllBytes(_folder["one/report.html"]), File.ReadAllBytes(_folder["two/report.html"]));
        Assert.Contains("global, named on other images, function s", (await CliRun.Succeeds("evaluate", "merge", _folder["test"], "--match-on",
            _folder["one"])).Output);
        Assert.Contains("clusters were found and matched on 2 images of camvid, train (another job", File.ReadAllText(_folder["test/report.html"]));
        (await CliRun.Of("evaluate", "merge", _folder["one"], "--match-on", _folder["two"])).EndsWith(1, "is of the same images");
        await CliRun.Succeeds([.. line[..^2], "--function", "e", "--out", _folder["e"]]);
        (await CliRun.Of("evaluate", "merge", _folder["one"], "--match-on", _folder["e"])).EndsWith(1, "there function is e, and here it is s");
        (await CliRun.Of([.. line[..^1], "train+test", "--out", _folder["x"]])).EndsWith(1, "train+test: this data set is read by one part at a time");
        (await CliRun.Of([.. line[..^1], "nothing", "--out", _folder["x"]])).EndsWith(1, "no frames of CamVid here");
    }

    [Fact]
    public async Task A_folder_is_scored_and_what_is_missing_is_named()
    {
        Directory.CreateDirectory(_folder["set/images"]);
        Directory.CreateDirectory(_folder["set/labels"]);
        Image photo = Resize.To(ImageFile.Read(CliRun.Photo), 48, 32);
        foreach (string name in (string[])["a", "b"])
        {
            ImageFile.Write(_folder[$"set/images/{name}.png"], photo);
            ImageFile.Write(_folder[$"set/labels/{name}.png"], new Image(48, 32, 1, [.. Enumerable.Range(0, 48 * 32).Select(i => (byte)(i % 48 / 24))]));
        }
        string[] line = ["evaluate", "segmentation", "--data", _folder["set"], "--model", s_model, "--out", _folder["out"]];
        CliRun run = await CliRun.Succeeds([.. line, "--matching", "majority", "--rows", "2", "--check", "3"]);
        Assert.Contains("matched on the very labels", run.Output);
        JsonElement results = Results("out");
        Assert.Equal("majority", results.GetProperty("settings").GetProperty("choices").GetProperty("matching").GetString());
        Assert.Equal("own row and 2 others, 3 checked", results.GetProperty("settings").GetProperty("choices").GetProperty("sweeps").GetString());
        Assert.Contains("Sparse sweeps against exact ones", results.GetRawText());

        ImageFile.Write(_folder["set/labels/b.png"], new Image(8, 8, 1, new byte[64]));
        CliRun sizes = await CliRun.Of([.. line[..^1], _folder["sizes"]]);
        Assert.Equal(1, sizes.Code);
        Assert.Contains("b: the photograph is 48 x 32 pixels and its labels 8 x 8, expected the same size.", sizes.Error);
        File.Delete(_folder["set/labels/b.png"]);
        CliRun missing = await CliRun.Of([.. line[..^1], _folder["missing"]]);
        Assert.Equal(1, missing.Code);
        Assert.Contains("1 of 2 label files are missing", missing.Error);
        Assert.Contains("expected leftImg8bit/val", (await CliRun.Of("evaluate", "ultra-cityscapes", "--data", _folder["set"])).Error);
    }

    [Fact]
    public async Task Learned_vectors_are_used_by_one_command_and_are_the_same_bytes_for_any_threads()
    {
        string[] Train(string file, params string[] more) =>
            ["train-w", "--data", "shapes:3,size=32", "--model", s_model, "--clusters", "3", "--batch", "2", "--out", _folder[file], .. more];
        CliRun run = await CliRun.Succeeds(Train("w.safetensors"));
        Assert.Matches(@"2 steps; mean loss [0-9.]+ by function s, [0-9.]+ by w", run.Output);
        await CliRun.Succeeds(Train("w1.safetensors", "--threads", "1"));
        Assert.Equal(File.ReadAllBytes(_folder["w.safetensors"]), File.ReadAllBytes(_folder["w1.safetensors"]));
        Assert.Empty(Directory.GetDirectories(_folder.Path)); // what was kept to go on from is gone
        Assert.Contains("--force", (await CliRun.Of(Train("w.safetensors"))).Error);
        using (Safetensors file = Safetensors.Open(_folder["w.safetensors"]))
            Assert.All(Enumerable.Range(0, file["w"].ToTensor().Rows), r => Assert.Equal(1, file["w"].ToTensor().Row(r).ToArray().Sum(v => v * v), 1e-4));

        await CliRun.Succeeds("segment", CliRun.Photo, "--model", s_model, "--out", _folder["s"], "--clusters", "3");
        await CliRun.Succeeds("segment", CliRun.Photo, "--model", s_model, "--out", _folder["w"], "--clusters", "3", "--function", "w", "--w",
            _folder["w.safetensors"]);
        Assert.Equal("w", CliRun.Result(_folder["w"]).GetProperty("settings").GetProperty("function").GetString());
        Assert.NotEqual(CliRun.Numbers(_folder["s"], "cluster-maps.npy").ToArray(), CliRun.Numbers(_folder["w"], "cluster-maps.npy").ToArray());
        await CliRun.Succeeds(Shapes("both", "--function", "s,w", "--w", _folder["w.safetensors"]));
        Assert.Contains("per-image, w - s", File.ReadAllText(_folder["both/results.json"]));
        Assert.Contains("photograph, segments, truth", File.ReadAllText(_folder["both/report.html"]));
        foreach (string preset in (string[])["latent-perturbation", "object-selection"])
        {
            string[] line = ["evaluate", preset, "--data", "shapes:2,size=32", "--model", s_model, "--out", _folder[preset], "--function"];
            await CliRun.Succeeds([.. line, "s,w", "--w", _folder["w.safetensors"]]);
            Assert.Matches("layer [0-9]+, W", File.ReadAllText(_folder[$"{preset}/results.json"]));
            Assert.Equal(2, (await CliRun.Of([.. line, "w"])).Code);
            Assert.Equal(2, (await CliRun.Of([.. line, "s", "--w", _folder["w.safetensors"]])).Code);
        }
        Assert.Equal(2, (await CliRun.Of(Shapes("none", "--function", "w"))).Code);
        Assert.Equal(2, (await CliRun.Of(Shapes("none", "--w", _folder["w.safetensors"]))).Code);
    }

    [Fact]
    public async Task Training_goes_on_where_it_was_ended_and_names_what_it_cannot_read()
    {
        Directory.CreateDirectory(_folder["photos"]);
        byte[] photo = ImageFile.Encode(Resize.To(ImageFile.Read(CliRun.Photo), 40, 40)), other = ImageFile.Encode(Resize.To(ImageFile.Read(CliRun.Photo),
            44, 44));
        _folder.Add("photos/a.png", photo);
        _folder.Add("photos/b.png", other);
        string[] line = ["train-w", "--data", _folder["photos"], "--model", s_model, "--clusters", "3", "--out", _folder["w.safetensors"]];
        await CliRun.Succeeds(line);
        byte[] whole = File.ReadAllBytes(_folder["w.safetensors"]);
        File.Delete(_folder["w.safetensors"]);
        Directory.CreateDirectory(_folder["w.safetensors"]); // the pictures are done, and then the file cannot be written
        Assert.Equal(1, (await CliRun.Of(line)).Code);
        Directory.Delete(_folder["w.safetensors"]);
        CliRun again = await CliRun.Succeeds(line);
        Assert.Contains("2 pictures were done before.", again.Output);
        Assert.Equal(whole, File.ReadAllBytes(_folder["w.safetensors"]));

        _folder.Add("photos/c.png", "no picture");
        CliRun broken = await CliRun.Of([.. line, "--force"]);
        Assert.Equal(1, broken.Code);
        Assert.Contains("c.png", broken.Error);
        Assert.Contains("1 of 3 pictures could not be used", broken.Error);
        Assert.Equal(whole, File.ReadAllBytes(_folder["w.safetensors"]));
    }
}
