// Does the items of one shard of a job: each once, whatever ended an earlier run; one that fails is recorded and the others go on.

using System.Diagnostics;
using Translucent.Autodiff;
using Translucent.Cli.Options;
using Translucent.Cli.Runs;
using Translucent.Evaluate.DataSets;
using Translucent.Evaluate.Jobs;
using Translucent.Evaluate.Trust;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Runs;
using Translucent.Tensors;
using Trace = Translucent.Models.Trace;

namespace Translucent.Cli.Jobs;

/// <summary>A shard of an evaluation.</summary>
/// <param name="options">What the user wants.</param>
/// <param name="model">The model.</param>
/// <param name="evaluation">The evaluation of it.</param>
sealed class JobRun(JobOptions options, ModelInfo model, Evaluation evaluation)
{
    const double MostSeconds = 2; // of a pass that is made only to know how fast it is

    /// <summary>Does what is left of the shard, and writes the results where that was the last of the job.</summary>
    /// <returns>The exit code.</returns>
    public int Run(Terminal terminal, CancellationToken stop)
    {
        IReadOnlyList<LabelledImage> images = evaluation.Data.Images;
        JobSettings settings = evaluation.Settings(ThisProgram.Version, new HashedName(model.Name, model.Hash));
        RunFolder.Make(options.Out);
        int failed = 0;
        using (JobStore store = JobStore.Open(options.Out, settings, new JobSource(options.Data, options.Model), options.Shard))
        {
            int[] own = [.. Enumerable.Range(0, images.Count).Where(options.Shard.Has)];
            int[] left = [.. own.Where(i => !store.Before.HasResult(i) && (options.Retry || !store.Before.HasFailed(i)))];
            string part = options.Shard == Shard.Whole ? "" : $"; shard {options.Shard} has {own.Length} of them";
            string before = left.Length < own.Length ? $"; {own.Length - left.Length} were done before" : "";
            terminal.Line($"{evaluation.Preset.Name}: {images.Count} images of {evaluation.Data.Name}{part}{before}.");
            if (store.Before.Damaged > 0)
                terminal.Warn($"{options.Out}: {store.Before.Damaged} lines are not of this job or are damaged; what they were about is done again.");
            terminal.Work(evaluation.Preset.Name, progress =>
            {
                bool said = false;
                for (int i = 0; i < left.Length; i++)
                {
                    stop.ThrowIfCancellationRequested();
                    model.Checkpoint.CheckUnchanged();
                    LabelledImage image = images[left[i]];
                    (string? json, string? failure) = Try(() =>
                    {
                        if (!said) said = Announce(image, left.Length, terminal, stop);
                        return evaluation.Measure(image, Sweeps(stop));
                    });
                    if (json is not null) store.Add(left[i], image.Key, json);
                    else
                    {
                        store.Fail(left[i], image.Key, failure!);
                        terminal.Warn($"{image.Key}: {failure}");
                        failed++;
                    }
                    progress.Report((i + 1.0) / left.Length);
                }
            });
            if (failed > 0)
                terminal.Warn($"{failed} of {left.Length} images failed; they are recorded and the others are done. Try them again with --retry.");
        }
        JobItems items = JobItems.In(options.Out, settings);
        if (options.Shard == Shard.Whole && items.Done == items.Count)
            return new JobMerge(options.Out, settings, evaluation.Preset, items).Write(evaluation.Data, terminal);
        terminal.Line($"{items.Done} of {items.Count} images of the job are done; when all are: translucent evaluate merge {options.Out}");
        return CommandLine.Success;
    }

    SweepOptions Sweeps(CancellationToken stop) => new() { MemoryBytes = options.MemoryBytes, Stop = stop };

    /// <summary>Says how long the work will take and how much memory, from a pass over the first image that can be read.</summary>
    bool Announce(LabelledImage image, int count, Terminal terminal, CancellationToken stop)
    {
        Translucent.Images.Image photo = image.Read();
        ForwardForecast forecast = ForwardForecast.Of(model.Config, model.Transformer.Preprocessor, photo.Width, photo.Height);
        ComputeOptions.Allowed(options.MemoryBytes).Check(forecast, image.Key);
        Tensor pixels = model.Transformer.Preprocessor.Apply(photo);
        double Seconds(int images, Action<Trace> look)
        {
            Tensor copies = new(images, pixels.Shape[0], pixels.Shape[1], pixels.Width);
            for (int i = 0; i < images; i++) pixels.Span.CopyTo(copies.Span[(i * pixels.Length)..]);
            Stopwatch clock = Stopwatch.StartNew();
            Keep keep = images == 1 ? forecast.Choose(options.MemoryBytes) : Keep.Boundaries;
            using Trace trace = model.Transformer.Forward(copies, keep, cancellationToken: stop);
            double seconds = clock.Elapsed.TotalSeconds;
            look(trace);
            return seconds;
        }
        (double flops, int images, ItemCost cost) = (0, 1, default);
        double first = Seconds(1, trace =>
        {
            (flops, cost) = (Cost.Forward(trace), evaluation.Cost(trace, Sweeps(stop)));
            images = DrawnImages.Batch(trace.Grid.Count, DrawnImages.BytesPerImage(trace), Sweeps(stop));
        });
        images = (int)Math.Clamp(MostSeconds / first, 1, images); // the work goes in batches, which are faster than single images
        double batch = Seconds(images, _ => { });
        if (batch < MostSeconds / 4) batch = Math.Min(batch, Seconds(images, _ => { }));
        Forecast rate = new(flops * images / batch);
        const double program = 90e6; // bytes of the runtime itself
        terminal.Line($"{Terminal.About(count * cost.Flops / rate.FlopsPerSecond)} for {(count == 1 ? "1 image" : $"{count} images")}, "
            + $"{ByteSize.Text(program + model.WeightBytes + cost.Bytes)} of memory");
        return true;
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
            evaluation.Forget();
            GC.Collect(); // what the image has taken is free again
            return (null, "memory: the system gives no more; give less to do at once with --memory.");
        }
        catch (Exception e) when (Ending.Cause(e) is TranslucentException or IOException or UnauthorizedAccessException)
        {
            return (null, Ending.Cause(e).Message);
        }
    }
}
