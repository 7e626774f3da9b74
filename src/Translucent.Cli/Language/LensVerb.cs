// translucent lens: what a language model would say next if it ended behind an earlier block (the logit lens).

using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Translucent.Cli.Options;
using Translucent.Explain;
using Translucent.Explain.Projection;
using Translucent.Files;
using Translucent.Runs;
using Translucent.Runs.Records;
using Translucent.Tensors;
using Translucent.Text;
using Trace = Translucent.Models.Trace;

namespace Translucent.Cli.Language;

/// <summary>What was found: readings at every token, what the text goes on with (-1 behind its end), and how layers form that (none for one token).</summary>
sealed record LensFound(LanguageInfo Info, EncodedText Encoded, string Text, LensReading Reading, IReadOnlyList<int> Next,
    IReadOnlyList<LensLayer> Course);

/// <summary>The verb <c>lens</c>.</summary>
static class LensVerb
{
    const int Shown = 10; // columns in the terminal

    public static Command Create()
    {
        Argument<string?> text = LanguageOptions.Text("TEXT", "The text, in quotes");
        Option<string?> file = LanguageOptions.File();
        Option<string> model = LanguageOptions.Model(
            "A model that predicts tokens (Llama, GPT-2): a Hugging Face folder, a bundled model, or org/name of one in the cache.");
        Option<int> top = new("--top")
        {
            Description = "How many of the likeliest tokens are told.",
            HelpName = "K",
            DefaultValueFactory = _ => 5,
            CustomParser = Parsers.Number("--top", 1, 100)
        };
        Option<TokenState> state = new("--state")
        {
            Description = "What is read: hidden (the stream), attention or mlp (what a block adds to it). [default: hidden]",
            HelpName = "NAME",
            CustomParser = Parsers.Word("--state", ("hidden", TokenState.Hidden), ("attention", TokenState.Attention), ("mlp", TokenState.Mlp)),
        };
        Option<string?> output = LanguageOptions.Out("out/lens");
        Option<bool> force = LanguageOptions.Force();
        Option<long?> memory = ComputeOptions.Memory("passes through the model");
        Option<int> threads = ComputeOptions.Threads();
        Command command = new("lens", "Show what a language model would say next behind every token, if it ended behind an earlier block.")
        {
            text, file, model, top, state, output, force, memory, threads,
        };
        HandoverOptions handover = new();
        handover.AddTo(command);
        command.SetAction((parse, stop) =>
        {
            Compute.Default = Compute.Default.WithThreads(parse.GetValue(threads));
            string read = LanguageOptions.Read("lens", parse.GetValue(text), parse.GetValue(file));
            string folder = LanguageOptions.Folder(parse, output, Path.Combine("out", "lens"));
            return Task.FromResult(handover.Run(parse, folder, terminal => Run(read, parse.GetRequiredValue(model), parse.GetValue(top), parse.GetValue(state),
                folder, parse.GetValue(force), parse.GetValue(memory) ?? SweepOptions.DefaultMemoryBytes(), terminal, stop)));
        });
        return command;
    }

