// translucent generate: a language model goes on with a text, which is shown as it comes.

using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Translucent.Cli.Options;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Cli.Language;

/// <summary>The verb <c>generate</c>.</summary>
static class GenerateVerb
{
    public static Command Create()
    {
        Argument<string?> prompt = LanguageOptions.Text("PROMPT", "The beginning of the text, in quotes");
        Option<string?> file = LanguageOptions.File();
        Option<string> model = LanguageOptions.Model(
            "A model that predicts tokens (Llama, GPT-2): a Hugging Face folder, a bundled model, or org/name of one in the cache.");
        Option<int> tokens = new("--tokens", "-n")
        {
            Description = "At most so many new tokens; the text may end before.",
            HelpName = "N",
            DefaultValueFactory = _ => 128,
            CustomParser = Parsers.Number("--tokens", 1, 1_000_000),
        };
        SamplingOptions sampling = new();
        Option<bool> quiet = new("--quiet") { Description = "Print the new text alone: neither the beginning nor how fast it went." };
        Option<int> threads = ComputeOptions.Threads();
        Command command = new("generate",
            "Let a language model go on with a text. The same settings give the same text on every machine, but for ties in rounding.")
        {
            prompt, file, model, tokens,
        };
        sampling.AddTo(command);
        command.Options.Add(quiet);
        command.Options.Add(threads);
        command.SetAction((parse, stop) =>
        {
            string text = LanguageOptions.Read("generate", parse.GetValue(prompt), parse.GetValue(file));
            GenerationSettings settings = sampling.Read(parse, parse.GetValue(tokens));
            Compute.Default = Compute.Default.WithThreads(parse.GetValue(threads));
            using LanguageInfo info = LanguageInfo.Open(parse.GetRequiredValue(model), stop, hashed: false);
            Terminal.Of(parse).Unread(info.Name, info.Model.UnreadSettings);
            Write(info, text, settings, parse.GetValue(quiet), parse.InvocationConfiguration.Output, stop);
            return Task.FromResult(CommandLine.Success);
        });
        return command;
    }

    static void Write(LanguageInfo info, string prompt, GenerationSettings settings, bool quiet, TextWriter output, CancellationToken stop)
    {
        IReadOnlyList<int> ids = info.Model.Encode(prompt).Ids;
        long start = Stopwatch.GetTimestamp();
        IEnumerable<int> tokens = TextGeneration.Continue(info.Model, ids, settings, cancellationToken: stop); // reads the beginning
        double reading = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (!quiet) output.Write(Visible.Text(prompt));
        Text.StreamedText text = new(info.Tokenizer, ids);
        int count = 0;
        start = Stopwatch.GetTimestamp();
        foreach (int token in tokens)
        {
            count++;
            Show(text.Add(token));
        }
        Show(text.Rest());
        double writing = Stopwatch.GetElapsedTime(start).TotalSeconds;
        output.WriteLine();
        if (!quiet)
        {
            string end = count < settings.Tokens ? ", where the text ends" : "";
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"[{ids.Count} tokens read in {Terminal.Duration(reading)}; {count} written{end}, {count / Math.Max(writing, 1e-9):0.0} a second]"));
        }

        void Show(string piece)
        {
            output.Write(Visible.Text(piece));
            output.Flush();
        }
    }
}
