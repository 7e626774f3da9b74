// A question about a scene, as users see it.

namespace Translucent.Shapes;

/// <summary>What a question asks.</summary>
public enum QuestionFamily
{
    /// <summary>Is there a red star?</summary>
    Exists,

    /// <summary>How many discs are left of the ring?</summary>
    Count,

    /// <summary>What colour is the object left of the ring?</summary>
    Attribute,

    /// <summary>How many other objects have the same colour as the ring?</summary>
    Same,

    /// <summary>Is the disc larger than the star?</summary>
    Size,

    /// <summary>Is the disc in front of the star?</summary>
    Depth,

    /// <summary>Where is the star?</summary>
    Place,

    /// <summary>Is there a disc and a red star?</summary>
    Logic,
}

/// <summary>A question with its answer and what the answer depends on.</summary>
/// <param name="Family">What is asked.</param>
/// <param name="Text">The question; <see cref="SceneVocabulary.Tokenize"/> cuts it into words.</param>
/// <param name="Answer">The answer.</param>
/// <param name="Wrong">Plausible wrong answers, most tempting first.</param>
/// <param name="Objects">
/// The objects, by index, that the answer depends on: with these alone in the scene the answer would be the same; without
/// them it would be another or none. Empty where the answer says that something is not there.
/// </param>
/// <param name="Words">
/// The words, by index, that the answer depends on: another word of the same class in this place (another colour, kind, surface, relation, attribute,
/// comparison) can change the answer, or leave the question without one.
/// </param>
public sealed record SceneQuestion(QuestionFamily Family, string Text, string Answer, IReadOnlyList<string> Wrong, IReadOnlyList<int> Objects,
    IReadOnlyList<int> Words);
