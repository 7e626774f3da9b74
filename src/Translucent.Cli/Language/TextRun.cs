// The work of `translucent text`.

using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Translucent.Evaluate.Perturb;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Runs;
using Translucent.Runs.Records;
using Trace = Translucent.Models.Trace;

namespace Translucent.Cli.Language;

/// <summary>A text with everything that was found about it.</summary>
/// <param name="Info">The model.</param>
/// <param name="Layout">Text and summary.</param>
/// <param name="Relevance">What was computed.</param>
/// <param name="Erasure">Whether it is true.</param>
/// <param name="Explained">What was explained, in words.</param>
sealed record TextFound(LanguageInfo Info, SummaryLayout Layout, SummaryRelevance Relevance, ErasureComparison Erasure, string Explained);

/// <summary>Explains one summary.</summary>
sealed class TextRun(TextOptions options, Terminal terminal)
{
    public int Run(CancellationToken stop)
    {
        Stopwatch clock = Stopwatch.StartNew();
        string context = LanguageOptions.FileText("--context", options.ContextFile).Trim();
        string? summary = options.SummaryFile is { } file ? LanguageOptions.FileText("--summary", file).Trim() : null;
        using LanguageInfo info = LanguageInfo.Open(options.Model, stop);
        info.Announce(terminal);
        if (!info.Model.PredictsTokens)
            throw TranslucentException.OfRequest($"--model {options.Model}: {info.Model.Family} predicts no tokens, so it makes no summary; "
            + "'translucent classify' explains classifiers of texts.");
        if (options.How.Layer > info.TopLayer) throw new UsageException($"--layer {options.How.Layer}: {info.Name} has layers 2 to {info.TopLayer}.");
        JsonElement settings = RecordJson.Element(Settings(context, summary, info));
        RunIdentity identity = new(ThisProgram.Version, "text", info.Hash, settings);
        if (!options.Force && EarlierRun.Holds(options.Out, identity))
        {
            terminal.Line($"{options.Out}: done before with these settings, nothing to do (--force does it again)");
            return CommandLine.Success;
        }
        SummaryLayout layout = Layout(info, context, summary, stop);
        RunFolder folder = new(options.Out);
        (TextFound found, SparseDecision decision, Dictionary<string, double> seconds) = Explain(info, layout, stop);
        Show(found);
        TextFiles.Write(folder, found, options);
        folder.Text("index.html", TextPage.Render(found, options, settings, folder.Files), "all of it on one page, for a browser");
        seconds["total"] = Math.Round(clock.Elapsed.TotalSeconds, 4);
        RunRecord.Finish(folder, new ResultRecord("text", ThisProgram.Now(), Image: null, info.Record, settings, ThisProgram.Versions, seconds)
        {
            Sweeps = options.How.IsUltra ? decision.Record : null,
            Text = new TextFindings(layout.Ids.Count, layout.Context.Count, layout.Summary.Count, layout.SummaryText.Text.Trim(), found.Explained,
                TextFiles.Record(found.Erasure)),
        });
        terminal.Line($"{Terminal.Duration(clock.Elapsed.TotalSeconds)} -> {Path.Combine(folder.Path, "index.html")}");
        return CommandLine.Success;
    }

    SummaryLayout Layout(LanguageInfo info, string context, string? summary, CancellationToken stop)
    {
        SummaryLayout layout;
        if (summary is not null) layout = SummaryLayout.Of(info.Model, context, options.Separator, summary);
        else
        {
            terminal.Line("the model writes:");
            layout = SummaryLayout.Written(info.Model, context, options.Separator, options.Generation!, piece => terminal.Write(Visible.Text(piece)), stop);
            terminal.Line();
        }
        if (layout.Ids.Count > info.Model.Config.Positions)
            terminal.Warn($"{layout.Ids.Count} tokens, and {info.Name} was trained on texts of up to {info.Model.Config.Positions}: "
                + "beyond that it is not itself.");
        return layout;
    }

    TextSettings Settings(string context, string? summary, LanguageInfo info)
    {
        TextMethod how = options.How;
        return new TextSettings(TextFiles.Hash(context), summary is null ? null : TextFiles.Hash(summary), options.Generation is { } g
            ? new GenerationRecord(g.Tokens, g.Temperature, g.TopK, g.TopP, g.Seed) : null, options.Separator, how.Method.Name,
            how.IsUltra ? how.Layer ?? info.TopLayer : null, how.IsUltra ? how.Function.ToString().ToLowerInvariant() : null,
            how.WFile is null ? null : FileHash.Of(how.WFile), how.IsUltra ? how.Order.ToString().ToLowerInvariant() : null,
            how.IsUltra ? how.Rows.Word : null, options.RandomOrders, TextFiles.TokenizerHash(info.Folder));
    }

