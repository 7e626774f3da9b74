using System.Diagnostics;
using Translucent.Cli.Jobs;

namespace Translucent.Cli.Tests.Jobs;

/// <summary>Scripts for Slurm, and how they are handed over; tests/slurm/run does it with a real one.</summary>
public sealed class SubmitTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    string[] Preset(string name = "job") => ["chefer-perturbation", "--data", "shapes:4,size=32", "--no-classes", "--method", "gae", "--model",
        Golden.File("vision/vit"), "--out", _folder[name]];

    [Fact]
    public async Task Scripts_are_written_and_say_what_is_done()
    {
        CliRun run = await CliRun.Succeeds(["evaluate", "submit", "--slurm", "--array", "3", "--sbatch", "mem=2G", "--sbatch", "comment=a b", "--dry-run",
            .. Preset("a 100% 'job'")]);
        string folder = _folder["a 100% 'job'"], array = File.ReadAllText(Path.Combine(folder, "slurm-array.sh")), merge = File.ReadAllText(
            Path.Combine(folder, "slurm-merge.sh"));
        Assert.StartsWith("#!/bin/sh\n", array);
        Assert.Contains("\n#SBATCH --array=1-3\n", array);
        Assert.Contains("\n#SBATCH --mem=2G\n#SBATCH --comment=\"a b\"\n", array);
        Assert.Contains("a 100%% 'job'/slurm-%A-%a.log\"\n", array);
        Assert.Contains(" evaluate chefer-perturbation --data shapes:4,size=32 --no-classes", array);
        Assert.DoesNotContain("--array", merge);
        Assert.Contains(" evaluate merge '", merge);
        Assert.Contains("submit them with: id=$(sbatch --parsable '", run.Output);
    }

    [Fact]
    public void Words_reach_a_shell_as_they_are()
    {
        if (OperatingSystem.IsWindows()) return;
        string[] words = ["plain-1", "two words", "it's", "$HOME", "`x`", "", "*", "a\\b", "ü;|&", "--x=y"];
        using Process process = Process.Start(new ProcessStartInfo("sh", ["-c", "printf '[%s]' " + string.Join(' ', words.Select(SlurmScripts.Quoted))])
        { RedirectStandardOutput = true })!;
        Assert.Equal(string.Concat(words.Select(w => $"[{w}]")), process.StandardOutput.ReadToEnd());
    }

    [Fact, Trait("Process", "child")]
    public async Task The_merging_job_waits_for_the_array_and_both_do_what_a_single_run_does()
    {
        if (OperatingSystem.IsWindows()) return; // has no Slurm
        // An sbatch that runs what it is given at once: the tasks of an array one after the other, with the environment that Slurm gives them.
        Directory.CreateDirectory(_folder["bin"]);
        string sbatch = _folder["bin/sbatch"];
        File.WriteAllText(sbatch, $$"""
            #!/bin/sh
            echo "$@" >> '{{_folder["calls"]}}'
            for script; do :; done
            n=$(sed -n 's/^#SBATCH --array=1-//p' "$script")
            if [ -n "$n" ]; then
                for i in $(seq "$n"); do SLURM_ARRAY_TASK_ID=$i SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_COUNT=$n sh "$script" > /dev/null || exit 1; done
                echo "71;cluster"
            else
                sh "$script" > /dev/null && echo 72
            fi
            """);
        File.SetUnixFileMode(sbatch, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "Translucent.Cli.dll"), "evaluate", "submit", "--slurm", "--array", "2",
            .. Preset()])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{_folder["bin"]}:{Environment.GetEnvironmentVariable("PATH")}";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal("", await error);
        Assert.Contains("submitted: job 71, an array of 2, and job 72, which merges", await output);
        string[] calls = File.ReadAllLines(_folder["calls"]);
        Assert.Equal([$"--parsable {_folder["job/slurm-array.sh"]}", $"--parsable --dependency=afterany:71 {_folder["job/slurm-merge.sh"]}"], calls);
        Assert.Equal(2, File.ReadAllLines(_folder["job/shard-2-of-2.jsonl"]).Length);
        await CliRun.Succeeds(["evaluate", .. Preset("single")]);
        Assert.Equal(File.ReadAllBytes(_folder["single/results.json"]), File.ReadAllBytes(_folder["job/results.json"]));
    }

    [Theory]
    [InlineData("", "say on what")]
    [InlineData("--slurm nothing", "PRESET nothing: expected one of chefer-perturbation")]
    [InlineData("--slurm chefer-perturbation --data shapes:2 --colour red", "red")]
    [InlineData("--slurm chefer-perturbation", "--data")]
    [InlineData("--slurm chefer-perturbation --data shapes:2 --shard 1/2", "the tasks of the array are the shards")]
    [InlineData("--slurm --sbatch --mem=2 chefer-perturbation --data shapes:2", "without dashes")]
    public async Task What_would_fail_on_the_cluster_fails_at_once(string words, string said)
    {
        string[] line = words.Length == 0 ? ["chefer-perturbation", "--data", "shapes:2"] : words.Split(' ');
        CliRun run = await CliRun.Of(["evaluate", "submit", .. line]);
        Assert.Equal(2, run.Code);
        Assert.Contains(said, run.Error);
    }
}
