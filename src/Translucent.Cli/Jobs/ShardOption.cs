// --shard i/n, or what a cluster says in its environment: a Slurm array task, a pod of a Kubernetes indexed job.

using System.CommandLine;
using System.Globalization;
using Translucent.Evaluate.Jobs;

namespace Translucent.Cli.Jobs;

/// <summary>Which part of a job this process does.</summary>
static class ShardOption
{
    const string Task = "SLURM_ARRAY_TASK_ID", Least = "SLURM_ARRAY_TASK_MIN", Step = "SLURM_ARRAY_TASK_STEP", Tasks = "SLURM_ARRAY_TASK_COUNT",
        Index = "JOB_COMPLETION_INDEX", Completions = "JOB_COMPLETIONS";

    /// <summary>The option.</summary>
    public static Option<string?> Create() => new("--shard")
    {
        Description = $"Do only part i of n, i from 1. [default: what {Task} or {Index} say, else all]",
        HelpName = "i/n",
    };

    /// <summary>Reads the option, or the environment where it is not given.</summary>
    /// <param name="typed">What was typed; null for nothing.</param>
    /// <param name="variable">The environment.</param>
    /// <exception cref="UsageException">It is no part, or the environment says half of it only.</exception>
    public static Shard Read(string? typed, Func<string, string?> variable)
    {
        if (typed is not null)
            return Shard.TryParse(typed, out Shard shard) ? shard
                : throw new UsageException($"--shard {typed}: expected i/n, such as 2/8, with i from 1 to n.");
        if (Number(variable, Task) is { } id)
        {
            int count = Number(variable, Tasks) ?? throw Half(Task, Tasks), least = Number(variable, Least) ?? 0, step = Number(variable, Step) ?? 1;
            return Made((id - least) / Math.Max(1, step) + 1, count, Task);
        }
        if (Number(variable, Index) is { } index)
            return Made(index + 1, Number(variable, Completions) ?? throw Half(Index, Completions), Index);
        return Shard.Whole;
    }

    static Shard Made(int number, int count, string from) => number >= 1 && number <= count ? new Shard(number, count)
        : throw new UsageException($"{from}: is part {number} of {count}, which cannot be; say which part with --shard i/n.");

    static UsageException Half(string known, string missing) =>
        new($"{known} is set and {missing} is not, so the number of parts is not known; set it, or give --shard i/n.");

    static int? Number(Func<string, string?> variable, string name) => variable(name) switch
    {
        null or "" => null,
        string text when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) => number,
        string text => throw new UsageException($"{name}={text}: expected a number; say which part with --shard i/n."),
    };
}
