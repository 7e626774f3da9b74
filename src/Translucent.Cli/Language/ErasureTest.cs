// How far the words that a method names bear the result: comprehensiveness and sufficiency, held against random orders of the same words.

using System.Globalization;
using Translucent.Evaluate.Perturb;
using Translucent.Tensors;

namespace Translucent.Cli.Language;

/// <summary>What was found.</summary>
/// <param name="Scored">By the method's scores.</param>
/// <param name="Random">By random ones; one or more.</param>
sealed record ErasureComparison(ErasureResult Scored, IReadOnlyList<ErasureResult> Random)
{
    /// <summary>Comprehensiveness of random orders, their mean.</summary>
    public double RandomComprehensiveness => Random.Average(r => r.ComprehensivenessAopc);

    /// <summary>Sufficiency of random orders, their mean.</summary>
    public double RandomSufficiency => Random.Average(r => r.SufficiencyAopc);

    /// <summary>Measures.</summary>
    /// <param name="scores">Of the words.</param>
    /// <param name="randoms">How many random orders.</param>
    /// <param name="measure">Takes words away by scores.</param>
    /// <param name="did">Told after each of 1 + randoms measurements.</param>
    public static ErasureComparison Of(float[] scores, int randoms, Func<float[], ErasureResult> measure, Action<int>? did = null)
    {
        ErasureResult scored = measure(scores);
        did?.Invoke(1);
        List<ErasureResult> random = [];
        for (int i = 0; i < randoms; i++)
        {
            SplitMix draw = new(SplitMix.At(20_261_129, (ulong)i));
            random.Add(measure([.. scores.Select(_ => (float)draw.Unit())]));
            did?.Invoke(2 + i);
        }
        return new ErasureComparison(scored, random);
    }

    /// <summary>Forward passes that it takes.</summary>
    public static int Passes(int randoms) => (1 + 2 * TextErasure.Percents.Count) * (1 + randoms);

    /// <summary>Headings of <see cref="Rows"/>.</summary>
    public static IReadOnlyList<string> Headings { get; } = [">top", ">words", ">comprehensiveness", ">random", ">sufficiency", ">random "];

    /// <summary>A line for every percentage, and one for their area.</summary>
    public IEnumerable<string[]> Rows()
    {
        for (int k = 0; k < Scored.Percents.Count; k++)
        {
            int at = k;
            yield return [$"{Scored.Percents[k]} %", $"{Scored.Counts[k]}", Number(Scored.Comprehensiveness[k]),
                Number(Random.Average(r => r.Comprehensiveness[at])),
                Number(Scored.Sufficiency[k]), Number(Random.Average(r => r.Sufficiency[at]))];
        }
        yield return ["AOPC", "", Number(Scored.ComprehensivenessAopc), Number(RandomComprehensiveness), Number(Scored.SufficiencyAopc),
            Number(RandomSufficiency)];
    }

    /// <summary>In words, what the numbers say.</summary>
    public string Verdict => (Scored.ComprehensivenessAopc > Random.Max(r => r.ComprehensivenessAopc),
        Scored.SufficiencyAopc < Random.Min(r => r.SufficiencyAopc)) switch
    {
        (true, true) => "taking its words away hurts more, and keeping them alone hurts less, than any of the random orders",
        (true, false) => "taking its words away hurts more than any of the random orders; keeping them alone does not hurt less",
        (false, true) => "keeping its words alone hurts less than any of the random orders; taking them away does not hurt more",
        _ => "no better than random orders: do not believe it here",
    };

    static string Number(double value) => (Math.Round(value, 4) + 0.0).ToString("0.0000", CultureInfo.InvariantCulture); // no zero has a sign
}
