// The work of `translucent evaluate sparse`: the study of docs/sparse.md on pictures of the user's.

using System.Diagnostics;
using System.Globalization;
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
using Trace = Translucent.Models.Trace;

namespace Translucent.Cli.Objects;

/// <summary>How far rows are from exact ones when so many are kept.</summary>
sealed record StudyCheck(int Rows, double Error, double Rank, double Worst);

/// <summary>A line that is done, of the picture whose content has this hash: checks of rows, or the agreement of segments.</summary>
sealed record StudyLine(string Picture, string Table, string Name, IReadOnlyList<StudyCheck>? Checks = null, IReadOnlyList<double>? Agreement = null)
{
    /// <summary>Whether it has what its table shows, for every number of rows kept.</summary>
    public bool IsWhole() => (Table == SparseJob.Segments ? Agreement?.Count : Checks?.Count) == SparseJob.Rows.Count;
}

/// <summary>What decides about the results.</summary>
sealed record StudySettings(string Version, string Model, IReadOnlyList<int> Rows);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(StudyLine))]
[JsonSerializable(typeof(StudySettings))]
sealed partial class StudyJson : JsonSerializerContext;

/// <summary>One study with its settings.</summary>
sealed class EvaluateSparse(IReadOnlyList<string> images, string model, string output, long memoryBytes)
{
    public int Run(Terminal terminal, CancellationToken stop)
    {
        string folder = ModelFolders.Find(model);
        Checkpoint checkpoint = Checkpoint.Open(folder);
        (string hash, long weightBytes) = (checkpoint.Hash(stop), checkpoint.Bytes);
        using VisionTransformer transformer = VisionModels.Open(checkpoint);
        IReadOnlyList<ImageSource> sources = ImageList.Of(images, output);
        string[] pictures = [.. sources.Select(source => FileHash.Of(source.Path))];
        IReadOnlyList<SparseLine> lines = SparseJob.Lines(transformer.Config.Depth, transformer.Classes);
        using JobLog<StudyLine> log = JobLog<StudyLine>.Open(output,
            JsonSerializer.Serialize(new StudySettings(ThisProgram.Version, hash, SparseJob.Rows), StudyJson.Default.StudySettings),
            StudyJson.Default.StudyLine, line => line.IsWhole());
        int all = pictures.Length * lines.Count, done = all - pictures.Sum(picture => Left(log, lines, picture).Count);
        terminal.Line($"{pictures.Length} pictures, {lines.Count} lines of each{(done > 0 ? $"; {done} lines were done before" : "")}.");
        terminal.Work("sparse", progress =>
        {
            Forecast? forecast = null;
            for (int i = 0; i < pictures.Length; i++)
            {
                IReadOnlyList<SparseLine> left = Left(log, lines, pictures[i]);
                if (left.Count == 0) continue;
                (Trace pass, SweepOptions options, double seconds) = Pass(transformer, sources[i].Path, stop);
                using Trace trace = pass;
                if (forecast is null)
                {
                    forecast = Forecast.Measured(Cost.Forward(trace), seconds, () => Again(transformer, sources[i].Path, stop));
                    double flops = pictures.Skip(i).Distinct().Sum(picture => SparseJob.Flops(Left(log, lines, picture), trace));
                    Workload work = new("", Math.Max(trace.Tokens, transformer.Classes), flops, Pictures: 0);
                    double bytes = Forecast.Bytes(work, trace, weightBytes, 0, options.MemoryBytes);
                    terminal.Line($"{Terminal.About(forecast.Seconds(work))} in all, {ByteSize.Text(bytes)} of memory.");
                }
                foreach (SparseLine line in left)
                {
                    log.Add(Logged(pictures[i], line, SparseJob.Make(line, trace, options)));
                    progress.Report((double)++done / all);
                }
            }
        });
        string path = Path.Combine(output, "sparse.md");
        string text = Report(log, lines, sources, pictures, ModelFolders.NameOf(folder));
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
        terminal.Line($"written: {path}, {Path.Combine(output, JobLog<StudyLine>.FileName)}");
        return CommandLine.Success;
    }

