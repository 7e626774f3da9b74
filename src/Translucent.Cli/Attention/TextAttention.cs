// attention on a text: which words each word reads, in language models and in the text towers of CLIP.

using System.Diagnostics;
using Translucent.Checkpoints;
using Translucent.Cli.Language;
using Translucent.Cli.Options;
using Translucent.Files;
using Translucent.Models;
using Translucent.Runs;
using Translucent.Runs.Records;
using Translucent.Text;
using Trace = Translucent.Models.Trace;

namespace Translucent.Cli.Attention;

/// <summary>The work.</summary>
/// <param name="text">The text.</param>
/// <param name="words">What was asked for.</param>
/// <param name="options">Model, folder and memory.</param>
sealed class TextAttention(string text, AttentionWords words, RunOptions options)
{
    const int MostTokens = 4096; // a table of more is no picture

    public int Run(string type, Terminal terminal, CancellationToken stop)
    {
        Stopwatch clock = Stopwatch.StartNew();
        string folder = ModelFolders.Find(options.Model), output = options.Out ?? Path.Combine("out", "attention");
        if (LanguageModels.ModelTypes.Contains(type))
        {
            using LanguageInfo info = LanguageInfo.Open(options.Model, stop);
            info.Announce(terminal);
            EncodedText encoded = info.Tokenizer.Encode(text);
            Check(encoded.Ids);
            (Trace trace, long left) = TextPasses.Forward(info.Model, new TextInput(encoded.Ids, encoded.TypeIds), options.MemoryBytes, stop);
            using (trace)
                return Write(trace, encoded.Ids, info.Tokenizer, info.Record, info.Line, TextFiles.TokenizerHash(info.Folder), left, output, clock, terminal,
                    stop);
        }
        Checkpoint checkpoint = Checkpoint.Open(folder);
        (string hash, long parameters, string name) = (checkpoint.Hash(stop), checkpoint.ParameterCount, ModelFolders.NameOf(folder));
        using ClipText tower = ClipText.Open(checkpoint);
        if (ZeroShot.TokenizerFiles(folder).Count == 0)
            throw new UsageException($"--model {options.Model}: has no tokenizer.json, so it reads no text; fetch the file into its folder.");
        Tokenizer tokenizer = Tokenizer.Open(Checkpoint.FolderOf(folder));
        int[] tokens = ZeroShot.Encoder(tokenizer, tower)(text); // as texts are read that images are compared with
        Check(tokens);
        terminal.Unread(name, checkpoint.UnreadSettings);
        string line = $"{name}: {tower.Family}, {tower.Config.Depth} blocks of width {tower.Config.Width}";
        terminal.Line(line);
        using Trace pass = tower.Forward([tokens], cancellationToken: stop);
        return Write(pass, tokens, tokenizer, new ModelRecord(name, folder, tower.Family, hash, parameters), line, TextFiles.TokenizerHash(folder),
            options.MemoryBytes, output, clock, terminal, stop);
    }

    int Write(Trace trace, IReadOnlyList<int> ids, Tokenizer tokenizer, ModelRecord model, string line, string tokenizerHash, long memoryBytes, string output,
        Stopwatch clock, Terminal terminal, CancellationToken stop)
    {
        string[] names = [.. ids.Select(id => ShownToken.Of(tokenizer, id))];
        AttentionScene scene = new(trace, _ => names);
        string? site = words.Site == "text" ? null : words.Site; // of a tower, its only stream
        AttentionFound read = AttentionFound.Of(scene, words with { Site = site }, usualSite: null, stream => [.. Enumerable.Range(0, stream.Length)],
            memoryBytes);
        AttentionPictures pictures = new(scene, read);
        RunFolder folder = new(output);
        pictures.Write(folder, stop);
        StreamAttentionSettings settings = new(words.Site, words.Layer, words.Heads, words.Tokens, Score: null, options.RenderSize)
        {
            TextSha256 = TextFiles.Hash(text),
            TokenizerSha256 = tokenizerHash,
        };
        string title = text.Trim().ReplaceLineEndings(" ");
        TextPaper page = new(title.Length > 120 ? $"{title[..119]}…" : title,
            $"{pictures.What}, {ids.Count} tokens, read by <b>{Pages.Html.Text(model.Name)}</b>");
        AttentionReport.Write(page, scene, read, pictures);
        folder.Text("attention.html", page.Finish(AttentionReport.Notes(read, pictures), line, model.Hash, RecordJson.Element(settings), folder.Files,
            "text.js"), "all of it on one page, for a browser");
        RunRecord.Finish(folder, new ResultRecord("attention", ThisProgram.Now(), Image: null, model, RecordJson.Element(settings), ThisProgram.Versions,
            new Dictionary<string, double> { ["total"] = Math.Round(clock.Elapsed.TotalSeconds, 4) }));
        string many = read.Tokens.Count == 1 ? "1 token" : $"{read.Tokens.Count} tokens";
        terminal.Line($"{pictures.What}, {many}, {Terminal.Duration(clock.Elapsed.TotalSeconds)} -> "
            + Path.Combine(folder.Path, "attention.html"));
        return CommandLine.Success;
    }

    static void Check(IReadOnlyList<int> ids)
    {
        if (ids.Count == 0) throw TranslucentException.OfRequest("attention: the text has no tokens, expected some words.");
        if (ids.Count > MostTokens) throw TranslucentException.OfRequest($"attention: the text has {ids.Count} tokens, expected at most {MostTokens}.");
    }
}
