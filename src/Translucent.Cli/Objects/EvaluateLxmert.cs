// The work of `translucent evaluate hetero-lxmert`.

using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Translucent.Checkpoints;
using Translucent.Cli.Options;
using Translucent.Cli.Pages;
using Translucent.Evaluate.DataSets;
using Translucent.Evaluate.Jobs;
using Translucent.Evaluate.Perturb;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Images;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Runs;
using Translucent.Tensors;
using Translucent.Text;

namespace Translucent.Cli.Objects;

/// <summary>A question that is done. Numbers that are not defined are null.</summary>
sealed record QuestionLine(int Question, double Accuracy, IReadOnlyList<MethodLine> Methods);

/// <summary>What a question said about a method.</summary>
sealed record MethodLine(string Method, IReadOnlyDictionary<string, IReadOnlyList<double>> Accuracies, double? WordArea = null, double? WordPrecision = null,
    double? RegionArea = null, double? RegionPrecision = null)
{
    /// <summary>Whether every test has an accuracy for every step.</summary>
    public bool IsWhole() => Accuracies.Values.All(test => test.Count == QuestionPerturbation.Steps.Count);
}

/// <summary>What decides about the results.</summary>
sealed record QuestionJobSettings(string Version, string Model, string Questions, string? Annotations, string Regions, string? Answers,
    IReadOnlyList<string> Methods, bool Perturbs);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(QuestionLine))]
[JsonSerializable(typeof(QuestionJobSettings))]
sealed partial class QuestionJobJson : JsonSerializerContext;

