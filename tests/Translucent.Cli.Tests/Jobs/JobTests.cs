using Translucent.Evaluate.Jobs;
using Translucent.Images;
using Translucent.Pictures;

namespace Translucent.Cli.Tests.Jobs;

/// <summary>Jobs over many images: shards, merging, and everything that can go wrong in the middle.</summary>
public sealed class JobTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    internal static string[] Line(string folder, string data = "shapes:6,size=32", params string[] more) =>
        ["evaluate", "chefer-perturbation", "--data", data, "--no-classes", "--method", "gae,raw", "--model", Golden.File("vision/vit"), "--out", folder,
            .. more];

    string[] Out(string name, params string[] more) => Line(_folder[name], more: more);

    void Same(string a, string b) => SameResults(_folder[a], _folder[b]);

    /// <summary>Two folders hold the same results, to the byte.</summary>
    internal static void SameResults(string a, string b)
    {
        foreach (string file in (string[])["results.json", "results.csv", "report.html"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(a, file)), File.ReadAllBytes(Path.Combine(b, file)));
    }

    [Fact]
    public async Task Shards_merge_to_the_bytes_of_a_single_run()
    {
        CliRun one = await CliRun.Succeeds(Out("one"));
        Assert.Matches(
            @"^chefer-perturbation: 6 images of shapes, seed 1, 32 pixels\.\r?\nabout [0-9.]+ (s|min) for 6 images, [0-9.]+ [MG]iB of memory\r?\n", one.Output);
        Assert.Contains("written: ", one.Output);
        foreach (int shard in (int[])[3, 1])
        {
            CliRun part = await CliRun.Succeeds(Out("three", "--shard", $"{shard}/3"));
            Assert.Contains($"; shard {shard}/3 has 2 of them.", part.Output);
        }
        CliRun early = await CliRun.Of("evaluate", "merge", _folder["three"]);
        Assert.Equal(1, early.Code);
        Assert.Contains("2 of 6 images are not done; run the shards again", early.Error);
        Assert.False(File.Exists(_folder["three/results.json"]));
        await CliRun.Succeeds("evaluate", "merge", _folder["three"], "--so-far", "--against", "raw");
        string soFar = File.ReadAllText(_folder["three/results.json"]);
        Assert.Contains("Of 6 images 4 are done", soFar);
        Assert.Contains("Areas and AOPC, less those of raw", soFar);
        CliRun unknown = await CliRun.Of("evaluate", "merge", _folder["three"], "--so-far", "--against", "grad");
        Assert.Contains("--against grad: is no row of 'Areas and AOPC', expected one of gae; raw; random.", unknown.Error);
        CliRun last = await CliRun.Succeeds(Out("three", "--shard", "2/3", "--memory", "300K", "--threads", "1")); // neither changes a bit
        Assert.Contains($"6 of 6 images of the job are done; when all are: translucent evaluate merge {_folder["three"]}", last.Output);
        await CliRun.Succeeds("evaluate", "merge", _folder["three"]);
        Same("one", "three");

        CliRun again = await CliRun.Succeeds(Out("one"));
        Assert.Contains("; 6 were done before.", again.Output);
        Same("one", "three");
        CliRun whole = await CliRun.Succeeds(Out("three")); // what shards did is not done again by a run of all
        Assert.Contains("; 6 were done before.", whole.Output);
        Assert.Equal(0, new FileInfo(_folder["three/shard-1-of-1.jsonl"]).Length);
    }

    [Fact]
    public async Task Other_settings_in_the_folder_are_refused_and_named()
    {
        await CliRun.Succeeds(Out("one"));
        byte[] results = File.ReadAllBytes(_folder["one/results.json"]);
        CliRun other = await CliRun.Of([.. Out("one").Select(word => word == "gae,raw" ? "gae" : word)]);
        Assert.Equal(1, other.Code);
        Assert.Contains("was made with other settings: methods is gae, raw, and here it is gae; choose another folder", other.Error);
        Assert.Contains("the number of items is 6, and here it is 5", (await CliRun.Of(Out("one", "--limit", "5"))).Error);
        string[] seeds = [.. Out("one").Select(word => word.StartsWith("shapes:", StringComparison.Ordinal) ? word + ",seed=2" : word)];
        Assert.Contains("the list of the data is ", (await CliRun.Of(seeds)).Error); // other scenes of the same names
        Assert.Equal(results, File.ReadAllBytes(_folder["one/results.json"]));
    }

    [Fact]
    public async Task Images_that_cannot_be_read_are_reported_counted_and_left_out()
    {
        foreach (string name in (string[])["cat", "dog"]) Directory.CreateDirectory(_folder[$"data/{name}"]);
        byte[] photo = ImageFile.Encode(Resize.To(ImageFile.Read(CliRun.Photo), 40, 32));
        _folder.Add("data/cat/a.png", photo);
        _folder.Add("data/cat/b.png", photo[..(photo.Length / 2)]);
        _folder.Add("data/dog/c.png", "no picture");
        _folder.Add("data/dog/d.png", photo);
        CliRun run = await CliRun.Of(Line(_folder["out"], _folder["data"]));
        Assert.Equal(1, run.Code);
        string[] lines = run.Error.TrimEnd().Split('\n');
        Assert.StartsWith("translucent: cat/b.png: ", lines[0]);
        Assert.StartsWith("translucent: dog/c.png: ", lines[1]);
        Assert.Contains("2 of 4 images failed; they are recorded and the others are done.", lines[2]);
        Assert.Contains("2 of 4 images failed and are not part of the results", lines[3]);
        string report = File.ReadAllText(_folder["out/report.html"]);
        Assert.Matches("<tr><th>cat/b.png</th><td>.+</td></tr>", report);
        Assert.Contains("<b class='bad'>2 failed</b>", report);
        Assert.Contains("\"failed\": 2", File.ReadAllText(_folder["out/results.json"]));

        _folder.Add("data/cat/b.png", photo);
        CliRun kept = await CliRun.Of(Line(_folder["out"], _folder["data"])); // what failed is not tried again
        Assert.Contains("; 4 were done before.", kept.Output);
        CliRun retried = await CliRun.Of(Line(_folder["out"], _folder["data"], "--retry"));
        Assert.Contains("; 2 were done before.", retried.Output);
        Assert.Contains("1 of 4 images failed and are not part", retried.Error);
    }

    /// <summary>A model that takes images as large as they are, so that an image decides what memory is needed.</summary>
    internal static string ModelThatKeepsSizes(TempFolder folder)
    {
        string model = folder["keeps-size"];
        Directory.CreateDirectory(model);
        foreach (string file in (string[])["config.json", "model.safetensors"]) File.Copy(Golden.File($"vision/vit/{file}"), Path.Combine(model, file));
        File.WriteAllText(Path.Combine(model, "preprocessor_config.json"), """{"do_resize": false, "do_rescale": true, "do_normalize": true}""");
        return model;
    }

    [Fact]
    public async Task An_image_that_is_too_large_for_the_memory_fails_and_the_others_go_on()
    {
        string model = ModelThatKeepsSizes(_folder);
        Directory.CreateDirectory(_folder["data"]);
        Image photo = ImageFile.Read(CliRun.Photo);
        _folder.Add("data/large.png", ImageFile.Encode(Resize.To(photo, 640, 640)));
        _folder.Add("data/small.png", ImageFile.Encode(Resize.To(photo, 32, 32)));
        CliRun run = await CliRun.Of("evaluate", "chefer-perturbation", "--data", _folder["data"], "--method", "gae", "--model", model, "--out", _folder["out"],
            "--memory", "2M");
        Assert.Equal(1, run.Code);
        Assert.Contains("large.png: ", run.Error);
        Assert.Contains("--memory allows 2.0 MiB", run.Error);
        Assert.Contains("\"measured\": 1", File.ReadAllText(_folder["out/results.json"]));
    }

    [Fact]
    public async Task Stopping_leaves_files_that_are_valid()
    {
        using CancellationTokenSource stop = new();
        stop.CancelAfter(TimeSpan.FromMilliseconds(300));
        CliRun run = await CliRun.Of(stop.Token, Line(_folder["out"], "shapes:2000,size=32"));
        Assert.Equal(130, run.Code);
        if (JobFile.In(_folder["out"]) is { } job) Assert.Equal(0, JobItems.In(_folder["out"], job.Settings).Damaged);
    }

    [Fact]
    public async Task The_report_stands_alone_and_lets_nothing_in()
    {
        Directory.CreateDirectory(_folder["data"]);
        _folder.Add("data/<b>&'.png", ImageFile.Encode(Resize.To(ImageFile.Read(CliRun.Photo), 40, 32)));
        await CliRun.Succeeds(Line(_folder["out"], _folder["data"]));
        string report = File.ReadAllText(_folder["out/report.html"]);
        Assert.Contains("content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:;", report);
        Assert.DoesNotContain("<script", report);
        Assert.DoesNotMatch("(src|href)='(?!data:)", report);
        Assert.Contains("&lt;b&gt;&amp;&#39;.png", report);
        Assert.DoesNotContain("<b>&'", report);
        foreach (PresetChoice choice in EvaluationPresets.CheferPerturbation.Choices) Assert.Contains(System.Net.WebUtility.HtmlEncode(choice.Meaning), report);
    }

    [Theory]
    [InlineData("localisation", "--no-classes", "--method", "gae,raw")]
    [InlineData("class-faithfulness", "--method", "gae,raw")]
    [InlineData("latent-perturbation", "--layers", "all", "--zeta", "0.3,0.6", "--tokens", "2")]
    [InlineData("object-selection", "--function", "s", "--layers", "2,3")]
    public async Task Shards_of_every_preset_merge_to_the_bytes_of_a_single_run(string preset, params string[] more)
    {
        string[] line = ["evaluate", preset, "--data", "shapes:5,size=48", "--model", Golden.File("vision/vit"), .. more];
        CliRun one = await CliRun.Succeeds([.. line, "--out", _folder["one"]]);
        Assert.Contains("written: ", one.Output);
        await CliRun.Succeeds([.. line, "--out", _folder["two"], "--shard", "2/2"]);
        await CliRun.Succeeds([.. line, "--out", _folder["two"], "--shard", "1/2"]);
        await CliRun.Succeeds("evaluate", "merge", _folder["two"]);
        Same("one", "two");
        JobFile job = JobFile.In(_folder["one"])!;
        Assert.Equal(EvaluationPresets.Find(preset)!.Choices.Select(c => c.Name).Order(), job.Settings.Choices.Keys.Order());
    }

    [Theory]
    [InlineData("--zeta 1", "--zeta 1: expected numbers from 0 to less than 1")]
    [InlineData("--function w", "--function w: needs --w FILE")]
    [InlineData("--layers 1", "--layers 1: vit has layers 2 to")]
    public async Task Wrong_words_are_wrong_usage(string words, string said)
    {
        CliRun run = await CliRun.Of(["evaluate", "latent-perturbation", "--data", "shapes:2", "--model", Golden.File("vision/vit"), .. words.Split(' ')]);
        Assert.Equal(2, run.Code);
        Assert.Contains(said, run.Error);
    }

    [Theory]
    [InlineData("out", "there is no such folder")]
    [InlineData("", "has no job.json")]
    public async Task What_is_no_job_cannot_be_merged(string name, string said)
    {
        CliRun run = await CliRun.Of("evaluate", "merge", name.Length == 0 ? _folder.Path : _folder[name]);
        Assert.Equal(1, run.Code);
        Assert.Contains(said, run.Error);
    }

    [Fact]
    public async Task Every_preset_says_every_choice()
    {
        CliRun run = await CliRun.Succeeds("evaluate", "presets");
        foreach (EvaluationPreset preset in EvaluationPresets.All)
        {
            Assert.Contains($"{preset.Name}: {preset.Meaning}", run.Output);
            Assert.All(preset.Choices, choice => Assert.Contains(choice.Meaning, run.Output));
        }
        (await CliRun.Of("evaluate", "presets", "nothing")).EndsWith(2, "expected " + string.Join(", ", EvaluationPresets.All.Select(p => p.Name)) + ".");
    }
}
