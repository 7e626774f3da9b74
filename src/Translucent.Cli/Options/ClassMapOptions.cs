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

    readonly ClassOptions _classes = new();

    /// <summary>Those that only models with classes know.</summary>
    public IReadOnlyList<Option> OfClasses => [_target, .. _classes.All];

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command verb)
    {
        verb.Options.Add(_method);
        verb.Options.Add(_target);
        verb.Options.Add(_scalar);
        _classes.AddTo(verb);
    }

    /// <summary>Reads the values.</summary>
    /// <exception cref="UsageException">Texts that were given cannot be classes.</exception>
    public ClassMapChoice Read(ParseResult parse) =>
        new(parse.GetRequiredValue(_method), TargetChoice.Read(parse, _target), parse.GetValue(_scalar), _classes.Read(parse));
}

/// <summary>What was chosen.</summary>
/// <param name="Methods">How maps are made.</param>
/// <param name="Target">Of which classes.</param>
/// <param name="Scalar">Logit or probability.</param>
/// <param name="Prompts">Texts that are the classes of the model, or null.</param>
sealed record ClassMapChoice(MethodChoice Methods, TargetChoice Target, ClassScalar Scalar, PromptClasses? Prompts)
{
    /// <summary>Holds it against a model.</summary>
    /// <exception cref="UsageException">The model has no classes, or not these, or a method explains no difference of two.</exception>
    public void Check(ModelInfo model)
    {
        if (Methods.OfDetectors.Count > 0)
            throw new UsageException($"--method {Methods.OfDetectors[0]}: it explains models of several token streams, such as detectors; for "
                + $"{model.Config.Family} choose one of {string.Join(", ", ClassMethods.All.Select(m => m.Name))}.");
        PromptClasses.Require(model, "there is no class to explain", "'translucent tokens' and 'translucent segment' work with it");
        if (Target.HasDifferences(model) && !Methods.All && Methods.Methods.FirstOrDefault(m => !m.TakesDifferences) is { } single)
            throw new UsageException($"--method {single.Name}: it explains single classes only, no differences.");
    }

    /// <summary>logit or probability.</summary>
    public string ScalarName => Scalar.ToString().ToLowerInvariant();

    /// <summary>What making them will take.</summary>
    public Workload Plan(Trace trace, ModelInfo model)
    {
        int classes = Target.Count(model);
        return new Workload(Methods.Describe(classes), Methods.TellClassesApart ? classes : 0, Methods.Operations(trace, classes), Methods.Maps(classes));
    }

    /// <summary>The classes of an image, with their labels.</summary>
    public NamedTarget[] Targets(ImageRun run) => [.. Target.Targets(run.Model, run.Predictions).Select(t => NamedTarget.Of(t, run))];

    /// <summary>Some of the classes, where a method sweeps that may keep a few rows only.</summary>
    public IEnumerable<(string Of, Targets Targets)> Sample(ImageRun run, Random random, int count)
    {
        if (!Methods.Methods.Any(m => m.MaySweepSparsely)) yield break;
        ClassTarget[] all = [.. Targets(run).Select(t => t.Target)];
        yield return ("classes", new ClassTargets([.. SparseDecision.Pick(random, all.Length, count).Select(i => all[i])], Scalar));
    }

    /// <summary>Makes them from the one forward pass of a run; what does not fit is noted there.</summary>
    public ClassMapSet Maps(ImageRun run)
    {
        ClassMapSet set = ClassMapSet.Of(run, Methods.Methods, Targets(run), Scalar, skip: Methods.All);
        run.Notes.AddRange(set.LeftOut.Select(l => $"{l.Method} left out: {l.Reason}"));
        if (Scalar == ClassScalar.Probability && set.OfLogits is { Length: > 0 } logits) run.Notes.Add($"of the logit, not the probability: {logits}");
        return set;
    }
}
