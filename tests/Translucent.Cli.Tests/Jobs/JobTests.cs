using System.Diagnostics;
using Translucent.Evaluate.Jobs;
using Translucent.Images;
using Translucent.Pictures;

namespace Translucent.Cli.Tests.Jobs;

/// <summary>Jobs over many images: shards, merging, and everything that can go wrong in the middle.</summary>
public sealed class JobTests : IDisposable
{
    static readonly string[] s_results = ["results.json", "results.csv", "report.html"];

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static string[] Line(string folder, string data = "shapes:6,size=32", params string[] more) =>
        ["evaluate", "chefer-perturbation", "--data", data, "--no-classes", "--method", "gae,raw", "--model", Golden.File("vision/vit"), "--out", folder,
            .. more];

    string[] Out(string name, params string[] more) => Line(_folder[name], more: more);

    void Same(string a, string b)
    {
        foreach (string file in s_results) Assert.Equal(File.ReadAllBytes(Path.Combine(_folder[a], file)), File.ReadAllBytes(Path.Combine(_folder[b], file)));
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
    string ModelThatKeepsSizes()
    {
        string model = _folder["keeps-size"];
        Directory.CreateDirectory(model);
        foreach (string file in (string[])["config.json", "model.safetensors"]) File.Copy(Golden.File($"vision/vit/{file}"), Path.Combine(model, file));
        File.WriteAllText(Path.Combine(model, "preprocessor_config.json"), """{"do_resize": false, "do_rescale": true, "do_normalize": true}""");
        return model;
    }

    [Fact]
    public async Task An_image_that_is_too_large_for_the_memory_fails_and_the_others_go_on()
    {
        string model = ModelThatKeepsSizes();
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

    [Theory, Trait("Process", "child")]
    [InlineData("evaluate", "chefer-perturbation", "--data")]
    [InlineData("explain", "--no-segmentation")]
    public async Task An_image_that_exhausts_the_memory_is_reported_and_the_others_go_on(params string[] verb)
    {
        string model = ModelThatKeepsSizes();
        Directory.CreateDirectory(_folder["data"]);
        Image photo = ImageFile.Read(CliRun.Photo);
        foreach ((string name, int side) in ((string, int)[])[("a.png", 64), ("b.png", 900), ("c.png", 64)])
            _folder.Add($"data/{name}", ImageFile.Encode(Resize.To(photo, side, side)));
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "Translucent.Cli.dll"), .. verb, _folder["data"], "--model", model,
            "--method", "gae", "--memory", "8G", "--out", _folder["out"]])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_GCHeapHardLimit"] = "0x6000000"; // 96 MiB, a quarter of what the large image takes
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Contains("b.png: memory: the system gives no more; give less to do at once with --memory.", await error);
        Assert.Equal(1, process.ExitCode);
        if (verb[0] == "explain") Assert.Contains("2 images done, 0 skipped, 1 failed.", await output);
        else Assert.Contains("\"measured\": 2,", File.ReadAllText(_folder["out/results.json"]));
    }

    [Fact, Trait("Process", "child")]
    public async Task A_run_that_is_killed_goes_on_and_ends_with_the_same_bytes()
    {
        string[] line = ["evaluate", "chefer-perturbation", "--data", "shapes:16", "--no-classes", "--method", "gae", "--model", Samples.Model("cifar10-vit")];
        using (Process process = Start([.. line, "--out", _folder["killed"]]))
        {
            string lines = _folder["killed/shard-1-of-1.jsonl"];
            while (!process.HasExited && (!File.Exists(lines) || new FileInfo(lines).Length < 1500)) await Task.Delay(5);
            Assert.False(process.HasExited);
            process.Kill(); // SIGKILL
            await process.WaitForExitAsync();
        }
        Assert.False(File.Exists(_folder["killed/results.json"]));
        _folder.Add("killed/.leftover.bit.tmp", "of the killed run");
        CliRun goesOn = await CliRun.Succeeds([.. line, "--out", _folder["killed"]]);
        Assert.Matches("; ([1-9]|1[0-5]) were done before", goesOn.Output);
        Assert.False(File.Exists(_folder["killed/.leftover.bit.tmp"]));
        await CliRun.Succeeds([.. line, "--out", _folder["whole"]]);
        Same("killed", "whole");
        Assert.Equal(16, File.ReadAllLines(_folder["killed/shard-1-of-1.jsonl"]).Length); // nothing twice
    }

    [Fact, Trait("Process", "child")]
    public async Task Two_shards_at_once_lose_nothing_and_one_shard_twice_is_refused()
    {
        string[] line = ["evaluate", "chefer-perturbation", "--data", "shapes:12", "--no-classes", "--method", "gae", "--model", Samples.Model("cifar10-vit")];
        using (Process one = Start([.. line, "--out", _folder["two"], "--shard", "1/2"]))
        using (Process two = Start([.. line, "--out", _folder["two"], "--shard", "2/2"]))
        {
            while (!one.HasExited && !File.Exists(_folder["two/shard-1-of-2.jsonl"])) await Task.Delay(5);
            CliRun twice = await CliRun.Of([.. line, "--out", _folder["two"], "--shard", "1/2"]);
            if (!one.HasExited) // it was there all the while
                Assert.Contains("another process writes shard 1/2 of this folder", twice.Error);
            await Task.WhenAll(one.WaitForExitAsync(), two.WaitForExitAsync());
            Assert.Equal((0, 0), (one.ExitCode, two.ExitCode));
        }
        await CliRun.Succeeds("evaluate", "merge", _folder["two"]);
        await CliRun.Succeeds([.. line, "--out", _folder["whole"]]);
        Same("two", "whole");
    }

    [Fact, Trait("Process", "child")]
    public async Task A_full_disk_is_one_line_and_what_was_done_is_kept()
    {
        if (OperatingSystem.IsWindows()) return; // has no limit of this kind
        // A limit on the size of files (here 4 KiB) fails in the middle of a write, as a full disk does.
        string command = "trap '' XFSZ; ulimit -f 8; exec dotnet " + string.Join(" ",
            new[] { Path.Combine(AppContext.BaseDirectory, "Translucent.Cli.dll") }.Concat(Out("out")).Select(word => $"'{word}'"));
        ProcessStartInfo start = new("sh", ["-c", command]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0"; // or the runtime itself would need larger files
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Matches(
            @"^translucent: .*shard-1-of-1\.jsonl: cannot be written \(.*\); what was done before is kept, so free some space and run the same again\.\n$",
            await error);
        Assert.Equal(1, process.ExitCode);
        int kept = File.ReadAllLines(_folder["out/shard-1-of-1.jsonl"]).Length;
        Assert.InRange(kept, 1, 5);
        CliRun goesOn = await CliRun.Succeeds(Out("out"));
        Assert.Contains($"; {kept} were done before.", goesOn.Output);
        await CliRun.Succeeds(Out("whole"));
        Same("out", "whole");
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

    static Process Start(string[] arguments) => Process.Start(new ProcessStartInfo("dotnet",
        [Path.Combine(AppContext.BaseDirectory, "Translucent.Cli.dll"), .. arguments])
    { RedirectStandardOutput = true })!;
}
