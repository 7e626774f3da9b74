// The work of `translucent project`.

using Translucent.Cli.Options;
using Translucent.Cli.Pages;
using Translucent.Cli.Pictures;
using Translucent.Cli.Runs;
using Translucent.Files;
using Translucent.Models;
using Translucent.Runs;
using Translucent.Runs.Records;

namespace Translucent.Cli.Verbs;

/// <summary>Which scores are written.</summary>
enum ScoreFiles
{
    /// <summary>All where they are small, else the best.</summary>
    BySize,

    /// <summary>Those of every token and class.</summary>
    All,

    /// <summary>Those of the best classes of every token.</summary>
    Top,
}

/// <summary>The verb <c>project</c> with its settings.</summary>
/// <param name="choice">Layers that are shown.</param>
/// <param name="target">Classes; without words the most probable ones.</param>
/// <param name="top">Classes kept of each token.</param>
/// <param name="perturbations">Names of passes with less context.</param>
/// <param name="scores">Which scores are written.</param>
/// <param name="prompts">Texts that are the classes of the model, or null.</param>
sealed class ProjectRun(LayerChoice choice, TargetChoice target, int top, string[] perturbations, ScoreFiles scores, PromptClasses? prompts) : ImageVerb
{
    /// <summary>Lines that a chart can show.</summary>
    public const int MostClasses = 12;

    const int DefaultClasses = 5;
    const double LargeBytes = 16 << 20;

    ModelInfo? _model;
    int[] _layers = [];
    Projection? _found;

    public override string Name => "project";

    public override PromptClasses? Prompts => prompts;

    public override void Check(ModelInfo model)
    {
        PromptClasses.Require(model, "there is no class that a token could stand for", "'translucent layers' and 'translucent tokens' work with it");
        if (model.Config.Prefix == 0)
            throw TranslucentException.OfRequest($"{model.Name}: has no class token, whose classes this verb follows; 'translucent explain' works with it.");
        target.CheckClasses(model);
        int classes = target.Count(model);
        if (classes > MostClasses) throw new UsageException(
            $"--target: {classes} classes, expected at most {MostClasses}, so that charts and tables can be read.");
        (_model, _layers) = (model, choice.Of(model, least: 1));
    }

    public override RunSettings Settings => new ProjectSettings(
        _layers, target.Words, top, perturbations, scores switch { ScoreFiles.BySize => "by size", ScoreFiles.All => "all", _ => "top" });

    public override Workload Plan(Trace trace)
    {
        double flops = Projection.ScoreFlops(trace) + perturbations.Length * Projection.PassFlops(trace) + Projection.MemoryFlops(trace);
        string what =
            $"{trace.Tokens} tokens of {LayerChoice.Text(_layers)} on {(trace.Readout!.Classes == 1 ? "1 class" : $"{trace.Readout!.Classes} classes")}";
        if (perturbations.Length > 0) what += $", also {string.Join(" and ", perturbations)}";
        return new Workload(what, 0, flops, _layers.Length + 4, (1 + perturbations.Length / 3.0) * Projection.ScoreBytes(trace));
    }

    public override void Show(ImageRun run, Terminal terminal) => terminal.Table(["class", ">index", $">{Chance.Heading(run.Meaning)}", ""],
        run.Predictions.Take(5).Select(p =>
            new[] { run.Model.Short(p.Index), $"{p.Index}", Chance.Text(run.Meaning, p.Probability),
                new string('█', (int)Math.Round(30 * Chance.Bar(run.Meaning, p.Probability))) }));

    public override string Run(ImageRun run)
    {
        int[] classes = target.Words.Count > 0 ? target.Classes(_model!, run.Predictions) : [.. run.Predictions.Take(DefaultClasses).Select(p => p.Index)];
        Projection found = _found = Projection.Of(run, classes, top, perturbations);
        ClassColors colors = new(found, _layers);
        ClassPictures pictures = new(run, found, colors);
        string curves = CurvePictures.Draw(found, colors, run.Model.Short);
        run.Time("pictures", () =>
        {
            run.Folder.Add(PictureFile.Svg("classes.svg", pictures.Layers(_layers), "a sheet: what each token stands for in each layer"));
            run.Folder.Add([.. _layers.Select(
                l => (Func<FileToWrite[]>)(() => [PictureFile.Svg($"classes-layer-{l}.svg", pictures.Layer(l),
                    $"what each token of layer {l} stands for, over the photograph")]))], run.Progress.Stop);
            run.Folder.Text("curves.svg", curves, "the evolution of classes over all layers");
        });
        bool all = scores == ScoreFiles.All || (scores == ScoreFiles.BySize && Projection.ScoreBytes(run.Trace) < LargeBytes);
        run.Time("numbers", () =>
        {
            ProjectTables.Write(run, found, _layers);
            ProjectNumbers.Write(run, found, _layers, all, top);
        });
        run.Time("page", () => run.Folder.Text("project.html", ProjectPage.Render(run, found, _layers, colors, pictures, curves),
            "all of it on one page, for a browser"));
        return $"{run.Answer} {Chance.Text(run.Meaning, run.Predictions[0].Probability)}";
    }

    public override void Conclude(ImageRun run, Terminal terminal) => ProjectSummary.Show(run, _found!, terminal);
}
