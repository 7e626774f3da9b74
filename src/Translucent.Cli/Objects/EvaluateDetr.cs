// The work of `translucent evaluate hetero-detr`.

using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Translucent.Checkpoints;
using Translucent.Cli.Options;
using Translucent.Cli.Pages;
using Translucent.Evaluate.DataSets;
using Translucent.Evaluate.Jobs;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Images;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Runs;
using Translucent.Tensors;

namespace Translucent.Cli.Objects;

/// <summary>A mask as a line of the log.</summary>
sealed record MaskLine(string Method, double Factor, int Category, double Score, double[] Box, int[]? Size = null, string? Counts = null)
{
    /// <summary>Whether its lists have the lengths that they are written with.</summary>
    public bool IsWhole() => Box.Length == 4 && Size?.Length == (Counts is null ? null : 2);
}

/// <summary>A picture that is done.</summary>
sealed record PictureLine(long Image, IReadOnlyList<MaskLine> Masks);

/// <summary>What decides about the results.</summary>
sealed record MaskJobSettings(string Version, string Model, string Annotations, string Images, IReadOnlyList<string> Methods, double Score);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(PictureLine))]
[JsonSerializable(typeof(MaskJobSettings))]
sealed partial class MaskJobJson : JsonSerializerContext;

/// <summary>One evaluation with its settings.</summary>
sealed class EvaluateDetr(string annotations, string? images, string model, StreamChoice methods, double score, int limit, string output, long memoryBytes)
{
    public int Run(Terminal terminal, CancellationToken stop)
    {
        CocoInstances truth = CocoInstances.Read(annotations);
        string beside = Path.GetDirectoryName(Path.GetFullPath(annotations))!;
        string folder = images ?? (Directory.Exists(Path.Combine(beside, "images")) ? Path.Combine(beside, "images") : beside);
        Checkpoint checkpoint = StreamModel.Detector(model);
        string hash = checkpoint.Hash(stop);
        using Detr detector = Detr.Open(checkpoint);
        terminal.Unread(model, checkpoint.UnreadSettings);
        IReadOnlyList<StreamMethod> chosen = Fitting(detector, terminal, stop);
        CocoImage[] all = [.. truth.Images.Take(limit)];
        HashSet<long> wanted = [.. all.Select(i => i.Id)];
        truth = truth with { Images = all, Annotations = [.. truth.Annotations.Where(a => wanted.Contains(a.ImageId))] };
        MaskJobSettings settings = new(ThisProgram.Version, hash, FileHash.Of(annotations), Path.GetFullPath(folder),
            [.. chosen.Select(m => m.Name)], score);
        using JobLog<PictureLine> log = JobLog<PictureLine>.Open(output, JsonSerializer.Serialize(settings, MaskJobJson.Default.MaskJobSettings),
            MaskJobJson.Default.PictureLine, picture => picture.Masks.All(mask => mask.IsWhole()));
        HashSet<long> done = [.. log.Done.Select(p => p.Image)];
        CocoImage[] left = [.. all.Where(i => !done.Contains(i.Id))];
        string before = left.Length < all.Length ? $"; {all.Length - left.Length} pictures were done before" : "";
        terminal.Line($"{all.Length} pictures with {truth.Annotations.Count} objects, {chosen.Count} methods{before}.");
        MaskJob job = new(detector, truth, chosen, score);
        System.Diagnostics.Stopwatch clock = System.Diagnostics.Stopwatch.StartNew();
        terminal.Work("hetero-detr", progress =>
        {
            for (int i = 0; i < left.Length; i++)
            {
                stop.ThrowIfCancellationRequested();
                string path = Path.Combine(folder, left[i].FileName);
                Image picture = ImageFile.Read(path);
                ComputeOptions.Allowed(memoryBytes).Check(detector, picture, path);
                IReadOnlyList<MaskOf> masks = job.Of(left[i], picture, new SweepOptions { MemoryBytes = memoryBytes, Stop = stop });
                log.Add(new PictureLine(left[i].Id, [.. masks.Select(Line)]));
                if (i == 0) terminal.Line($"{Terminal.About(clock.Elapsed.TotalSeconds * left.Length)} in all.");
                progress.Report((i + 1.0) / left.Length);
            }
        });
        MaskOf[] masks = [.. log.Done.Where(p => wanted.Contains(p.Image)).SelectMany(p => p.Masks.Select(m => Mask(p.Image, m)))];
        Report(terminal, MaskJob.Score(truth, masks), MaskJob.Intervals(truth, masks), all.Length);
        return CommandLine.Success;
    }