    static int Run(string text, string model, int top, TokenState state, string output, bool force, long memoryBytes, Terminal terminal, CancellationToken stop)
    {
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        using LanguageInfo info = LanguageInfo.Open(model, stop);
        info.Announce(terminal);
        if (!info.Model.PredictsTokens)
            throw TranslucentException.OfRequest($"--model {model}: {info.Model.Family} predicts no tokens, so no layer says what comes next.");
        JsonElement settings = RecordJson.Element(new LensSettings(TextFiles.Hash(text), top, state.ToString().ToLowerInvariant(),
            TextFiles.TokenizerHash(info.Folder)));
        if (!force && EarlierRun.Holds(output, new RunIdentity(ThisProgram.Version, "lens", info.Hash, settings)))
        {
            terminal.Line($"{output}: done before with these settings, nothing to do (--force does it again)");
            return CommandLine.Success;
        }
        EncodedText encoded = info.Tokenizer.Encode(text);
        (Trace pass, _) = TextPasses.Forward(info.Model, [.. encoded.Ids], memoryBytes, stop);
        using Trace trace = pass;
        int[] next = [.. encoded.Ids.Skip(1), encoded.Ids[^1]];
        LensReading reading = LogitLens.Read(trace, [.. Enumerable.Range(0, encoded.Count)], next, top, state: state);
        LensFound found = new(info, encoded, text, reading, [.. encoded.Ids.Skip(1), -1],
            encoded.Count < 2 ? [] : LensCourse.Of(trace, [.. Enumerable.Range(0, encoded.Count - 1)], [.. encoded.Ids.Skip(1)]));
        Show(found, terminal);
        RunFolder folder = new(output);
        folder.Text("lens.csv", Csv(found), "the likeliest tokens of every layer behind every token");
        if (found.Course.Count > 0) folder.Text("layers.csv", LensTable.Csv(found.Course), "how the tokens that follow are formed, layer by layer");
        Tensor log = reading.LogProbabilities!;
        folder.Numbers("next.npy", log, "float32 [L+1, N]: log p of the token that follows, by every layer; the last column repeats the last token");
        folder.Text("index.html", LensPage.Render(found, settings, folder.Files), "all of it on one page, for a browser");
        double seconds = System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds;
        RunRecord.Finish(folder, new ResultRecord("lens", ThisProgram.Now(), Image: null, info.Record, settings, ThisProgram.Versions,
            new Dictionary<string, double> { ["total"] = Math.Round(seconds, 4) })
        {
            Lens = LensTable.Findings(found.Course),
        });
        terminal.Line($"{Terminal.Duration(seconds)} -> {Path.Combine(folder.Path, "index.html")}");
        return CommandLine.Success;
    }

    static void Show(LensFound found, Terminal terminal)
    {
        int count = found.Encoded.Count, first = Math.Max(0, count - Shown);
        if (first > 0) terminal.Line($"the last {Shown} of {count} tokens; the page has all");
        terminal.Table(["layer", .. Enumerable.Range(first, count - first).Select(p => $">{found.Token(found.Encoded.Ids[p])}")],
            Enumerable.Range(1, found.Reading.Top.Count).Reverse().Select(layer => (string[])[$"{layer}", .. Enumerable.Range(first,
                count - first).Select(p => Cell(found, layer - 1, p))]));
        if (found.Course.Count == 0) return;
        terminal.Line($"what layers say of the tokens that follow, over {count - 1} of them:");
        terminal.Table([.. LensTable.Headings.Select((h, i) => i == 0 ? h : $">{h}")], LensTable.Rows(found.Course));
    }

    static string Cell(LensFound found, int layer, int position)
    {
        LensToken best = found.Reading.Top[layer][position][0];
        return string.Create(CultureInfo.InvariantCulture, $"{found.Token(best.Id)} {100 * Math.Exp(best.LogProbability):0}%");
    }

    static string Csv(LensFound found)
    {
        StringBuilder csv = new("layer,position,token,rank,candidate_id,candidate,probability\n");
        for (int layer = 0; layer < found.Reading.Top.Count; layer++)
            for (int p = 0; p < found.Encoded.Count; p++)
                for (int r = 0; r < found.Reading.Top[layer][p].Length; r++)
                {
                    LensToken t = found.Reading.Top[layer][p][r];
                    string candidate = TextFiles.Quoted(found.Info.Tokenizer.TokenOf(t.Id) ?? "");
                    csv.Append(CultureInfo.InvariantCulture, $"{layer + 1},{p},{TextFiles.Quoted(found.Encoded.Tokens[p])},{r + 1},")
                        .Append(CultureInfo.InvariantCulture, $"{t.Id},{candidate},{Math.Exp(t.LogProbability):G6}\n");
                }
        return csv.ToString();
    }

    /// <summary>A token as it reads in a text.</summary>
    public static string Token(this LensFound found, int id) => ShownToken.Of(found.Info.Tokenizer, id);
}
