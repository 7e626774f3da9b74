// translucent segment: unsupervised segmentation from the explanation maps of all tokens (ULTra, arXiv:2411.12589, section 4.1).

using System.CommandLine;
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

/// <summary>The verb <c>segment</c>.</summary>
static class SegmentVerb
{
    public static Command Create()
    {
        CommonOptions common = new();
        CuttingOptions cutting = new();
        Option<float?> tau = new("--tau")
        {
            Description = "Also write a mask per cluster: where its map, scaled to 0 .. 1, reaches this (0 to 1). [default: no masks]",
            HelpName = "T",
        };

        Command command = new("segment", "Segment images by clustering what their tokens stand for; nothing is trained.");
        cutting.AddTo(command);
        command.Options.Add(tau);
        FunctionOptions function = new();
        function.AddTo(command);
        RowsOptions rows = new();
        rows.AddTo(command);
        LookOptions look = new();
        look.AddTo(command);
        common.AddTo(command);
        command.SetAction((parse, stop) =>
        {
            SegmentRun run = new(rows.Read(parse), look.Read(parse), cutting.Layer(parse), cutting.Read(parse), parse.GetValue(tau), function.Explainer(parse));
            return Task.FromResult(new ImageRuns(run, common.Read(parse), common.Terminal(parse), stop).Run());
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

    public SegmentRun(RowsChoice rows, MapLook look, int? layer, SegmentSettings settings, float? tau, TokenExplainer explainer)
    {
        if (tau is { } t && !(t is >= 0 and <= 1)) throw new UsageException(FormattableString.Invariant($"--tau {t}: expected 0 to 1."));
        (_layer, _settings, _tau, _explainer, Rows, Look) = (layer, settings, tau, explainer, rows, look);
    }

    public override string Name => "segment";

    public override RowsChoice? Rows { get; }

    public override MapLook Look { get; }

    public override IEnumerable<(string, Targets)> Samples(ImageRun run, Random random, int count) =>
        [("latent tokens", Segments.Sample(run.Trace, _settings.Layer, random, count, _explainer))];

    public override void Check(ModelInfo model)
    {
        _settings = _settings with { Layer = Layer(_layer, model) };
        _explainer.Check(model);
    }

    public override RunSettings Settings => new SegmentationSettings(
        _settings.Layer, _explainer.Letter, _settings.Threshold, _settings.Threshold is null ? _settings.Clusters : null,
            CuttingOptions.Word(_settings.Linkage), CuttingOptions.Word(_settings.Metric),
        CuttingOptions.Word(_settings.Upsample), _tau, _explainer.WSha256);

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
