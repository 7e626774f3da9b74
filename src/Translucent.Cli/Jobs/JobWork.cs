// Does the items of one shard of a job, whatever they are: each once, whatever ended an earlier run; one that fails is recorded and the others go on.

using Translucent.Evaluate.DataSets;
using Translucent.Evaluate.Jobs;
using Translucent.Files;
using Translucent.Runs;

namespace Translucent.Cli.Jobs;

/// <summary>Where a job is written, and which part of it is done.</summary>
/// <param name="Out">The folder of the job.</param>
/// <param name="Shard">Which part.</param>
/// <param name="Retry">Whether items that failed are tried again.</param>
sealed record JobPlace(string Out, Shard Shard, bool Retry);

/// <summary>A shard of a job.</summary>
/// <param name="place">Where.</param>
/// <param name="settings">What decides about every number.</param>
/// <param name="source">What the user typed.</param>
/// <param name="preset">The protocol.</param>
sealed class JobWork(JobPlace place, JobSettings settings, JobSource source, EvaluationPreset preset)
{
    /// <summary>Lets memory go that is kept from item to item; called when an item has exhausted it.</summary>
    public Action Forget { get; init; } = () => { };

    /// <summary>Called once, before the first item that is left; what it throws ends the job.</summary>
    public Action Prepare { get; init; } = () => { };

    /// <summary>Called before every item; what it throws ends the job.</summary>
    public Action Check { get; init; } = () => { };

    /// <summary>Images of the items, for the report.</summary>
    public LabelledImages? Images { get; init; }

    /// <summary>Does what is left of the shard, and writes the results where that was the last of the job.</summary>
    /// <param name="key">The key of an item.</param>
    /// <param name="measure">(item, how many are left at the start): what the item says, as a line of JSON.</param>
    /// <param name="terminal">For progress and results.</param>
    /// <param name="stop">Ends it between two items.</param>
    /// <returns>The exit code.</returns>
    public int Run(Func<int, string> key, Func<int, int, string> measure, Terminal terminal, CancellationToken stop)
    {
        RunFolder.Make(place.Out);
        int failed = 0;
        using (JobStore store = JobStore.Open(place.Out, settings, source, place.Shard))
        {
            int[] own = [.. Enumerable.Range(0, settings.Items).Where(place.Shard.Has)];
            int[] left = [.. own.Where(i => !store.Before.HasResult(i) && (place.Retry || !store.Before.HasFailed(i)))];
            string part = place.Shard == Shard.Whole ? "" : $"; shard {place.Shard} has {own.Length} of them";
            string before = left.Length < own.Length ? $"; {own.Length - left.Length} were done before" : "";
            terminal.Line($"{preset.Name}: {settings.Items} {preset.Items} of {settings.Data.Name}{part}{before}.");
            if (store.Before.Damaged > 0)
                terminal.Warn($"{place.Out}: {store.Before.Damaged} lines are not of this job or are damaged; what they were about is done again.");
            if (left.Length > 0) Prepare();
            terminal.Work(preset.Name, progress =>
            {
                for (int i = 0; i < left.Length; i++)
                {
                    stop.ThrowIfCancellationRequested();
                    Check();
                    int item = left[i];
                    (string? json, string? failure) = Try(() => measure(item, left.Length));
                    if (json is not null) store.Add(item, key(item), json);
                    else
                    {
                        store.Fail(item, key(item), failure!);
                        terminal.Warn($"{key(item)}: {failure}");
                        failed++;
                    }
                    progress.Report((i + 1.0) / left.Length);
                }
            });
            if (failed > 0)
                terminal.Warn($"{failed} of {left.Length} {preset.Items} failed; they are recorded and the others are done. Try them again with --retry.");
        }
        JobItems items = JobItems.In(place.Out, settings);
        if (place.Shard == Shard.Whole && items.Done == items.Count) return new JobMerge(place.Out, settings, preset, items).Write(Images, terminal);
        terminal.Line($"{items.Done} of {items.Count} {preset.Items} of the job are done; when all are: translucent evaluate merge {place.Out}");
        return CommandLine.Success;
    }

    /// <summary>What work gives, or why it gives nothing.</summary>
    (string? Json, string? Failure) Try(Func<string> work)
    {
        try
        {
            return (work(), null);
        }
        catch (Exception e) when (Ending.Cause(e) is OutOfMemoryException)
        {
            Forget();
            GC.Collect(); // what the item has taken is free again
            return (null, "memory: the system gives no more; give less to do at once with --memory.");
        }
        catch (Exception e) when (Ending.Cause(e) is TranslucentException or IOException or UnauthorizedAccessException)
        {
            return (null, Ending.Cause(e).Message);
        }
    }
}
