// Does relevance add up to what it explains, where a method promises that? (Bach et al. 2015, doi:10.1371/journal.pone.0130140, eq. 2;
// Sundararajan et al. 2017, arXiv:1703.01365, completeness; docs/trust.md says which method promises what.)


namespace Translucent.Evaluate.Trust;

/// <summary>The sum of an explanation beside what it should be.</summary>
/// <param name="Sum">Of the relevance of all tokens or pixels.</param>
/// <param name="Promised">What the method shares out: a score, a difference of scores, or 1.</param>
sealed record Conservation(double Sum, double Promised)
{
    /// <summary>|Sum − Promised| / |Promised|; 0: nothing lost or made up; NaN where nothing is shared out and nothing found.</summary>
    public double RelativeGap => Math.Abs(Sum - Promised) / Math.Abs(Promised);

    /// <summary>Adds up a whole row over tokens, prefix tokens included, or a whole map of pixels.</summary>
    public static Conservation Of(ReadOnlySpan<float> relevance, double promised)
    {
        double sum = 0;
        foreach (float r in relevance) sum += r;
        return new Conservation(sum, promised);
    }
}
