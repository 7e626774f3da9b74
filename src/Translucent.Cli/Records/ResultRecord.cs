// result.json: what was run on what, with which settings, how long it took, and what was written.

using System.Text.Json;
using System.Text.Json.Serialization;
using Translucent.Cli.Runs;

namespace Translucent.Cli.Records;

/// <summary>The record of a run.</summary>
/// <param name="Verb">Its verb.</param>
/// <param name="Finished">When it ended, UTC.</param>
/// <param name="Image">The image.</param>
/// <param name="Model">The model.</param>
/// <param name="Settings">Those of the verb, as <see cref="RunSettings"/> and its kinds have them.</param>
/// <param name="Versions">The program and the machine.</param>
/// <param name="Seconds">How long each part took.</param>
/// <param name="Predictions">The most probable classes.</param>
/// <param name="Files">What was written.</param>
/// <param name="OtherVerbs">The latest runs of other verbs that wrote to the same folder, without what they say about others.</param>
sealed record ResultRecord(
    string Verb, string Finished, ImageRecord Image, ModelRecord Model, JsonElement Settings, VersionsRecord Versions, IReadOnlyDictionary<string, double> Seconds,
    IReadOnlyList<Prediction> Predictions, [property: JsonPropertyOrder(1)] IReadOnlyList<WrittenFile> Files,
    [property: JsonPropertyOrder(2)] IReadOnlyDictionary<string, ResultRecord>? OtherVerbs = null)
{
    /// <summary>How far to trust each map; null where that was not asked for.</summary>
    public IReadOnlyList<TrustOfMap>? Trust { get; init; }
}

/// <summary>The image of a run.</summary>
sealed record ImageRecord(string Path, int Width, int Height, long Bytes, string Modified, string Sha256, GridRecord Grid);

/// <summary>The patch grid and where it lies on the image.</summary>
sealed record GridRecord(int Rows, int Columns, int PrefixTokens, EdgesRecord OnImage);

/// <summary>Edges in pixels of the image.</summary>
sealed record EdgesRecord(double Left, double Top, double Right, double Bottom);

/// <summary>The model of a run.</summary>
sealed record ModelRecord(string Name, string Folder, string Family, string Hash, long Parameters, int Blocks, int Width, int Heads, int Patch, int Classes);

/// <summary>The program and the machine of a run.</summary>
sealed record VersionsRecord(string Translucent, string Runtime, string System, string Architecture, int Threads);
