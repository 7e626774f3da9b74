// A text on its way through a model that reads texts: a language model, or the text tower of a CLIP. Shared by attention and tokens.

using System.Diagnostics;
using Translucent.Checkpoints;
using Translucent.Cli.Options;
using Translucent.Files;
using Translucent.Models;
using Translucent.Runs.Records;
using Translucent.Text;
using Trace = Translucent.Models.Trace;

namespace Translucent.Cli.Language;

/// <summary>The pass and what went in.</summary>
/// <param name="Trace">The pass.</param>
/// <param name="Ids">The tokens of the text, as the model reads it.</param>
/// <param name="Tokenizer">What made them.</param>
/// <param name="Record">The model, for result.json.</param>
/// <param name="Line">The model, in a line.</param>
/// <param name="TokenizerHash">Of the files of the tokenizer.</param>
/// <param name="MemoryBytes">What is left of the memory.</param>
sealed record TextReading(Trace Trace, IReadOnlyList<int> Ids, Tokenizer Tokenizer, ModelRecord Record, string Line, string TokenizerHash, long MemoryBytes)
    : IDisposable
{
    const int MostTokens = 4096; // a table of more is no picture

    IDisposable? _model;

    /// <summary>Seconds of the pass.</summary>
    public double Seconds { get; private init; }

    /// <summary>Makes the pass again, and says what that took.</summary>
    public required Func<double> Again { get; init; }

    /// <summary>What tokens read as, for tables and pages.</summary>
    public IReadOnlyList<string> Names { get; } = [.. Ids.Select(id => ShownToken.Of(Tokenizer, id))];

    /// <summary>The text as a title.</summary>
    public static string Title(string text)
    {
        string line = text.Trim().ReplaceLineEndings(" ");
        return line.Length > 120 ? $"{line[..119]}…" : line;
    }

    /// <summary>Opens a model and has it read a text.</summary>
    /// <param name="verb">For messages.</param>
    /// <param name="text">The text.</param>
    /// <param name="type">The <c>model_type</c>.</param>
    /// <param name="options">Model and memory.</param>
    /// <param name="terminal">Is told about the model.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="TranslucentException">The text is too long, or the model reads none.</exception>
    public static TextReading Of(string verb, string text, string type, RunOptions options, Terminal terminal, CancellationToken stop)
    {
        void Check(IReadOnlyList<int> ids)
        {
            if (ids.Count == 0) throw TranslucentException.OfRequest($"{verb}: the text has no tokens, expected some words.");
            if (ids.Count > MostTokens) throw TranslucentException.OfRequest($"{verb}: the text has {ids.Count} tokens, expected at most {MostTokens}.");
        }
        string folder = ModelFolders.Find(options.Model);
        if (LanguageModels.ModelTypes.Contains(type))
        {
            LanguageInfo info = LanguageInfo.Open(options.Model, stop);
            return Closing(info, () =>
            {
                info.Announce(terminal);
                EncodedText encoded = info.Tokenizer.Encode(text);
                Check(encoded.Ids);
                long start = Stopwatch.GetTimestamp();
                (Trace trace, long left) = TextPasses.Forward(info.Model, new TextInput(encoded.Ids, encoded.TypeIds), options.MemoryBytes, stop);
                return new TextReading(trace, encoded.Ids, info.Tokenizer, info.Record, info.Line, TextFiles.TokenizerHash(info.Folder), left)
                {
                    Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds,
                    Again = () => TextPasses.Seconds(info.Model, encoded.Ids, stop),
                };
            });
        }
        Checkpoint checkpoint = Checkpoint.Open(folder);
        (string hash, long parameters, string name) = (checkpoint.Hash(stop), checkpoint.ParameterCount, ModelFolders.NameOf(folder));
        ClipText tower = ClipText.Open(checkpoint);
        return Closing(tower, () =>
        {
            if (ZeroShot.TokenizerFiles(folder).Count == 0)
                throw new UsageException($"--model {options.Model}: has no tokenizer.json, so it reads no text; fetch the file into its folder.");
            Tokenizer tokenizer = Tokenizer.Open(Checkpoint.FolderOf(folder));
            int[] tokens = ZeroShot.Encoder(tokenizer, tower)(text); // as texts are read that images are compared with
            Check(tokens);
            terminal.Unread(name, checkpoint.UnreadSettings);
            string line = $"{name}: {tower.Family}, {tower.Config.Depth} blocks of width {tower.Config.Width}";
            terminal.Line(line);
            (Trace trace, double seconds) = Pass();
            return new TextReading(trace, tokens, tokenizer, new ModelRecord(name, folder, tower.Family, hash, parameters), line,
                TextFiles.TokenizerHash(folder), options.MemoryBytes)
            {
                Seconds = seconds,
                Again = () =>
                {
                    (Trace second, double took) = Pass();
                    second.Dispose();
                    return took;
                },
            };

            (Trace Trace, double Seconds) Pass()
            {
                long start = Stopwatch.GetTimestamp();
                return (tower.Forward([tokens], cancellationToken: stop), Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        });
    }

    /// <summary>Whoever holds the pass holds its model; a pass that does not come about lets it go.</summary>
    static TextReading Closing(IDisposable model, Func<TextReading> read)
    {
        try
        {
            TextReading reading = read();
            reading._model = model;
            return reading;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Trace.Dispose();
        _model?.Dispose();
    }
}
