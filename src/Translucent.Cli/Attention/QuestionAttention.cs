// attention on a question about a picture: words read words, regions read regions, and each the other.

using System.Diagnostics;
using Translucent.Cli.Language;
using Translucent.Cli.Objects;
using Translucent.Cli.Options;
using Translucent.Cli.Runs;
using Translucent.Cli.Streams;
using Translucent.Runs;
using Translucent.Runs.Records;

namespace Translucent.Cli.Attention;

/// <summary>The work.</summary>
/// <param name="asked">The question, its picture and the models.</param>
/// <param name="words">What was asked for.</param>
/// <param name="options">Folder, pictures, and what is handed on.</param>
sealed class QuestionAttention(QuestionOptions asked, AttentionWords words, RunOptions options)
{
    const string Usual = "cross.text_from_image";

    public int Run(Terminal terminal, CancellationToken stop)
    {
        Stopwatch clock = Stopwatch.StartNew();
        using QuestionPass pass = QuestionPass.Of(asked, answers: false, terminal, stop);
        StreamScene scene = StreamScene.Of(pass, options.RenderSize);
        AttentionFound read = AttentionFound.Of(scene, words, Usual, stream => [.. Enumerable.Range(0, stream.Length)], asked.MemoryBytes);
        AttentionPictures pictures = new(scene, read);
        RunFolder folder = new(options.Out ?? Path.Combine("out", "attention"));
        pictures.Write(folder, stop);
        StreamAttentionSettings settings = new(words.Site, words.Layer, words.Heads, words.Tokens, Score: null, options.RenderSize)
        {
            TextSha256 = TextFiles.Hash(asked.Question),
            Detector = pass.RegionsFrom(asked),
        };
        TextPaper page = new($"{asked.Question} {pictures.What}", $"{pass.Tokens.Count} tokens, {pass.Regions.Boxes.Shape[0]} regions, "
            + $"read by <b>{Pages.Html.Text(pass.Record.Name)}</b>");
        AttentionReport.Write(page, scene, read, pictures);
        folder.Text("attention.html", page.Finish(AttentionReport.Notes(read, pictures), $"{pass.Record.Name}: {pass.Record.Family}", pass.Record.Hash,
            RecordJson.Element(settings), folder.Files, "text.js"), "all of it on one page, for a browser");
        RunRecord.Finish(folder, new ResultRecord("attention", ThisProgram.Now(), pass.PictureRecord(asked), pass.Record, RecordJson.Element(settings),
            ThisProgram.Versions, new Dictionary<string, double> { ["total"] = Math.Round(clock.Elapsed.TotalSeconds, 4) }));
        terminal.Line($"{pictures.What} of {read.Step.Queries.Name} ({read.Tokens.Count}) to {read.Step.Values.Name} ({read.Step.Values.Length}), "
            + $"{Terminal.Duration(clock.Elapsed.TotalSeconds)} -> {Path.Combine(folder.Path, "attention.html")}");
        Handover.Of(options.Handover, terminal, folder.Path);
        return CommandLine.Success;
    }
}
