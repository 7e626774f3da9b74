// Goldens of the perturbation test of questions about pictures (docs/multimodal.md).

using Translucent.Evaluate.Perturb;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Verify;

/// <summary>What stays, what is answered, and how often that is right.</summary>
static class StreamPerturbationGoldens
{
    const string Method = "perturb\\.([a-z_]+)", Test = "\\.(image|text)\\.(negative|positive)";

    public static readonly GoldenEntry[] Entries =
    [
        new("perturb\\.steps", (_, _) => Numbers(QuestionPerturbation.Steps.Select(s => (float)s))),
        new($"{Method}\\.#\\.(text|image)_score", (run, m) => Scores(run, m.Word, m.Number)[m.Words[1]].Single().Single()),
        new($"{Method}\\.#{Test}\\.kept_count", (run, m) => Numbers(Steps(run, m.Word, m.Number, m.Words[1], m.Words[2]).Select(s => (float)s.Kept.Count))),
        new($"{Method}\\.#{Test}\\.kept", (run, m) =>
            Numbers(Steps(run, m.Word, m.Number, m.Words[1], m.Words[2]).SelectMany(s => s.Kept).Select(i => (float)i))),
        new($"{Method}\\.#{Test}\\.logits", (run, m) => Stack.Of([.. Steps(run, m.Word, m.Number, m.Words[1], m.Words[2]).Select(s => s.Logits)])),
        new($"{Method}{Test}\\.accuracy", (run, m) => Numbers(Accuracies(run, m).Select(a => (float)a))),
        new($"{Method}{Test}\\.auc", (run, m) => new Tensor([], [(float)QuestionPerturbation.Area(Accuracies(run, m))])),
    ];

    static Tensor Numbers(IEnumerable<float> numbers)
    {
        float[] all = [.. numbers];
        return new Tensor([all.Length], all);
    }

    /// <summary>The relevance of the sample's own answer.</summary>
    static StreamRelevance Scores(GoldenRun run, string method, int sample)
    {
        using Trace trace = run.Answering.Forward([run.Question($"perturb.{sample}.")]);
        StreamMethod of = StreamMethods.Find(method == "gae" ? "gae_public" : method) ?? throw new TranslucentException($"{method} is the name of no method");
        return of.Explain(trace, new ClassTargets([TensorPrimitives.IndexOfMax<float>(trace.Logits.Span)]), run.Options);
    }

    static IReadOnlyList<PerturbationStep> Steps(GoldenRun run, string method, int sample, string what, string sign) =>
        run.Once($"perturb {method} {sample} {what} {sign}", () => QuestionPerturbation.Run(run.Answering, run.Question($"perturb.{sample}."),
            Scores(run, method, sample)[what].Span, what == "image" ? Perturbed.Image : Perturbed.Text, sign == "positive", run.Options.Stop));

    /// <summary>The mean over the samples of the label of what is answered at every step.</summary>
    static double[] Accuracies(GoldenRun run, GoldenMatch m)
    {
        double[] sums = new double[QuestionPerturbation.Steps.Count];
        int samples = 0;
        for (; run.Has($"perturb.{samples}.labels"); samples++)
        {
            Tensor labels = run.Input($"perturb.{samples}.labels");
            IReadOnlyList<PerturbationStep> steps = Steps(run, m.Word, samples, m.Words[1], m.Words[2]);
            for (int i = 0; i < sums.Length; i++) sums[i] += labels.Span[steps[i].Answer];
        }
        return [.. sums.Select(sum => sum / samples)];
    }
}
