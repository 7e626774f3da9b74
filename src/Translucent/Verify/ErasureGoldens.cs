// Goldens of what taking words away does to a summary, a class, and latent tokens (docs/verify.md).

using Translucent.Evaluate.Perturb;
using Translucent.Explain;
using Translucent.Tensors;

namespace Translucent.Verify;

/// <summary>eraser.* and latent.*; numbers about probabilities are held to the probability of the whole text.</summary>
static class ErasureGoldens
{
    const string Parts = "(full|comp|suff|comp_aopc|suff_aopc|order|counts)";
    const double Tolerance = 1e-4;
    const int LatentPercent = 20;

    public static readonly GoldenEntry[] Entries =
    [
        new($"eraser\\.(gae|ultra_s)\\.(mean_logprob|mean_prob|joint_prob)\\.(delete|replace)\\.{Parts}",
            (run, m) => Part(OfSummary(run, m.Word, m.Words[1], m.Words[2]), m.Words[3]))
        {
            Least = Tolerance,
            Scale = (run, m) => m.Words[1] == "mean_logprob" ? null : OfSummary(run, m.Word, m.Words[1], m.Words[2]).Full,
        },
        new($"eraser\\.(gae)\\.class_prob\\.{Parts}", (run, m) => Part(OfClass(run), m.Words[1])) { Least = Tolerance, Scale = (run, _) => OfClass(run).Full },
        new("latent\\.(replace|delete)\\.(positive|negative)",
            (run, m) => new Tensor([1], [(float)TextErasure.LatentDistance(run.Language, run.Ids(), Context(run),
            run.Summary(), Scores(run, "ultra_s"), run.Depth + 1, LatentPercent, m.Words[1] == "positive", Mode(m.Word), run.Fill())])),
    ];

    static int[] Context(GoldenRun run) => run.Tokens("context_positions");

    static Erasure Mode(string word) => word == "delete" ? Erasure.Delete : Erasure.Replace;

    /// <summary>The relevance of the context for the summary by which words go.</summary>
    static float[] Scores(GoldenRun run, string method)
    {
        int[] context = Context(run);
        if (method == "ultra_s") return TokenContributions.Of(run.Trace, run.Summary(), context, options: run.Options).Lambda.ToArray();
        Tensor row = StreamMethods.Named("gae").Explain(run.Trace, new SpanTargets(run.Summary()), run.Options)["text"];
        return [.. context.Select(p => row.Span[p])];
    }

    static ErasureResult OfSummary(GoldenRun run, string method, string measure, string mode) => run.Once($"eraser {method} {measure} {mode}", () =>
        TextErasure.OfSummary(run.Language, run.Ids(), Context(run), run.Summary(), Scores(run, method), measure switch
        {
            "mean_logprob" => SummaryMeasure.MeanLogProbability,
            "mean_prob" => SummaryMeasure.MeanProbability,
            _ => SummaryMeasure.JointProbability,
        }, Mode(mode), run.Fill(), cancellationToken: run.Options.Stop));

    static ErasureResult OfClass(GoldenRun run) => run.Once("eraser class", () =>
    {
        int[] candidates = run.Tokens("candidate_positions");
        Tensor row = Gae.Rows(run.Scored, [run.Predicted()], run.Options);
        return TextErasure.OfClass(run.Language, run.Text(), candidates, [.. candidates.Select(p => row.Span[p])], run.Predicted(),
            cancellationToken: run.Options.Stop);
    });

    static Tensor Part(ErasureResult r, string part) => part switch
    {
        "full" => Of([r.Full]),
        "comp" => Of(r.Comprehensiveness),
        "suff" => Of(r.Sufficiency),
        "comp_aopc" => Of([r.ComprehensivenessAopc]),
        "suff_aopc" => Of([r.SufficiencyAopc]),
        "order" => Of(r.Order.Select(n => (double)n)),
        _ => Of(r.Counts.Select(n => (double)n)),
    };

    static Tensor Of(IEnumerable<double> numbers)
    {
        float[] all = [.. numbers.Select(n => (float)n)];
        return new Tensor([all.Length], all);
    }
}
