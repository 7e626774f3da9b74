// translucent tokens-of: the tokens that a model reads for a text, and where each came from.

using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Translucent.Cli.Options;
using Translucent.Cli.Records;
using Translucent.Text;

namespace Translucent.Cli.Verbs;

/// <summary>The verb <c>tokens-of</c>.</summary>
static class TokensOfVerb
{
    const int LongestInput = 10_000_000; // characters; a table of their tokens takes some gigabytes

    static readonly string[] s_headings = [">#", "token", ">id", "offsets", "text"];

    public static Command Create()
    {
        Argument<string?> text = new("TEXT") { Description = "The text; - reads it from standard input, as UTF-8.", Arity = ArgumentArity.ZeroOrOne };
        Option<string?> file = new("--file", "-f") { Description = "A text file in UTF-8, instead of TEXT. [default: none]", HelpName = "FILE" };
        Option<string> model = new("--model", "-m")
        {
            Description = "A Hugging Face model folder with a tokenizer, the name of a bundled model, or a tokenizer.json.",
            HelpName = "FOLDER|NAME|FILE",
            Required = true,
        };
        Option<string?> pair = new("--pair") { Description = "A second text, for models that read two. [default: none]", HelpName = "TEXT" };
        Option<bool> plain = new("--plain") { Description = "Without the special tokens that frame a text for the model." };
        Option<bool> json = new("--json") { Description = "Print one JSON object instead of a table." };
        Command command = new("tokens-of", "Show the tokens that a model reads for a text, with their ids and where they came from.") { text, file, model, pair,
            plain, json };
        command.SetAction(parse =>
        {
            Tokenizer tokenizer = Open(parse.GetRequiredValue(model));
            (string first, string? second) = (Text(parse.GetValue(text), parse.GetValue(file)), parse.GetValue(pair));
            EncodedText encoded = tokenizer.Encode(first, second, !parse.GetValue(plain));
            if (parse.GetValue(json)) parse.InvocationConfiguration.Output.WriteLine(
                JsonSerializer.Serialize(EncodedRecord.Of(tokenizer, encoded), ReportJson.Line.EncodedRecord));
            else Print(Terminal.Of(parse), tokenizer, encoded, first, second);
            return CommandLine.Success;
        });
        return command;
    }

    static Tokenizer Open(string model) => Tokenizer.Open(File.Exists(model) ? model : ModelFolders.Find(model));

    static string Text(string? text, string? file) => (text, file) switch
    {
        (null, null) => throw new UsageException("tokens-of: expected a TEXT, - for standard input, or --file FILE."),
        ("-", null) => Read(Console.OpenStandardInput(), "standard input"),
        (not null, null) => text,
        (null, not null) => Read(File.OpenRead(file), file),
        _ => throw new UsageException("tokens-of: has a TEXT and --file, expected one of them."),
    };

    static string Read(Stream stream, string name)
    {
        using StreamReader input = new(stream, new UTF8Encoding(false));
        StringBuilder all = new();
        char[] buffer = new char[1 << 16];
        for (int count; (count = input.Read(buffer)) > 0;)
        {
            all.Append(buffer, 0, count);
            if (all.Length > LongestInput)
                throw new UsageException($"{name}: is longer than {LongestInput} characters, expected a text of at most that; give it in parts.");
        }
        return all.ToString();
    }

    static void Print(Terminal terminal, Tokenizer tokenizer, EncodedText encoded, string first, string? second)
    {
        IEnumerable<string[]> rows = Enumerable.Range(0, encoded.Count).Select(i =>
        {
            TextSpan span = encoded.Utf16Offsets[i];
            string source = encoded.Sequences[i] is int s ? (s == 0 ? first : second!)[span.Start..span.End] : "";
            string[] cells = [Number(i), Visible.Line(encoded.Tokens[i]), Number(encoded.Ids[i]), encoded.Sequences[i] is null ? "added"
                : encoded.Offsets[i].ToString(), Visible.Line(source)];
            return second is null ? cells : [.. cells, Number(encoded.TypeIds[i])];
        });
        terminal.Table(second is null ? s_headings : [.. s_headings, ">type"], rows);
        terminal.Line(FormattableString.Invariant($"{encoded.Count} tokens of {tokenizer.VocabularySize} in the vocabulary; offsets count code points."));
    }

    static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