    /// <summary>The lines of a picture that are not done.</summary>
    static IReadOnlyList<SparseLine> Left(JobLog<StudyLine> log, IReadOnlyList<SparseLine> lines, string picture)
    {
        HashSet<(string, string)> done = [.. log.Done.Where(line => line.Picture == picture).Select(line => (line.Table, line.Name))];
        return [.. lines.Where(line => !done.Contains((line.Table, line.Name)))];
    }

    /// <summary>A forward pass that leaves memory for sweeps, what is left, and how long it took.</summary>
    (Trace Trace, SweepOptions Options, double Seconds) Pass(VisionTransformer transformer, string path, CancellationToken stop)
    {
        Image photo = ImageFile.Read(path);
        ForwardForecast forecast = ForwardForecast.Of(transformer.Config, transformer.Preprocessor, photo.Width, photo.Height);
        ComputeOptions.Allowed(memoryBytes).Check(forecast, path);
        Keep keep = forecast.Choose(memoryBytes);
        Stopwatch clock = Stopwatch.StartNew();
        Trace trace = transformer.Forward(photo, keep, cancellationToken: stop);
        SweepOptions options = new() { MemoryBytes = Math.Max(1, memoryBytes - (long)forecast.Kept(keep)), Stop = stop };
        return (trace, options, clock.Elapsed.TotalSeconds);
    }

    double Again(VisionTransformer transformer, string path, CancellationToken stop)
    {
        (Trace trace, _, double seconds) = Pass(transformer, path, stop);
        trace.Dispose();
        return seconds;
    }

    static StudyLine Logged(string picture, SparseLine line, SparseFound found) => new(picture, line.Table, line.Name,
        line.Of is null ? null : [.. found.Checks.Select(c => new StudyCheck(c.Rows, c.MedianError, c.MedianRank, c.WorstRank))],
        line.Of is null ? found.Agreement : null);

    static string Report(JobLog<StudyLine> log, IReadOnlyList<SparseLine> lines, IReadOnlyList<ImageSource> sources, string[] pictures, string model)
    {
        StringBuilder text = new($"# Sparse sweeps against exact ones: {model}\n\nAll tokens, all classes; medians over targets. "
            + "Error: the largest deviation of a row, the own entry left out, over its largest entry. rho: Spearman's rank correlation.\n");
        string heads = string.Join(" | ", SparseJob.Rows.Select(k => $"K = {k}: error / rho (worst)"));
        string rule = string.Concat(Enumerable.Repeat("---|", SparseJob.Rows.Count));
        for (int i = 0; i < pictures.Length; i++)
            foreach (IGrouping<string, SparseLine> table in lines.GroupBy(line => line.Table))
            {
                StudyLine[] found = [.. table.Select(line => log.Done.First(d => (d.Picture, d.Table, d.Name) == (pictures[i], line.Table, line.Name)))];
                if (table.Key == SparseJob.Segments)
                {
                    IEnumerable<string> rand = SparseJob.Rows.Zip(found[0].Agreement!, (k, a) => FormattableString.Invariant($"K = {k}: {a:0.00}"));
                    text.Append($"\nSegments ({found[0].Name}), adjusted Rand index against exact ones: {string.Join(", ", rand)}.\n");
                    continue;
                }
                text.Append($"\n## {Path.GetFileName(sources[i].Path)}: {table.Key}\n\n| targets | {heads} |\n|---|{rule}\n");
                foreach (StudyLine line in found) text.Append($"| {line.Name} | {string.Join(" | ", line.Checks!.Select(Cell))} |\n");
            }
        return text.ToString();
    }

    static string Cell(StudyCheck c) => string.Create(CultureInfo.InvariantCulture, $"{c.Error:0.000} / {c.Rank:0.000} ({c.Worst:0.00})");
}
