// What taking words away did to a number that they are said to explain (DeYoung et al. 2020, arXiv:1911.03429, ERASER).

namespace Translucent.Evaluate.Perturb;

/// <summary>Comprehensiveness and sufficiency of an explanation at some percentages.</summary>
/// <param name="Full">m of the whole text.</param>
/// <param name="Percents">k.</param>
/// <param name="Order">Tokens by decreasing relevance, as places in the list of those that may go; of equals the earlier first.</param>
/// <param name="Counts">How many k % are: ⌈k·X / 100⌉.</param>
/// <param name="Comprehensiveness">m(all) − m(without the top k %): large where they mattered.</param>
/// <param name="Sufficiency">m(all) − m(with the top k % alone): small where they suffice.</param>
public sealed record ErasureResult(double Full, IReadOnlyList<int> Percents, IReadOnlyList<int> Order, IReadOnlyList<int> Counts,
    IReadOnlyList<double> Comprehensiveness, IReadOnlyList<double> Sufficiency)
{
    /// <summary>Σ over the percentages, divided by one more than there are: the paper's formula, whose extra term is the empty deletion.</summary>
    public double ComprehensivenessAopc => Comprehensiveness.Sum() / (Percents.Count + 1);

    /// <inheritdoc cref="ComprehensivenessAopc"/>
    public double SufficiencyAopc => Sufficiency.Sum() / (Percents.Count + 1);

    /// <summary>The mean over the percentages, as ERASER's code has it.</summary>
    public double MeanComprehensiveness => Comprehensiveness.Average();

    /// <inheritdoc cref="MeanComprehensiveness"/>
    public double MeanSufficiency => Sufficiency.Average();
}

/// <summary>How words are taken away.</summary>
public enum Erasure
{
    /// <summary>They leave the text, and later ones move up.</summary>
    Delete,

    /// <summary>Another token stands in their place.</summary>
    Replace,
}

/// <summary>What a summary's probability counts as.</summary>
public enum SummaryMeasure
{
    /// <summary>The mean of log p of its tokens.</summary>
    MeanLogProbability,

    /// <summary>The mean of p.</summary>
    MeanProbability,

    /// <summary>The product of p.</summary>
    JointProbability,
}
