using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Translucent.Checkpoints;
using Translucent.Images;
using Translucent.Pictures;

namespace Translucent.Cli.Tests;

/// <summary>What goes wrong outside the program ends in one clear line, and never in half a file.</summary>
public sealed class FaultTests : IDisposable
{
    static readonly byte[] s_photo = ImageFile.Encode(Resize.To(ImageFile.Read(CliRun.Photo), 48, 40));

    readonly TempFolder _folder = new();

    public void Dispose()
    {
        if (!OperatingSystem.IsWindows() && Directory.Exists(_folder["sealed"])) File.SetUnixFileMode(_folder["sealed"], (UnixFileMode)0x1C0); // rwx------
        _folder.Dispose();
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_to_is_named()
    {
        CliRun run = await CliRun.Of("segment", CliRun.Photo, "--out", Sealed());
        Assert.Equal(1, run.Code);
        Assert.Matches("^translucent: .*: cannot be (made|written) \\(.*\\); (free some space, or )?choose another folder( with --out)?\\.$",
            run.Error.TrimEnd());
        Assert.DoesNotContain(".tmp", run.Error);
    }

    [Fact]
    public async Task A_failure_on_several_threads_is_one_line_too()
    {
        Command work = new("work");
        work.SetAction(_ => { Parallel.For(0, 4, _ => throw new IOException("disk: is full.")); });
        using StringWriter output = new(), error = new();
        Assert.Equal(1, await CommandLine.Run(work, ["--"], output, error));
        Assert.Equal("translucent: disk: is full.", error.ToString().TrimEnd());
    }

    [Fact, Trait("Process", "child")]
    public async Task A_full_disk_is_one_line_and_leaves_no_half_files()
    {
        if (OperatingSystem.IsWindows()) return; // has no limit of this kind
        // A limit on the size of files (here 8 KiB) fails in the middle of a write, as a full disk does.
        string command = $"trap '' XFSZ; ulimit -f 16; exec dotnet '{Path.Combine(AppContext.BaseDirectory, "Translucent.Cli.dll")}' segment '{CliRun.Photo}' "
            + $"--out '{_folder["out"]}'";
        ProcessStartInfo start = new("sh", ["-c", command]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0"; // or the runtime itself would need larger files
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Matches("^translucent: .*\\.(png|npy): cannot be written \\(.*\\); free some space, or choose another folder\\.\n$", await error);
        Assert.Equal(1, process.ExitCode);
        Assert.Contains("cifar10-vit", await output);
        Assert.Empty(Directory.GetFiles(_folder["out"], "*.tmp"));
        Assert.DoesNotContain("result.json", Directory.GetFiles(_folder["out"]).Select(Path.GetFileName));
        foreach (string picture in Directory.GetFiles(_folder["out"], "*.png")) ImageFile.Read(picture); // whole
    }

    [Theory, Trait("Process", "child")]
    [InlineData("ulimit -n 80; exec {0} models list", "translucent: only 80 files may be open at once, and the .NET runtime alone takes about 90")]
    [InlineData("exec {0} models list >&-", "translucent: standard output cannot be written to (")]
    [InlineData("exec {0} models list > /dev/full", "translucent: standard output cannot be written to (No space left on device)")]
    public async Task What_the_system_does_not_give_is_one_line(string command, string expected)
    {
        if (!OperatingSystem.IsLinux()) return; // which has all of these
        string program = $"dotnet '{Path.Combine(AppContext.BaseDirectory, "Translucent.Cli.dll")}'";
        ProcessStartInfo start = new("sh", ["-c", string.Format(CultureInfo.InvariantCulture, command, program)]) { RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.StartsWith(expected, error);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.Equal(1, process.ExitCode);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public async Task A_weight_that_is_no_number_is_named(float value)
    {
        const string name = "vit.encoder.layer.1.attention.attention.query.weight";
        CliRun run = await CliRun.Of("segment", CliRun.Photo, "--out", _folder["out"], "--model",
            Model(t => t.Name != name ? t : StoredTensor.From<float>(name, t.Shape, [.. t.ToTensor().ToArray().Select((v, i) => i == 77 ? value : v)])));
        Assert.Equal(1, run.Code);
        Assert.Contains($"'{name}'", run.Error);
        Assert.Contains($"number 77 is {value}, expected finite", run.Error);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Weights_whose_answers_are_no_numbers_are_refused()
    {
        CliRun run = await CliRun.Of("segment", CliRun.Photo, "--out", _folder["out"], "--model",
            Model(t => t.Name.EndsWith("query.weight") || t.Name.EndsWith("key.weight")
            ? StoredTensor.From<float>(t.Name, t.Shape, [.. Enumerable.Repeat(1e30f, (int)t.Count)]) : t));
        Assert.Equal(1, run.Code);
        Assert.Contains("expected finite numbers; its weights or settings are not those it was trained with", run.Error);
        Assert.False(File.Exists(_folder["out/result.json"]));
    }

    [Fact, Trait("Process", "child")]
    public async Task Entries_of_a_folder_that_cannot_be_read_are_reported_and_the_others_go_on()
    {
        Directory.CreateDirectory(_folder["in"]);
        foreach (string good in (string[])["a.png", "z.png"]) _folder.Add(Path.Combine("in", good), s_photo);
        _folder.Add("in/empty.png", "");
        _folder.Add("in/text.jpg", "not a picture");
        Directory.CreateDirectory(_folder["in/folder.png"]); // no file, so no image
        File.CreateSymbolicLink(_folder["in/dangling.png"], "nowhere");
        File.CreateSymbolicLink(_folder["in/loop.png"], "loop.png");
        int bad = 4;
        if (!OperatingSystem.IsWindows())
        {
            using Process pipe = Process.Start("mkfifo", [_folder["in/pipe.png"]]); // reading it would wait for a writer forever
            await pipe.WaitForExitAsync();
            bad++;
        }
        CliRun run = await CliRun.Of(["segment", _folder["in"], "--out", _folder["out"], .. CliRun.Small]);
        Assert.Equal(1, run.Code);
        string[] lines = run.Error.TrimEnd().Split('\n');
        Assert.Equal(bad + 1, lines.Length);
        foreach (string name in (string[])["empty.png", "text.jpg", "dangling.png", "loop.png"]) Assert.Contains(lines, line => line.Contains(name));
        Assert.Contains($"{bad} of {bad + 2} images could not be read", lines[^1]);
        Assert.Contains($"2 images done, 0 skipped, {bad} failed", run.Output);
    }

    [Fact]
    public async Task Unicode_and_very_long_paths_work()
    {
        string deep = _folder.Path;
        for (int i = 0; i < 8; i++) deep = Path.Combine(deep, $"{i} Ünï cödé 猫 '\"&<>%" + new string('ü', 60)); // 1300 bytes in all
        string name = new string('é', 120) + ".png"; // 244 bytes of at most 255
        Directory.CreateDirectory(deep);
        File.WriteAllBytes(Path.Combine(deep, name), s_photo);
        await CliRun.Succeeds(["segment", Path.Combine(deep, name), "--out", Path.Combine(deep, "out"), .. CliRun.Small]);
        Assert.Equal(Path.Combine(deep, name), CliRun.Result(Path.Combine(deep, "out")).GetProperty("image").GetProperty("path").GetString());
        await CliRun.Succeeds(["segment", deep, "--out", Path.Combine(deep, "many"), .. CliRun.Small]);
        Assert.True(File.Exists(Path.Combine(deep, "many", name[..^4], "result.json")));
    }

    [Fact]
    public async Task What_a_killed_run_has_left_goes_with_the_next()
    {
        Directory.CreateDirectory(_folder["out"]);
        string left = _folder.Add("out/.abcdefgh.ijk.tmp", "half"), mine = _folder.Add("out/.mine.tmp", "mine");
        await CliRun.Succeeds("tokens", CliRun.Photo, "--token", "cls", "--render-size", "64", "--out", _folder["out"]);
        Assert.False(File.Exists(left));
        Assert.True(File.Exists(mine));
    }

    /// <summary>Words of a hundred thousand letters are not printed whole.</summary>
    [Theory]
    [InlineData("tokens {0} --out out")]
    [InlineData("explain x.png --model {0}")]
    [InlineData("explain --{0}")]
    [InlineData("{0}")]
    public async Task A_very_long_word_is_named_by_its_ends(string words)
    {
        string word = "b" + new string('x', 100_000) + "e";
        CliRun run = await CliRun.Of(string.Format(CultureInfo.InvariantCulture, words, word).Split(' '));
        Assert.InRange(run.Code, 1, 2);
        Assert.Contains("bxx", run.Error);
        Assert.Contains("xxx ... xxx", run.Error);
        Assert.All(run.Error.TrimEnd().Split('\n'), line => Assert.InRange(line.Length, 1, 2100));
    }

    [Fact]
    public async Task A_path_that_no_system_takes_is_one_line()
    {
        CliRun run = await CliRun.Of("segment", CliRun.Photo, "--out", _folder[new string('x', 300)]);
        Assert.Equal(1, run.Code);
        Assert.Contains("cannot be made", run.Error);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    /// <summary>The fixture with its weights changed.</summary>
    string Model(Func<StoredTensor, StoredTensor> change)
    {
        string folder = Directory.CreateDirectory(_folder["model"]).FullName;
        using Safetensors source = Safetensors.Open(Golden.File("vision/vit/model.safetensors"));
        Safetensors.Write(Path.Combine(folder, "model.safetensors"), source.Tensors.Select(change));
        File.Copy(Golden.File("vision/vit/config.json"), Path.Combine(folder, "config.json"));
        return folder;
    }

    /// <summary>A folder that cannot be written to; rights do not hold root back, a file system of the kernel does.</summary>
    string Sealed()
    {
        if (OperatingSystem.IsWindows()) return _folder.Add("file", "in the way") + "\\deeper";
        string folder = Directory.CreateDirectory(_folder["sealed"]).FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0x140); // r-x------
        try
        {
            File.WriteAllText(Path.Combine(folder, "x"), "");
            return "/sys";
        }
        catch (UnauthorizedAccessException)
        {
            return folder;
        }
    }
}
