// translucent evaluate projection: classes read off the tokens of every layer, by class embeddings and by linear probes.

using System.CommandLine;
using Translucent.Cli.Options;
using Translucent.Cli.Runs;
using Translucent.Evaluate.DataSets;
using Translucent.Evaluate.Jobs;
using Translucent.Explain;

namespace Translucent.Cli.Jobs;

/// <summary>The verb.</summary>
static class ProjectionJobVerb
{
    public static Command Create()
    {
        EvaluationPreset preset = EvaluationPresets.Projection;
        JobOptionSet common = new(preset.Name);
        Option<string?> training = new("--train")
        {
            Description = "Other pictures whose classes are known, as for --data, on which a linear probe is trained for every layer. [default: no probes]",
            HelpName = "FOLDER|shapes:COUNT",
        };
        Option<int> limit = new("--train-limit")
        {
            Description = "At most so many of them, spread evenly over the set.",
            HelpName = "COUNT",
            CustomParser = Parsers.Number("--train-limit", 5, int.MaxValue),
            DefaultValueFactory = _ => 2000,
        };
        Command command = new(preset.Name, preset.Meaning) { training, limit };
        common.AddTo(command);
        command.SetAction((parse, stop) =>
        {
            JobOptions options = common.Read(parse);
            Terminal terminal = Terminal.Of(parse);
            using ModelInfo model = ModelInfo.Open(ModelFolders.Find(options.Model), stop);
            if (model.Transformer.Classes == 0) throw new UsageException($"--model: {model.Name} has no classes to read; give a classifier.");
            LabelledImages images = options.Images();
            if (images.Images.Any(i => i.Class is null))
                throw new UsageException($"--data: {images.Name} has pictures whose class is not known, expected a folder for each class, or a labelled set.");
            ClassMatching matching = ClassJobVerbs.Matched(images, model.Transformer);
            ItemPasses passes = options.Passes(model);
            LabelledImages? taught = parse.GetValue(training) is { } data ? Spread(DataSources.Open(data), parse.GetValue(limit)) : null;
            IReadOnlyList<LayerProbes> probes = [];
            Evaluation evaluation = new(preset, matching.Images, preset.With(("classes", matching.How),
                ("training", taught is null ? "none" : $"{taught.Images.Count} of {taught.Name}, {taught.Hash()[..16]}")),
                [.. Enumerable.Range(0, model.Transformer.Classes).Select(model.Label)],
                (image, sweeps) => new ProjectionReading(passes, probes).Measure(image, sweeps),
                (trace, sweeps) => new ProjectionReading(passes, probes).Cost(trace, sweeps))
            {
                Prepare = () => probes = taught is null ? [] : Train(passes, model, taught, options, terminal, stop),
                Forget = passes.Forget,
            };
            return Task.FromResult(new JobRun(options, model, evaluation).Run(terminal, stop));
        });
        return command;
    }

    /// <summary>So many pictures at equal distances, so that a set in the order of its classes stays mixed.</summary>
    static LabelledImages Spread(LabelledImages images, int count) => count >= images.Images.Count ? images
        : images with { Images = [.. Enumerable.Range(0, count).Select(i => images.Images[(int)((long)i * images.Images.Count / count)])] };

    static IReadOnlyList<LayerProbes> Train(ItemPasses passes, ModelInfo model, LabelledImages images, JobOptions options, Terminal terminal,
        CancellationToken stop)
    {
        LabelledImages matched = ClassJobVerbs.Matched(images, model.Transformer).Images;
        terminal.Line($"probes are trained on {matched.Images.Count} pictures of {matched.Name}, for every layer.");
        IReadOnlyList<LayerProbes> probes = [];
        terminal.Work("probes", progress => probes = ProjectionProbes.Train(passes, matched, new SweepOptions
        {
            MemoryBytes = options.MemoryBytes,
            Stop = stop,
            Progress = new Portion(progress, 2 * matched.Images.Count),
        }));
        return probes;
    }

    /// <summary>Whole steps as a part of all.</summary>
    sealed class Portion(IProgress<double> into, int all) : IProgress<int>
    {
        public void Report(int value) => into.Report((double)value / all);
    }
}
