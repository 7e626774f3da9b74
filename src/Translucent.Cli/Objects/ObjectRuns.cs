// Runs a detector over images, one after another, and hands each to the verb.

using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Translucent.Autodiff;
using Translucent.Checkpoints;
using Translucent.Cli.Options;
using Translucent.Cli.Pictures;
using Translucent.Cli.Runs;
using Translucent.Cli.Sites;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Images;
using Translucent.Models;
using Translucent.Runs;
using Translucent.Runs.Records;
using Trace = Translucent.Models.Trace;

namespace Translucent.Cli.Objects;

/// <summary>One image on its way through a detector.</summary>
sealed record ObjectRun(
    ImageSource Source, ImageFingerprint Fingerprint, (int Width, int Height) Size, Image Photo, InputGeometry Geometry, Trace Trace, Detr Model,
    RunFolder Folder, SweepOptions Options)
{
    /// <summary>What is known of the model.</summary>
    public required ModelRecord Known { get; init; }

    /// <summary>Seconds of the pass.</summary>
    public required double Seconds { get; init; }

    /// <summary>Makes the pass again, and says what that took.</summary>
    public required Func<double> Again { get; init; }

    /// <summary>The name of the image without its folder.</summary>
    public string Name => Path.GetFileName(Source.Path);
}

/// <summary>A verb, its images and its detector.</summary>
/// <param name="verb">Its name on the command line.</param>
/// <param name="settings">What decides about its files beside model and image.</param>
/// <param name="options">What all verbs that look at images can be given.</param>
/// <param name="work">Explains and writes; returns the objects that it was about.</param>
sealed class ObjectRuns(string verb, JsonElement settings, RunOptions options, Func<ObjectRun, Terminal, IReadOnlyList<Detection>> work)
{
    /// <summary>Does the work.</summary>
    /// <returns>The exit code.</returns>
    public int Run(Terminal terminal, CancellationToken stop)
    {
        string folder = ModelFolders.Find(options.Model);
        Checkpoint checkpoint = StreamModel.Detector(options.Model);
        string hash = checkpoint.Hash(stop);
        (long parameters, string name) = (checkpoint.ParameterCount, ModelFolders.NameOf(folder));
        using Detr model = Detr.Open(checkpoint);
        IReadOnlyList<ImageSource> images = ImageList.Of(options.Images, options.Out, options.Recursive, terminal.LeftOut,
            () => StandardInput.Read(options.MostPixels));
        bool several = images.Count > 1 || Directory.Exists(options.Images[0]);
        DetrConfig c = model.Config;
        terminal.Line($"{name}: DETR, {c.EncoderLayers} + {c.DecoderLayers} layers of width {c.Width}, {c.Queries} queries, {c.Classes} classes, "
            + $"{(parameters / 1e6).ToString("0.0", CultureInfo.InvariantCulture)} million parameters");
        terminal.Unread(name, checkpoint.UnreadSettings);
        ModelRecord record = new(name, folder, model.Family, hash, parameters);
        RunIdentity identity = new(ThisProgram.Version, verb, hash, settings);
        Handover handover = new(options.Handover, terminal);
        Site site = Site.Of(images[0].Folder, alone: !several, ofItsOwn: options.Out is not null, handover.Done);
        int failed = 0, skipped = 0;
        terminal.Work(several ? $"{verb} {images.Count} images" : verb, progress =>
        {
            for (int i = 0; i < images.Count; i++)
            {
                stop.ThrowIfCancellationRequested();
                string place = several ? $"[{i + 1}/{images.Count}] {images[i].Path}: " : "";
                try
                {
                    if (several && !options.Force && images[i].Piped is null && EarlierRun.Holds(images[i].Folder, identity, images[i].Path))
                    {
                        skipped++;
                        terminal.Line($"{place}done before with these settings, skipped (--force does it again)");
                    }
                    else terminal.Line(place + One(model, record, images[i], terminal, stop));
                    site.Add(images[i].Folder);
                }
                catch (Exception e) when (several && e is TranslucentException { IsOfRequest: false } or IOException or UnauthorizedAccessException)
                {
                    failed++;
                    terminal.Warn(e.Message);
                }
                progress.Report((i + 1.0) / images.Count);
            }
        });
        string all = site.End() is { } page && failed < images.Count ? $" All of them: {page}" : "";
        if (several) terminal.Line($"{images.Count - failed - skipped} images done, {skipped} skipped, {failed} failed.{all}");
        handover.End();
        return failed > 0 ? CommandLine.Failure : CommandLine.Success;
    }

    string One(Detr model, ModelRecord record, ImageSource source, Terminal terminal, CancellationToken stop)
    {
        Stopwatch clock = Stopwatch.StartNew();
        Image file = source.Read(options.MostPixels, options.MemoryBytes);
        ImageFingerprint fingerprint = source.Fingerprint();
        (int Width, int Height) size = (file.Width, file.Height);
        double bytes = ComputeOptions.Allowed(options.MemoryBytes).Check(model, file, source.Path);
        double read = clock.Elapsed.TotalSeconds;
        using Trace trace = model.Forward(file, Keep.All, cancellationToken: stop);
        foreach (float v in trace.Objects!.Scores.Span)
            if (!float.IsFinite(v)) throw new TranslucentException(
                $"{source.Path}: the model makes {v} of it, expected finite numbers; its weights or settings are not those it was trained with.");
        double forward = clock.Elapsed.TotalSeconds - read;
        Image photo = PictureSize.Of(file, options.RenderSize);
        ObjectRun run = new(source, fingerprint, size, photo, trace.Geometry!, trace, model, new RunFolder(source.Folder),
            new SweepOptions { MemoryBytes = Math.Max(1, options.MemoryBytes - (long)bytes), Stop = stop })
        {
            Known = record,
            Seconds = forward,
            Again = () =>
            {
                long start = Stopwatch.GetTimestamp();
                model.Forward(file, Keep.All, cancellationToken: stop).Dispose();
                return Stopwatch.GetElapsedTime(start).TotalSeconds;
            },
        };
        IReadOnlyList<Detection> found = work(run, terminal);
        run.Folder.Add(Thumbnail.Of(run.Photo));
        double total = clock.Elapsed.TotalSeconds;
        Dictionary<string, double> seconds = new() { ["read"] = Math.Round(read, 4), ["forward"] = Math.Round(forward, 4), ["total"] = Math.Round(total, 4) };
        RunRecord.Finish(run.Folder, new ResultRecord(
            verb, ThisProgram.Now(), ImageRecord.Of(source.Path, size, fingerprint), record, settings, ThisProgram.Versions, seconds)
        {
            Detections = [.. found.Select(d => DetectionRecord.Of(d, size))],
        });
        return $"{(found.Count == 1 ? "1 object" : $"{found.Count} objects")}, {Terminal.Duration(total)} -> {run.Folder.Path}";
    }
}
