// What verbs take that look at any token stream: a picture for a detector, a picture and a question about it, or a text. Shared by attention and tokens.

using System.CommandLine;
using Translucent.Cli.Language;
using Translucent.Cli.Objects;
using Translucent.Cli.Options;
using Translucent.Cli.Runs;
using Translucent.Models;

namespace Translucent.Cli.Streams;

/// <summary>What goes into a model.</summary>
enum StreamKind
{
    /// <summary>A picture into a model of one stream of patches.</summary>
    Patches,

    /// <summary>A picture into a detector.</summary>
    Detector,

    /// <summary>A question about a picture.</summary>
    Question,

    /// <summary>A text.</summary>
    Text,
}

/// <summary>The options, and what stands before and behind them.</summary>
/// <param name="verb">The verb, for messages.</param>
/// <param name="common">The options of all verbs that look at images.</param>
/// <param name="score">What is done with objects above --score.</param>
/// <param name="features">Other names of --features.</param>
sealed class StreamInputs(string verb, CommonOptions common, string score, params string[] features)
{
    /// <summary>What stands in the place of images, for help.</summary>
    public const string Instead = " A picture and a question in quotes, or a text in quotes, for models that take these; behind -- it may begin with a dash.";

    readonly Option<string?> _features = new("--features", features)
    {
        Description = "LXMERT: regions of a file. [default: found by the detector]",
        HelpName = "FILE",
    };

    readonly Option<string?> _detector = new("--detector")
    {
        Description = "LXMERT: the detector whose objects are the regions. [default: the one that the model names]",
        HelpName = "FOLDER|NAME",
    };

    /// <summary>--score.</summary>
    public Option<double> Score { get; } = DetectVerb.ScoreOption(score);

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[Score, _features, _detector]) command.Options.Add(option);
    }

    /// <summary>What a model of some <c>model_type</c> takes; options that belong to other kinds are refused.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="type">The type.</param>
    /// <param name="tower">Whether the text tower of a CLIP or SigLIP is meant.</param>
    /// <exception cref="UsageException">An option does not fit.</exception>
    public StreamKind Kind(ParseResult parse, string type, bool tower)
    {
        StreamKind kind = LanguageModels.ModelTypes.Contains(type) || type is "clip_text_model" or "siglip_text_model" or "siglip2_text_model"
            || (tower && type is "clip" or "siglip" or "siglip2") ? StreamKind.Text
            : type switch { "detr" => StreamKind.Detector, "lxmert" => StreamKind.Question, _ => StreamKind.Patches };
        if (kind == StreamKind.Patches) Reject(parse, "is for detectors and questions about pictures", Score, _features, _detector);
        if (kind is StreamKind.Question or StreamKind.Text) Reject(parse, "is for detectors", Score);
        if (kind is StreamKind.Detector or StreamKind.Text) Reject(parse, "is for questions about pictures", _features, _detector);
        return kind;
    }

    /// <summary>A list of tokens takes the words behind it: pictures, a question, a text.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="kind">What the model takes.</param>
    /// <param name="tokens">What was typed behind --token.</param>
    /// <param name="inputs">Takes what is no token.</param>
    /// <returns>The tokens.</returns>
    public IReadOnlyList<string> Shared(ParseResult parse, StreamKind kind, IReadOnlyList<string> tokens, List<string> inputs)
    {
        if (kind is StreamKind.Question or StreamKind.Text)
        {
            int given = parse.GetValue(common.Images)?.Length ?? 0, expected = kind == StreamKind.Question ? 2 : 1;
            int missing = Math.Clamp(expected - given, 0, Math.Max(0, tokens.Count - 1));
            inputs.AddRange(tokens.Skip(tokens.Count - missing));
            return [.. tokens.SkipLast(missing)];
        }
        inputs.AddRange(tokens.Where(word => File.Exists(word) || Directory.Exists(word) || word == StandardInput.Word));
        return [.. tokens.Except(inputs)];
    }

    /// <summary>The question, its picture and the models.</summary>
    /// <exception cref="UsageException">There is no picture, or no question.</exception>
    public QuestionOptions Question(ParseResult parse, RunOptions options)
    {
        string? features = parse.GetValue(_features);
        if (options.Images.Count > 2 || (options.Images.Count == 1 && features is null))
            throw new UsageException($"{verb}: {options.Images.Count} words, expected a picture and a question about it, in quotes.");
        return new QuestionOptions(options.Images[^1], options.Images.Count == 2 ? options.Images[0] : null, features, options.Model,
            parse.GetValue(_detector), null, options.MemoryBytes, options.MostPixels);
    }

    /// <summary>The text.</summary>
    /// <exception cref="UsageException">There is none, or several.</exception>
    public string Text(RunOptions options) => options.Images.Count == 1 ? LanguageOptions.Read(verb, options.Images[0], null)
        : throw new UsageException($"{verb}: {options.Images.Count} texts, expected one, in quotes.");

    /// <summary>Refuses options that were given.</summary>
    /// <exception cref="UsageException">One was.</exception>
    public static void Reject(ParseResult parse, string why, params IReadOnlyList<Option> options)
    {
        if (options.FirstOrDefault(o => parse.GetResult(o) is { Implicit: false }) is { } given)
            throw new UsageException($"{given.Name}: {why}; this model is of another kind.");
    }
}
