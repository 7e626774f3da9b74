// Classes given as texts: --classes "a cat,a dog" and --template "a photo of {}.", for every verb that explains classes.

using System.CommandLine;
using System.Text;
using Translucent.Cli.Runs;
using Translucent.Files;
using Translucent.Models;

namespace Translucent.Cli.Options;

/// <summary>The options <c>--classes</c> and <c>--template</c>.</summary>
sealed class ClassOptions
{
    const long LongestFile = 10_000_000; // bytes

    readonly Option<string[]> _classes = new("--classes")
    {
        Description = "For CLIP: texts to tell apart, as a comma list, or @FILE with one per line; given several times, each is one text, commas and all. "
            + "--target chooses among them.",
        HelpName = "TEXTS",
    };

    readonly Option<string[]> _templates = new("--template")
    {
        Description = $"For --classes: a sentence with {{}} where the text goes, or @FILE with one per line; several are averaged. [default: "
            + $"{ClassTexts.DefaultTemplate}]",
        HelpName = "TEXT",
    };

    /// <summary>Both options.</summary>
    public IReadOnlyList<Option> All => [_classes, _templates];

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command verb)
    {
        verb.Options.Add(_classes);
        verb.Options.Add(_templates);
    }

    /// <summary>What was given; null without <c>--classes</c>.</summary>
    /// <exception cref="UsageException">The texts cannot be classes, or a file of them cannot be read.</exception>
    public PromptClasses? Read(ParseResult parse)
    {
        string[] classes = parse.GetValue(_classes) ?? [], templates = parse.GetValue(_templates) ?? [];
        if (parse.GetResult(_classes) is null)
            return templates.Length == 0 ? null : throw new UsageException("--template: is for texts that --classes names, and there are none.");
        if (classes is [var list] && !IsFile(list)) classes = list.Split(',', StringSplitOptions.TrimEntries);
        (classes, templates) = (Texts("--classes", classes), Texts("--template", templates));
        try
        {
            return new PromptClasses(new ClassTexts(classes, templates));
        }
        catch (TranslucentException e)
        {
            throw new UsageException($"--{e.Message}"); // what is wrong stands first, by the name of its option
        }
    }

    /// <summary>The texts, those of files in their place.</summary>
    static string[] Texts(string option, string[] words) => [.. words.SelectMany(word => IsFile(word) ? Lines(option, word) : [word.Trim()])];

    static bool IsFile(string word) => word.StartsWith('@');

    static IEnumerable<string> Lines(string option, string word)
    {
        if (!File.Exists(word[1..])) throw new UsageException($"{option} {word}: there is no such file.");
        FileInfo file = new(word[1..]);
        if (file.Length > LongestFile)
            throw new UsageException($"{option} {word}: holds {file.Length} bytes, expected one text per line and at most {LongestFile} bytes.");
        try
        {
            string text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(file.FullName)).TrimStart('\uFEFF');
            return text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        }
        catch (DecoderFallbackException)
        {
            throw new UsageException($"{option} {word}: is not UTF-8 text, expected one text per line.");
        }
    }
}
