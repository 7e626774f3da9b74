// What all verbs that look at images can be given.

using System.CommandLine;
using Translucent.Explain;
using Translucent.Tensors;

namespace Translucent.Cli.Options;

/// <summary>The values of the common options.</summary>
/// <param name="Images">Image files and folders, as typed.</param>
/// <param name="Model">A folder, a file, the name of a bundled model, or org/name of one in the cache.</param>
/// <param name="Out">The folder to write to, or null for the default.</param>
/// <param name="MemoryBytes">What forward pass and sweeps may take.</param>
/// <param name="RenderSize">The longer side of pictures, at most, in pixels.</param>
/// <param name="MostPixels">The limit on the pixels of an image file.</param>
/// <param name="Force">Whether images that are done already are done again.</param>
sealed record RunOptions(IReadOnlyList<string> Images, string Model, string? Out, long MemoryBytes, int RenderSize, int MostPixels, bool Force)
{
    /// <summary>Whether folders in folders are looked into.</summary>
    public bool Recursive { get; init; }

    /// <summary>What becomes of results beside their files.</summary>
    public HandoverChoice Handover { get; init; }
}

/// <summary>The common options themselves.</summary>
/// <param name="imagesMayFollowOptions">Whether an option takes any number of words, and so may take the images after it.</param>
/// <param name="model">The model that is used when none is named.</param>
/// <param name="inputs">What else may stand in their place.</param>
sealed class CommonOptions(bool imagesMayFollowOptions = false, string model = ModelFolders.Default, string inputs = "")
{
    readonly WordArgument _images = new("IMAGE")
    {
        Description = $"PNG, JPEG, WebP, GIF or BMP files, or folders of them; - is an image on standard input.{inputs}",
        Arity = imagesMayFollowOptions ? ArgumentArity.ZeroOrMore : ArgumentArity.OneOrMore,
    };

    readonly Option<string> _model = new("--model", "-m")
    {
        Description =
            "A Hugging Face model folder, a file of weights, the name of a bundled model, or org/name of a model in the cache (see 'translucent models').",
        HelpName = "FOLDER|NAME",
        DefaultValueFactory = _ => model,
    };

    readonly Option<string?> _out = new("--out", "-o")
    {
        Description = "The folder to write to; with several images each gets a folder of its own in it. [default: out/<image name>]",
        HelpName = "FOLDER",
    };

    readonly Option<long?> _memory = ComputeOptions.Memory("passes through the model");

    readonly Option<int> _threads = ComputeOptions.Threads();

    readonly Option<int> _renderSize = ComputeOptions.RenderSize(
        "The longer side of pictures of an image, at most, in pixels; sheets put several together, and no number changes.");

    readonly Option<int> _mostPixels = ComputeOptions.MostPixels();

    readonly Option<bool> _force = new("--force")
    {
        Description = "With several images: also do those again whose result is there already, with the same settings.",
    };

    readonly Option<bool> _recursive = new("--recursive", "-r") { Description = "Of folders, also take the images of the folders in them." };

    readonly HandoverOptions _handover = new(images: true);

    /// <summary>The images themselves.</summary>
    public Argument<string[]> Images => _images;

    /// <summary>The model's name.</summary>
    public Option<string> Model => _model;

    /// <summary>Adds argument and options to a verb.</summary>
    public void AddTo(Command verb)
    {
        verb.Arguments.Add(_images);
        verb.Options.Add(_model);
        verb.Options.Add(_out);
        verb.Options.Add(_memory);
        verb.Options.Add(_threads);
        verb.Options.Add(_renderSize);
        verb.Options.Add(_mostPixels);
        verb.Options.Add(_recursive);
        verb.Options.Add(_force);
        _handover.AddTo(verb);
    }

    /// <summary>Reads the values, and sets the threads of the numeric layer.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="more">Images that were found elsewhere on it.</param>
    /// <exception cref="UsageException">No image is named.</exception>
    public RunOptions Read(ParseResult parse, IEnumerable<string>? more = null)
    {
        Compute.Default = Compute.Default.WithThreads(parse.GetValue(_threads));
        string[] images = [.. parse.GetValue(_images) ?? [], .. more ?? []];
        if (images.Length == 0) throw new UsageException("IMAGE: name at least one file or folder.");
        if (images.Any(string.IsNullOrWhiteSpace)) throw new UsageException("IMAGE: a name is empty, expected a file or folder.");
        if (parse.GetResult(_out) is not null && string.IsNullOrWhiteSpace(parse.GetValue(_out)))
            throw new UsageException("--out: is empty, expected a folder to write to.");
        return new RunOptions(images, parse.GetRequiredValue(_model), parse.GetValue(_out),
            parse.GetValue(_memory) ?? SweepOptions.DefaultMemoryBytes(), parse.GetValue(_renderSize), parse.GetValue(_mostPixels), parse.GetValue(_force))
        {
            Recursive = parse.GetValue(_recursive),
            Handover = _handover.Read(parse),
        };
    }

    /// <summary>The terminal behind a command line, as silent as it asks for.</summary>
    public Terminal Terminal(ParseResult parse) => _handover.Terminal(parse);
}
