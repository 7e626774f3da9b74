// Goldens of language models (docs/verify.md): what predicts next tokens, what in the context made a summary, the logit lens.

using Translucent.Autodiff.Ops;
using Translucent.Explain;
using Translucent.Explain.Projection;
using Translucent.Tensors;

namespace Translucent.Verify;

/// <summary>Names of Llama, GPT-2 and BERT; those that all texts share are in <see cref="TextGoldens"/>.</summary>
static class LanguageGoldens
{
    public static readonly GoldenEntry[] Entries =
    [
        new("class", (run, _) => Number(run.Predicted())),
        new("class_logit_grad_attn", (run, _) => TextGoldens.Gradients(run, new ClassTargets([run.Predicted()]), run.Scored, run.Depth)),
        new("gae_matrix_class#", (run, m) => Gae.Matrices(run.Scored, [run.Of(m.Number)], run.Options).Single().Single()),
        new("layer0_(q|k)_rope", (run, m) => Heads(run, m.Word == "q" ? 0 : 1)),
        new("ultra_(s|e)_(flow|literal)_l#.lambda", (run, m) => Contribution(run, m).Lambda.Single()),
        new("ultra_(s|e)_flow_l#.first_row_self_replaced", (run, m) =>
            Ultra.Explain(run.Trace, run.Layer(m.Number), TextGoldens.Function(m.Word), [run.Summary()[0]], options: run.Options).Maps.Single().Single()),
        new("ultra_(s|e)_grad_first_l#", (run, m) =>
            TextGoldens.Gradients(run, new TokenTargets(run.Layer(m.Number), [run.Summary()[0]], TextGoldens.Function(m.Word)), run.Trace, m.Number - 1)),
        new("next\\.target_token", (run, _) => Number(Likeliest(run))),
        new("next\\.raw_last_block_row", (run, _) => RawAttention.Rows(run.Trace).Single()),
        new("next\\.rollout_row", (run, _) => Rollout.Rows(run.Trace).Single()),
        new("next\\.gae_row", (run, _) => Row(run, "gae", new NextTokenTargets([Likeliest(run)]))),
        new("next\\.gae_matrix", (run, _) => Sweep.Matrices(run.Trace, new NextTokenTargets([Likeliest(run)]), run.Options).Single().Single()),
        new("summary\\.logprobs", (run, _) => Vector(run.Vocabulary.OfText(run.Trace.Text!.Ids[0], run.Summary()))),
        new("summary\\.gae_matrix", (run, _) => Sweep.Matrices(run.Trace, new SpanTargets(run.Summary()), run.Options).Single().Single()),
        new("summary\\.(gae|raw|rollout)_lambda", (run, m) => At(Row(run, m.Word, new SpanTargets(run.Summary())), run.Tokens("context_positions"))),
        new("summary\\.logprob_grad_attn", (run, _) => TextGoldens.Gradients(run, new SpanTargets(run.Summary()), run.Trace, run.Depth)),
        new("lens\\.logits", (run, _) => LogitLens.Logits(run.Trace, run.Everywhere())),
        new("lens\\.top1", (run, _) => Table(LogitLens.Read(run.Trace, run.Everywhere(), top: 1).Top.Select(row => row.Select(best => best[0].Id)))),
        new("lens\\.summary_logprob", (run, _) => Lens(run).LogProbabilities!),
        new("lens\\.summary_rank", (run, _) => Table(Lens(run).Ranks!)),
    ];

    static Tensor Number(int n) => new([1], [n]);

    static Tensor Vector(IEnumerable<double> numbers)
    {
        float[] all = [.. numbers.Select(n => (float)n)];
        return new Tensor([all.Length], all);
    }

    static Tensor Table(IEnumerable<IEnumerable<int>> rows)
    {
        float[][] all = [.. rows.Select(row => row.Select(n => (float)n).ToArray())];
        return new Tensor([all.Length, all[0].Length], [.. all.SelectMany(row => row)]);
    }

    static Tensor At(Tensor row, int[] positions) => new([positions.Length], [.. positions.Select(p => row.Span[p])]);

    /// <summary>The most likely token behind the text.</summary>
    static int Likeliest(GoldenRun run) => TensorPrimitives.IndexOfMax<float>(run.Vocabulary.Logits([run.Trace.Tokens - 1]).Span);

    static Tensor Row(GoldenRun run, string method, Targets targets) =>
        StreamMethods.Named(method).Explain(run.Trace, targets, run.Options)["text"].Single().Single();

    static TokenContribution Contribution(GoldenRun run, GoldenMatch m) => TokenContributions.Of(run.Trace, run.Summary(), run.Tokens("context_positions"),
        run.Layer(m.Number), TextGoldens.Function(m.Word), m.Words[1] == "flow" ? UltraOrder.Flow : UltraOrder.Literal, options: run.Options);

    static LensReading Lens(GoldenRun run)
    {
        int[] summary = run.Summary();
        return LogitLens.Read(run.Trace, [.. summary.Select(s => s - 1)], [.. summary.Select(s => run.Trace.Text!.Ids[0][s])]);
    }

    /// <summary>Queries or keys of the first attention as they are compared, head by head: [H, N, D].</summary>
    static Tensor Heads(GoldenRun run, int input)
    {
        Tensor? heads = null;
        run.Trace.Tape.WithAttention(run.Trace.Steps[0].Site, call =>
        {
            Tensor x = call.X[input].Value;
            int depth = call.X[0].Value.Width / ((Attention)call.Op).Heads, count = x.Width / depth, tokens = x.Shape[1];
            heads = new Tensor(count, tokens, depth);
            for (int h = 0; h < count; h++)
                for (int n = 0; n < tokens; n++) x.Row(n).Slice(h * depth, depth).CopyTo(heads.Row(h * tokens + n));
        });
        return heads!;
    }
}
