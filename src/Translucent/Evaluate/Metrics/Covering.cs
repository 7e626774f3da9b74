// How well regions cover those of people (Arbeláez, Maire, Fowlkes, Malik, TPAMI 33, 2011, section 3.1.3): every region of a person has the overlap
// of the region that fits it best, weighted by its pixels.

namespace Translucent.Evaluate.Metrics;

/// <summary>Regions without classes against those of several people.</summary>
/// <param name="Average">The mean over people of the covering of their regions.</param>
/// <param name="Best">The covering of the person's regions that are covered best.</param>
/// <param name="AverageRand">The mean over people of the adjusted Rand index.</param>
/// <param name="BestRand">The largest.</param>
sealed record Covering(double Average, double Best, double AverageRand, double BestRand)
{
    /// <summary>Holds regions against those of people.</summary>
    /// <param name="regions">The region of every pixel; below 0 where there is none, which counts as one more region.</param>
    /// <param name="people">Each the region of every pixel.</param>
    /// <exception cref="ArgumentException">Nobody, or not of one picture.</exception>
    public static Covering Of(int[] regions, IReadOnlyList<int[]> people)
    {
        if (people.Count == 0) throw new ArgumentException("people: none, expected at least one segmentation.", nameof(people));
        double[] covered = [.. people.Select(person => Of(regions, person))], rand = [.. people.Select(person => AdjustedRand.Of(regions, person))];
        return new Covering(covered.Average(), covered.Max(), rand.Average(), rand.Max());
    }

    /// <summary>1/N sum over the regions R of a person of |R| max over ours of |R and R'| / |R or R'|: 0 to 1.</summary>
    public static double Of(ReadOnlySpan<int> regions, ReadOnlySpan<int> person)
    {
        if (regions.Length != person.Length || person.IsEmpty)
            throw new ArgumentException($"regions: {regions.Length} pixels, and the person's {person.Length}, expected the same number.", nameof(regions));
        Dictionary<int, long> ours = [], theirs = [];
        Dictionary<(int Theirs, int Ours), long> both = [];
        for (int p = 0; p < person.Length; p++)
        {
            ours[regions[p]] = ours.GetValueOrDefault(regions[p]) + 1;
            theirs[person[p]] = theirs.GetValueOrDefault(person[p]) + 1;
            both[(person[p], regions[p])] = both.GetValueOrDefault((person[p], regions[p])) + 1;
        }
        Dictionary<int, double> best = [];
        foreach (((int t, int o), long n) in both) best[t] = Math.Max(best.GetValueOrDefault(t), (double)n / (theirs[t] + ours[o] - n));
        return theirs.OrderBy(t => t.Key).Sum(t => t.Value * best[t.Key]) / person.Length;
    }
}
