// How scores are told to people: as percents where they are probabilities, as numbers where they are values; and what the answer is where any number of
// labels may be right.

using System.Globalization;
using Translucent.Models;
using Translucent.Runs.Records;

namespace Translucent.Cli.Runs;

static class Chance
{
    /// <summary>The heading of a column.</summary>
    public static string Heading(ScoreMeaning meaning) => meaning switch
    {
        ScoreMeaning.OneOf => "probability",
        ScoreMeaning.AnyOf => "probability by itself",
        _ => "value",
    };

    /// <summary>A probability as a percent, a value as a number.</summary>
    public static string Text(ScoreMeaning meaning, double number) => meaning == ScoreMeaning.Values
        ? number.ToString("G5", CultureInfo.InvariantCulture) : (100 * number).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    /// <summary>How far its bar goes, 0 .. 1; values have none.</summary>
    public static double Bar(ScoreMeaning meaning, double number) => meaning == ScoreMeaning.Values ? 0 : number;

    /// <summary>How many predictions are worth a line: five, or all labels that are likelier than not.</summary>
    public static int Lines(ScoreMeaning meaning, IReadOnlyList<Prediction> predictions) =>
        meaning == ScoreMeaning.AnyOf ? Math.Clamp(predictions.Count(p => p.Probability > 0.5f), 5, 20) : 5;

    /// <summary>What the model says in one line.</summary>
    /// <param name="meaning">What the scores say.</param>
    /// <param name="predictions">The most probable first.</param>
    /// <param name="name">What a class is called.</param>
    public static string Answer(ScoreMeaning meaning, IReadOnlyList<Prediction> predictions, Func<int, string> name)
    {
        if (meaning != ScoreMeaning.AnyOf) return name(predictions[0].Index);
        string[] likely = [.. predictions.Where(p => p.Probability > 0.5f).Select(p => name(p.Index)).Take(5)];
        return likely.Length == 0 ? "none of its labels" : string.Join(", ", likely);
    }
}
