// Makes results of the items of all shards: results.json, results.csv, report.html. The same items give the same bytes, whichever shards did them.

using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Translucent.Evaluate.DataSets;
using Translucent.Evaluate.Jobs;
using Translucent.Files;
using Translucent.Images;

namespace Translucent.Cli.Jobs;

/// <summary>The end of a job.</summary>
/// <param name="folder">Its folder.</param>
/// <param name="settings">Its settings.</param>
/// <param name="preset">Its protocol.</param>
/// <param name="items">What its shards did, all of it.</param>
/// <param name="against">The row that differences are taken from; null for the first.</param>
/// <param name="naming">A job over other images that names the clusters of a segmentation; null for none.</param>
sealed class JobMerge(string folder, JobSettings settings, EvaluationPreset preset, JobItems items, string? against = null, NamingJob? naming = null)
{
    /// <summary>The verb <c>evaluate merge</c>.</summary>
    public static Command Create()
    {
        Argument<string> folder = new("FOLDER") { Description = "The folder that the shards of a job wrote to." };
        Option<string?> data = new("--data", "-d")
        {
            Description = "Where the images are, for the pictures of the report. [default: where the first shard found them]",
            HelpName = "FOLDER|shapes:COUNT",
        };
        Option<string?> against = new("--against")
        {
            Description = "The row, such as a method, that differences with their intervals are taken from. [default: the first]",
            HelpName = "ROW",
        };
        Option<bool> soFar = new("--so-far") { Description = "Make results of the images that are done, while others are not; they say of how many." };
        Option<string?> matchOn = new("--match-on")
        {
            Description = "For segmentations: the folder of a finished job over other images, such as --split train, that differs in nothing else. Clusters "
                + "are found and named there and scored here (IIC's IID+), beside those named on the labels that are scored.",
            HelpName = "FOLDER",
        };
        Command command = new("merge", "Make results of what all shards of a job have done: results.json, results.csv and report.html.")
        {
            folder, data, against, matchOn, soFar,
        };
        command.SetAction((parse, _) => Task.FromResult(Merge(parse.GetRequiredValue(folder), parse.GetValue(data), parse.GetValue(against),
            parse.GetValue(matchOn), parse.GetValue(soFar), Terminal.Of(parse))));
        return command;
    }

    static int Merge(string folder, string? data, string? against, string? matchOn, bool soFar, Terminal terminal)
    {
        if (!Directory.Exists(folder)) throw new TranslucentException($"{folder}: there is no such folder.");
        JobFile job = JobFile.In(folder) ?? throw new TranslucentException($"{folder}: has no {JobFile.Name}, expected the folder of a job.");
        EvaluationPreset preset = EvaluationPresets.Find(job.Settings.Preset)
            ?? throw new TranslucentException($"{folder}: is of the preset {job.Settings.Preset}, which this version does not have.");
        if (job.Settings.Version != ThisProgram.Version)
            throw new TranslucentException($"{folder}: was made by translucent {job.Settings.Version}, and this is {ThisProgram.Version}; use the same.");
        JobItems items = JobItems.In(folder, job.Settings);
        if (items.Damaged > 0) terminal.Warn($"{folder}: {items.Damaged} lines are not of this job or are damaged.");
        if (items.Done < items.Count && (!soFar || items.Done == 0))
            throw new TranslucentException(
                $"{folder}: {items.Count - items.Done} of {items.Count} {preset.Items} are not done; run the shards again that were ended"
                + (items.Done > 0 ? ", or take what there is with --so-far." : "."));
        NamingJob? naming = matchOn is null ? null : NamingJob.In(job.Settings, matchOn);
        LabelledImages? images = null;
        try
        {
            images = preset == EvaluationPresets.Text ? null
                : SegmentationPresets.Find(preset.Name) is { } segmentation ? SegmentationData.Open(segmentation, data ?? job.Source.Data,
                    job.Settings.Choices.GetValueOrDefault(SegmentationPresets.Part)).Images
                : preset == EvaluationPresets.GridPointing ? GridJobVerb.Grids(DataSources.Open(data ?? job.Source.Data), job.Settings.Choices).Images
                : DataSources.Open(data ?? job.Source.Data);
        }
        catch (TranslucentException e)
        {
            terminal.Warn($"the report is without pictures: {e.Message}");
        }
        return new JobMerge(folder, job.Settings, preset, items, against, naming).Write(images, terminal);
    }

