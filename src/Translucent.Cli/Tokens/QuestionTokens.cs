// tokens on a question about a picture: what formed words and regions, over words and regions.

using System.Diagnostics;
using Translucent.Cli.Language;
using Translucent.Cli.Objects;
using Translucent.Cli.Options;
using Translucent.Cli.Runs;
using Translucent.Cli.Streams;
using Translucent.Explain;
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
        StreamScene scene = StreamScene.Of(pass, options.RenderSize);
        SweepOptions sweep = new() { MemoryBytes = options.MemoryBytes, Stop = stop };
        TokensFound? explained = null;
        terminal.Work("tokens", progress => explained = TokensFound.Of(scene, asked, Usual, stream => [.. Enumerable.Range(0, stream.Length)],
            (_, _, _, _) => sweep, terminal.Line, new TokensForecast(pass.Seconds, pass.Again), progress.Report));
        TokensFound found = explained!;
        TokensPictures pictures = new(scene, found, MapLook.Usual);
        RunFolder folder = new(options.Out ?? Path.Combine("out", "tokens"));
        pictures.Write(folder, stop);
        StreamTokensSettings settings = asked.Settings(options.RenderSize) with
        {
            TextSha256 = TextFiles.Hash(question.Question),
            Detector = pass.RegionsFrom(question),
        };
        TokensReport report = new(scene, found, pictures, MapLook.Usual);
        report.Show(terminal);
        TextPaper page = new($"{question.Question} {found.What}", $"{pass.Tokens.Count} tokens, {pass.Regions.Boxes.Shape[0]} regions, "
            + $"read by <b>{Pages.Html.Text(pass.Record.Name)}</b>");
        report.Write(page);
        folder.Text("tokens.html", page.Finish(report.Notes(), $"{pass.Record.Name}: {pass.Record.Family}", pass.Record.Hash, RecordJson.Element(settings),
            folder.Files, report.Scripts), "all of it on one page, for a browser");
        RunRecord.Finish(folder, new ResultRecord("tokens", ThisProgram.Now(), pass.PictureRecord(question), pass.Record, RecordJson.Element(settings),
            ThisProgram.Versions, new Dictionary<string, double> { ["total"] = Math.Round(clock.Elapsed.TotalSeconds, 4) }));
        terminal.Line($"{found.What}, {(found.Tokens.Count == 1 ? "1 token" : $"{found.Tokens.Count} tokens")}, "
            + $"{Terminal.Duration(clock.Elapsed.TotalSeconds)} -> {Path.Combine(folder.Path, "tokens.html")}");
        Handover.Of(options.Handover, terminal, folder.Path);
        return CommandLine.Success;
    }
}
