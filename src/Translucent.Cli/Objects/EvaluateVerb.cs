// translucent evaluate: the experiments of the papers, on data of the user's.

using System.CommandLine;
using Translucent.Cli.Jobs;
using Translucent.Cli.Language;
using Translucent.Cli.Options;
using Translucent.Explain;
using Translucent.Tensors;

namespace Translucent.Cli.Objects;

/// <summary>The verb <c>evaluate</c>.</summary>
static class EvaluateVerb
{
    public static Command Create()
    {
        Command command = new("evaluate", "Repeat the experiments of the papers: how well do explanations find objects, words and regions?");
        foreach (Command preset in (Command[])[.. ClassJobVerbs.All(), GridJobVerb.Create(), ProjectionJobVerb.Create(), .. LatentJobVerbs.All(),
            .. SegmentationVerb.All()]) command.Subcommands.Add(preset);
        foreach (Command other in (Command[])[JobMerge.Create(), SubmitVerb.Create(), PresetsVerb.Create(), ReproduceVerb.Create(), Detr(), Lxmert(), Sparse(),
            EvaluateTextVerb.Create(s_memory, Out("evaluate-text"), Limit("texts")),
            EvaluateTextVerb.Stories(s_memory, Out("evaluate-stories"), Limit("stories"))]) command.Subcommands.Add(other);
        return command;
    }

    static readonly Option<long?> s_memory = ComputeOptions.Memory("passes and sweeps");

    static Option<string> Model(string bundled) => new("--model", "-m")
    {
        Description = "A model folder, a bundled model, or org/name of one in the cache.",
        HelpName = "FOLDER|NAME",
        DefaultValueFactory = _ => bundled,
    };

    static Option<string> Out(string name) => new("--out", "-o")
    {
        Description = "The folder to write to; what an earlier run with the same settings has left there is continued.",
        HelpName = "FOLDER",
        DefaultValueFactory = _ => Path.Combine("out", name),
    };

    static Option<int?> Limit(string what) => new("--limit", "-n")
    {
        Description = $"At most so many {what}, from the first. [default: all]",
        HelpName = "COUNT",
        CustomParser = result =>
            Parsers.Number("--limit", 1, int.MaxValue)(result),
    };

    static Command Detr()
    {
        Option<string> model = Model(DetectVerb.Bundled), output = Out("hetero-detr");
        Option<string> annotations = new("--annotations", "-a")
        {
            Description = "COCO instances with masks: instances.json.",
            HelpName = "FILE",
            Required = true,
        };
        Option<string?> images = new("--images", "-i")
        {
            Description = "The folder of the pictures. [default: images beside the annotations, or their folder]",
            HelpName = "FOLDER",
        };
        Option<int?> limit = Limit("pictures");
        Option<int> threads = ComputeOptions.Threads();
        string[] usual = ["absolute", "positive", "full", "noised", "gae", "gae_public", "odam", "raw", "rollout", "gradcam"];
        Option<string[]> methods = StreamChoice.Option(string.Join(", ", usual));
        Option<double> score = DetectVerb.ScoreOption("Objects whose score is above it are explained.");
        Command command = new("hetero-detr",
            "Masks of maps of detected objects against the true masks: COCO AP and AR for every method, at Otsu's threshold and 0.3 of it.") { annotations,
            images, model, methods, score, limit, output, s_memory, threads };
        command.SetAction((parse, stop) =>
        {
            Compute.Default = Compute.Default.WithThreads(parse.GetValue(threads));
            return Task.FromResult(new EvaluateDetr(parse.GetRequiredValue(annotations), parse.GetValue(images), parse.GetRequiredValue(model),
                StreamChoice.Of(parse, methods, usual), parse.GetValue(score),
                parse.GetValue(limit) ?? int.MaxValue, parse.GetRequiredValue(output), parse.GetValue(s_memory) ?? SweepOptions.DefaultMemoryBytes())
                    .Run(Terminal.Of(parse), stop));
        });
        return command;
    }

