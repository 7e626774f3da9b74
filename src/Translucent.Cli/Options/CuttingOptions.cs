// --layer, --clusters, --threshold, --linkage, --metric and --upsample: how an image is cut into segments.

using System.CommandLine;
using Translucent.Cli.Runs;
using Translucent.Images;
using Translucent.Segment;

namespace Translucent.Cli.Options;

/// <summary>The options.</summary>
sealed class CuttingOptions
{
    readonly Option<int?> _layer = new("--layer", "-l")
    {
        Description = "l: cluster the tokens z^(l), 2 to L+1, where L is the number of blocks. [default: L+1, behind the last block]",
        HelpName = "L",
    };

    readonly Option<int?> _clusters = new("--clusters", "-k")
    {
        Description = $"How many clusters. [default: {SegmentSettings.DefaultClusters}]",
        HelpName = "K",
    };

    readonly Option<double?> _threshold = new("--threshold")
    {
        Description = "Instead of --clusters: merge what is nearer than this distance (0 to 2 for cosine; the paper's zeta).",
        HelpName = "Z",
    };

    readonly Option<Linkage> _linkage = new("--linkage")
    {
        Description = "Distance between clusters: average, ward, complete or single. [default: average]",
        HelpName = "NAME",
        CustomParser = Parsers.Word("--linkage", ("average", Linkage.Average), ("ward", Linkage.Ward), ("complete", Linkage.Complete),
            ("single", Linkage.Single)),
    };

    readonly Option<Metric?> _metric = new("--metric")
    {
        Description = "Distance between maps: cosine or euclidean. [default: cosine, with --linkage ward euclidean]",
        HelpName = "NAME",
        CustomParser = Parsers.Word<Metric?>("--metric", ("cosine", Metric.Cosine), ("euclidean", Metric.Euclidean)),
    };

    readonly Option<Resampling?> _upsample = new("--upsample")
    {
        Description = "From the patch grid to pixels: bilinear or bicubic. [default: bilinear]",
        HelpName = "FILTER",
        CustomParser = Parsers.Word<Resampling?>("--upsample", ("bilinear", Resampling.Bilinear), ("bicubic", Resampling.Bicubic)),
    };

    public void AddTo(Command verb)
    {
        foreach (Option option in (Option[])[_layer, _clusters, _threshold, _linkage, _metric, _upsample]) verb.Options.Add(option);
    }

    /// <summary>A choice as settings have it.</summary>
    public static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    /// <summary>The layer that was asked for, or null.</summary>
    public int? Layer(ParseResult parse) => parse.GetValue(_layer);

    /// <summary>Everything, with the layer held against a model.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="model">The model.</param>
    /// <param name="threshold">Where trees are cut when nothing is said; null for a number of clusters.</param>
    /// <exception cref="UsageException">An option is out of its range, or two do not go together.</exception>
    public SegmentSettings Read(ParseResult parse, ModelInfo model, double? threshold = null)
    {
        SegmentSettings settings = Read(parse) with { Layer = ImageVerb.Layer(parse.GetValue(_layer), model) };
        return parse.GetValue(_clusters) is null && settings.Threshold is null ? settings with { Threshold = threshold } : settings;
    }

    /// <summary>Everything but the layer, which is 0.</summary>
    /// <exception cref="UsageException">An option is out of its range, or two do not go together.</exception>
    public SegmentSettings Read(ParseResult parse)
    {
        int? clusters = parse.GetValue(_clusters);
        double? threshold = parse.GetValue(_threshold);
        Linkage linkage = parse.GetValue(_linkage);
        Metric? metric = parse.GetValue(_metric);
        if (clusters is not null && threshold is not null) throw new UsageException("--clusters and --threshold: give one of the two.");
        if (clusters is < 1 or > short.MaxValue) throw new UsageException($"--clusters {clusters}: expected 1 to the number of patches.");
        if (threshold is { } z && !(z >= 0 && double.IsFinite(z)))
            throw new UsageException(FormattableString.Invariant($"--threshold {z}: expected a distance, 0 or more."));
        if (linkage == Linkage.Ward && metric == Metric.Cosine) throw new UsageException("--linkage ward is defined for --metric euclidean only.");
        return new SegmentSettings(0, clusters ?? SegmentSettings.DefaultClusters, threshold, linkage,
            metric ?? (linkage == Linkage.Ward ? Metric.Euclidean : Metric.Cosine), parse.GetValue(_upsample) ?? Resampling.Bilinear);
    }
}
