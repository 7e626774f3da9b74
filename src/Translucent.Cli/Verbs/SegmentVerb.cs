// translucent segment: unsupervised segmentation from the explanation maps of all tokens (ULTra, arXiv:2411.12589, section 4.1).

using System.CommandLine;
using Translucent.Cli.Options;
using Translucent.Cli.Pages;
using Translucent.Cli.Pictures;
using Translucent.Cli.Runs;
using Translucent.Explain;
using Translucent.Images;
using Translucent.Models;
using Translucent.Runs;
using Translucent.Runs.Records;
using Translucent.Segment;

namespace Translucent.Cli.Verbs;

/// <summary>The verb <c>segment</c>.</summary>
static class SegmentVerb
{
    public static Command Create()
    {
        CommonOptions common = new();
        Option<int?> layer = new("--layer", "-l")
        {
            Description = "l: cluster the tokens z^(l), 2 to L+1, where L is the number of blocks. [default: L+1, behind the last block]",
            HelpName = "L",
        };
        Option<int?> clusters = new("--clusters", "-k") { Description = $"How many clusters. [default: {SegmentSettings.DefaultClusters}]", HelpName = "K" };
        Option<double?> threshold = new("--threshold")
        {
            Description = "Instead of --clusters: merge what is nearer than this distance (0 to 2 for cosine; the paper's zeta).",
            HelpName = "Z",
        };
        Option<Linkage> linkage = new("--linkage")
        {
            Description = "Distance between clusters: average, ward, complete or single. [default: average]",
            HelpName = "NAME",
            CustomParser = Parsers.Word("--linkage", ("average", Linkage.Average), ("ward", Linkage.Ward), ("complete", Linkage.Complete),
                ("single", Linkage.Single)),
        };
        Option<Metric?> metric = new("--metric")
        {
            Description = "Distance between maps: cosine or euclidean. [default: cosine, with --linkage ward euclidean]",
            HelpName = "NAME",
            CustomParser = Parsers.Word<Metric?>("--metric", ("cosine", Metric.Cosine), ("euclidean", Metric.Euclidean)),
        };
        Option<Resampling?> upsample = new("--upsample")
        {
            Description = "From the patch grid to pixels: bilinear or bicubic. [default: bilinear]",
            HelpName = "FILTER",
            CustomParser = Parsers.Word<Resampling?>("--upsample", ("bilinear", Resampling.Bilinear), ("bicubic", Resampling.Bicubic)),
        };
        Option<float?> tau = new("--tau")
        {
            Description = "Also write a mask per cluster: where its map, scaled to 0 .. 1, reaches this (0 to 1). [default: no masks]",
            HelpName = "T",
        };

        Command command = new("segment", "Segment images by clustering what their tokens stand for; nothing is trained.") { layer, clusters, threshold, linkage,
            metric, upsample, tau };
        FunctionOptions function = new();
        function.AddTo(command);
        RowsOptions rows = new();
        rows.AddTo(command);
        common.AddTo(command);
        command.SetAction((parse, stop) =>
        {
            SegmentRun run = new(rows.Read(parse), parse.GetValue(layer), parse.GetValue(clusters), parse.GetValue(threshold), parse.GetValue(linkage),
                parse.GetValue(metric), parse.GetValue(upsample) ?? Resampling.Bilinear, parse.GetValue(tau), function.Explainer(parse));
            return Task.FromResult(new ImageRuns(run, common.Read(parse), Terminal.Of(parse), stop).Run());
        });
        return command;
    }
}

/// <summary>The verb with its settings.</summary>
sealed class SegmentRun : ImageVerb
{
    readonly int? _layer;
    readonly float? _tau;
    readonly TokenExplainer _explainer;
    SegmentSettings _settings;

    public SegmentRun(RowsChoice rows, int? layer, int? clusters, double? threshold, Linkage linkage, Metric? metric, Resampling upsample, float? tau,
        TokenExplainer explainer)
    {
        if (clusters is not null && threshold is not null) throw new UsageException("--clusters and --threshold: give one of the two.");
        if (clusters is < 1 or > short.MaxValue) throw new UsageException($"--clusters {clusters}: expected 1 to the number of patches.");
        if (threshold is { } z && !(z >= 0 && double.IsFinite(z)))
            throw new UsageException(FormattableString.Invariant($"--threshold {z}: expected a distance, 0 or more."));
        if (tau is { } t && !(t is >= 0 and <= 1)) throw new UsageException(FormattableString.Invariant($"--tau {t}: expected 0 to 1."));
        if (linkage == Linkage.Ward && metric == Metric.Cosine) throw new UsageException("--linkage ward is defined for --metric euclidean only.");
        Metric distance = metric ?? (linkage == Linkage.Ward ? Metric.Euclidean : Metric.Cosine);
        (_layer, _tau, _explainer, Rows) = (layer, tau, explainer, rows);
        _settings = new SegmentSettings(0, clusters ?? SegmentSettings.DefaultClusters, threshold, linkage, distance, upsample);
    }

    public override string Name => "segment";

    public override RowsChoice? Rows { get; }

    public override IEnumerable<(string, Targets)> Samples(ImageRun run, Random random, int count) =>
        [("latent tokens", Segments.Sample(run.Trace, _settings.Layer, random, count, _explainer))];

    public override void Check(ModelInfo model)
    {
        _settings = _settings with { Layer = Layer(_layer, model) };
        _explainer.Check(model);
    }

    public override RunSettings Settings => new SegmentationSettings(
        _settings.Layer, _explainer.Letter, _settings.Threshold, _settings.Threshold is null ? _settings.Clusters : null, Word(_settings.Linkage), Word(_settings.Metric),
        Word(_settings.Upsample), _tau, _explainer.WSha256);

    static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    public override Workload Plan(Trace trace)
    {
        _explainer.Check(trace);
        if (_settings.Threshold is null && _settings.Clusters > trace.Grid.Count)
            throw new UsageException($"--clusters {_settings.Clusters}: the image has {trace.Grid.Count} patches.");
        return new Workload($"{trace.Grid.Count} latent tokens of layer {_settings.Layer}", trace.Grid.Count, Segmentation.Flops(trace, _settings.Layer),
            _settings.Clusters + 2);
    }

    public override string Run(ImageRun run)
    {
        Segmentation found = Segments.Of(run, _settings, _explainer);
        run.Time("pictures", () =>
        {
            SegmentPictures.Write(run, found);
            if (_tau is { } tau) SegmentPictures.Masks(run, found, tau);
        });
        run.Time("page", () => run.Folder.Text("segment.html", SegmentPage.Render(run, found), "all of it on one page, for a browser"));
        return found.Count == 1 ? "1 cluster" : $"{found.Count} clusters";
    }
}
