// translucent evaluate grid-pointing: maps of classes on grids of pictures.

using System.CommandLine;
using System.Globalization;
using Translucent.Cli.Options;
using Translucent.Cli.Runs;
using Translucent.Evaluate.DataSets;
using Translucent.Evaluate.Jobs;
using Translucent.Explain;

namespace Translucent.Cli.Jobs;

/// <summary>The verb.</summary>
static class GridJobVerb
{
    public static Command Create()
    {
        EvaluationPreset preset = EvaluationPresets.GridPointing;
        JobOptionSet common = new(preset.Name);
        Option<MethodChoice> methods = MethodChoice.Option("raw", "rollout", "gradcam", "gae", "tokentm");
        Option<int> seed = new("--seed")
        {
            Description = "Of which pictures stand together.",
            HelpName = "NUMBER",
            CustomParser = Parsers.Number("--seed", 0, int.MaxValue),
            DefaultValueFactory = _ => 1,
        };
        Command command = new(preset.Name, preset.Meaning) { methods, seed };
        common.AddTo(command);
        command.SetAction((parse, stop) =>
        {
            JobOptions options = common.Read(parse);
            using ModelInfo model = ModelInfo.Open(ModelFolders.Find(options.Model), stop);
            if (model.Transformer.Classes == 0) throw new UsageException($"--model: {model.Name} has no classes to explain; give a classifier.");
            LabelledImages data = DataSources.Open(options.Data);
            ClassMatching matching = ClassJobVerbs.Matched(data, model.Transformer);
            IReadOnlyList<ClassMethod> fitting = ClassJobVerbs.Fitting(model, parse.GetRequiredValue(methods), stop);
            IReadOnlyDictionary<string, string> choices = preset.With(("methods", string.Join(", ", fitting.Select(m => m.Name))), ("classes", matching.How),
                (EvaluationPresets.GridSeed, parse.GetValue(seed).ToString(CultureInfo.InvariantCulture)));
            PictureGrids grids = Grids(data, choices);
            GridGame game = new(model.Transformer, fitting, matching.Images, grids, (forecast, key) =>
                ComputeOptions.Allowed(options.MemoryBytes).Check(forecast, key));
            Evaluation evaluation = new(preset, grids.Images.Take(options.Limit), choices,
                [.. Enumerable.Range(0, model.Transformer.Classes).Select(model.Label)], game.Measure, game.Cost);
            return Task.FromResult(new JobRun(options, model, evaluation).Run(Terminal.Of(parse), stop));
        });
        return command;
    }

    /// <summary>The grids of a data set: the same for every model.</summary>
    public static PictureGrids Grids(LabelledImages data, IReadOnlyDictionary<string, string> choices) =>
        PictureGrids.Draw(data, ulong.Parse(choices[EvaluationPresets.GridSeed], CultureInfo.InvariantCulture), GridGame.Side);
}
