// Runs a verb over images, one after another, in memory that does not grow with their number.

using Translucent.Cli.Options;
using Translucent.Cli.Sites;
using Translucent.Evaluate.Trust;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Runs;

namespace Translucent.Cli.Runs;

/// <summary>A verb, its images and its model.</summary>
sealed class ImageRuns(ImageVerb verb, RunOptions options, Terminal terminal, CancellationToken stop)
{
    readonly Handover _handover = new(options.Handover, terminal);

    Site? _site;

    bool _exhausted; // whether an image needed more memory than there is

    /// <summary>Does the work.</summary>
    /// <returns>The exit code.</returns>
    public int Run()
    {
        using ModelInfo opened = ModelInfo.Open(ModelFolders.Find(options.Model), stop);
        IReadOnlyList<ImageSource> images = ImageList.Of(options.Images, options.Out, options.Recursive, terminal.LeftOut,
            () => StandardInput.Read(options.MostPixels));
        ModelInfo model = verb.Prompts?.Of(opened, terminal, stop) ?? opened; // once, however many images
        verb.Check(model);
        if (Path.GetDirectoryName(images[0].Folder) is { Length: > 0 } parent) RunFolder.Make(parent);

        VisionConfig c = model.Config;
        terminal.Line(
            $"{model.Name}: {c.Family}, {c.Depth} blocks of width {c.Width}, patches of {c.Patch} x {c.Patch} pixels, {Number(model.Parameters)} parameters");
        terminal.Unread(model.Name, model.Checkpoint.UnreadSettings);
        ImageOpener opener = new(verb, model, options.MemoryBytes, options.RenderSize, options.MostPixels, stop);
        bool alone = images.Count == 1 && !Directory.Exists(options.Images[0]);
        _site = Site.Of(images[0].Folder, alone, ofItsOwn: options.Out is not null, _handover.Done);
        int code = alone ? Single(opener, images[0]) : Many(opener, model, images);
        _handover.End();
        return code;
    }

    int Single(ImageOpener opener, ImageSource image)
    {
        (ImageRun run, Workload work) = opener.Open(image);
        using (run)
        {
            verb.Show(run, terminal);
            Announce(opener, run, work, images: 1);
            Decide(opener.Forecast!, run, work);
            terminal.Work(run.Name, progress => Finish(run, progress.Report));
            verb.Conclude(run, terminal);
            foreach (string note in run.Notes) terminal.Line(note);
            terminal.Line($"{run.Folder.Files.Count + 1} files in {run.Folder.Path} after {Terminal.Duration(run.Seconds.Last().Seconds)}{Look(run)}");
            _site!.Add(run.Folder.Path);
            _site.End();
        }
        return CommandLine.Success;
    }

    int Many(ImageOpener opener, ModelInfo model, IReadOnlyList<ImageSource> images)
    {
        RunIdentity identity = new(ThisProgram.Version, verb.Name, model.Hash, ImageRunRecord.Settings(verb, options.RenderSize));
        int failed = 0, skipped = 0;
        terminal.Work($"{verb.Name} {images.Count} images", progress =>
        {
            for (int i = 0; i < images.Count; i++)
            {
                stop.ThrowIfCancellationRequested();
                model.Checkpoint.CheckUnchanged();
                string place = $"[{i + 1}/{images.Count}] {images[i].Path}";
                if (!options.Force && images[i].Piped is null && EarlierRun.Holds(images[i].Folder, identity, images[i].Path))
                {
                    skipped++;
                    terminal.Line($"{place}: done before with these settings, skipped (--force does it again)");
                    _site!.Add(images[i].Folder);
                }
                else if (!TryDo(opener, images, i, place, first: i == skipped + failed, done => progress.Report((i + done) / images.Count))) failed++;
                progress.Report((i + 1.0) / images.Count);
            }
        });
        string all = _site!.End() is { } page && failed < images.Count ? $" All of them: {page}" : "";
        terminal.Line($"{Images(images.Count - failed - skipped)} done, {skipped} skipped, {failed} failed.{all}");
        if (failed > 0) terminal.Warn($"{failed} of {Images(images.Count)} could not be read{(_exhausted ? ", or needed more memory than there is" : "")}.");
        return failed > 0 ? CommandLine.Failure : CommandLine.Success;
    }

