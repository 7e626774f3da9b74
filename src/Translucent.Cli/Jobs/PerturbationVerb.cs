// translucent evaluate chefer-perturbation: how long does a model keep its answer while pixels go in the order of a class map?

using System.CommandLine;
using Translucent.Autodiff;
using Translucent.Cli.Options;
using Translucent.Cli.Runs;
using Translucent.Evaluate.DataSets;
using Translucent.Evaluate.Jobs;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Cli.Jobs;

/// <summary>The verb.</summary>
static class PerturbationVerb
{
    public static Command Create()
    {
        EvaluationPreset preset = EvaluationPresets.CheferPerturbation;
        JobOptionSet common = new(preset.Name);
        Option<MethodChoice> methods = MethodChoice.Option("raw", "rollout", "gradcam", "gae", "tokentm");
        Option<bool> noClasses = new("--no-classes") { Description = "Take the model's answer to the untouched image for the truth, whatever the data say." };
        Command command = new(preset.Name, preset.Meaning) { methods, noClasses };
        common.AddTo(command);
        command.SetAction((parse, stop) =>
        {
            JobOptions options = common.Read(parse);
            using ModelInfo model = ModelInfo.Open(ModelFolders.Find(options.Model), stop);
            Evaluation evaluation = Of(model, options.Images(), parse.GetRequiredValue(methods), parse.GetValue(noClasses), stop);
            return Task.FromResult(new JobRun(options, model, evaluation).Run(Terminal.Of(parse), stop));
        });
        return command;
    }

    static Evaluation Of(ModelInfo model, LabelledImages images, MethodChoice methods, bool noClasses, CancellationToken stop)
    {
        VisionTransformer transformer = model.Transformer;
        if (transformer.Classes == 0) throw new UsageException($"--model: {model.Name} has no classes, so no answer can be kept; give a classifier.");
        ClassMatching matching = noClasses ? ClassMatching.Without(images) : Matched(images, transformer);
        using Trace small = transformer.Forward(new Tensor(1, 3, model.Config.ImageSize, model.Config.ImageSize), Keep.Boundaries, cancellationToken: stop);
        IReadOnlyList<ClassMethod> fitting = [.. methods.Methods.Where(m => m.Fits(small) is not { } reason ? true : methods.All ? false
            : throw new UsageException($"--method {m.Name}: {reason}"))];
        if (fitting.Count == 0) throw new TranslucentException($"{model.Name}: no method explains it.");
        EvaluationPreset preset = EvaluationPresets.CheferPerturbation;
        ClassRemoval removal = new(transformer, fitting);
        return new Evaluation(preset, matching.Images, preset.With(("methods", string.Join(", ", fitting.Select(m => m.Name))), ("classes", matching.How)),
            [.. Enumerable.Range(0, transformer.Classes).Select(model.Label)], removal.Measure, removal.Cost);
    }

    static ClassMatching Matched(LabelledImages images, VisionTransformer transformer)
    {
        try
        {
            return ClassMatching.Of(images, transformer.Labels, transformer.Classes);
        }
        catch (TranslucentException e)
        {
            throw new UsageException($"{e.Message.TrimEnd('.')}; or leave the classes of the data out with --no-classes.");
        }
    }
}
