// The presets that judge maps of latent tokens: translucent evaluate latent-perturbation and object-selection.

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Translucent.Cli.Options;
using Translucent.Cli.Runs;
using Translucent.Evaluate.Jobs;
using Translucent.Explain;

namespace Translucent.Cli.Jobs;

/// <summary>The verbs.</summary>
static class LatentJobVerbs
{
    /// <summary>All of them.</summary>
    public static IEnumerable<Command> All() => [Perturbation(), Selection()];

    static Option<string[]> Layers() => new("--layers")
    {
        Description = "Layers whose tokens are explained, such as 2,5,8-12; 'all' for every one from 2. [default: the last]",
        HelpName = "LAYERS",
        Arity = ArgumentArity.OneOrMore,
    };

    static Option<string[]> Functions() => new("--function", "-f")
    {
        Description = "The scalars that stand for a token: s (its sum), e (its energy), w (its product with a vector of train-w).",
        HelpName = "s,e,w",
        CustomParser = Parsers.Words("--function", "s", "e", "w"),
        DefaultValueFactory = _ => ["s", "e"],
    };

    static Option<string?> Vectors() => new("--w") { Description = "For --function w: a file that train-w wrote.", HelpName = "FILE" };

    static Command Perturbation()
    {
        EvaluationPreset preset = EvaluationPresets.LatentPerturbation;
        JobOptionSet common = new(preset.Name);
        Option<string[]> layers = Layers(), functions = Functions();
        Option<string?> file = Vectors();
        Option<double[]> zetas = new("--zeta")
        {
            Description = "Thresholds, 0 to 1, on maps scaled to 0 .. 1, above which patches are the positive region; a comma list sweeps them.",
            HelpName = "NUMBERS",
            CustomParser = Shares,
            DefaultValueFactory = _ => [0.5],
        };
        Option<int> tokens = new("--tokens")
        {
            Description = "How many random patch tokens of every image.",
            HelpName = "COUNT",
            CustomParser = Parsers.Number("--tokens", 1, 100_000),
            DefaultValueFactory = _ => 10,
        };
        Option<int> seed = new("--seed")
        {
            Description = "Of tokens, noise and random regions.",
            HelpName = "NUMBER",
            CustomParser = Parsers.Number("--seed", 0, int.MaxValue),
            DefaultValueFactory = _ => 0,
        };
        Command command = new(preset.Name, preset.Meaning) { layers, functions, file, zetas, tokens, seed };
        common.AddTo(command);
        command.SetAction((parse, stop) =>
        {
            JobOptions options = common.Read(parse);
            using ModelInfo model = ModelInfo.Open(ModelFolders.Find(options.Model), stop);
            int[] chosen = Chosen(parse.GetValue(layers), model);
            TokenFunction[] named = Named(parse.GetRequiredValue(functions));
            TokenExplainer? w = W(named, parse.GetValue(file), model);
            LatentSettings settings = new(chosen, named, parse.GetRequiredValue(zetas), parse.GetValue(tokens), Seed: (ulong)parse.GetValue(seed)) { W = w?.W };
            ItemPasses passes = options.Passes(model);
            LatentRemoval removal = new(passes, settings);
            return Task.FromResult(Run(preset, options, model, passes, new Measurement(removal.Measure, removal.Cost), Terminal.Of(parse), stop,
                ("layers", Numbers(chosen)), ("functions", string.Join(", ", settings.Functions)),
                ("zeta", string.Join(", ", settings.Zetas.Select(z => z.ToString(CultureInfo.InvariantCulture)))),
                ("w", w?.WSha256 ?? "none"), ("tokens", $"{settings.Tokens}"), ("seed", $"{settings.Seed}")));
        });
        return command;
    }

    static Command Selection()
    {
        EvaluationPreset preset = EvaluationPresets.ObjectSelection;
        JobOptionSet common = new(preset.Name);
        Option<string[]> layers = Layers(), functions = Functions();
        Option<string?> file = Vectors();
        Command command = new(preset.Name, preset.Meaning) { layers, functions, file };
        common.AddTo(command);
        command.SetAction((parse, stop) =>
        {
            JobOptions options = common.Read(parse);
            using ModelInfo model = ModelInfo.Open(ModelFolders.Find(options.Model), stop);
            int[] chosen = Chosen(parse.GetValue(layers), model);
            TokenFunction[] named = Named(parse.GetRequiredValue(functions));
            TokenExplainer? w = W(named, parse.GetValue(file), model);
            ItemPasses passes = options.Passes(model);
            ObjectSelection selection = new(passes, chosen, named, w?.W);
            return Task.FromResult(Run(preset, options, model, passes, new Measurement(selection.Measure, selection.Cost), Terminal.Of(parse), stop,
                ("layers", Numbers(chosen)), ("functions", string.Join(", ", named)), ("w", w?.WSha256 ?? "none")));
        });
        return command;
    }

    static int Run(EvaluationPreset preset, JobOptions options, ModelInfo model, ItemPasses passes, Measurement of, Terminal terminal,
        CancellationToken stop, params IEnumerable<(string, string)> choices) => new JobRun(options, model,
            new Evaluation(preset, options.Images(), preset.With(choices), [], of.Measure, of.Cost) { Forget = passes.Forget }).Run(terminal, stop);

    static int[] Chosen(string[]? words, ModelInfo model) => words is null or [] ? [model.TopLayer]
        : new LayerChoice(words is ["all"] ? [] : words).Of(model, least: 2);

    static string Numbers(int[] layers) => string.Join(", ", layers);

    static TokenFunction[] Named(string[] words) => [.. words.Select(w => Enum.Parse<TokenFunction>(w, ignoreCase: true))];

    /// <summary>The vectors of function w; null where it is not among the functions.</summary>
    /// <exception cref="UsageException">There are none, they do not fit the model, or nothing uses them.</exception>
    static TokenExplainer? W(TokenFunction[] functions, string? file, ModelInfo model)
    {
        if (!functions.Contains(TokenFunction.W)) return file is null ? null : throw new UsageException("--w: is used by --function w only.");
        TokenExplainer explainer = new(TokenFunction.W, file);
        explainer.Check(model);
        return explainer;
    }

    static double[]? Shares(ArgumentResult result)
    {
        List<double> found = [];
        foreach (string word in result.Tokens.SelectMany(t => t.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            if (double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double share) && share is >= 0 and < 1) found.Add(share);
            else
            {
                result.AddError($"--zeta {word}: expected numbers from 0 to less than 1, such as 0.3,0.5.");
                return null;
            }
        }
        return [.. found.Distinct()];
    }
}
