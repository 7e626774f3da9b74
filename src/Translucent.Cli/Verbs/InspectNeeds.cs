// What verbs and methods need of a model, and whether one has it: the last table of `models inspect`.

using Translucent.Explain;
using Translucent.Models;

namespace Translucent.Cli.Verbs;

/// <summary>What a verb or a method needs.</summary>
/// <param name="Who">The verb or method.</param>
/// <param name="What">What the model must have.</param>
/// <param name="Here">What this one has.</param>
sealed record InspectNeeds(string Who, string What, string Here)
{
    const string Ready = "ready";

    /// <summary>The needs of every verb that takes a model of this kind.</summary>
    public static IEnumerable<InspectNeeds> OfVerbs(ModelReport report)
    {
        if (report.Sizes is { } sizes)
        {
            foreach (string verb in Verbs(sizes.Use))
                yield return sizes.Use is ModelUse.Objects or ModelUse.ImageTexts ? new(verb, "nothing more", Ready)
                    : new(verb, "tokenizer.json", sizes.HasTokenizer ? Ready : "no tokenizer in the folder");
            yield return new("verify", "golden tensors from PyTorch", "docs/verify.md");
            yield break;
        }
        foreach (string verb in (string[])["explain", "compare", "project"]) yield return new(verb, "classes", Classes(report));
        foreach (string verb in (string[])["tokens", "layers", "segment"]) yield return new(verb, "nothing more", Ready);
        yield return new("verify", "golden tensors from PyTorch", "docs/verify.md");
    }

    /// <summary>What to type for a first result.</summary>
    public static string Example(ModelSizes sizes, string model) => sizes.Use switch
    {
        ModelUse.Objects => $"translucent detect PHOTO --model {model}",
        ModelUse.Questions => $"translucent ask PHOTO \"what is this?\" --model {model}",
        ModelUse.NextTokens => $"translucent generate \"Once upon a time\" --model {model}",
        ModelUse.TextClasses => $"translucent classify \"a fine day\" --model {model}",
        ModelUse.TextVectors => $"translucent embed \"a fine day\" \"good weather\" --model {model}",
        _ => $"translucent verify {model}",
    };

    static string[] Verbs(ModelUse use) => use switch
    {
        ModelUse.Objects => ["detect", "explain", "evaluate hetero-detr"],
        ModelUse.Questions => ["ask", "evaluate hetero-lxmert"],
        ModelUse.NextTokens => ["generate", "text", "lens", "evaluate text"],
        ModelUse.TextClasses => ["classify", "embed", "evaluate text"],
        ModelUse.TextVectors => ["embed"],
        _ => [],
    };

    /// <summary>The needs of every method that explains classes of images.</summary>
    public static IEnumerable<InspectNeeds> OfMethods(ModelReport report) => report.Config is null ? [] : ClassMethods.All.Select(m =>
        (m.Needs & (MethodNeeds.OneToken | MethodNeeds.ClassToken)) != 0 && report.Averages
        ? new InspectNeeds(m.Name, "classes, read from one token", "its classes are read from the mean of its patches")
        : m.Needs.HasFlag(MethodNeeds.ClassToken) && report.Pools
        ? new InspectNeeds(m.Name, "classes, a class token", "its patches are pooled by attention behind the last block")
        : !m.PropagatesByRules
        ? new InspectNeeds(m.Name, "classes", Classes(report))
        : new InspectNeeds(m.Name, "classes, an MLP without gates, positions that do not turn",
            report.IsGated ? "no rule is defined for the gates of its MLP (SwiGLU)"
            : report.Turns ? "no rule is defined for rotary positions" : Classes(report)));

    static string Classes(ModelReport report) => report.Classes > 0 ? $"{Ready}, {report.Classes} classes"
        : report.MissingForTexts is { Count: 0 } ? $"{Ready}, with texts as classes (--classes)"
        : report.MissingForTexts is { } missing ? $"no texts as classes: {string.Join(", ", missing)} missing"
        : report.TakesVectors ? "no classifier: classes must be given as vectors (library: WithClasses)" : "no classifier";
}