    /// <summary>Does one of many images; one that cannot be opened, or that exhausts the memory, is reported, so that the others can go on.</summary>
    bool TryDo(ImageOpener opener, IReadOnlyList<ImageSource> images, int index, string place, bool first, Action<double> report)
    {
        try
        {
            if (TryOpen(opener, images[index]) is not (ImageRun run, Workload work)) return false;
            using (run)
            {
                if (first) Announce(opener, run, work, images.Count - index);
                Decide(opener.Forecast!, run, work);
                terminal.Line($"{place}: {Finish(run, report)}");
                foreach (string note in run.Notes) terminal.Line($"{place}: {note}");
                _site!.Add(run.Folder.Path);
            }
            return true;
        }
        catch (Exception e) when (Ending.Cause(e) is OutOfMemoryException)
        {
            _exhausted = true;
            opener.Forget();
            GC.Collect(); // what the image has taken is free again
            terminal.Warn($"{images[index].Path}: memory: the system gives no more; give less to do at once with --memory.");
            return false;
        }
    }

    /// <summary>Opens an image; a broken one is reported.</summary>
    (ImageRun Run, Workload Work)? TryOpen(ImageOpener opener, ImageSource image)
    {
        try
        {
            return opener.Open(image);
        }
        catch (Exception e) when (e is TranslucentException or IOException or UnauthorizedAccessException)
        {
            terminal.Warn(e.Message);
            return null;
        }
    }

    /// <summary>What is about to happen, how long it will take, and how much memory.</summary>
    void Announce(ImageOpener opener, ImageRun run, Workload work, int images)
    {
        double pixels = (double)run.Photo.Width * run.Photo.Height;
        string what = images == 1 ? work.What : FormattableString.Invariant($"{images} images, each {work.What}");
        string time = Terminal.About(opener.Forecast!.Seconds(work, pixels, images));
        string memory = ByteSize.Text(Forecast.Bytes(work, run.Trace, run.Model.WeightBytes, pixels, options.MemoryBytes));
        string tight = Sweep.BytesPerTarget(run.Trace) > options.MemoryBytes ? " (--memory is less than one target needs)" : "";
        terminal.Line($"{what}: {time}, {memory} of memory{tight}");
    }

    /// <summary>Sets how the sweeps of a run go, and notes it.</summary>
    void Decide(Forecast forecast, ImageRun run, Workload work)
    {
        if (verb.Rows is not { } choice) return;
        SparseDecision decision = SparseDecision.Of(choice, forecast.SweepSeconds(work), random => verb.Samples(run, random, choice.Check),
            (targets, k) => run.Time("check", () => SparseCheck.Of(run.Trace, targets, k, run.Progress.Options)));
        (run.Sparse, run.Progress.Rows) = (decision.Record, decision.Record.Rows);
        run.Notes.AddRange(decision.Notes);
    }

    string Finish(ImageRun run, Action<double> report)
    {
        run.Progress.Report = report;
        string found = verb.Run(run);
        run.Folder.Add(Thumbnail.Of(run.Photo));
        run.Model.Checkpoint.CheckUnchanged(); // before result.json says that the folder is complete
        RunRecord.Finish(run.Folder, ImageRunRecord.Of(run, verb));
        return $"{found}, {Terminal.Duration(run.Seconds.Last().Seconds)} -> {run.Folder.Path}";
    }

    static string Look(ImageRun run) =>
        run.Folder.Files.FirstOrDefault(f => f.Name.EndsWith(".html", StringComparison.Ordinal)) is { } page
            ? $"; open {Path.Combine(run.Folder.Path, page.Name)}" : "";

    static string Images(int count) => count == 1 ? "1 image" : $"{count} images";

    static string Number(long number) => number < 1_000_000 ? $"{number}" : FormattableString.Invariant($"{number / 1e6:0.#} million");
}
