// Writes result.json: the record of the latest run, and under "other_verbs" the latest of every other verb that wrote to the same folder.

using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Translucent.Cli.Records;
using Translucent.Files;
using Translucent.Images;

namespace Translucent.Cli.Runs;

/// <summary>Makes the record of a run.</summary>
static class RunRecord
{
    public const string FileName = "result.json";

    /// <summary>The property that holds the records of other verbs by their names.</summary>
    public const string OtherVerbs = "other_verbs";

    /// <summary>The version of the command.</summary>
    public static string Version { get; } =
        typeof(RunRecord).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    /// <summary>Everything that decides about the files but model and image.</summary>
    public static JsonElement Settings(ImageVerb verb, int renderSize)
    {
        RunSettings settings = verb.Settings with
        {
            RenderSize = renderSize,
            Rows = verb.Rows?.Word,
            Check = verb.Rows is { Exact: false } rows ? rows.Check : null,
        };
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
            verb.Name, Now(), Image(run), Model(run.Model), run.Settings, VersionsRecord.Now,
            run.Seconds.ToDictionary(s => s.Part, s => Math.Round(s.Seconds, 4)),
            run.Folder.Files, others.ToDictionary(other => other.Verb, other => other.Record))
        {
            Predictions = [.. run.Predictions.Take(5)],
            Trust = verb.Trust,
            Sweeps = run.Sparse,
        };
        Write(run.Folder, record);
    }

    /// <summary>Writes the record of a run to its folder.</summary>
    public static void Write(RunFolder folder, ResultRecord record)
    {
        string text = JsonSerializer.Serialize(record, RecordJson.Readable.ResultRecord) + "\n";
        AtomicFile.Write(Path.Combine(folder.Path, FileName), stream => stream.Write(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>The time as records have it.</summary>
    public static string Now() => DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    static ImageRecord Image(ImageRun run)
    {
        InputGeometry at = run.FullGeometry;
        GridRecord grid = new(run.Trace.Grid.Rows, run.Trace.Grid.Columns, run.Trace.Grid.Prefix, BoxRecord.Of((at.Left, at.Top, at.Right, at.Bottom)));
        return ImageRecord.Of(run.Source.Path, run.Size, run.Fingerprint) with { Grid = grid };
    }

    static ModelRecord Model(ModelInfo model) => new(model.Name, model.Folder, model.Config.Family, model.Hash, model.Parameters)
    {
        Blocks = model.Config.Depth,
        Width = model.Config.Width,
        Heads = model.Config.Heads,
        Patch = model.Config.Patch,
        Classes = model.Transformer.Classes,
    };
}
