// A question about a picture on its way through a model: its words, its regions, and the pass. Shared by ask, attention and tokens.

using System.Diagnostics;
using System.Globalization;
using Translucent.Autodiff;
using Translucent.Checkpoints;
using Translucent.Cli.Options;
using Translucent.Evaluate.DataSets;
using Translucent.Files;
using Translucent.Images;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Pictures.Files;
using Translucent.Runs;
using Translucent.Runs.Records;
using Translucent.Text;
using Trace = Translucent.Models.Trace;

namespace Translucent.Cli.Objects;

/// <summary>What is asked of which model.</summary>
/// <param name="Question">The question.</param>
/// <param name="Image">The picture, or null.</param>
/// <param name="Features">A file of regions, or null for those of the detector.</param>
/// <param name="Model">The model that answers.</param>
/// <param name="Detector">The detector that finds regions; null for the one that the model names.</param>
/// <param name="Answers">A file with names of answers, or null.</param>
/// <param name="MemoryBytes">For passes.</param>
/// <param name="MostPixels">The limit on the pixels of an image file.</param>
record QuestionOptions(string Question, string? Image, string? Features, string Model, string? Detector, string? Answers, long MemoryBytes, int MostPixels);

/// <summary>The pass and what went in.</summary>
/// <param name="Model">The model.</param>
/// <param name="Record">It for result.json.</param>
/// <param name="Tokens">The tokens of the question.</param>
/// <param name="Picture">The picture as it was read, or null.</param>
/// <param name="Regions">Features and boxes, in shares of the picture.</param>
/// <param name="Names">What the detector calls the regions; empty texts without one.</param>
/// <param name="Detector">Which one it was; empty for regions of a file.</param>
/// <param name="Trace">The pass.</param>
sealed record QuestionPass(Lxmert Model, ModelRecord Record, EncodedText Tokens, Image? Picture, RegionFeatures Regions, IReadOnlyList<string> Names,
    string Detector, Trace Trace) : IDisposable
{
    const double TooSmall = 0.5; // score of a detector's object that is a region

    /// <summary>Seconds of the pass.</summary>
    public required double Seconds { get; init; }

    /// <summary>Makes the pass again, and says what that took.</summary>
    public required Func<double> Again { get; init; }

    /// <summary>The picture, for result.json; null without one.</summary>
    public ImageRecord? PictureRecord(QuestionOptions asked) => Picture is null ? null
        : ImageRecord.Of(asked.Image!, (Picture.Width, Picture.Height), ImageFingerprint.Of(asked.Image!));

    /// <summary>Where regions come from, for settings: the detector, or the SHA-256 of their file.</summary>
    public string RegionsFrom(QuestionOptions asked) => Detector.Length > 0 ? Detector : FileHash.Of(asked.Features!);

    /// <summary>Opens the model and runs it.</summary>
    /// <param name="options">What is asked.</param>
    /// <param name="answers">Whether it must have answers.</param>
    /// <param name="terminal">Is told about the model.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="TranslucentException">Model, picture or regions do not fit.</exception>
    public static QuestionPass Of(QuestionOptions options, bool answers, Terminal terminal, CancellationToken stop)
    {
        string folder = ModelFolders.Find(options.Model);
        Checkpoint checkpoint = StreamModel.Answering(options.Model);
        string hash = checkpoint.Hash(stop), name = ModelFolders.NameOf(folder);
        long parameters = checkpoint.ParameterCount;
        string? named = checkpoint.Config.Has("translucent_detector") ? checkpoint.Config.String("translucent_detector") : null;
        Lxmert model = Lxmert.Open(checkpoint, options.Answers is null ? null : AnswerList.Read(options.Answers));
        try
        {
            if (answers && model.Config.Answers == 0)
                throw new TranslucentException(
                    $"{folder}: has no answer head (answer_head.logit_fc), so it answers nothing; take a model that was fine-tuned for questions.");
            LxmertConfig c = model.Config;
            terminal.Line($"{name}: LXMERT, {c.TextLayers} + {c.ImageLayers} + {c.CrossLayers} layers of width {c.Width}, {c.Answers} answers, "
                + $"{(parameters / 1e6).ToString("0.0", CultureInfo.InvariantCulture)} million parameters");
            terminal.Unread(name, checkpoint.UnreadSettings);
            EncodedText tokens = Tokenizer.Open(folder).Encode(options.Question);
            Image? file = options.Image is null ? null : ImageFile.ReadWithin(options.Image, options.MostPixels,
                new DecodingBudget(options.MemoryBytes, "--memory"));
            (RegionFeatures regions, IReadOnlyList<string> names, string detector) = RegionsOf(options, file, named, folder, terminal, stop);
            (Trace trace, double seconds) = Pass();
            return new QuestionPass(model, new ModelRecord(name, folder, model.Family, hash, parameters), tokens, file, regions, names, detector, trace)
            {
                Seconds = seconds,
                Again = () =>
                {
                    (Trace again, double taken) = Pass();
                    again.Dispose();
                    return taken;
                },
            };

            (Trace, double) Pass()
            {
                long start = Stopwatch.GetTimestamp();
                Trace made = model.Forward([new Question([.. tokens.Ids], regions.Features, regions.Boxes)], Keep.All, cancellationToken: stop);
                return (made, Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>The folder of the detector that a model's regions come from: the one that is given, or the one that the model names, beside it or among the
    /// bundled ones.</summary>
    public static string DetectorFolder(string model, string? given, string? named)
    {
        if (given is not null) return ModelFolders.Find(given, "--detector");
        string name = named ?? throw TranslucentException.OfRequest($"--detector: {model} names no detector; name one, or give regions with --features.");
        string beside = Path.Combine(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(model))) ?? "", SafeName.Of(name));
        return Directory.Exists(beside) ? beside : ModelFolders.Find(name, "--detector");
    }

    public void Dispose()
    {
        Trace.Dispose();
        Model.Dispose();
    }

    static (RegionFeatures Regions, IReadOnlyList<string> Names, string Detector) RegionsOf(QuestionOptions options, Image? file, string? named, string folder,
        Terminal terminal, CancellationToken stop)
    {
        if (options.Features is not null)
        {
            RegionFeatures read = RegionFeatures.Read(options.Features, options.Image is null ? null : Path.GetFileNameWithoutExtension(options.Image));
            return (read, [.. Enumerable.Repeat("", read.Boxes.Shape[0])], "");
        }
        string detector = DetectorFolder(folder, options.Detector, named);
        using Detr model = Detr.Open(StreamModel.DetectorIn(detector, "--detector"));
        terminal.Unread(ModelFolders.NameOf(detector), model.UnreadSettings);
        ComputeOptions.Allowed(options.MemoryBytes).Check(model, file!, options.Image!);
        using Trace trace = model.Forward(file!, cancellationToken: stop);
        (RegionFeatures regions, IReadOnlyList<Detection> objects) = RegionFeatures.Of(trace, TooSmall);
        return (regions, [.. objects.Select(o => o.Label)], options.Detector ?? named!);
    }
}
