// The work of `translucent explain`.

using Translucent.Cli.Options;
using Translucent.Cli.Pages;
using Translucent.Cli.Pictures;
using Translucent.Cli.Runs;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Runs;
using Translucent.Runs.Records;
using Translucent.Segment;

namespace Translucent.Cli.Verbs;

/// <summary>The verb <c>explain</c> with its settings.</summary>
sealed class ExplainRun(ClassMapChoice choice, bool segmentation, bool trust, CompareScale scale, RowsChoice rows, MapLook look) : ImageVerb
{
    ModelInfo? _model;
    IReadOnlyList<MapTrust> _trust = [];

    public override string Name => "explain";

    public override PromptClasses? Prompts => choice.Prompts;

    public override RowsChoice? Rows => rows;

    public override MapLook Look => look;

    public override IEnumerable<(string, Targets)> Samples(ImageRun run, Random random, int count) =>
        [.. choice.Sample(run, random, count), .. segmentation ? [("latent tokens", Segments.Sample(run.Trace, _model!.TopLayer, random, count))]
            : (IEnumerable<(string, Targets)>)[]];

    public override void Check(ModelInfo model)
    {
        choice = choice.Of(model);
        if (trust && choice.StartBlock > 0) throw new UsageException("--trust: tries maps through all blocks; leave --start-block out.");
        if (trust && model.Transformer.Classes == 0)
            PromptClasses.Require(model, "there is no class whose maps --trust could try", "explain without it");
        _model = model;
    }

    public override RunSettings Settings =>
        new ExplainSettings(choice.Methods.Names, choice.Target.Words, choice.ScalarName, segmentation, trust ? TrustRun.Settings : null,
            choice.StartBlockSetting, scale == CompareScale.Own ? null : scale.ToString().ToLowerInvariant());

    public override Workload Plan(Trace trace)
    {
        Workload work = choice.Plan(trace, _model!);
        work = work with { Pictures = work.Pictures + 1 };
        if (segmentation)
            work = new Workload($"{work.What}, segmentation by {trace.Grid.Count} latent tokens of layer {_model!.TopLayer}",
                Math.Max(work.Targets, trace.Grid.Count),
                work.Flops + Segmentation.Flops(trace, _model.TopLayer), work.Pictures + SegmentSettings.DefaultClusters + 2);
        if (trust)
        {
            int classes = choice.Classes(_model!), maps = choice.Methods.Maps(classes);
            double repeats = TrustRun.Flops(trace, choice.Methods, classes);
            work = work with
            {
                What = $"{work.What}, trust in {(maps == 1 ? "1 map" : $"{maps} maps")}",
                Flops = work.Flops + repeats,
                Bytes = TrustRun.Bytes(_model!, trace),
                Repeats = repeats,
            };
        }
        return work;
    }

    public override void Show(ImageRun run, Terminal terminal)
    {
        if (run.Predictions.Count > 0) Table(run, terminal);
        else terminal.Line($"{run.Model.Name} has no classes: maps that need none."
            + (run.Model.Transformer.TakesTexts ? " --classes \"a cat,a dog\" gives it some." : ""));
    }

    static void Table(ImageRun run, Terminal terminal) => terminal.Table(["class", ">index", $">{Chance.Heading(run.Meaning)}", ""],
        run.Predictions.Take(Chance.Lines(run.Meaning, run.Predictions)).Select(p => new[] { run.Model.Short(p.Index), $"{p.Index}",
            Chance.Text(run.Meaning, p.Probability), new string('█', (int)Math.Round(30 * Chance.Bar(run.Meaning, p.Probability))) }));

    public override string Run(ImageRun run)
    {
        ClassMapSet set = choice.Maps(run, scale);
        _trust = trust ? TrustRun.Of(run, set, choice.Targets(run)) : [];
        Segmentation? segments = segmentation ? Segments.Of(run, SegmentSettings.Default(_model!.TopLayer)) : null;
        run.Time("pictures", () =>
        {
            run.Folder.Add([() => [PictureFile.Png("photo.png", run.Photo, "the photograph, as large as the pictures")],
                .. set.Maps.Select(m => Picture(run, m))], run.Progress.Stop);
            foreach (ClassMap map in set.Maps) Numbers(run, map);
            if (trust) TrustFiles.Write(run, _trust);
            if (segments is not null) SegmentPictures.Write(run, segments, "explain-");
        });
        run.Time("page", () => run.Folder.Text("index.html", ExplainPage.Render(run, set, scale, _trust, segments), "all of it on one page, for a browser"));
        return run.Predictions.Count == 0 ? $"{set.Maps.Count} maps"
            : $"{run.Answer} {Chance.Text(run.Meaning, run.Predictions[0].Probability)}";
    }

    public override void Conclude(ImageRun run, Terminal terminal)
    {
        if (trust) TrustTable.Show(_trust, terminal);
    }

    public override IReadOnlyList<TrustOfMap>? Trust => trust ? [.. _trust.Select(map => map.Record(curves: false))] : null;

    static Func<FileToWrite[]> Picture(ImageRun run, ClassMap map) =>
        () => MapPictures.Files(run, map.FileName, map.Map, map.Scale, map.Title, $"{Describe(map)}: the map");

    static void Numbers(ImageRun run, ClassMap map)
    {
        string of = map.Row is null ? "pixels of the model's input" : "patches on their grid";
        run.Folder.Numbers($"{map.FileName}.map.npy", map.Map, $"float32 [h, w]: {Describe(map)}, relevance of the {of}");
        if (map.Row is null) return;
        int before = map.Row.Length - run.Trace.Grid.Count;
        run.Folder.Numbers($"{map.FileName}.row.npy", map.Row, $"float32 [N]: {Describe(map)}, relevance of all tokens, {before} before the patches");
    }

    static string Describe(ClassMap map) => map.Class is null ? map.Method.Name
        : $"{map.Method.Name} of {(map.Class.Target.Against is null ? $"class {map.Class.Target.Class}, " : "")}{map.Class.Label}";
}
