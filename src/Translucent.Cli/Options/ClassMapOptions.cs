// Which class maps are made: --method, --target, --scalar, --classes and --template together, as the verbs that draw class maps share them.

using System.CommandLine;
using Translucent.Cli.Runs;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Runs;

namespace Translucent.Cli.Options;

/// <summary>The options.</summary>
/// <param name="methods">Methods when none is named.</param>
/// <param name="target">Classes when none is named.</param>
sealed class ClassMapOptions(string[] methods, string target)
{
    readonly Option<MethodChoice> _method = MethodChoice.Option(methods);

    readonly Option<string[]> _target = TargetChoice.Option(target);

    readonly Option<ClassScalar> _scalar = new("--scalar")
    {
        Description = "Which number of a class is explained: logit (the score before softmax) or probability; methods that hand the logit down keep to it. "
            + "[default: logit]",
        HelpName = "NAME",
        CustomParser = Parsers.Word("--scalar", ("logit", ClassScalar.Logit), ("probability", ClassScalar.Probability)),
    };

    readonly Option<int> _startBlock = new("--start-block")
    {
        Description = "Multiply the attention of block B (from 0) and those above it alone: that of early blocks adds noise to maps of some models.",
        HelpName = "B",
        DefaultValueFactory = _ => 0,
        CustomParser = Parsers.Number("--start-block", 0, 10_000),
    };

    readonly ClassOptions _classes = new();

    /// <summary>Those that only models with classes know.</summary>
    public IReadOnlyList<Option> OfClasses => [_target, _startBlock, .. _classes.All];

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command verb)
    {
        verb.Options.Add(_method);
        verb.Options.Add(_target);
        verb.Options.Add(_scalar);
        verb.Options.Add(_startBlock);
        _classes.AddTo(verb);
    }

    /// <summary>Reads the values.</summary>
    /// <exception cref="UsageException">Texts that were given cannot be classes.</exception>
    public ClassMapChoice Read(ParseResult parse) =>
        new(parse.GetRequiredValue(_method), TargetChoice.Read(parse, _target), parse.GetValue(_scalar),
            _classes.Read(parse))
        { StartBlock = parse.GetValue(_startBlock) };
}

/// <summary>What was chosen.</summary>
/// <param name="Methods">How maps are made.</param>
/// <param name="Target">Of which classes.</param>
/// <param name="Scalar">Logit or probability.</param>
/// <param name="Prompts">Texts that are the classes of the model, or null.</param>
sealed record ClassMapChoice(MethodChoice Methods, TargetChoice Target, ClassScalar Scalar, PromptClasses? Prompts)
{
    /// <summary>The lowest block, from 0, whose attention counts.</summary>
    public int StartBlock { get; init; }

    /// <summary>As it stands in settings: only where it is not the method as published.</summary>
    public int? StartBlockSetting => StartBlock == 0 ? null : StartBlock;

    /// <summary>Holds it against a model, and leaves out methods that need classes where the model has none.</summary>
    /// <exception cref="UsageException">The model has not these classes, a method that was named needs some, or explains no difference of two.</exception>
    public ClassMapChoice Of(ModelInfo model)
    {
        if (Methods.OfDetectors.Count > 0)
            throw new UsageException($"--method {Methods.OfDetectors[0]}: it explains models of several token streams, such as detectors; for "
                + $"{model.Config.Family} choose one of {string.Join(", ", ClassMethods.All.Select(m => m.Name))}.");
        if (StartBlock >= model.Config.Depth)
            throw new UsageException($"--start-block {StartBlock}: {model.Name} has blocks 0 to {model.Config.Depth - 1}.");
        if (StartBlock > 0 && !Methods.All && Methods.Words is not null && Methods.Methods.FirstOrDefault(m => !m.MayStartAbove) is { } whole)
            throw new UsageException($"--start-block: {whole.Name} does not go through attention block by block; these do: "
                + $"{string.Join(", ", ClassMethods.All.Where(m => m.MayStartAbove).Select(m => m.Name))}.");
        if (model.Transformer.Classes == 0)
        {
            ClassMethod[] free = [.. Methods.Methods.Where(m => !m.Needs.HasFlag(MethodNeeds.Scores))];
            string others = string.Join(", ", ClassMethods.All.Where(m => !m.Needs.HasFlag(MethodNeeds.Scores)).Select(m => m.Name));
            if (!Target.UpTo || free.Length == 0 || (Methods is { Words: not null, All: false } && free.Length < Methods.Methods.Count))
                PromptClasses.Require(model, "there is no class to explain",
                    $"the methods {others} need none, and 'translucent attention', 'translucent tokens' "
                    + "and 'translucent segment' work with it");
            return this with { Methods = Methods with { Methods = free } };
        }
        if (Scalar == ClassScalar.Probability && model.Transformer.Meaning == ScoreMeaning.Values)
            throw new UsageException($"--scalar probability: the scores of {model.Name} are values (problem_type regression), not probabilities; "
                + "leave it out.");
        if (Target.HasDifferences(model) && !Methods.All && Methods.Methods.FirstOrDefault(m => !m.TakesDifferences) is { } single)
            throw new UsageException($"--method {single.Name}: it explains single classes only, no differences.");
        return this;
    }

    /// <summary>logit or probability.</summary>
    public string ScalarName => Scalar.ToString().ToLowerInvariant();

    /// <summary>What making them will take.</summary>
    public Workload Plan(Trace trace, ModelInfo model)
    {
        int classes = Classes(model);
        return new Workload(Methods.Describe(classes), Methods.TellClassesApart ? classes : 0, Methods.Operations(trace, classes), Methods.Maps(classes));
    }

    /// <summary>How many classes there will be; none for a model without.</summary>
    public int Classes(ModelInfo model) => model.Transformer.Classes == 0 ? 0 : Target.Count(model);

    /// <summary>The classes of an image, with their labels.</summary>
    public NamedTarget[] Targets(ImageRun run) => run.Predictions.Count == 0 ? [] : [.. Target.Targets(run.Model, run.Predictions).Select(t =>
        NamedTarget.Of(t, run))];

    /// <summary>Some of the classes, where a method sweeps that may keep a few rows only.</summary>
    public IEnumerable<(string Of, Targets Targets)> Sample(ImageRun run, Random random, int count)
    {
        if (run.Predictions.Count == 0 || !Methods.Methods.Any(m => m.MaySweepSparsely)) yield break;
        ClassTarget[] all = [.. Targets(run).Select(t => t.Target)];
        yield return ("classes", new ClassTargets([.. SparseDecision.Pick(random, all.Length, count).Select(i => all[i])], Scalar));
    }

    /// <summary>Makes them from the one forward pass of a run; what does not fit, and what colours mean, is noted there.</summary>
    public ClassMapSet Maps(ImageRun run, CompareScale scale)
    {
        ClassMapSet set = ClassMapSet.Of(run, Methods.Methods, Targets(run), Scalar, skip: Methods.All || Methods.Words is null, StartBlock);
        if (scale == CompareScale.Shared)
        {
            set = set.OnSharedScales();
            run.Notes.Add(set.Maps.Select(m => m.Class).OfType<NamedTarget>().Distinct().Count() > 1
                ? "--scale shared: the maps of a method have one scale, so that a pale map is a weak one"
                : "--scale shared: changes nothing where one class is explained; name several with --target");
        }
        run.Notes.AddRange(set.LeftOut.Select(l => $"{l.Method} left out: {l.Reason}"));
        if (Scalar == ClassScalar.Probability && set.OfLogits is { Length: > 0 } logits) run.Notes.Add($"of the logit, not the probability: {logits}");
        return set;
    }
}
