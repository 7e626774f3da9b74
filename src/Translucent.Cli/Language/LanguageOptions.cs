// What verbs about texts can be given: the model, a text as a word or a file, and where to write.

using System.CommandLine;
using System.Text;
using Translucent.Cli.Options;

namespace Translucent.Cli.Language;

/// <summary>Makes options that verbs about texts share.</summary>
static class LanguageOptions
{
    const int LongestInput = 10_000_000; // characters

    /// <summary>--model, which has no default.</summary>
    public static Option<string> Model(string what = "A language model: a Hugging Face folder, a bundled model, or org/name of one in the cache.") =>
        new("--model", "-m") { Description = what, HelpName = "FOLDER|NAME", Required = true };

    /// <summary>The text itself.</summary>
    public static Argument<string?> Text(string name, string what) => new(name)
    {
        Description = $"{what}; - reads it from standard input, as UTF-8.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>--file.</summary>
    public static Option<string?> File() => new("--file") { Description = "A text file in UTF-8, instead of the text. [default: none]", HelpName = "FILE" };

    /// <summary>--out.</summary>
    public static Option<string?> Out(string usual) => new("--out", "-o") { Description = $"The folder to write to. [default: {usual}]", HelpName = "FOLDER" };

    /// <summary>--force.</summary>
    public static Option<bool> Force() => new("--force") { Description = "Also do again what is done already with the same settings." };

    /// <summary>The folder that was named, or the usual one.</summary>
    /// <exception cref="UsageException">The name is empty.</exception>
    public static string Folder(ParseResult parse, Option<string?> option, string usual) => parse.GetValue(option) switch
    {
        null => usual,
        var named when string.IsNullOrWhiteSpace(named) => throw new UsageException("--out: is empty, expected a folder to write to."),
        var named => named,
    };

    /// <summary>The text of a word, of standard input, or of a file.</summary>
    /// <param name="verb">For messages.</param>
    /// <param name="text">What was typed, or null.</param>
    /// <param name="file">A file, or null.</param>
    /// <exception cref="UsageException">There is no text or two, or it is empty or too long.</exception>
    public static string Read(string verb, string? text, string? file)
    {
        string read = (text, file) switch
        {
            (null, null) => throw new UsageException($"{verb}: expected a text in quotes, - for standard input, or --file FILE."),
            ("-", null) => All(Console.OpenStandardInput(), "standard input"),
            (not null, null) => text,
            (null, not null) => FileText("--file", file),
            _ => throw new UsageException($"{verb}: has a text and --file, expected one of them."),
        };
        return read.Length > 0 ? read : throw new UsageException($"{verb}: the text is empty, expected some words.");
    }

    /// <summary>The text of a file; - is standard input.</summary>
    /// <exception cref="UsageException">There is no such file, or it is too long.</exception>
    public static string FileText(string option, string file)
    {
        if (file == "-") return All(Console.OpenStandardInput(), "standard input");
        if (!System.IO.File.Exists(file)) throw new UsageException($"{option} {file}: there is no such file.");
        return All(System.IO.File.OpenRead(file), file);
    }

    static string All(Stream stream, string name)
    {
        using StreamReader input = new(stream, new UTF8Encoding(false));
        StringBuilder all = new();
        char[] buffer = new char[1 << 16];
        for (int count; (count = input.Read(buffer)) > 0;)
            if (all.Append(buffer, 0, count).Length > LongestInput)
                throw new UsageException($"{name}: is longer than {LongestInput} characters, expected a text of at most that; give it in parts.");
        return all.ToString();
    }

    /// <summary>A number that may have decimals, from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public static Option<double?> Real(string name, string what, string help, double least, double most, bool open = false) => new(name)
    {
        Description = what,
        HelpName = help,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (double.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out double number)
                && (open ? number > least : number >= least) && number <= most) return number;
            result.AddError(FormattableString.Invariant($"{name} {text}: expected a number {(open ? "above" : "from")} {least} to {most}."));
            return null;
        },
    };

    /// <summary>A whole number from <paramref name="least"/> on, or none.</summary>
    public static Option<int?> Whole(string name, string what, string help, int least, int most = int.MaxValue) => new(name)
    {
        Description = what,
        HelpName = help,
        CustomParser = result => Parsers.Number(name, least, most)(result),
    };
}
