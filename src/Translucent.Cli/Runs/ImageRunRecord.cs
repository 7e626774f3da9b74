// The record of a run over one image, for result.json.

using System.Text.Json;
using Translucent.Images;
using Translucent.Runs.Records;

namespace Translucent.Cli.Runs;

/// <summary>Makes the record of a run.</summary>
static class ImageRunRecord
{
    /// <summary>Everything that decides about the files but model and image.</summary>
    public static JsonElement Settings(ImageVerb verb, int renderSize)
    {
        RunSettings settings = verb.Settings with
        {
            RenderSize = renderSize,
            Look = verb.Look.Settings,
            Rows = verb.Rows?.Word,
            Check = verb.Rows is { Exact: false } rows ? rows.Check : null,
        };
        if (verb.Prompts is { } prompts)
            settings = settings with { Classes = prompts.Texts.Classes, Templates = prompts.Texts.Templates, TokenizerSha256 = prompts.TokenizerSha256 };
        return RecordJson.Element(settings);
    }

    /// <summary>The record of a run that is at its end.</summary>
    public static ResultRecord Of(ImageRun run, ImageVerb verb) => new(
        verb.Name, ThisProgram.Now(), Image(run), Model(run.Model), run.Settings, ThisProgram.Versions,
        run.Seconds.ToDictionary(s => s.Part, s => Math.Round(s.Seconds, 4)))
    {
        Predictions = [.. run.Predictions.Take(5)],
        Truth = Truth(run),
        Trust = verb.Trust,
        Sweeps = run.Sparse,
    };

    /// <summary>The class whose label, or one of its names, the folder of the image has: data sets are kept in folders of classes.</summary>
    static ClassRecord? Truth(ImageRun run)
    {
        if (run.Source.Piped is not null || run.Model.Prompts is not null) return null;
        string folder = Plain(Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(run.Source.Path))) ?? "");
        Prediction? named = run.Predictions.FirstOrDefault(p => p.Label.Split(',').Append(p.Label).Any(name => Plain(name) == folder));
        return named is null ? null : new ClassRecord(named.Index, named.Label);
    }

    static string Plain(string name) => name.Trim().Replace('_', ' ').Replace('-', ' ').ToLowerInvariant();

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