    static Command Sparse()
    {
        Argument<string[]> images = new("IMAGE") { Description = "Pictures, or folders of them.", Arity = ArgumentArity.OneOrMore };
        Option<string> model = Model(ModelFolders.Default), output = Out("sparse");
        Option<int> scenes = new("--scenes")
        {
            Description = "Also segment so many scenes of Shapes, whose masks are known, and compare with the truth.",
            HelpName = "COUNT",
            CustomParser = r => Parsers.Number("--scenes", 0, 100_000)(r),
            DefaultValueFactory = _ => 0,
        };
        Option<int> threads = ComputeOptions.Threads();
        Command command = new("sparse",
            "How far sparse sweeps are from exact ones, by rows kept, layer, function and picture, and what that does to segments.")
        {
            images, scenes, model, output, s_memory, threads,
        };
        command.SetAction((parse, stop) =>
        {
            Compute.Default = Compute.Default.WithThreads(parse.GetValue(threads));
            return Task.FromResult(new EvaluateSparse(parse.GetRequiredValue(images), parse.GetValue(scenes), parse.GetRequiredValue(model),
                parse.GetRequiredValue(output),
                parse.GetValue(s_memory) ?? SweepOptions.DefaultMemoryBytes()).Run(Terminal.Of(parse), stop));
        });
        return command;
    }

    static Command Lxmert()
    {
        Option<string> model = Model("shapes-lxmert"), output = Out("hetero-lxmert");
        Option<string> questions = new("--questions", "-q")
        {
            Description = "Questions of VQA v2 (JSON) or of Shapes (questions.jsonl).",
            HelpName = "FILE",
            Required = true,
        };
        Option<string?> annotations = new("--annotations", "-a")
        {
            Description = "VQA v2: the answers. Shapes: instances.json, for the truth about regions. [default: instances.json beside the questions]",
            HelpName = "FILE",
        };
        Option<string?> images = new("--images", "-i")
        {
            Description = "The folder of the pictures, whose regions a detector finds. [default: images beside the questions]",
            HelpName = "FOLDER",
        };
        Option<string?> features = new("--features", "-f")
        {
            Description = "Regions of all pictures instead: a bottom-up-attention .tsv, or a folder of .npz files named by the id of the picture. "
                + "[default: found by the detector]",
            HelpName = "FILE|FOLDER",
        };
        Option<string?> detector = new("--detector") { Description = "The detector. [default: the one that the model names]", HelpName = "FOLDER|NAME" };
        Option<string?> answers = new("--answers")
        {
            Description = "Names of the answers, a JSON list in the order of the head. [default: those of config.json]",
            HelpName = "FILE",
        };
        Option<bool> noPerturbation = new("--no-perturbation") { Description = "Only compare relevance with the truth, which is much faster." };
        Option<int?> limit = Limit("questions");
        Option<int> threads = ComputeOptions.Threads();
        string[] usual = ["absolute", "positive", "full", "semantic", "gae", "odam", "raw", "rollout", "gradcam", "gradient_x_input"];
        Option<string[]> methods = StreamChoice.Option(string.Join(", ", usual));
        Command command = new("hetero-lxmert",
            "Take words and regions away by their relevance and ask again: areas under the accuracy for every method; against the truth where it is known.")
        {
            questions, annotations, images, features, model, detector, answers, methods, noPerturbation, limit, output, s_memory, threads,
        };
        command.SetAction((parse, stop) =>
        {
            Compute.Default = Compute.Default.WithThreads(parse.GetValue(threads));
            return Task.FromResult(new EvaluateLxmert(parse.GetRequiredValue(questions), parse.GetValue(annotations), parse.GetValue(images),
                parse.GetValue(features), parse.GetRequiredValue(model), parse.GetValue(detector),
                parse.GetValue(answers), StreamChoice.Of(parse, methods, usual), !parse.GetValue(noPerturbation), parse.GetValue(limit) ?? int.MaxValue,
                parse.GetRequiredValue(output),
                parse.GetValue(s_memory) ?? SweepOptions.DefaultMemoryBytes()).Run(Terminal.Of(parse), stop));
        });
        return command;
    }
}
