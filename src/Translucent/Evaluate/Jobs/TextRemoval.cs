// The preset text: tokens of a text are taken away by their relevance and the model is asked again (ERASER, DeYoung et al. 2020, arXiv:1911.03429), and
// relevance is held against words whose polarity is known (docs/evaluate.md#texts).

using System.Text.Json.Serialization;
using Translucent.Evaluate.Metrics;
using Translucent.Evaluate.Perturb;

namespace Translucent.Evaluate.Jobs;

/// <summary>What a result loses.</summary>
/// <param name="How">How tokens go: delete or replace.</param>
/// <param name="Comprehensiveness">Without the k % most relevant, for the k of <see cref="TextErasure.Percents"/>.</param>
/// <param name="Sufficiency">With those alone.</param>
sealed record ErasedScore(string How, IReadOnlyList<double> Comprehensiveness, IReadOnlyList<double> Sufficiency);

/// <summary>What relevance for a class says about words whose class is known.</summary>
/// <param name="Area">Area under the ROC curve: words of that class before the others; null where all are alike.</param>
/// <param name="Agree">The share of words whose sign is right: above zero for words of that class, below for the others; null of methods without a
/// sign.</param>
sealed record PolarityScore(double? Area = null, double? Agree = null)
{
    /// <summary>Of the known words of one text.</summary>
    /// <param name="relevance">A number for each; one at least.</param>
    /// <param name="truth">Whether each is of the class.</param>
    /// <param name="signed">Whether numbers below zero speak against the class.</param>
    public static PolarityScore Of(float[] relevance, bool[] truth, bool signed) => new(
        RankedTruth.RocArea(relevance, truth) is double area && double.IsFinite(area) ? area : null,
        signed ? relevance.Zip(truth, (r, t) => t ? r > 0 : r < 0).Count(right => right) / (double)truth.Length : null);
}

/// <summary>What a text says about a method.</summary>
/// <param name="Method">The method; of random orders "random".</param>
/// <param name="Erased">Every way of taking tokens away.</param>
/// <param name="Polarity">Null where no word is known.</param>
sealed record TextMethodScore(string Method, IReadOnlyList<ErasedScore> Erased, PolarityScore? Polarity = null);

/// <summary>What one text said.</summary>
/// <param name="Full">The number of the whole text: the probability of the predicted class, or the measure of its summary.</param>
/// <param name="Tokens">How many tokens may go.</param>
/// <param name="Methods">In their order, random orders last.</param>
/// <param name="Right">Whether the predicted class is the true one; null of summaries.</param>
/// <param name="Known">How many words are known.</param>
/// <param name="Toward">How many of them are of the predicted class.</param>
sealed record TextItem(double Full, int Tokens, IReadOnlyList<TextMethodScore> Methods, bool? Right = null, int? Known = null, int? Toward = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(TextItem))]
sealed partial class TextItemJson : JsonSerializerContext;

/// <summary>Takes tokens away in every way that is asked for.</summary>
static class TextRemoval
{
    /// <summary>The name under which random orders stand.</summary>
    public const string Random = "random";

    /// <summary>What each way says about the scores of a method.</summary>
    /// <param name="method">Its name.</param>
    /// <param name="ways">Names and what they do.</param>
    /// <param name="judge">Takes tokens away by the scores.</param>
    public static TextMethodScore Of(string method, IEnumerable<Erasure> ways, Func<Erasure, ErasureResult> judge) => new(method, [.. ways.Select(way =>
    {
        ErasureResult r = judge(way);
        return new ErasedScore(Name(way), r.Comprehensiveness, r.Sufficiency);
    })]);

    /// <summary>delete or replace.</summary>
    public static string Name(Erasure way) => way == Erasure.Delete ? "delete" : "replace";
}
