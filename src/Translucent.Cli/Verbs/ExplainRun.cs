// The work of `translucent explain`.

using System.Globalization;
using System.Text.Json;
using Translucent.Cli.Options;
using Translucent.Cli.Pages;
using Translucent.Cli.Pictures;
using Translucent.Cli.Runs;
using Translucent.Images;
using Translucent.Models;

namespace Translucent.Cli.Verbs;

/// <summary>The verb <c>explain</c> with its settings.</summary>
sealed class ExplainRun(ClassMapChoice choice, bool segmentation) : ImageVerb
{
    ModelInfo? _model;

    public override string Name => "explain";

    public override void Check(ModelInfo model)
    {
        choice.Check(model);
        _model = model;
    }

    public override void WriteSettings(Utf8JsonWriter json)
    {
        choice.WriteSettings(json);
        json.WriteBoolean("segmentation", segmentation);
    }

    public override Workload Plan(VisionTrace trace)
    {
        Workload maps = choice.Plan(trace, _model!);
        if (!segmentation) return maps with { Pictures = maps.Pictures + 1 };
        int layer = _model!.TopLayer;
        return new Workload($"{maps.What}, segmentation by {trace.Patches} latent tokens of layer {layer}", Math.Max(maps.Targets, trace.Patches),
            maps.Flops + Segmentation.Flops(trace, layer), maps.Pictures + SegmentSettings.DefaultClusters + 3);
    }

    public override void Show(ImageRun run, Terminal terminal) => terminal.Table(["class", ">index", ">probability", ""],
        run.Predictions.Take(5).Select(p => new[] { p.Label, $"{p.Index}", Percent(p), new string('█', (int)Math.Round(30 * p.Probability)) }));

    public override string Run(ImageRun run)
    {
        ClassMapSet set = choice.Maps(run);
        Segmentation? segments = segmentation ? Segmentation.Of(run, SegmentSettings.Default(_model!.TopLayer)) : null;
        run.Time("pictures", () =>
        {
            run.Folder.Pictures([("photo.png", () => run.Photo, "the photograph, as large as the pictures"), .. set.Maps.Select(m => Picture(run, m))], run.Progress.Stop);
            foreach (ClassMap map in set.Maps) Numbers(run, map);
            if (segments is not null) SegmentPictures.Write(run, segments);
        });
        run.Time("page", () => run.Folder.Text("index.html", ExplainPage.Render(run, set, segments), "all of it on one page, for a browser"));
        return $"{run.Predictions[0].Label} {Percent(run.Predictions[0])}";
    }

    static (string, Func<Image>, string) Picture(ImageRun run, ClassMap map) =>
        ($"{map.FileName}.png", () => MapPictures.WithBar(run, map.Map, map.Scale, map.Title), $"{Describe(map)}: the map over the photograph");

    static void Numbers(ImageRun run, ClassMap map)
    {
        string of = map.Row is null ? "pixels of the model's input" : "patches on their grid";
        run.Folder.Numbers($"{map.FileName}.map.npy", map.Map, $"float32 [h, w]: {Describe(map)}, relevance of the {of}");
        if (map.Row is null) return;
        int before = map.Row.Length - run.Trace.Patches;
        run.Folder.Numbers($"{map.FileName}.row.npy", map.Row, $"float32 [N]: {Describe(map)}, relevance of all tokens, {before} before the patches");
    }

    static string Describe(ClassMap map) => map.Class is null ? map.Method.Name
        : $"{map.Method.Name} of {(map.Class.Target.Against is null ? $"class {map.Class.Target.Class}, " : "")}{map.Class.Label}";

    static string Percent(Prediction p) => (100 * p.Probability).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
