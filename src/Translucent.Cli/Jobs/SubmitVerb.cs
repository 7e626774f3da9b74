// translucent evaluate submit --slurm: an evaluation as an array of jobs on a cluster, and a job behind it that merges them.

using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Translucent.Cli.Options;
using Translucent.Evaluate.Jobs;
using Translucent.Files;
using Translucent.Runs;

namespace Translucent.Cli.Jobs;

/// <summary>The verb.</summary>
static class SubmitVerb
{
    public static Command Create()
    {
        Option<bool> slurm = new("--slurm") { Description = "On Slurm, the only kind of cluster that is known so far; jobs.md has a manifest for Kubernetes." };
        Option<int> tasks = new("--array")
        {
            Description = "How many shards, each a task of the array.",
            HelpName = "COUNT",
            CustomParser = Parsers.Number("--array", 1, 100_000),
            DefaultValueFactory = _ => 8,
        };
        Option<string[]> more = new("--sbatch")
        {
            Description = "An option of sbatch without its dashes, such as mem=8G, time=04:00:00, cpus-per-task=8 or partition=main; may be repeated.",
            HelpName = "NAME=VALUE",
            AllowMultipleArgumentsPerToken = false,
            DefaultValueFactory = _ => [],
        };
        Option<bool> dry = new("--dry-run") { Description = "Only write the scripts." };
        Argument<string[]> words = new("PRESET") { Description = "A preset with its options, as for evaluate itself.", Arity = ArgumentArity.OneOrMore };
        Command command = new("submit", "Run a preset on a cluster: an array of jobs, and one behind it that merges their results.") { slurm, tasks, more, dry,
            words };
        command.SetAction((parse, stop) =>
        {
            if (!parse.GetValue(slurm)) throw new UsageException("submit: say on what; --slurm is known.");
            return Submit(parse.GetRequiredValue(words), parse.GetValue(tasks), parse.GetValue(more) ?? [], parse.GetValue(dry), Terminal.Of(parse), stop);
        });
        return command;
    }

    static async Task<int> Submit(string[] words, int tasks, string[] options, bool dry, Terminal terminal, CancellationToken stop)
    {
        foreach (string option in options)
            if (option.StartsWith('-') || option.AsSpan().IndexOfAny("\n\r\"") >= 0)
                throw new UsageException($"--sbatch {option}: expected an option of sbatch without dashes, such as mem=8G.");
        string folder = Checked(words);
        string at = Directory.GetCurrentDirectory();
        if (words.Append(at).Any(w => w.AsSpan().IndexOfAny("\n\r") >= 0)) throw new UsageException("submit: a word has a line break in it, expected none.");
        RunFolder.Make(folder);
        SlurmScripts scripts = new(ThisProgram.Start, words, folder, at, tasks, options);
        string array = Path.Combine(folder, SlurmScripts.ArrayName), merge = Path.Combine(folder, SlurmScripts.MergeName);
        foreach ((string path, string text) in ((string, string)[])[(array, scripts.Array), (merge, scripts.Merge)])
            AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
        terminal.Line($"written: {array}, {merge}");
        if (dry)
        {
            terminal.Line($"submit them with: id=$(sbatch --parsable {SlurmScripts.Quoted(array)}) && "
                + $"sbatch --dependency=afterany:$id {SlurmScripts.Quoted(merge)}");
            return CommandLine.Success;
        }
        string job = await Sbatch(["--parsable", array], stop), last = await Sbatch(["--parsable", $"--dependency=afterany:{job}", merge], stop);
        terminal.Line($"submitted: job {job}, an array of {tasks}, and job {last}, which merges; squeue shows them, logs and results are in {folder}");
        return CommandLine.Success;
    }

    /// <summary>The folder of the job, once the words are known to make one.</summary>
    static string Checked(string[] words)
    {
        string[] presets = [.. EvaluationPresets.All.Select(p => p.Name)];
        if (EvaluationPresets.Find(words[0]) is null)
            throw new UsageException($"PRESET {words[0]}{DidYouMean.Of(words[0], presets)}: expected one of {string.Join(", ", presets)}, then its options.");
        ParseResult preset = Program.Root().Parse(["evaluate", .. words]);
        if (preset.Errors.Count > 0) throw new UsageException(string.Join("; ", preset.Errors.Select(e => e.Message.TrimEnd('.')).Distinct()) + ".");
        if (words.Any(w => w == "--shard" || w.StartsWith("--shard=", StringComparison.Ordinal)))
            throw new UsageException("--shard: the tasks of the array are the shards; leave it out.");
        return preset.GetValue<string>("--out")!;
    }

    /// <summary>Hands a script to Slurm.</summary>
    /// <returns>The number of its job.</returns>
    static async Task<string> Sbatch(string[] arguments, CancellationToken stop)
    {
        ProcessStartInfo start = new("sbatch", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        // an array that is submitted from within a job is not a part of that job
        foreach (string name in start.Environment.Keys.ToArray())
            if (name.StartsWith("SLURM_ARRAY_", StringComparison.Ordinal)) start.Environment.Remove(name);
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(stop), error = process.StandardError.ReadToEndAsync(stop);
            await process.WaitForExitAsync(stop);
            if (process.ExitCode != 0) throw new TranslucentException($"sbatch {string.Join(' ', arguments)}: {(await error).Trim()}");
            return (await output).Trim().Split(';')[0]; // with a cluster behind a semicolon
        }
        catch (Win32Exception e)
        {
            throw new TranslucentException($"sbatch: cannot be started ({e.Message}); submit from a machine where Slurm is installed, or write the scripts "
                + "with --dry-run.", e);
        }
    }
}