    /// <summary>The methods that explain detectors, asked of a pass over a small black picture.</summary>
    IReadOnlyList<StreamMethod> Fitting(Detr detector, Terminal terminal, CancellationToken stop)
    {
        using Trace small = detector.Forward([new Tensor(3, 2 * detector.Config.Stride, 2 * detector.Config.Stride)], cancellationToken: stop);
        return methods.Fitting(small, targets: null, terminal);
    }

    void Report(Terminal terminal, IReadOnlyList<MaskScore> scores, IEnumerable<ResultTable> intervals, int pictures)
    {
        if (scores.Count == 0) throw new TranslucentException(
            $"no object above the score {score.ToString(CultureInfo.InvariantCulture)} was found in {pictures} pictures; try a lower --score.");
        if (scores.FirstOrDefault(s => s.Method == "box") is { } box)
            terminal.Line(FormattableString.Invariant($"boxes of the detector: AP {100 * box.Precision.All:0.0}, AP at 0.5 {100 * box.AtHalf:0.0}"));
        StringBuilder markdown = new($"# Masks of maps against true masks, {pictures} pictures\n");
        foreach (IGrouping<(double Factor, double From), MaskScore> table in scores.Where(s => s.Method != "box").GroupBy(s => (s.Factor, s.From))
            .OrderByDescending(g => g.Key.Factor).ThenByDescending(g => g.Key.From))
        {
            string title = FormattableString.Invariant($"Otsu x {table.Key.Factor}, intersection over union {table.Key.From:0.00} to 0.95");
            string[] heads = ["method", "AP", "AP 50", "AP medium", "AP large", "AR", "AR medium", "AR large"];
            string[][] rows = [.. table.OrderByDescending(s => s.Precision.All).Select(s => (string[])[s.Method, Percent(s.Precision.All), Percent(s.AtHalf),
                Percent(s.Precision.Medium), Percent(s.Precision.Large), Percent(s.Recall.All), Percent(s.Recall.Medium), Percent(s.Recall.Large)])];
            terminal.Line(title);
            terminal.Table([heads[0], .. heads.Skip(1).Select(h => ">" + h)], rows);
            markdown.Append(CultureInfo.InvariantCulture,
                $"\n## {title}\n\n| {string.Join(" | ", heads)} |\n|---|{string.Concat(Enumerable.Repeat("---:|", heads.Length - 1))}\n");
            foreach (string[] row in rows) markdown.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", row)} |\n");
        }
        markdown.Append(ResultMarkdown.Of(intervals));
        AtomicFile.Write(Path.Combine(output, "table.md"), stream => stream.Write(Encoding.UTF8.GetBytes(markdown.ToString())));
        terminal.Line($"written: {Path.Combine(output, "table.md")}, {Path.Combine(output, "items.jsonl")}");
    }

    static string Percent(double v) => double.IsNaN(v) || v < 0 ? "-" : (100 * v).ToString("0.0", CultureInfo.InvariantCulture);

    static MaskLine Line(MaskOf m)
    {
        CocoDetection d = m.Detection;
        return new MaskLine(m.Method, m.Factor, d.CategoryId, d.Score, [d.Box.X, d.Box.Y, d.Box.Width, d.Box.Height], d.Mask is null ? null
            : [d.Mask.Height, d.Mask.Width], d.Mask?.Compressed);
    }

    static MaskOf Mask(long image, MaskLine m) => new(m.Method, m.Factor,
        new CocoDetection(image, m.Category, m.Score, (m.Box[0], m.Box[1], m.Box[2], m.Box[3]), m.Counts is null ? null
            : Rle.Parse(m.Counts, m.Size![1], m.Size[0])));
}