    (TextFound, SparseDecision, Dictionary<string, double>) Explain(LanguageInfo info, SummaryLayout layout, CancellationToken stop)
    {
        Stopwatch clock = Stopwatch.StartNew();
        (Trace pass, long left) = TextPasses.Forward(info.Model, layout.Ids, options.MemoryBytes, stop);
        using Trace trace = pass;
        double forward = clock.Elapsed.TotalSeconds, flops = Cost.Forward(trace), sweeps = options.How.Flops(trace, layout);
        Forecast forecast = Forecast.Measured(flops, forward, () => TextPasses.Seconds(info.Model, layout.Ids, stop));
        double judging = flops * ErasureComparison.Passes(options.RandomOrders);
        Workload work = new("", layout.Summary.Count, sweeps + judging, Pictures: 0, Repeats: judging);
        terminal.Line($"{layout.Context.Count} tokens of the text, {layout.Summary.Count} of the summary: {options.How.Method.Name}, then "
            + $"{ErasureComparison.Passes(options.RandomOrders)} passes to see whether it is true; {Terminal.About(forecast.Seconds(work))}, "
            + $"{ByteSize.Text(Forecast.Bytes(work, trace, info.WeightBytes, 0, left))} of memory.");
        SweepOptions plain = new() { MemoryBytes = left, Stop = stop };
        SparseDecision decision = options.How.Decide(trace, layout, forecast.SweepSeconds(work), plain);
        foreach (string note in decision.Notes) terminal.Line(note);
        RunProgress progress = new(sweeps + judging, left, stop) { Rows = decision.Record.Rows };
        SummaryRelevance? relevance = null;
        ErasureComparison? erasure = null;
        double explained = 0;
        terminal.Work("text", report =>
        {
            progress.Report = report.Report;
            relevance = options.How.Explain(trace, layout, progress.Sweep(layout.Summary.Count, sweeps));
            explained = clock.Elapsed.TotalSeconds - forward;
            erasure = ErasureComparison.Of(relevance.Lambda, options.RandomOrders, scores =>
                TextErasure.OfSummary(info.Model, layout.Ids, layout.Context, layout.Summary, scores, cancellationToken: stop),
                _ => progress.Did(flops * ErasureComparison.Passes(0)));
        });
        string what = options.How.IsUltra
            ? $"tokens of the summary in layer {options.How.Layer ?? info.TopLayer}, function {options.How.Function.ToString().ToLowerInvariant()}"
            : "log-probability of each token of the summary";
        return (new TextFound(info, layout, relevance!, erasure!, what), decision, new Dictionary<string, double>
        {
            ["forward"] = Math.Round(forward, 4),
            ["explain"] = Math.Round(explained, 4),
            ["erasure"] = Math.Round(clock.Elapsed.TotalSeconds - forward - explained, 4),
        });
    }

    void Show(TextFound found)
    {
        IReadOnlyList<ScoredPart> parts = ScoredPart.Of(found.Layout.ContextText.Parts(), found.Relevance.Lambda);
        terminal.Line();
        terminal.Shaded([.. parts.Select(p => (Visible.Text(p.Part.Text), p.Share))]);
        terminal.Line();
        terminal.Line($"summary: {Visible.Line(found.Layout.SummaryText.Text.Trim())}");
        terminal.Line();
        terminal.Table([">#", "most relevant", ">score"], parts.Where(p => p.Part.Text.Trim().Length > 0).OrderByDescending(p => Math.Abs(p.Score)).Take(12)
            .Select(p => (string[])[$"{p.Part.Tokens[0]}", Visible.Line(p.Part.Text.Trim()), p.Score.ToString("G4", CultureInfo.InvariantCulture)]));
        terminal.Table(ErasureComparison.Headings, found.Erasure.Rows());
        terminal.Line($"mean log p of the summary: {found.Erasure.Scored.Full.ToString("0.0000", CultureInfo.InvariantCulture)}. "
            + "Comprehensiveness: what it loses without the top "
            + "words, more is better; sufficiency: what it loses with them alone, less is better.");
        terminal.Line($"against {found.Erasure.Random.Count} random orders: {found.Erasure.Verdict}.");
    }
}
