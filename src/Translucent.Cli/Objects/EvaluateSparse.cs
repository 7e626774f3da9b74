// The work of `translucent evaluate sparse`: the study of docs/sparse.md on pictures of the user's.

using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Translucent.Autodiff;
using Translucent.Checkpoints;
using Translucent.Cli.Options;
using Translucent.Cli.Runs;
using Translucent.Evaluate.Jobs;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Images;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Runs;
using Translucent.Shapes;
using Trace = Translucent.Models.Trace;

namespace Translucent.Cli.Objects;

/// <summary>How far rows are from exact ones when so many are kept.</summary>
sealed record StudyCheck(int Rows, double Error, double Rank, double Worst);

/// <summary>A line that is done, of the picture whose content has this hash: checks of rows, or the agreement of segments.</summary>
sealed record StudyLine(string Picture, string Table, string Name, IReadOnlyList<StudyCheck>? Checks = null, IReadOnlyList<double>? Agreement = null)
{
    /// <summary>Whether it has what its table shows, for every number of rows kept.</summary>
    public bool IsWhole() => Table == SparseJob.Scenes ? Agreement?.Count == SparseJob.Rows.Count + 1
        : (Table == SparseJob.Agreements ? Agreement?.Count : Checks?.Count) == SparseJob.Rows.Count;
}

/// <summary>A picture of the study.</summary>
/// <param name="Name">For the report.</param>
/// <param name="Key">What tells it from others in the log.</param>
/// <param name="Read">Its pixels.</param>
/// <param name="Lines">What is asked of it.</param>
sealed record StudyPicture(string Name, string Key, Func<Image> Read, IReadOnlyList<SparseLine> Lines);

/// <summary>What decides about the results.</summary>
sealed record StudySettings(string Version, string Model, IReadOnlyList<int> Rows);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(StudyLine))]
[JsonSerializable(typeof(StudySettings))]
sealed partial class StudyJson : JsonSerializerContext;

/// <summary>One study with its settings.</summary>
sealed class EvaluateSparse(IReadOnlyList<string> images, int scenes, string model, string output, long memoryBytes)
{
    public int Run(Terminal terminal, CancellationToken stop)
    {
        string folder = ModelFolders.Find(model);
        Checkpoint checkpoint = Checkpoint.Open(folder);
        (string hash, long weightBytes) = (checkpoint.Hash(stop), checkpoint.Bytes);
        using VisionTransformer transformer = VisionModels.Open(checkpoint);
        terminal.Unread(model, checkpoint.UnreadSettings);
        StudyPicture[] pictures = [.. Pictures(transformer)];
        using JobLog<StudyLine> log = JobLog<StudyLine>.Open(output,
            JsonSerializer.Serialize(new StudySettings(ThisProgram.Version, hash, SparseJob.Rows), StudyJson.Default.StudySettings),
            StudyJson.Default.StudyLine, line => line.IsWhole());
        int all = pictures.Sum(picture => picture.Lines.Count), done = all - pictures.Sum(picture => Left(log, picture).Count);
        terminal.Line($"{pictures.Length - scenes} pictures{(scenes > 0 ? $" and {scenes} scenes" : "")}, {all} lines of them"
            + $"{(done > 0 ? $"; {done} lines were done before" : "")}.");
        terminal.Work("sparse", progress =>
        {
            Forecast? forecast = null;
            for (int i = 0; i < pictures.Length; i++)
            {
                IReadOnlyList<SparseLine> left = Left(log, pictures[i]);
                if (left.Count == 0) continue;
                (Trace pass, SweepOptions options, double seconds) = Pass(transformer, pictures[i], stop);
                using Trace trace = pass;
                if (forecast is null)
                {
                    forecast = Forecast.Measured(Cost.Forward(trace), seconds, () => Again(transformer, pictures[i], stop));
                    double flops = pictures.Skip(i).DistinctBy(picture => picture.Key).Sum(picture => SparseJob.Flops(Left(log, picture), trace));
                    Workload work = new("", Math.Max(trace.Tokens, transformer.Classes), flops, Pictures: 0);
                    double bytes = Forecast.Bytes(work, trace, weightBytes, 0, options.MemoryBytes);
                    terminal.Line($"{Terminal.About(forecast.Seconds(work))} in all, {ByteSize.Text(bytes)} of memory.");
                }
                foreach (SparseLine line in left)
                {
                    log.Add(Logged(pictures[i].Key, line, SparseJob.Make(line, trace, options)));
                    progress.Report((double)++done / all);
                }
            }
        });
        string path = Path.Combine(output, "sparse.md");
        string text = SparseReport.Of(log, pictures, ModelFolders.NameOf(folder));
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
        string[] plots = [.. SparseReport.Plots(log, pictures).Select(plot =>
        {
            AtomicFile.Write(Path.Combine(output, plot.Name), stream => stream.Write(Encoding.UTF8.GetBytes(plot.Svg)));
            return plot.Name;
        })];
        if (plots.Length > 0) terminal.Line($"plots: {string.Join(", ", plots)}");
        terminal.Line($"written: {path}, {Path.Combine(output, JobLog<StudyLine>.FileName)}");
        return CommandLine.Success;
    }

