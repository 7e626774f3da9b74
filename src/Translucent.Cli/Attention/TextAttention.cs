// attention on a text: which words each word reads, in language models and in the text towers of CLIP.

using System.Diagnostics;
using Translucent.Cli.Language;
using Translucent.Cli.Options;
using Translucent.Cli.Runs;
using Translucent.Cli.Streams;
using Translucent.Runs;
using Translucent.Runs.Records;

namespace Translucent.Cli.Attention;

/// <summary>The work.</summary>
/// <param name="text">The text.</param>
/// <param name="words">What was asked for.</param>
/// <param name="options">Model, folder and memory.</param>
sealed class TextAttention(string text, AttentionWords words, RunOptions options)
{
    public int Run(string type, Terminal terminal, CancellationToken stop)
    {
        Stopwatch clock = Stopwatch.StartNew();
        using TextReading reading = TextReading.Of("attention", text, type, options, terminal, stop);
        StreamScene scene = new(reading.Trace, _ => reading.Names);
        string? site = words.Site == "text" ? null : words.Site; // of a tower, its only stream
        AttentionFound read = AttentionFound.Of(scene, words with { Site = site }, usualSite: null, stream => [.. Enumerable.Range(0, stream.Length)],
            reading.MemoryBytes);
        AttentionPictures pictures = new(scene, read);
        RunFolder folder = new(options.Out ?? Path.Combine("out", "attention"));
        pictures.Write(folder, stop);
        StreamAttentionSettings settings = new(words.Site, words.Layer, words.Heads, words.Tokens, Score: null, options.RenderSize)
        {
            TextSha256 = TextFiles.Hash(text),
            TokenizerSha256 = reading.TokenizerHash,
        };
        TextPaper page = new(TextReading.Title(text), $"{pictures.What}, {reading.Ids.Count} tokens, read by <b>{Pages.Html.Text(reading.Record.Name)}</b>");
        AttentionReport.Write(page, scene, read, pictures);
        folder.Text("attention.html", page.Finish(AttentionReport.Notes(read, pictures), reading.Line, reading.Record.Hash, RecordJson.Element(settings),
            folder.Files, "text.js"), "all of it on one page, for a browser");
        RunRecord.Finish(folder, new ResultRecord("attention", ThisProgram.Now(), Image: null, reading.Record, RecordJson.Element(settings),
            ThisProgram.Versions, new Dictionary<string, double> { ["total"] = Math.Round(clock.Elapsed.TotalSeconds, 4) }));
        string many = read.Tokens.Count == 1 ? "1 token" : $"{read.Tokens.Count} tokens";
        terminal.Line($"{pictures.What}, {many}, {Terminal.Duration(clock.Elapsed.TotalSeconds)} -> "
            + Path.Combine(folder.Path, "attention.html"));
        Handover.Of(options.Handover, terminal, folder.Path);
        return CommandLine.Success;
    }
}
