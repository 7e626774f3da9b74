// result.json: what was run on what, with which settings, how long it took, what was found, and what was written.

using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Runs.Records;

/// <summary>The record of a run.</summary>
/// <param name="Verb">Its verb.</param>
/// <param name="Finished">When it ended, UTC.</param>
/// <param name="Image">The image, if there was one.</param>
/// <param name="Model">The model.</param>
/// <param name="Settings">Everything that decides about the files but model and image: <see cref="RunSettings"/>, <see cref="ObjectSettings"/>,
/// <see cref="AskSettings"/>.</param>
/// <param name="Versions">The program and the machine.</param>
/// <param name="Seconds">How long each part took.</param>
sealed record ResultRecord(
    string Verb, string Finished, ImageRecord? Image, ModelRecord Model, JsonElement Settings, VersionsRecord Versions,
    IReadOnlyDictionary<string, double> Seconds)
{
    /// <summary>What was written.</summary>
    [JsonPropertyOrder(1)]
    public IReadOnlyList<WrittenFile> Files { get; init; } = [];

    /// <summary>The latest runs of other verbs that wrote to the same folder, without what they say about others.</summary>
    [JsonPropertyOrder(2)]
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, JsonElement>> OtherVerbs { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, JsonElement>>();

    /// <summary>The most probable classes.</summary>
    public IReadOnlyList<Prediction>? Predictions { get; init; }

    /// <summary>The class that the folder of the image is named by, where it is one of the model's.</summary>
    public ClassRecord? Truth { get; init; }

    /// <summary>How far to trust each map, where that was asked for.</summary>
    public IReadOnlyList<TrustOfMap>? Trust { get; init; }

    /// <summary>Whether sweeps were exact or sparse, and how far sparse ones were from exact.</summary>
    public SparseRecord? Sweeps { get; init; }

    /// <summary>Objects that were found.</summary>
    public IReadOnlyList<DetectionRecord>? Detections { get; init; }

    /// <summary>What was answered.</summary>
    public AskFindings? Ask { get; init; }

    /// <summary>What made a summary.</summary>
    public TextFindings? Text { get; init; }

    /// <summary>What decided the class of a text.</summary>
    public ClassifyFindings? Classify { get; init; }

    /// <summary>What <c>lens</c> found, a layer an entry.</summary>
    public IReadOnlyList<LensLayerRecord>? Lens { get; init; }
}

/// <summary>A class and how probable the model finds it.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Label">Its name.</param>
/// <param name="Logit">Its score.</param>
/// <param name="Probability">Softmax or sigmoid; of a regression the score.</param>
sealed record Prediction(int Index, string Label, float Logit, [property: JsonIgnore] float Probability)
{
    /// <summary>What the score means.</summary>
    [JsonIgnore]
    public ScoreMeaning Meaning { get; init; }

    /// <summary>As it is written: values are no probabilities.</summary>
    [JsonPropertyName("probability")]
    public float? Written => Meaning == ScoreMeaning.Values ? null : Probability;

    /// <summary>How scores become probabilities, where that is not by a softmax over all of them.</summary>
    public string? By => Meaning switch { ScoreMeaning.AnyOf => "sigmoid", ScoreMeaning.Values => "values", _ => null };
}

/// <summary>A class by its index, from 0, and its label.</summary>
sealed record ClassRecord(int Index, string Label);

/// <summary>The image of a run.</summary>
sealed record ImageRecord(string Path, int Width, int Height, long Bytes, string Modified, string Sha256)
{
    /// <summary>The patch grid on it.</summary>
    public GridRecord? Grid { get; init; }

    public static ImageRecord Of(string path, (int Width, int Height) size, ImageFingerprint file) =>
        new(path, size.Width, size.Height, file.Bytes, file.Modified, file.Sha256);
}

/// <summary>The patch grid and where it lies on the image.</summary>
sealed record GridRecord(int Rows, int Columns, int PrefixTokens, BoxRecord OnImage);

/// <summary>A box in pixels of the image.</summary>
sealed record BoxRecord(double Left, double Top, double Right, double Bottom)
{
    /// <summary>Rounded to a thousandth of a pixel.</summary>
    public static BoxRecord Of((double Left, double Top, double Right, double Bottom) box) =>
        new(Math.Round(box.Left, 3), Math.Round(box.Top, 3), Math.Round(box.Right, 3), Math.Round(box.Bottom, 3));
}

/// <summary>The model of a run.</summary>
sealed record ModelRecord(string Name, string Folder, string Family, string Hash, long Parameters)
{
    public int? Blocks { get; init; }

    public int? Width { get; init; }

    public int? Heads { get; init; }

    public int? Patch { get; init; }

    public int? Classes { get; init; }
}

/// <summary>The program and the machine of a run.</summary>
sealed record VersionsRecord(string Translucent, string Runtime, string System, string Architecture, int Threads)
{
    /// <summary>Of this process.</summary>
    /// <param name="version">Of the program.</param>
    public static VersionsRecord Of(string version) => new(
        version, RuntimeInformation.FrameworkDescription, RuntimeInformation.OSDescription,
        RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
        Compute.Default.Threads);
}