    /// <summary>The user's pictures, then the scenes.</summary>
    IEnumerable<StudyPicture> Pictures(VisionTransformer transformer)
    {
        IReadOnlyList<SparseLine> lines = SparseJob.Lines(transformer.Config.Depth, transformer.Classes);
        foreach (ImageSource source in ImageList.Of(images, output))
            yield return new StudyPicture(Path.GetFileName(source.Path), FileHash.Of(source.Path), () => ImageFile.Read(source.Path), lines);
        for (int seed = 1; seed <= scenes; seed++)
        {
            Scene scene = Scenes.Draw((ulong)seed, new ShapesOptions { MinObjects = 1 });
            SparseLine line = SparseJob.Scene(transformer.Config.Depth, [.. scene.Labels.Select(label => (int)label)]);
            yield return new StudyPicture($"scene {seed}", $"scene {seed}", () => scene.Image, [line]);
        }
    }

    /// <summary>The lines of a picture that are not done.</summary>
    static IReadOnlyList<SparseLine> Left(JobLog<StudyLine> log, StudyPicture picture)
    {
        HashSet<(string, string)> done = [.. log.Done.Where(line => line.Picture == picture.Key).Select(line => (line.Table, line.Name))];
        return [.. picture.Lines.Where(line => !done.Contains((line.Table, line.Name)))];
    }

    /// <summary>A forward pass that leaves memory for sweeps, what is left, and how long it took.</summary>
    (Trace Trace, SweepOptions Options, double Seconds) Pass(VisionTransformer transformer, StudyPicture picture, CancellationToken stop)
    {
        Image photo = picture.Read();
        ForwardForecast forecast = ForwardForecast.Of(transformer.Config, transformer.Preprocessor, photo.Width, photo.Height);
        ComputeOptions.Allowed(memoryBytes).Check(forecast, picture.Name);
        Keep keep = forecast.Choose(memoryBytes);
        Stopwatch clock = Stopwatch.StartNew();
        Trace trace = transformer.Forward(photo, keep, cancellationToken: stop);
        SweepOptions options = new() { MemoryBytes = Math.Max(1, memoryBytes - (long)forecast.Kept(keep)), Stop = stop };
        return (trace, options, clock.Elapsed.TotalSeconds);
    }

    double Again(VisionTransformer transformer, StudyPicture picture, CancellationToken stop)
    {
        (Trace trace, _, double seconds) = Pass(transformer, picture, stop);
        trace.Dispose();
        return seconds;
    }

    static StudyLine Logged(string picture, SparseLine line, SparseFound found) => new(picture, line.Table, line.Name,
        line.Of is null ? null : [.. found.Checks.Select(c => new StudyCheck(c.Rows, c.MedianError, c.MedianRank, c.WorstRank))],
        line.Of is null ? found.Agreement : null);
}