/// <summary>One evaluation with its settings.</summary>
sealed class EvaluateLxmert(
    string questions, string? annotations, string? images, string? features, string model, string? detector, string? answers, StreamChoice methods,
    bool perturbs, int limit, string output, long memoryBytes)
{
    public int Run(Terminal terminal, CancellationToken stop)
    {
        bool shapes = questions.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase);
        string beside = Path.GetDirectoryName(Path.GetFullPath(questions))!, instances = annotations ?? Path.Combine(beside, "instances.json");
        PictureQuestion[] all = [.. PictureQuestion.Read(questions, shapes ? null : annotations).Take(limit)];
        CocoInstances? truth = shapes && File.Exists(instances) ? CocoInstances.Read(instances) : null;
        string folder = ModelFolders.Find(model);
        Checkpoint checkpoint = StreamModel.Answering(model);
        string hash = checkpoint.Hash(stop);
        string? named = checkpoint.Config.Has("translucent_detector") ? checkpoint.Config.String("translucent_detector") : null;
        using Lxmert answering = Lxmert.Open(checkpoint, answers is null ? null : AnswerList.Read(answers));
        terminal.Unread(model, checkpoint.UnreadSettings);
        if (answering.Labels.Count == 0) throw new UsageException($"--answers: {folder} does not name its answers, so none can be right; give their list.");
        Checkpoint? finding = features is not null ? null : StreamModel.DetectorIn(QuestionPass.DetectorFolder(folder, detector, named), "--detector");
        string regions = features is not null ? Path.GetFullPath(features) : finding!.Hash(stop);
        using Detr? finder = finding is null ? null : Detr.Open(finding);
        IReadOnlyList<StreamMethod> chosen = Fitting(answering, terminal, stop);
        QuestionJobSettings settings = new(ThisProgram.Version, hash, FileHash.Of(questions), File.Exists(instances) ? FileHash.Of(instances) : null, regions,
            answers is null ? null : FileHash.Of(answers), [.. chosen.Select(m => m.Name)], perturbs);
        using JobLog<QuestionLine> log = JobLog<QuestionLine>.Open(output, JsonSerializer.Serialize(settings, QuestionJobJson.Default.QuestionJobSettings),
            QuestionJobJson.Default.QuestionLine, question => question.Methods.All(method => method.IsWhole()));
        HashSet<int> done = [.. log.Done.Select(q => q.Question)];
        int[] left = [.. Enumerable.Range(0, all.Length).Where(i => !done.Contains(i))];
        terminal.Line(
            $"{all.Length} questions, {chosen.Count} methods{(left.Length < all.Length ? $"; {all.Length - left.Length} questions were done before" : "")}.");
        QuestionJob job = new(answering, Tokenizer.Open(folder), chosen);
        bool isTable = File.Exists(features) && Path.GetExtension(features).Equals(".tsv", StringComparison.OrdinalIgnoreCase);
        using RegionTable? table = isTable ? RegionTable.Open(features!, stop) : null;
        (long Image, RegionFeatures Regions)? latest = null;
        System.Diagnostics.Stopwatch clock = System.Diagnostics.Stopwatch.StartNew();
        terminal.Work("hetero-lxmert", progress =>
        {
            for (int i = 0; i < left.Length; i++)
            {
                stop.ThrowIfCancellationRequested();
                PictureQuestion q = all[left[i]];
                if (latest?.Image != q.Image) latest = (q.Image, table?.Read(q.Image) ?? Regions(q.Image, finder, truth, beside, stop));
                log.Add(Asked(job, left[i], q, latest!.Value.Regions, Objects(truth, q.Image), stop));
                if (i == 0) terminal.Line($"{Terminal.About(clock.Elapsed.TotalSeconds * left.Length)} in all, the first being the slowest.");
                progress.Report((i + 1.0) / left.Length);
            }
        });
        QuestionLine[] lines = [.. log.Done.Where(q => q.Question < all.Length)];
        if (lines.Length == 0) throw new TranslucentException($"{questions}: has no questions.");
        QuestionScore[] scores = [.. lines.SelectMany(q => q.Methods.Select(Score))];
        Report(terminal, lines, QuestionJob.Means(scores), QuestionJob.Intervals(scores));
        return CommandLine.Success;
    }

    /// <summary>The methods that explain answers, asked of a question without words about one region.</summary>
    IReadOnlyList<StreamMethod> Fitting(Lxmert answering, Terminal terminal, CancellationToken stop)
    {
        using Trace small = answering.Forward([new Question([0], new Tensor(1, answering.Config.Features), new Tensor(1, 4))], cancellationToken: stop);
        return methods.Fitting(small, targets: null, terminal);
    }

    QuestionLine Asked(QuestionJob job, int number, PictureQuestion question, RegionFeatures regions, Dictionary<int,
        (double, double, double, double)>? objects, CancellationToken stop)
    {
        try
        {
            (double accuracy, IReadOnlyList<QuestionScore> scores) = job.Of(question, regions, objects, perturbs,
                new SweepOptions { MemoryBytes = memoryBytes, Stop = stop });
            return new QuestionLine(number, accuracy, [.. scores.Select(Line)]);
        }
        catch (TranslucentException e)
        {
            throw new TranslucentException($"{questions}: question {number} about picture {question.Image}: {e.Message}", e);
        }
    }

    RegionFeatures Regions(long image, Detr? finder, CocoInstances? truth, string beside, CancellationToken stop)
    {
        if (features is not null) return RegionFeatures.Read(Directory.Exists(features) ? Path.Combine(features, $"{image}.npz") : features,
            image.ToString(CultureInfo.InvariantCulture));
        string folder = images ?? Path.Combine(beside, "images");
        string file = truth?.Images.FirstOrDefault(i => i.Id == image)?.FileName ?? throw new TranslucentException(
            $"picture {image}: nothing says which file it is; give instances.json with --annotations, or regions with --features.");
        string path = Path.Combine(folder, file);
        Image picture = ImageFile.Read(path);
        ComputeOptions.Allowed(memoryBytes).Check(finder!, picture, path);
        using Trace trace = finder!.Forward(picture, cancellationToken: stop);
        return RegionFeatures.Of(trace).Regions;
    }

    static Dictionary<int, (double, double, double, double)>? Objects(CocoInstances? truth, long image)
    {
        if (truth?.Images.FirstOrDefault(i => i.Id == image) is not { } picture) return null;
        return truth.Annotations.Where(a => a.ImageId == image && a.Number is not null).GroupBy(a => a.Number!.Value).ToDictionary(g => g.Key, g =>
        {
            (double x, double y, double width, double height) = g.First().Box;
            return (x / picture.Width, y / picture.Height, (x + width) / picture.Width, (y + height) / picture.Height);
        });
    }

    void Report(Terminal terminal, IReadOnlyList<QuestionLine> lines, IReadOnlyList<QuestionMean> means, IEnumerable<ResultTable> intervals)
    {
        double accuracy = lines.Average(q => q.Accuracy);
        terminal.Line(FormattableString.Invariant($"{lines.Count} questions answered, {100 * accuracy:0.0} % right."));
        string[] heads = ["method", .. QuestionJob.Tests.Select(t => $"AUC {t}"), "word AUC", "word P@k", "region AUC", "region P@k"];
        string[][] rows = [.. means.Select(
            m => (string[])[m.Method, .. QuestionJob.Tests.Select(t => Percent(m.Areas.TryGetValue(t, out double a) ? a : double.NaN)), Percent(m.WordArea),
                Percent(m.WordPrecision), Percent(m.RegionArea), Percent(m.RegionPrecision)])];
        terminal.Table([heads[0], .. heads.Skip(1).Select(h => ">" + h)], rows);
        StringBuilder markdown = new StringBuilder().Append(FormattableString.Invariant(
            $"# Words and regions by their relevance, {lines.Count} questions, {100 * accuracy:0.0} % answered rightly\n\n"))
            .Append("AUC positive: the most relevant are taken away first, smaller is better; negative: the least relevant, larger is better. ")
            .Append("AUC and P@k of words and regions: against what is known to decide the answer.\n\n");
        markdown.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", heads)} |\n|---|{string.Concat(Enumerable.Repeat("---:|", heads.Length - 1))}\n");
        foreach (string[] row in rows) markdown.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", row)} |\n");
        markdown.Append(ResultMarkdown.Of(intervals));
        AtomicFile.Write(Path.Combine(output, "table.md"), stream => stream.Write(Encoding.UTF8.GetBytes(markdown.ToString())));
        terminal.Line($"written: {Path.Combine(output, "table.md")}, {Path.Combine(output, "items.jsonl")}");
    }

    static string Percent(double v) => double.IsNaN(v) ? "-" : (100 * v).ToString("0.0", CultureInfo.InvariantCulture);

    static MethodLine Line(QuestionScore s) =>
        new(s.Method, s.Accuracies, Known(s.WordArea), Known(s.WordPrecision), Known(s.RegionArea), Known(s.RegionPrecision));

    static QuestionScore Score(MethodLine s) =>
        new(s.Method, s.Accuracies, s.WordArea ?? double.NaN, s.WordPrecision ?? double.NaN, s.RegionArea ?? double.NaN, s.RegionPrecision ?? double.NaN);

    static double? Known(double v) => double.IsNaN(v) ? null : v;
}
