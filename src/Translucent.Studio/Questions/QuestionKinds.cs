// Everything that a page can ask, in one table.

using Translucent.Studio.Work;

namespace Translucent.Studio.Questions;

/// <summary>The kinds of questions by name, as addresses have them.</summary>
static class QuestionKinds
{
    public static IReadOnlyDictionary<string, QuestionKind> All { get; } = new Dictionary<string, QuestionKind>
    {
        ["open"] = new("opening", Lane.Long, Overview.Of),
        ["token"] = new("a token in all layers", Lane.Point, LatentTokens.Sparse),
        ["token-exact"] = new("a token in all layers, exactly", Lane.Point, LatentTokens.Exact),
        ["heads"] = new("attention of a token", Lane.Point, Heads.Of),
        ["map"] = new("class map", Lane.Long, ClassMapsOf.Map, "vision"),
        ["trust"] = new("how far to trust a map", Lane.Long, ClassMapsOf.Trust, "vision"),
        ["paint"] = new("patches painted out", Lane.Point, PaintedOut.Of, "vision"),
        ["deletion"] = new("deletion in the order of a map", Lane.Long, PaintedOut.Curve, "vision"),
        ["tree"] = new("segmentation", Lane.Long, Segments.Tree, "vision"),
        ["segments"] = new("segments of the picture", Lane.Long, Segments.Labels, "vision"),
        ["project"] = new("what every token stands for", Lane.Long, Projected.Of, "vision"),
        ["object"] = new("map of an object", Lane.Long, StreamAnswers.Object, "objects"),
        ["answer"] = new("what decided an answer", Lane.Long, StreamAnswers.Answer, "question"),
        ["words"] = new("words that decided a class", Lane.Long, Words.OfClass, "text"),
        ["summary"] = new("what each token of a summary came from", Lane.Long, Words.OfSummary, "summary"),
        ["lens"] = new("logit lens", Lane.Long, Words.Lens, "summary"),
    };
}
