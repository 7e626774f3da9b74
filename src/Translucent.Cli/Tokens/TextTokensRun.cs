// tokens on a text: what formed each word inside a language model, a classifier of texts or the text tower of a CLIP.

using System.Diagnostics;
using Translucent.Cli.Language;
using Translucent.Cli.Options;
using Translucent.Cli.Runs;
using Translucent.Cli.Streams;
using Translucent.Evaluate.Trust;
using Translucent.Explain;
using Translucent.Runs;
using Translucent.Runs.Records;
using Translucent.Tensors;
using Trace = Translucent.Models.Trace;

namespace Translucent.Cli.Tokens;

/// <summary>The work.</summary>
/// <param name="text">The text.</param>
/// <param name="asked">What was asked for.</param>
/// <param name="options">Model, folder and memory.</param>
sealed class TextTokensRun(string text, TokensAsked asked, RunOptions options)
{
    public int Run(string type, Terminal terminal, CancellationToken stop)
    {
        Stopwatch clock = Stopwatch.StartNew();
        using TextReading reading = TextReading.Of("tokens", text, type, options, terminal, stop);
        StreamScene scene = new(reading.Trace, _ => reading.Names);
        SparseDecision? decision = null;
        TokensFound? found = null;
        terminal.Work("tokens", progress => found = TokensFound.Of(scene, asked, usualStream: null, stream => [.. Enumerable.Range(0, stream.Length)],
            (_, layer, tokens, w) =>
            {
                decision = Decide(reading, layer, tokens, w, stop);
                foreach (string note in decision.Notes) terminal.Line(note);
                return new SweepOptions { MemoryBytes = reading.MemoryBytes, Stop = stop, Rows = decision.Record.Rows };
            }, terminal.Line, new TokensForecast(reading.Seconds, reading.Again), progress.Report));
        TokensPictures pictures = new(scene, found!, MapLook.Usual);
        RunFolder folder = new(options.Out ?? Path.Combine("out", "tokens"));
        pictures.Write(folder, stop);
        StreamTokensSettings settings = asked.Settings(options.RenderSize) with
        {
            Rows = asked.Rows.Word,
            TextSha256 = TextFiles.Hash(text),
            TokenizerSha256 = reading.TokenizerHash,
        };
        TokensReport report = new(scene, found!, pictures, MapLook.Usual);
        report.Show(terminal);
        TextPaper page = new(TextReading.Title(text), $"{Pages.Html.Text(found!.What)}, {reading.Ids.Count} tokens, read by "
            + $"<b>{Pages.Html.Text(reading.Record.Name)}</b>");
        report.Write(page);
        folder.Text("tokens.html", page.Finish(report.Notes(), reading.Line, reading.Record.Hash, RecordJson.Element(settings), folder.Files, report.Scripts),
            "all of it on one page, for a browser");
        RunRecord.Finish(folder, new ResultRecord("tokens", ThisProgram.Now(), Image: null, reading.Record, RecordJson.Element(settings), ThisProgram.Versions,
            new Dictionary<string, double> { ["forward"] = Math.Round(reading.Seconds, 4), ["total"] = Math.Round(clock.Elapsed.TotalSeconds, 4) })
        {
            Sweeps = decision!.Record,
        });
        terminal.Line($"{found.What}, {(found.Tokens.Count == 1 ? "1 token" : $"{found.Tokens.Count} tokens")}, "
            + $"{Terminal.Duration(clock.Elapsed.TotalSeconds)} -> {Path.Combine(folder.Path, "tokens.html")}");
        Handover.Of(options.Handover, terminal, folder.Path);
        return CommandLine.Success;
    }

    /// <summary>Exact or sparse sweeps: by what was asked for, or by what the layer would take.</summary>
    SparseDecision Decide(TextReading reading, int layer, IReadOnlyList<int> tokens, Tensor? w, CancellationToken stop)
    {
        Trace trace = reading.Trace;
        Forecast forecast = Forecast.Measured(Cost.Forward(trace), reading.Seconds, reading.Again);
        SweepOptions plain = new() { MemoryBytes = reading.MemoryBytes, Stop = stop };
        return SparseDecision.Of(asked.Rows, forecast.SweepSeconds(new Workload("", tokens.Count, Cost.Tokens(trace, layer, tokens.Count), Pictures: 0)),
            random => [("latent tokens", new TokenTargets(layer, [.. SparseDecision.Pick(random, tokens.Count, asked.Rows.Check).Select(i => tokens[i])],
                asked.Explainer.Function, w))],
            (targets, k) => SparseCheck.Of(trace, targets, k, plain));
    }
}