    /// <summary>Writes the results.</summary>
    /// <param name="images">For pictures of examples; null for none.</param>
    /// <param name="terminal">Shows the first table.</param>
    /// <returns>The exit code: a failure where an image has failed.</returns>
    /// <exception cref="TranslucentException">No image has a result.</exception>
    public int Write(LabelledImages? images, Terminal terminal)
    {
        IReadOnlyList<JobFailure> failures = items.Failures();
        if (failures.Count == items.Done)
            throw new TranslucentException($"{folder}: all {items.Done} {preset.Items} failed; the first: {failures[0].Key}: {failures[0].Reason}");
        EvaluationResults results = naming is null ? preset.Reduce(settings, items, against) : SegmentationResults.Of(settings, items, naming);
        if (items.Done < items.Count)
            results = results with
            {
                Notes = [$"Of {items.Count} {preset.Items} {items.Done} are done; the others are no part of these results.", .. results.Notes],
            };
        ResultsFile file = new(settings, items.Done - failures.Count, failures.Count, failures, results);
        Text(ResultsFile.Name, JsonSerializer.Serialize(file, ResultsJson.Readable.ResultsFile) + "\n");
        Text("results.csv", Csv(results));
        IReadOnlyDictionary<int, (Image Segments, Image Truth)> segments = SegmentExamples.Of(settings, items,
            results.Examples.SelectMany(e => e.Images.Select(i => i.Item)).ToHashSet());
        if (segments.Count > 0)
            results = results with { Examples = [.. results.Examples.Select(e => e with { Title = $"{e.Title}: photograph, segments, truth" })] };
        Text("report.html", ReportPage.Render(file with { Results = results }, preset, example => segments.TryGetValue(example.Item, out var drawn)
            ? SegmentExamples.Beside(Picture(images, example), drawn.Segments, drawn.Truth) : Picture(images, example)));

        ResultTable table = results.Tables[0];
        terminal.Line(table.Title);
        terminal.Table([table.About, .. table.Columns.Select(c => ">" + c)], Cells(table).Select((cells, r) => (string[])[table.Rows[r].Name, .. cells]));
        foreach (string note in results.Notes) terminal.Line(note);
        if (failures.Count > 0)
            terminal.Warn($"{failures.Count} of {items.Count} {preset.Items} failed and are not part of the results; the report lists them.");
        terminal.Line($"written: {string.Join(", ", new[] { ResultsFile.Name, "results.csv", "report.html" }.Select(name => Path.Combine(folder, name)))}");
        return failures.Count > 0 ? CommandLine.Failure : CommandLine.Success;
    }

    /// <summary>The numbers of a table as people read them, row by row: all of a column with as many digits.</summary>
    public static IEnumerable<string[]> Cells(ResultTable table)
    {
        string[] formats = [.. table.Columns.Select((_, c) => Format([.. table.Rows.Select(r => r.Values[c]).OfType<double>()]))];
        return table.Rows.Select(row => row.Values.Select((v, c) => v?.ToString(formats[c], CultureInfo.InvariantCulture) ?? "-").ToArray());
    }

    static string Format(double[] column) => column.All(v => v == Math.Floor(v)) ? "0" : column.Max(Math.Abs) >= 10 ? "0.00" : "0.0000";

    void Text(string name, string text) => AtomicFile.Write(Path.Combine(folder, name), stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>All numbers of all tables, one a line (RFC 4180).</summary>
    static string Csv(EvaluationResults results)
    {
        StringBuilder csv = new("table,row,column,value\n");
        foreach (ResultTable table in results.Tables)
            foreach (ResultRow row in table.Rows)
                for (int c = 0; c < table.Columns.Count; c++)
                    csv.Append(CultureInfo.InvariantCulture, $"{Cell(table.Title)},{Cell(row.Name)},{Cell(table.Columns[c])},{row.Values[c]:R}\n");
        return csv.ToString();
    }

    static string Cell(string text) => text.AsSpan().IndexOfAny("\",\n\r") < 0 ? text : $"\"{text.Replace("\"", "\"\"")}\"";

    /// <summary>The image of an example; null where it is not there any more.</summary>
    static Image? Picture(LabelledImages? images, ResultExample example)
    {
        if (images is null || example.Item >= images.Images.Count || images.Images[example.Item] is not { } image || image.Key != example.Key) return null;
        try
        {
            return Resize.Within(image.Read(), ReportPage.PictureSide).ToRgb();
        }
        catch (Exception e) when (e is TranslucentException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
