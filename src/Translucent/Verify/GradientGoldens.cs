// Goldens of derivatives of class scores (docs/evaluate.md).

using Translucent.Autodiff;
using Translucent.Explain;
using Translucent.Tensors;

namespace Translucent.Verify;

/// <summary>Derivatives of a class with respect to attention probabilities and to the residual stream.</summary>
static class GradientGoldens
{
    public static readonly GoldenEntry[] Entries =
    [
        new("attn_grad/(logit|prob)/c#", (run, m) => OfAttention(run, m)) { Work = (run, m) => Sweep(run, m, "attention") },
        new("hidden_grad/(logit|prob)/c#", (run, m) => OfStream(run, m)) { Work = (run, m) => Sweep(run, m, "stream") },
    ];

    /// <summary>[L, H, N, N].</summary>
    static Tensor OfAttention(GoldenRun run, GoldenMatch match)
    {
        AttentionRecorder[] recorders = [.. Enumerable.Range(0, run.Depth).Select(_ => new AttentionRecorder())];
        Watch watch = new();
        for (int b = 0; b < run.Depth; b++) watch.Attention($"blocks.{b}.attn.probs", recorders[b]);
        Run(run, match, watch);
        return Stack.Of([.. recorders.Select(r => r.Gradient!.Single().Single())]);
    }

    /// <summary>[L + 1, N, C].</summary>
    static Tensor OfStream(GoldenRun run, GoldenMatch match)
    {
        int depth = run.Depth;
        Tensor[] stream = new Tensor[depth + 1];
        Watch watch = new();
        for (int b = 0; b <= depth; b++)
        {
            int at = b;
            watch.Value(b < depth ? run.Trace.Blocks[b].In : run.Trace.Blocks[b - 1].Out, g => stream[at] = Dense(g, run.Trace.Tokens));
        }
        Run(run, match, watch);
        return Stack.Of(stream);
    }

    static void Run(GoldenRun run, GoldenMatch match, Watch watch)
    {
        ClassTargets target = new([run.Class(match.Number)], match.Word == "prob" ? ClassScalar.Probability : ClassScalar.Logit);
        BoundTargets bound = target.Bind(run.Trace);
        run.Trace.Tape.Sweep(bound.From, bound.Seed(0, 1), watch);
    }

    /// <summary>The cotangent for one target and image as [N, C].</summary>
    static Tensor Dense(Cotangent g, int tokens)
    {
        Tensor dense = new(1, 1, tokens, g.Values.Width);
        g.AddTo(dense);
        return dense.Reshape(tokens, g.Values.Width);
    }

    static GoldenWork Sweep(GoldenRun run, GoldenMatch match, string of) =>
        new($"{of} {match.Word} {match.Number}", Cost.Classes(run.Trace, 1));
}
