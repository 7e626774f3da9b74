// tokens on a question about a picture: what formed words and regions, over words and regions.

using System.Diagnostics;
using Translucent.Cli.Language;
using Translucent.Cli.Objects;
using Translucent.Cli.Options;
using Translucent.Cli.Runs;
using Translucent.Cli.Streams;
using Translucent.Explain;
using Translucent.Images;
using Translucent.Models;
using Translucent.Runs;
using Translucent.Runs.Records;

namespace Translucent.Cli.Tokens;

/// <summary>The work.</summary>
/// <param name="question">The question, its picture and the models.</param>
/// <param name="asked">What was asked for.</param>
/// <param name="options">Folder, pictures, and what is handed on.</param>
sealed class QuestionTokens(QuestionOptions question, TokensAsked asked, RunOptions options)
{
    const string Usual = "text";

    public int Run(Terminal terminal, CancellationToken stop)
    {
        Stopwatch clock = Stopwatch.StartNew();
        using QuestionPass pass = QuestionPass.Of(question, answers: false, terminal, stop);
        StreamScene scene = new(pass.Trace, stream => stream.Layout is TextTokens ? pass.Tokens.Tokens : pass.Names,
            pass.Picture is null ? null : Resize.Within(pass.Picture, options.RenderSize).ToRgb(), Boxes: pass.Regions.Boxes);
        SweepOptions sweep = new() { MemoryBytes = options.MemoryBytes, Stop = stop };
        TokensFound found = TokensFound.Of(scene, asked, Usual, stream => [.. Enumerable.Range(0, stream.Length)], (_, _, _, _) => sweep);
        TokensPictures pictures = new(scene, found, MapLook.Usual);
        RunFolder folder = new(options.Out ?? Path.Combine("out", "tokens"));
        pictures.Write(folder, stop);
        StreamTokensSettings settings = asked.Settings(options.RenderSize) with
        {
            TextSha256 = TextFiles.Hash(question.Question),
            Detector = pass.Detector.Length > 0 ? pass.Detector : FileHash.Of(question.Features!),
        };
        TokensReport report = new(scene, found, pictures, MapLook.Usual);
        report.Show(terminal);
        TextPaper page = new($"{question.Question} {found.What}", $"{pass.Tokens.Count} tokens, {pass.Regions.Boxes.Shape[0]} regions, "
            + $"read by <b>{Pages.Html.Text(pass.Record.Name)}</b>");
        report.Write(page, stop);
        folder.Text("tokens.html", page.Finish(report.Notes(), $"{pass.Record.Name}: {pass.Record.Family}", pass.Record.Hash, RecordJson.Element(settings),
            folder.Files, "text.js"), "all of it on one page, for a browser");
        ImageRecord? image = pass.Picture is null ? null
            : ImageRecord.Of(question.Image!, (pass.Picture.Width, pass.Picture.Height), ImageFingerprint.Of(question.Image!));
        RunRecord.Finish(folder, new ResultRecord("tokens", ThisProgram.Now(), image, pass.Record, RecordJson.Element(settings), ThisProgram.Versions,
            new Dictionary<string, double> { ["total"] = Math.Round(clock.Elapsed.TotalSeconds, 4) }));
        terminal.Line($"{found.What}, {(found.Tokens.Count == 1 ? "1 token" : $"{found.Tokens.Count} tokens")}, "
            + $"{Terminal.Duration(clock.Elapsed.TotalSeconds)} -> {Path.Combine(folder.Path, "tokens.html")}");
        Handover.Of(options.Handover, terminal, folder.Path);
        return CommandLine.Success;
    }
}
