using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Explain;
using Translucent.Tensors;

namespace Translucent.Tests.Models;

/// <summary>Forward passes and derivatives of every vision family against float64 goldens.</summary>
public class VisionGoldenTests
{
    public static TheoryData<string> Names => Fixture.Names;

    [Theory, MemberData(nameof(Names))]
    public void Forward_equals_the_reference(string name)
    {
        using Fixture f = Fixture.Open(name);
        Tape tape = f.Trace.Tape;
        int depth = f.Model.Config.Depth;
        f.Check("position_embeddings_used", f.Model.Positions(f.Trace.Grid.Rows, f.Trace.Grid.Columns));
        f.Check("hidden_states", Stack([tape["embed"].Value, .. Sites(depth, "out").Select(s => tape[s].Value)]));
        f.Check("hidden_states_mid", Stack(Sites(depth, "mid").Select(s => tape[s].Value)));
        f.Check("attn_out", Stack(Sites(depth, "attn.out").Select(s => tape[s].Value)));
        f.Check("mlp_out", Stack(Sites(depth, "mlp.out").Select(s => tape[s].Value)));
        f.Check("final_norm", tape["norm"].Value);
        f.Check("pooled", tape["pooled"].Value);
        f.Check("logits", f.Trace.Logits);
        f.Check("probs", f.Trace.Probabilities());
        List<Tensor> attentions = [];
        foreach (string site in Sites(depth, "attn.probs")) tape.WithAttention(site, call => attentions.Add(Attention.Probabilities(call, image: 0)));
        f.Check("attentions", Stack(attentions));
    }

    [Theory, MemberData(nameof(Names))]
    public void Gradients_equal_the_reference(string name)
    {
        using Fixture f = Fixture.Open(name);
        int depth = f.Model.Config.Depth;
        foreach (ClassScalar scalar in Enum.GetValues<ClassScalar>())
        {
            AttentionRecorder[] recorders = [.. Enumerable.Range(0, depth).Select(_ => new AttentionRecorder())];
            Tensor?[] hidden = new Tensor?[depth + 1];
            Watch watch = new();
            string[] sites = [.. Sites(depth, "in"), $"blocks.{depth - 1}.out"];
            for (int b = 0; b < depth; b++) watch.Attention($"blocks.{b}.attn.probs", recorders[b]);
            for (int b = 0; b <= depth; b++)
            {
                int at = b;
                watch.Value(sites[b], g => hidden[at] = Dense(g, f.Trace.Tokens));
            }
            Cotangent seed = new ClassTargets(f.Classes, scalar).Bind(f.Trace).Seed(0, 2);
            f.Trace.Tape.Sweep(f.Trace.Tape["logits"], seed, watch);
            for (int c = 0; c < 2; c++)
            {
                string kind = scalar == ClassScalar.Logit ? "logit" : "prob";
                f.Check($"attn_grad/{kind}/c{c}", Stack(recorders.Select(r => Slice(r.Gradient!, c))));
                if (scalar == ClassScalar.Logit) f.Check($"hidden_grad/logit/c{c}", Stack(hidden.Select(h => Slice(h!, c))));
            }
        }
    }

    static IEnumerable<string> Sites(int depth, string part) => Enumerable.Range(0, depth).Select(b => $"blocks.{b}.{part}");

    static Tensor Slice(Tensor t, int index)
    {
        int size = t.Length / t.Shape[0];
        return new Tensor([size], t.Span.Slice(index * size, size));
    }

    static Tensor Dense(Cotangent g, int tokens)
    {
        if (g.Tokens is null) return new Tensor(g.Values.Shape, g.Values.Span);
        Tensor dense = new(g.Targets, g.Values.Shape[1], tokens, g.Values.Width);
        g.AddTo(dense);
        return dense;
    }

    static Tensor Stack(IEnumerable<Tensor> parts)
    {
        Tensor[] all = [.. parts];
        Tensor stack = new(all.Sum(t => t.Length));
        int at = 0;
        foreach (Tensor t in all)
        {
            t.Span.CopyTo(stack.Span[at..]);
            at += t.Length;
        }
        return stack;
    }
}
