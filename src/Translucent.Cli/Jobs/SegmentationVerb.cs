// translucent evaluate stego-coco27, voc21, shapes, ..: the segmentation of a whole data set, by every preset of it.

using System.CommandLine;
using System.Globalization;
using Translucent.Cli.Options;
using Translucent.Cli.Runs;
using Translucent.Evaluate.DataSets;
using Translucent.Evaluate.Jobs;
using Translucent.Explain;
using Translucent.Runs;
using Translucent.Segment;

namespace Translucent.Cli.Jobs;

/// <summary>The verb of one preset.</summary>
sealed class SegmentationVerb
{
    readonly SegmentationPreset _preset;
    readonly JobOptionSet _common;
    readonly CuttingOptions _cutting = new();
    readonly RowsOptions _rows = new();

    readonly Option<TokenFunction[]> _functions = new("--function", "-f")
    {
        Description = "The numbers that stand for a token z, each a way of its own to segment: s (sum of z), e (sum of z squared), w (product with a vector "
            + "of train-w); a comma list compares them. [default: s]",
        HelpName = "NAMES",
        CustomParser = result => [.. Parsers.Words("--function", "s", "e", "w")(result).Select(word => Enum.Parse<TokenFunction>(word, ignoreCase: true))],
    };

    readonly Option<string?> _w = new("--w") { Description = "For --function w: a file that train-w wrote.", HelpName = "FILE" };

    readonly Option<string?> _part = new("--split")
    {
        Description = "The part of the data set, by its published name, such as train; several of Cityscapes or Potsdam joined by +. [default: the preset's]",
        HelpName = "NAME",
    };

    readonly Option<int?> _setClusters = new("--set-clusters")
    {
        Description = "How many clusters the segments of the whole set form, global labelling. [default: as many as classes]",
        HelpName = "COUNT",
        CustomParser = result => Parsers.Number("--set-clusters", 1, 100_000)(result),
    };

    readonly Option<string?> _matching = new("--matching")
    {
        Description = "How segments and clusters get classes: pixel-counts, overlap or majority. [default: the preset's]",
        HelpName = "NAME",
        CustomParser = Parsers.Word<string?>("--matching", ("pixel-counts", "pixel counts"), ("overlap", "overlap"), ("majority", "majority")),
    };

    readonly Option<string?> _absent = new("--absent")
    {
        Description = "Classes that neither occur nor are given: skip, or zero as VOC code counts them. [default: the preset's]",
        HelpName = "skip|zero",
        CustomParser = Parsers.Word<string?>("--absent", ("skip", SegmentationPresets.LeftOut), ("zero", SegmentationPresets.CountZero)),
    };

    readonly Option<int> _seed = new("--seed")
    {
        Description = "Of k-means, global labelling.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
        CustomParser = Parsers.Number("--seed", 0, int.MaxValue),
    };

    SegmentationVerb(SegmentationPreset preset) => (_preset, _common) = (preset, new JobOptionSet(preset.Preset.Name)
    {
        Data = SegmentationData.Description(preset.Preset),
    });

    /// <summary>A verb for every preset.</summary>
    public static IEnumerable<Command> All() => SegmentationPresets.All.Select(preset => new SegmentationVerb(preset).Create());

    bool HasClasses => _preset.Preset.Choices.Any(c => c.Name == SegmentationPresets.SetClusters);

    Command Create()
    {
        Command command = new(_preset.Preset.Name, _preset.Preset.Meaning);
        _cutting.AddTo(command);
        foreach (Option option in (Option[])[_functions, _w]) command.Options.Add(option);
        if (_preset.Parts is not null) command.Options.Add(_part);
        if (HasClasses)
            foreach (Option option in (Option[])[_setClusters, _matching, _absent, _seed]) command.Options.Add(option);
        _rows.AddTo(command);
        _common.AddTo(command);
        command.SetAction((parse, stop) =>
        {
            JobOptions options = _common.Read(parse);
            using ModelInfo model = ModelInfo.Open(ModelFolders.Find(options.Model), stop);
            return Task.FromResult(new JobRun(options, model, Of(parse, options, model)).Run(Terminal.Of(parse), stop));
        });
        return command;
    }

    Evaluation Of(ParseResult parse, JobOptions options, ModelInfo model)
    {
        SegmentSettings settings = _cutting.Read(parse, model,
            _preset.Preset.Choices.First(c => c.Name == "segments").Value == SegmentationPresets.Zeta(SegmentationPresets.NotebookThreshold)
                ? SegmentationPresets.NotebookThreshold : null);
        TokenFunction[] functions = parse.GetValue(_functions) is { Length: > 0 } chosen ? chosen : [TokenFunction.S];
        string? file = parse.GetValue(_w);
        if (file is not null && !functions.Contains(TokenFunction.W)) throw new UsageException("--w: is used by --function w only.");
        TokenExplainer[] explainers = [.. functions.Select(f => new TokenExplainer(f, f == TokenFunction.W ? file : null))];
        foreach (TokenExplainer explainer in explainers) explainer.Check(model);
        RowsChoice rows = _rows.Read(parse);
        SweepChoice sweeps = new(rows.Rows, rows is { Rows: null, Exact: false }, rows.Check);

        string? part = parse.GetValue(_part);
        if (part is not null && part.Split('+').Any(string.IsNullOrWhiteSpace)) throw new UsageException($"--split {part}: expected the name of a part.");
        SegmentationData data = SegmentationData.Open(_preset, options.Data, part);
        SegmentationMeasure measure = new(model.Transformer, settings, [.. explainers.Select(e => (e.Function, e.W))], sweeps);
        int classes = data.Images.Classes.Count;
        string Measure(LabelledImage image, SweepOptions o) => data.Regions.TryGetValue(image.Key, out HumanSegmentation? people)
            ? measure.Of(people, o) : measure.Of(data.Classes[image.Key], _preset.Size, classes, o);
        List<(string, string)> choices =
        [
            ("layer", settings.Layer.ToString(CultureInfo.InvariantCulture)), ("function", string.Join(", ", explainers.Select(e => e.Letter))),
            ("w", explainers.FirstOrDefault(e => e.W is not null)?.WSha256 ?? "none"),
            ("segments", settings.Threshold is { } zeta ? SegmentationPresets.Zeta(zeta) : SegmentationPresets.Segments(settings.Clusters)),
            ("linkage", CuttingOptions.Word(settings.Linkage)), ("metric", CuttingOptions.Word(settings.Metric)),
            ("upsample", CuttingOptions.Word(settings.Upsample)), ("sweeps", sweeps.Words),
        ];
        if (part is not null) choices.Add((SegmentationPresets.Part, part));
        if (HasClasses)
            choices.AddRange([(SegmentationPresets.DataRule, data.Rule),
                (SegmentationPresets.SetClusters, (parse.GetValue(_setClusters) ?? classes).ToString(CultureInfo.InvariantCulture)),
                (SegmentationPresets.Seed, parse.GetValue(_seed).ToString(CultureInfo.InvariantCulture)),
                .. new[] { (SegmentationPresets.MatchingChoice, parse.GetValue(_matching)), (SegmentationPresets.Absent, parse.GetValue(_absent)) }
                    .Where(c => c.Item2 is not null).Select(c => (c.Item1, c.Item2!))]);
        return new Evaluation(_preset.Preset, data.Images.Take(options.Limit), _preset.Preset.With(choices), data.Images.Classes, Measure, measure.Cost);
    }
}
