// The work of `translucent explain`.

using System.Globalization;
using System.Text.Json;
using Translucent.Cli.Options;
using Translucent.Cli.Pages;
using Translucent.Cli.Pictures;
using Translucent.Cli.Runs;
using Translucent.Explain;
using Translucent.Images;
using Translucent.Models;

namespace Translucent.Cli.Verbs;

/// <summary>The verb <c>explain</c> with its settings.</summary>
sealed class ExplainRun(MethodChoice methods, TargetChoice target, ClassScalar scalar, bool segmentation) : ImageVerb
{
    ModelInfo? _model;

    public override string Name => "explain";

    public override void Check(ModelInfo model)
    {
        if (model.Transformer.Classes == 0)
            throw new UsageException($"{model.Name}: this {model.Config.Family} checkpoint has no classifier, so there is no class to explain; {PromptClasses.Hint(model)}'translucent tokens' and 'translucent segment' work with it.");
        target.Check(model);
        _model = model;
    }

    public override void WriteSettings(Utf8JsonWriter json)
    {
        WriteWords(json, "methods", methods.Methods.Select(m => m.Name));
        WriteWords(json, "targets", target.Words);
        json.WriteString("scalar", scalar.ToString().ToLowerInvariant());
        json.WriteBoolean("segmentation", segmentation);
    }

    static void WriteWords(Utf8JsonWriter json, string name, IEnumerable<string> words)
    {
        json.WriteStartArray(name);
        foreach (string word in words) json.WriteStringValue(word);
        json.WriteEndArray();
    }

    public override Workload Plan(VisionTrace trace)
    {
        int classes = target.Targets(_model!, predicted: 0).Length, layer = _model!.TopLayer, maps = methods.Maps(classes);
        double flops = methods.Operations(trace, classes) + (segmentation ? Segmentation.Flops(trace, layer) : 0);
        string what = methods.Words(classes);
        if (segmentation) what += $", segmentation by {trace.Patches} latent tokens of layer {layer}";
        return new Workload(what, Math.Max(methods.TellClassesApart ? classes : 0, segmentation ? trace.Patches : 0), flops, maps + (segmentation ? SegmentSettings.DefaultClusters + 2 : 0) + 1);
    }

    public override void Show(ImageRun run, Terminal terminal) => terminal.Table(["class", ">index", ">probability", ""],
        run.Predictions.Take(5).Select(p => new[] { p.Label, $"{p.Index}", Percent(p), new string('█', (int)Math.Round(30 * p.Probability)) }));

    public override string Run(ImageRun run)
    {
        NamedTarget[] targets = [.. target.Targets(_model!, run.Predictions[0].Index).Select(t => NamedTarget.Of(t, run))];
        ClassMapSet set = ClassMapSet.Of(run, methods.Methods, targets, scalar, methods.All);
        run.Notes.AddRange(set.LeftOut.Select(l => $"{l.Method} left out: {l.Reason}"));
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
