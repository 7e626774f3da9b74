// The scripts of a job on Slurm: an array of which every task does a shard, and a job that merges them when all have ended, however they ended.

using System.Text;

namespace Translucent.Cli.Jobs;

/// <summary>Writes scripts for sbatch.</summary>
/// <param name="Command">The words that start this program.</param>
/// <param name="Words">What follows `evaluate`: a preset with its options.</param>
/// <param name="Folder">The folder of the job, as the user named it.</param>
/// <param name="At">Where the words are to be understood.</param>
/// <param name="Tasks">How many shards.</param>
/// <param name="Options">More options of sbatch, without the dashes, such as mem=8G.</param>
sealed record SlurmScripts(IReadOnlyList<string> Command, IReadOnlyList<string> Words, string Folder, string At, int Tasks, IReadOnlyList<string> Options)
{
    /// <summary>Names in the folder of the job.</summary>
    public const string ArrayName = "slurm-array.sh", MergeName = "slurm-merge.sh";

    /// <summary>Does one shard; which, Slurm says in the environment.</summary>
    public string Array => Script("", [$"array=1-{Tasks}"], $"evaluate-{Words[0]}", "%A-%a", ["evaluate", .. Words]);

    /// <summary>Merges the shards.</summary>
    public string Merge => Script("# after all tasks of the array have ended, also those that failed: what is not done is said then\n", [], $"merge-{Words[0]}",
        "%j-merge", ["evaluate", "merge", Folder]);

    string Script(string remark, IReadOnlyList<string> own, string name, string log, IReadOnlyList<string> words)
    {
        StringBuilder text = new("#!/bin/sh\n");
        text.Append("# written by translucent evaluate submit --slurm\n").Append(remark);
        string folder = Path.GetFullPath(Folder, At).Replace("%", "%%");
        foreach (string option in (IEnumerable<string>)[$"job-name=translucent-{name}", $"output={folder}/slurm-{log}.log", .. own, .. Options])
            text.Append($"#SBATCH --{Option(option)}\n");
        text.Append($"cd {Quoted(At)} || exit 1\n");
        return text.Append($"exec {string.Join(' ', Command.Concat(words).Select(Quoted))}\n").ToString();
    }

    /// <summary>An option as a line of a script has it; its value quoted where it has spaces.</summary>
    static string Option(string option)
    {
        int equals = option.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 || !option.Contains(' ') ? option : $"{option[..(equals + 1)]}\"{option[(equals + 1)..]}\"";
    }

    /// <summary>A word as a POSIX shell reads it.</summary>
    public static string Quoted(string word) => word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./=:,+@%".Contains(c)) ? word
        : $"'{word.Replace("'", "'\\''")}'";
}
