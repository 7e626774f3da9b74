using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Translucent.Evaluate.Jobs;
using Translucent.Images;
using Translucent.Pictures;

namespace Translucent.Cli.Tests.Jobs;

/// <summary>Jobs in processes of their own: killed, beside each other, and where the system gives no more.</summary>
[Trait("Process", "child")]
public sealed class JobProcessTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    string[] Out(string name, params string[] more) => JobTests.Line(_folder[name], more: more);

    [Theory]
    [InlineData("evaluate", "chefer-perturbation", "--data")]
    [InlineData("explain", "--no-segmentation")]
    public async Task An_image_that_exhausts_the_memory_is_reported_and_the_others_go_on(params string[] verb)
    {
        string model = JobTests.ModelThatKeepsSizes(_folder);
        Directory.CreateDirectory(_folder["data"]);
        Image photo = ImageFile.Read(CliRun.Photo);
        foreach ((string name, int side) in ((string, int)[])[("a.png", 64), ("b.png", 640), ("c.png", 64)])
            _folder.Add($"data/{name}", ImageFile.Encode(Resize.To(photo, side, side)));
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "Translucent.Cli.dll"), .. verb, _folder["data"], "--model", model,
            "--method", "gae", "--memory", "8G", "--out", _folder["out"]])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_GCHeapHardLimit"] = "0x3000000"; // 48 MiB, a quarter of what the large image takes
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Contains("b.png: memory: the system gives no more; give less to do at once with --memory.", await error);
        Assert.Equal(1, process.ExitCode);
        if (verb[0] == "explain") Assert.Contains("2 images done, 0 skipped, 1 failed.", await output);
        else Assert.Contains("\"measured\": 2,", File.ReadAllText(_folder["out/results.json"]));
    }

    [Fact]
    public async Task A_run_that_is_killed_goes_on_and_ends_with_the_same_bytes()
    {
        int scenes = 6;
        string[] Line(string name) => ["evaluate", "chefer-perturbation", "--data", $"shapes:{scenes}", "--no-classes", "--method", "gae", "--model",
            Samples.Model("cifar10-vit"), "--out", _folder[name]];
        while (!KilledAmid(Line($"killed-{scenes}"), _folder[$"killed-{scenes}"], scenes)) scenes *= 2; // a busy machine comes too late: more to do
        string killed = $"killed-{scenes}";
        Assert.False(File.Exists(_folder[$"{killed}/results.json"]));
        _folder.Add($"{killed}/.leftover.bit.tmp", "of the killed run");
        CliRun goesOn = await CliRun.Succeeds(Line(killed));
        int before = int.Parse(Regex.Match(goesOn.Output, "; ([0-9]+) were done before").Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.InRange(before, 1, scenes - 1);
        Assert.False(File.Exists(_folder[$"{killed}/.leftover.bit.tmp"]));
        await CliRun.Succeeds(Line("whole"));
        JobTests.SameResults(_folder[killed], _folder["whole"]);
        Assert.Equal(scenes, File.ReadAllLines(_folder[$"{killed}/shard-1-of-1.jsonl"]).Length); // nothing twice
    }

    /// <summary>Kills a run as soon as something of its log is there; false where it had done everything by then.</summary>
    static bool KilledAmid(string[] line, string folder, int items)
    {
        string log = Path.Combine(folder, "shard-1-of-1.jsonl");
        using Process process = Start(line);
        while (!process.HasExited && (!File.Exists(log) || new FileInfo(log).Length == 0)) Thread.Sleep(1); // waits for no thread of the pool
        process.Kill(); // SIGKILL
        process.WaitForExit();
        return File.ReadAllLines(log).Length < items;
    }

    [Fact]
    public async Task Two_shards_at_once_lose_nothing()
    {
        using (Process one = Start(Out("two", "--shard", "1/2")))
        using (Process two = Start(Out("two", "--shard", "2/2")))
        {
            await Task.WhenAll(one.WaitForExitAsync(), two.WaitForExitAsync());
            Assert.Equal((0, 0), (one.ExitCode, two.ExitCode));
        }
        await CliRun.Succeeds("evaluate", "merge", _folder["two"]);
        await CliRun.Succeeds(Out("whole"));
        JobTests.SameResults(_folder["two"], _folder["whole"]);
    }

    [Fact]
    public async Task One_shard_in_two_processes_is_refused()
    {
        string[] line = Out("two", "--shard", "1/2");
        await CliRun.Succeeds(line);
        JobFile job = JobFile.In(_folder["two"])!;
        using JobStore held = JobStore.Open(_folder["two"], job.Settings, job.Source, new Shard(1, 2)); // as a run of it holds it to its end
        using Process twice = Start(line);
        Task<string> error = twice.StandardError.ReadToEndAsync();
        await twice.WaitForExitAsync();
        Assert.Contains("another process writes shard 1/2 of this folder", await error);
        Assert.Equal(1, twice.ExitCode);
    }

    [Fact]
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
        JobTests.SameResults(_folder["out"], _folder["whole"]);
    }

    /// <summary>A run in a process of its own.</summary>
    static Process Start(string[] arguments) => Process.Start(new ProcessStartInfo("dotnet",
        [Path.Combine(AppContext.BaseDirectory, "Translucent.Cli.dll"), .. arguments])
    { RedirectStandardOutput = true, RedirectStandardError = true })!;
}
