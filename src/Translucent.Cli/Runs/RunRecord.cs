// Writes result.json: the record of the latest run, and under "other_verbs" the latest of every other verb that wrote to the same folder.

using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Translucent.Checkpoints;
using Translucent.Cli.Records;
using Translucent.Images;
using Translucent.Tensors;

namespace Translucent.Cli.Runs;

/// <summary>Makes the record of a run.</summary>
static class RunRecord
{
    public const string FileName = "result.json";

    /// <summary>The version of the command.</summary>
    public static string Version { get; } =
        typeof(RunRecord).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    /// <summary>Everything that decides about the files but model and image.</summary>
    public static JsonElement Settings(ImageVerb verb, int renderSize)
    {
        RunSettings settings = verb.Settings with { RenderSize = renderSize };
        if (verb.Prompts is { } prompts)
            settings = settings with { Classes = prompts.Texts.Classes, Templates = prompts.Texts.Templates, TokenizerSha256 = prompts.TokenizerSha256 };
        return JsonSerializer.SerializeToElement(settings, settings.GetType(), RecordJson.Default);
    }

    /// <summary>Writes result.json, the last file of a run: where it names the run, the other files are complete.</summary>
    /// <param name="run">The run.</param>
    /// <param name="verb">Its verb.</param>
    /// <param name="others">What other verbs wrote to the folder before.</param>
    public static void Write(ImageRun run, ImageVerb verb, IEnumerable<EarlierRun> others)
    {
        ResultRecord record = new(
            verb.Name, DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), Image(run), Model(run.Model), run.Settings, Versions(),
            run.Seconds.ToDictionary(s => s.Part, s => Math.Round(s.Seconds, 4)), [.. run.Predictions.Take(5)], run.Folder.Files,
            others.ToDictionary(other => other.Verb, other => other.Record with { OtherVerbs = null })) { Trust = verb.Trust };
        string text = JsonSerializer.Serialize(record, RecordJson.Readable.ResultRecord) + "\n";
        AtomicFile.Write(Path.Combine(run.Folder.Path, FileName), stream => stream.Write(Encoding.UTF8.GetBytes(text)));
    }

    static ImageRecord Image(ImageRun run)
    {
        InputGeometry at = run.FullGeometry;
        EdgesRecord edges = new(Math.Round(at.Left, 3), Math.Round(at.Top, 3), Math.Round(at.Right, 3), Math.Round(at.Bottom, 3));
        return new ImageRecord(run.Source.Path, run.Size.Width, run.Size.Height, run.Fingerprint.Bytes, run.Fingerprint.Modified, run.Fingerprint.Sha256,
            new GridRecord(run.Trace.Grid.Rows, run.Trace.Grid.Columns, run.Trace.Grid.Prefix, edges));
    }

    static ModelRecord Model(ModelInfo model) => new(
        model.Name, model.Folder, model.Config.Family, model.Hash, model.Parameters, model.Config.Depth, model.Config.Width, model.Config.Heads, model.Config.Patch,
        model.Transformer.Classes);

    static VersionsRecord Versions() => new(
        Version, RuntimeInformation.FrameworkDescription, RuntimeInformation.OSDescription, RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
        Compute.Default.Threads);
}
