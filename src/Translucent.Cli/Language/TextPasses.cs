// Forward passes of language models within the memory that is allowed.

using Translucent.Autodiff;
using Translucent.Files;
using Translucent.Models;
using Translucent.Runs;

namespace Translucent.Cli.Language;

/// <summary>Runs them.</summary>
static class TextPasses
{
    /// <summary>A pass that leaves memory for sweeps, and how much is left.</summary>
    /// <exception cref="TranslucentException">It does not fit.</exception>
    public static (Trace Trace, long Left) Forward(LanguageModel model, TextInput text, long memoryBytes, CancellationToken stop)
    {
        double whole = Bytes(model, text.Ids.Count, Keep.All), boundaries = Bytes(model, text.Ids.Count, Keep.Boundaries);
        Keep keep = whole <= memoryBytes / 2 ? Keep.All : Keep.Boundaries;
        if (boundaries > memoryBytes)
            throw new TranslucentException($"the text has {text.Ids.Count} tokens; a forward pass takes {ByteSize.Text(boundaries)}, and --memory allows "
                + $"{ByteSize.Text(memoryBytes)}. Give more with --memory, or a shorter text.");
        return (model.Forward([text], keep, cancellationToken: stop), Math.Max(1, memoryBytes - (long)(keep == Keep.All ? whole : boundaries)));
    }

    /// <inheritdoc cref="Forward(LanguageModel, TextInput, long, CancellationToken)"/>
    public static (Trace Trace, long Left) Forward(LanguageModel model, IReadOnlyList<int> ids, long memoryBytes, CancellationToken stop) =>
        Forward(model, new TextInput(ids, null), memoryBytes, stop);

    /// <summary>What a pass that keeps nothing takes.</summary>
    public static double Seconds(LanguageModel model, IReadOnlyList<int> ids, CancellationToken stop)
    {
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        model.Forward([new TextInput(ids, null)], Keep.Boundaries, cancellationToken: stop).Dispose();
        return System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    static double Bytes(LanguageModel model, int tokens, Keep keep)
    {
        using Trace plan = model.Plan(1, tokens, keep);
        return TapeCost.Bytes(plan.Tape);
    }
}
