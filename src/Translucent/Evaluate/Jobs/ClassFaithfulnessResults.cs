// Means over images of what ClassFaithfulness measures, and the scores that are made of them for every image.

using Translucent.Evaluate.Perturb;

namespace Translucent.Evaluate.Jobs;

/// <summary>Results of <see cref="ClassFaithfulness"/>.</summary>
static class ClassFaithfulnessResults
{
    static readonly int[] s_arccShares = [1, 3, 5, 7]; // 20, 40, 60, 80 %

    /// <summary>The columns of the table, in their order.</summary>
    static readonly (string Name, Func<FaithfulMethod, double?> Of)[] s_scores =
    [
        ("comprehensiveness", m => Aopc(m.Comprehensiveness)),
        ("sufficiency", m => Aopc(m.Sufficiency)),
        ("ROAD, combined", m => Road(m, [.. Enumerable.Range(0, m.MostFirst.Count)])),
        ("infidelity", m => m.Infidelity),
        ("unexplained", m => m.Unexplained),
        ("max-sensitivity", m => m.Sensitivity),
        ("complexity", m => m.Complexity),
        ("coherency", m => m.Coherency),
        ("ARCC", m => Arcc(m)),
    ];

    /// <summary>ERASER's area over the curve: the sum over k divided by one more than there are, for k = 0 nothing is lost.</summary>
    public static double Aopc(IReadOnlyList<float> lost) => lost.Sum(v => (double)v) / (lost.Count + 1);

    /// <summary>(mean f, least relevant first − mean f, most relevant first) / 2 over some shares.</summary>
    public static double Road(FaithfulMethod m, int[] shares) => shares.Average(s => (double)m.LeastFirst[s] - m.MostFirst[s]) / 2;

    /// <summary>The harmonic mean of coherency, 1 − complexity and twice the ROAD score of 20, 40, 60 and 80 %, cut to 0 .. 1; 0 where one is.</summary>
    public static double? Arcc(FaithfulMethod m)
    {
        if (m.Coherency is not { } coherency) return null;
        double[] parts = [coherency, 1 - m.Complexity, Math.Clamp(2 * Road(m, s_arccShares), 0, 1)];
        return parts.Any(p => p <= 0) ? 0 : 3 / parts.Sum(p => 1 / p);
    }

    /// <summary>Adds items up.</summary>
    public static EvaluationResults Of(JobSettings settings, JobItems items)
    {
        List<(string Method, double[] Sums, int[] Counts, double[] Most, double[] Least)> all = [];
        List<ResultExample> examples = [];
        (int images, double untouched) = (0, 0);
        foreach ((int item, string key, FaithfulItem result) in items.Results(FaithfulJson.Default.FaithfulItem))
        {
            (images, untouched) = (images + 1, untouched + result.P);
            for (int m = 0; m < result.Methods.Count; m++)
            {
                FaithfulMethod method = result.Methods[m];
                int steps = method.MostFirst.Count;
                if (all.Count <= m) all.Add((method.Method, new double[s_scores.Length], new int[s_scores.Length], new double[steps], new double[steps]));
                for (int s = 0; s < s_scores.Length; s++)
                {
                    if (s_scores[s].Of(method) is not { } value) continue;
                    all[m].Sums[s] += value;
                    all[m].Counts[s]++;
                }
                for (int s = 0; s < steps; s++)
                {
                    all[m].Most[s] += method.MostFirst[s];
                    all[m].Least[s] += method.LeastFirst[s];
                }
            }
            double road = s_scores[2].Of(result.Methods[0])!.Value;
            string name = result.Answer < settings.Classes.Count ? settings.Classes[result.Answer] : $"class {result.Answer}";
            examples.Add(new ResultExample(item, key, road, FormattableString.Invariant(
                $"{name} ({100 * result.P:0} %); {result.Methods[0].Method}: ROAD {road:0.00}")));
        }
        double[] shares = [0, .. PixelRemoval.Steps];
        ResultChart Chart(string title, Func<(string, double[], int[], double[] Most, double[] Least), double[]> of) => new(title, "share of pixels imputed",
            "probability of the class", [.. all.Select(m => new ResultLine(m.Method, shares, [untouched / images, .. of(m).Select(v => v / images)]))]);
        return new EvaluationResults
        {
            Tables =
            [
                new ResultTable("Faithfulness of maps of the predicted class", "method", [.. s_scores.Select(s => s.Name), "images"],
                    [.. all.Select(m => ResultRow.Of(m.Method, [.. m.Sums.Zip(m.Counts, (sum, count) => count == 0 ? double.NaN : sum / count), images]))],
                    "Larger is better: comprehensiveness, ROAD, coherency, ARCC. Smaller is better: sufficiency, infidelity, unexplained, max-sensitivity, "
                    + "complexity. Means over images; a score that is not defined for an image leaves it out."),
            ],
            Charts = [Chart("ROAD, most relevant first", m => m.Most), Chart("ROAD, least relevant first", m => m.Least)],
            Examples = ResultExamples.BestAndWorst("ROAD of the first method", examples),
        };
    }
}
