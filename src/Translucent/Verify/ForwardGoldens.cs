// Goldens of the forward pass (docs/evaluate.md).

using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Verify;

/// <summary>Scores, tokens of every block, attention, transformed values.</summary>
static class ForwardGoldens
{
    public static readonly GoldenEntry[] Entries =
    [
        new("classes", (run, _) => Classes(run)),
        new("logits", (run, _) => run.Trace.Vocabulary is { } words ? words.Logits(run.Everywhere()) : run.Scored.Logits.Single()),
        new("probs", (run, _) => run.Scored.Probabilities().Single()),
        new("pooled", (run, _) => (run.Trace.Stream.Layout is TextTokens ? run.Value("pooled") : run.Scored.Tape["pooled"].Value).Single()),
        new("final_norm", (run, _) => run.Value("norm").Single()),
        new("hidden_states", (run, _) => Stack.Of([run.Value(run.Trace.Stream.Embed).Single(), .. Sites(run, "out")])),
        new("hidden_states_mid", (run, _) => Stack.Of(Sites(run, "mid"))),
        new("attn_out", (run, _) => Stack.Of(Sites(run, "attn.out"))),
        new("mlp_out", (run, _) => Stack.Of(Sites(run, "mlp.out"))),
        new("attentions", (run, _) => Stack.Of([.. Attentions(run).Select(call => Attention.Probabilities(call, image: 0))])),
        new("value_transformed", (run, _) => Stack.Of([.. Attentions(run).Select((call, block) => Transformed(call, run.Trace.Steps[block].OfValues()))])),
        new("position_embeddings_used", (run, _) => run.Model.Positions(run.Trace.Grid.Rows, run.Trace.Grid.Columns)),
    ];

    static Tensor[] Sites(GoldenRun run, string part) =>
        [.. Enumerable.Range(0, run.Depth).Select(b => run.Trace.Tape[$"{run.Trace.Blocks[b].Name}.{part}"].Value.Single())];

    static List<Call> Attentions(GoldenRun run)
    {
        List<Call> calls = [];
        for (int b = 0; b < run.Depth; b++) run.Trace.Tape.WithAttention(run.Trace.Steps[b].Site, calls.Add);
        return calls;
    }

    /// <summary>What the values of each token become on their way out of an attention, head by head: λ ⊙ (v_h·W_Oᵀ[h]), without the output bias; [H, N,
    /// C].</summary>
    static unsafe Tensor Transformed(Call attention, Linear output)
    {
        Tensor v = attention.X[2].Value;
        int heads = ((Attention)attention.Op).Heads, tokens = v.Shape[1], width = v.Width, depth = width / heads, outs = output.Weight.Rows;
        Tensor all = new(heads, tokens, outs);
        for (int h = 0; h < heads; h++)
            Gemm.Multiply(Compute.Default, tokens, outs, depth, new Operand(v.Pointer + h * depth, width),
                output.Weight.Operand.FromColumn(h * depth).Transposed,
                all.Pointer + (long)h * tokens * outs, outs);
        if (output.Scale is not null)
            for (int r = 0; r < all.Rows; r++) TensorPrimitives.Multiply(all.Row(r), output.Scale.Span, all.Row(r));
        GC.KeepAlive(v);
        return all;
    }

    /// <summary>The classes that the golden file numbers, provided that the model has them and c0 is the predicted one.</summary>
    static Tensor Classes(GoldenRun run)
    {
        int[] classes = run.Classes();
        if (classes.Length > 0 && classes[0] != run.Predicted())
            throw new TranslucentException($"c0 is class {classes[0]}, but the model predicts {run.Predicted()}");
        return new Tensor([classes.Length], Array.ConvertAll(classes, c => (float)c));
    }
}
