// What the scores of a classifier say, as config.json has it under problem_type (docs/models.md): of several classes one, of several labels any, or values.

using Translucent.Checkpoints;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>How scores become probabilities.</summary>
public enum ScoreMeaning
{
    /// <summary>One of the classes is right: softmax over all.</summary>
    OneOf,

    /// <summary>Every label is right or wrong by itself: the sigmoid of its own score.</summary>
    AnyOf,

    /// <summary>Scores are the values of a regression; there are no probabilities.</summary>
    Values,
}

static class ScoreMeanings
{
    /// <summary>
    /// What config.json says; where it is silent, one score alone is a label by itself, and several are classes of which one is right, as in the pipelines of
    /// Hugging Face transformers.
    /// </summary>
    /// <exception cref="Files.TranslucentException"><c>problem_type</c> is none of the three.</exception>
    public static ScoreMeaning Meaning(this ConfigSection config, int classes) => config.String("problem_type", "") switch
    {
        "" => classes == 1 ? ScoreMeaning.AnyOf : ScoreMeaning.OneOf,
        "single_label_classification" => ScoreMeaning.OneOf,
        "multi_label_classification" => ScoreMeaning.AnyOf,
        "regression" => ScoreMeaning.Values,
        _ => throw config.Wrong("problem_type", "one of single_label_classification, multi_label_classification, regression"),
    };

    /// <summary>Scores of one item to probabilities, in place; values stay.</summary>
    public static void Apply(this ScoreMeaning meaning, Span<float> scores)
    {
        if (meaning == ScoreMeaning.OneOf) Kernels.Softmax(scores, 1);
        else if (meaning == ScoreMeaning.AnyOf)
            foreach (ref float s in scores) s = (float)(1 / (1 + Math.Exp(-(double)s)));
    }

    /// <summary>∂p_c/∂z_i for probabilities p.</summary>
    public static float Slope(this ScoreMeaning meaning, ReadOnlySpan<float> p, int c, int i) => meaning switch
    {
        ScoreMeaning.OneOf => p[c] * ((i == c ? 1 : 0) - p[i]),
        ScoreMeaning.AnyOf => i == c ? p[c] * (1 - p[c]) : 0,
        _ => i == c ? 1 : 0,
    };
}
