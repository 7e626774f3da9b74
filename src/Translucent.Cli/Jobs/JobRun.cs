// An evaluation of images: the items of one shard, after saying what they will take.

using System.Diagnostics;
using Translucent.Autodiff;
using Translucent.Cli.Options;
using Translucent.Cli.Runs;
using Translucent.Evaluate.DataSets;
using Translucent.Evaluate.Jobs;
using Translucent.Evaluate.Trust;
using Translucent.Explain;
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
        terminal.Unread(model.Name, model.Checkpoint.UnreadSettings);
        IReadOnlyList<LabelledImage> images = evaluation.Data.Images;
        JobSettings settings = evaluation.Settings(ThisProgram.Version, new HashedName(model.Name, model.Hash));
        bool said = false;
        return new JobWork(new JobPlace(options.Out, options.Shard, options.Retry), settings, new JobSource(options.Data, options.Model), evaluation.Preset)
        {
            Prepare = evaluation.Prepare,
            Forget = evaluation.Forget,
            Check = model.Checkpoint.CheckUnchanged,
            Images = evaluation.Data,
        }.Run(item => images[item].Key, (item, left) =>
        {
            if (!said) said = Announce(images[item], left, terminal, stop);
            return evaluation.Measure(images[item], Sweeps(stop));
        }, terminal, stop);
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
}
