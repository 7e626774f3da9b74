// Goldens of all models that read a text (docs/verify.md): the forward pass, raw attention, rollout, GAE and ULTra, as one text gives them.

using Translucent.Autodiff;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Verify;

/// <summary>What a model computes for one text, what each latent token means, and why CLIP's resembles an image.</summary>
static class TextGoldens
{
    public static readonly GoldenEntry[] Entries =
    [
        new("z", (run, _) => Stack.Of([run.Trace.Tape[run.Trace.Stream.Embed].Value.Single(),
            .. run.Trace.Blocks.Select(b => run.Trace.Tape[b.Out].Value.Single())])),
        new("attn", (run, _) => Stack.Of([.. Attentions(run.Trace)])),
        new("final", (run, _) => run.Value("norm").Single()),
        new("text_embeds", (run, _) => ClipText.Embeddings(run.Trace).Single()),
        new("eot_position", (run, _) => new Tensor([1], [run.Trace.Readout!.Tokens[0]])),
        new("similarity", (run, _) => run.Scored.Logits.Single()),
        new("similarity_grad_attn", (run, _) => Gradients(run, new ClassTargets([0]), run.Scored, run.Depth)),
        new("gae_matrix", (run, _) => Gae.Matrices(run.Scored, [run.Predicted()], run.Options).Single().Single()),
        new("gae_row", (run, _) => Gae.Rows(run.Scored, [run.Predicted()], run.Options).Single().Single()),
        new("raw_last_block_row", (run, _) => RawAttention.Rows(run.Trace).Single()),
        new("rollout_matrix", (run, _) => Rollout.Matrices(run.Trace).Single()),
        new("ultra_(s|e)_flow_l#.rows", (run, m) =>
            Ultra.Explain(run.Trace, run.Layer(m.Number), Function(m.Word), run.Explained(), options: run.Options).Rows.Rowwise()),
        new("ultra_(s|e)_literal_l#.rows", (run, m) => TokenContributions.Of(run.Trace, run.Explained(), [], run.Layer(m.Number), Function(m.Word),
            UltraOrder.Literal, options: run.Options).Rows.Rowwise()),
    ];

    public static TokenFunction Function(string word) => Enum.Parse<TokenFunction>(word, ignoreCase: true);

    static List<Tensor> Attentions(Trace trace)
    {
        List<Tensor> all = [];
        foreach (AttentionStep step in trace.Steps) all.Add(trace.Attention(step));
        return all;
    }

    /// <summary>G of the first attentions for every target, [T, steps, H, N, N]; without the first axis for a single target.</summary>
    public static Tensor Gradients(GoldenRun run, Targets targets, Trace trace, int steps)
    {
        BoundTargets bound = targets.Bind(trace);
        AttentionRecorder[] recorders = [.. Enumerable.Range(0, steps).Select(_ => new AttentionRecorder())];
        Watch watch = new() { Stop = run.Options.Stop };
        for (int s = 0; s < steps; s++) watch.Attention(trace.Steps[s].Site, recorders[s]);
        trace.Tape.Sweep(bound.From, bound.Seed(0, bound.Count), watch);
        Tensor[] perTarget = [.. Enumerable.Range(0, bound.Count).Select(t => Stack.Of([.. recorders.Select(r => Part(r.Gradient!, t))]))];
        return bound.Count == 1 ? perTarget[0] : Stack.Of(perTarget);
    }

    static Tensor Part(Tensor all, int target)
    {
        int[] shape = all.Shape[2..].ToArray();
        int size = all.Length / all.Shape[0];
        return new Tensor(shape, all.Span.Slice(target * size, size));
    }

    /// <summary>[T, 1, N] as [T, N].</summary>
    static Tensor Rowwise(this Tensor rows) => rows.Reshape(rows.Shape[0], rows.Shape[2]);
}
