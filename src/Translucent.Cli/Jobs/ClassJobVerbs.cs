// The presets that judge class maps: translucent evaluate chefer-perturbation, localisation and class-faithfulness.

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

/// <summary>What a preset measures, and what that takes.</summary>
readonly record struct Measurement(Func<LabelledImage, SweepOptions, string> Measure, Func<Trace, SweepOptions, ItemCost> Cost);

/// <summary>The verbs.</summary>
static class ClassJobVerbs
{
    /// <summary>All of them.</summary>
    public static IEnumerable<Command> All()
    {
        yield return Create(EvaluationPresets.CheferPerturbation, (passes, methods) =>
        {
            ClassRemoval removal = new(passes, methods);
            return new Measurement(removal.Measure, removal.Cost);
        });
        yield return Create(EvaluationPresets.Localisation, (passes, methods) =>
        {
            Localisation localisation = new(passes, methods);
            return new Measurement(localisation.Measure, localisation.Cost);
        });
        yield return Create(EvaluationPresets.ClassFaithfulness, (passes, methods) =>
        {
            ClassFaithfulness faithfulness = new(passes, methods);
            return new Measurement(faithfulness.Measure, faithfulness.Cost);
        }, ofClasses: false);
    }

    static Command Create(EvaluationPreset preset, Func<ItemPasses, IReadOnlyList<ClassMethod>, Measurement> measurement,
        bool ofClasses = true)
    {
        JobOptionSet common = new(preset.Name);
        Option<MethodChoice> methods = MethodChoice.Option("raw", "rollout", "gradcam", "gae", "tokentm");
        Option<bool> noClasses = new("--no-classes") { Description = "Take the model's answer to the untouched image for the truth, whatever the data say." };
        Command command = new(preset.Name, preset.Meaning) { methods };
        if (ofClasses) command.Options.Add(noClasses);
        common.AddTo(command);
        command.SetAction((parse, stop) =>
        {
            JobOptions options = common.Read(parse);
            using ModelInfo model = ModelInfo.Open(ModelFolders.Find(options.Model), stop);
            if (model.Transformer.Classes == 0) throw new UsageException($"--model: {model.Name} has no classes to explain; give a classifier.");
            LabelledImages images = options.Images();
            ClassMatching matching = !ofClasses || parse.GetValue(noClasses) ? ClassMatching.Without(images) : Matched(images, model.Transformer);
            IReadOnlyList<ClassMethod> fitting = Fitting(model, parse.GetRequiredValue(methods), stop);
            ItemPasses passes = options.Passes(model);
            Measurement of = measurement(passes, fitting);
            Evaluation evaluation = new(preset, matching.Images,
                preset.With(("methods", string.Join(", ", fitting.Select(m => m.Name))), ("classes", matching.How)),
                [.. Enumerable.Range(0, model.Transformer.Classes).Select(model.Label)], of.Measure, of.Cost)
            {
                Forget = passes.Forget,
            };
            return Task.FromResult(new JobRun(options, model, evaluation).Run(Terminal.Of(parse), stop));
        });
        return command;
    }

    /// <summary>Pictures with classes of the model.</summary>
    /// <exception cref="UsageException">Their classes are not those of the model.</exception>
    public static ClassMatching Matched(LabelledImages images, VisionTransformer transformer)
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

    /// <summary>The methods that fit the model, asked of a pass over a small black picture.</summary>
    public static IReadOnlyList<ClassMethod> Fitting(ModelInfo model, MethodChoice methods, CancellationToken stop)
    {
        int side = 2 * model.Config.Patch;
        using Trace small = model.Transformer.Forward(new Tensor(1, model.Config.Channels, side, side), Keep.Boundaries, cancellationToken: stop);
        List<ClassMethod> fitting = [];
        foreach (ClassMethod method in methods.Methods)
        {
            if (method.Fits(small) is not { } reason) fitting.Add(method);
            else if (!methods.All) throw new UsageException($"--method {method.Name}: {reason}");
        }
        return fitting.Count > 0 ? fitting : throw new TranslucentException($"{model.Name}: no method explains it.");
    }
}
