// Parts of a text with their scores, as they are coloured.

namespace Translucent.Cli.Language;

/// <summary>A part of a text, the sum of the scores of its tokens, and that as a share, -1 to 1, of the largest of the text.</summary>
sealed record ScoredPart(ShownPart Part, double Score, double Share)
{
    /// <summary>Parts with the scores of their tokens; what no token covers has none.</summary>
    public static IReadOnlyList<ScoredPart> Of(IReadOnlyList<ShownPart> parts, IReadOnlyList<float> scores)
    {
        double[] sums = [.. parts.Select(p => p.Tokens.Sum(t => (double)scores[t]))];
        double most = sums.Select(Math.Abs).DefaultIfEmpty().Max();
        return [.. parts.Select((p, i) => new ScoredPart(p, sums[i], most == 0 ? 0 : sums[i] / most))];
    }
}
