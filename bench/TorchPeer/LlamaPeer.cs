// TinyLlama's layout in PyTorch (1.1 billion parameters, grouped queries, SwiGLU), 512 tokens: the forward pass with fused attention, and ULTra_S of 32 tokens
// of a summary, one backward pass for each, as public code does it. Weights are frozen; in bf16 both weights and arithmetic are.

using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchPeer;

sealed class LlamaPeer
{
    const int Width = 2048, Hidden = 5632, Depth = 22, Heads = 32, KeyHeads = 4, HeadWidth = 64, Vocabulary = 32_000, Tokens = 512, Summary = 32;

    sealed record Block(Tensor G1, Tensor Q, Tensor K, Tensor V, Tensor O, Tensor G2, Tensor Gate, Tensor Up, Tensor Down);

    readonly string _mode;
    readonly ScalarType _type;
    readonly Block[] _blocks;
    readonly Tensor _norm, _head, _x, _cos, _sin, _mask;

    public LlamaPeer(string mode)
    {
        (_mode, _type) = (mode, mode == "bf16" ? ScalarType.BFloat16 : ScalarType.Float32);
        Tensor P(params long[] s)
        {
            using DisposeScope scope = NewDisposeScope();
            return (randn(s) * 0.02).to(_type).MoveToOuterDisposeScope();
        }
        Tensor One() => ones(Width).to(_type);
        _blocks = [.. Enumerable.Range(0, Depth).Select(_ => new Block(One(), P(Heads * HeadWidth, Width), P(KeyHeads * HeadWidth, Width),
            P(KeyHeads * HeadWidth, Width), P(Width, Heads * HeadWidth), One(), P(Hidden, Width), P(Hidden, Width), P(Width, Hidden)))];
        (_norm, _head, _x) = (One(), P(Vocabulary, Width), randn(Tokens, Width).to(_type));
        Tensor angles = outer(arange(Tokens, dtype: ScalarType.Float32),
            pow(10_000.0, arange(0, HeadWidth, 2, dtype: ScalarType.Float32) * (-1.0 / HeadWidth)));
        angles = cat([angles, angles], -1);
        (_cos, _sin) = (angles.cos().to(_type), angles.sin().to(_type));
        _mask = full([Tokens, Tokens], float.NegativeInfinity).triu(1).to(_type);
    }

    static Tensor Norm(Tensor x, Tensor w) => x * (x.to(ScalarType.Float32).pow(2).mean([-1], keepdim: true) + 1e-5).rsqrt().to(x.dtype) * w;

    Tensor Turn(Tensor x)
    {
        Tensor half = cat([-x[TensorIndex.Ellipsis, TensorIndex.Slice(HeadWidth / 2)], x[TensorIndex.Ellipsis, TensorIndex.Slice(0, HeadWidth / 2)]], -1);
        return x * _cos + half * _sin;
    }

    (Tensor Out, List<Tensor> Maps) Forward(Tensor x, bool keep)
    {
        List<Tensor> maps = [];
        foreach (Block b in _blocks)
        {
            Tensor n = Norm(x, b.G1);
            Tensor Split(Tensor w, int heads) => F.linear(n, w).reshape(Tokens, heads, HeadWidth).transpose(0, 1);
            Tensor Shared(Tensor t) => t.repeat_interleave(Heads / KeyHeads, 0);
            (Tensor q, Tensor k, Tensor v) = (Turn(Split(b.Q, Heads)), Shared(Turn(Split(b.K, KeyHeads))), Shared(Split(b.V, KeyHeads)));
            Tensor o;
            if (!keep) o = F.scaled_dot_product_attention(q.unsqueeze(0), k.unsqueeze(0), v.unsqueeze(0), is_casual: true)[0];
            else
            {
                Tensor a = (matmul(q, k.transpose(-1, -2)) * Math.Pow(HeadWidth, -0.5) + _mask).softmax(-1);
                maps.Add(a);
                o = matmul(a, v);
            }
            x = x + F.linear(o.transpose(0, 1).reshape(Tokens, Heads * HeadWidth), b.O);
            Tensor m = Norm(x, b.G2);
            x = x + F.linear(F.silu(F.linear(m, b.Gate)) * F.linear(m, b.Up), b.Down);
        }
        return (x, maps);
    }

    static double Time(Action work)
    {
        Stopwatch clock = Stopwatch.StartNew();
        using DisposeScope scope = NewDisposeScope();
        work();
        return clock.Elapsed.TotalSeconds;
    }

    static double Median(IEnumerable<double> seconds)
    {
        double[] sorted = [.. seconds.Order()];
        return sorted[sorted.Length / 2];
    }

    public void Run(int count)
    {
        double pass;
        using (no_grad())
        {
            void Read() => F.linear(Norm(Forward(_x, keep: false).Out[TensorIndex.Slice(Tokens - 1)], _norm), _head);
            Time(Read);
            pass = Median(Enumerable.Range(0, 3).Select(_ => Time(Read)));
        }
        Console.WriteLine($"tinyllama {_mode} forward: fused attention {1e3 * pass:F0} ms");
        using DisposeScope scope = NewDisposeScope();
        Tensor z = empty(0);
        List<Tensor> maps = [];
        Stopwatch clock = Stopwatch.StartNew();
        (z, maps) = Forward(_x.clone().requires_grad_(true), keep: true);
        double kept = clock.Elapsed.TotalSeconds;
        double Token(int i) => Time(() =>
        {
            Tensor r = zeros(1, Tokens);
            r[0, i] = 1;
            Tensor[] g = [.. autograd.grad([z[i].sum()], maps, retain_graph: true)];
            for (int b = Depth - 1; b >= 0; b--) r = r + matmul(r, (g[b].clamp_min(0) * maps[b]).mean([0]).to(ScalarType.Float32));
        });
        Token(Tokens - Summary);
        double token = Median(Enumerable.Range(1, count).Select(i => Token(Tokens - Summary + i)));
        Console.WriteLine($"tinyllama {_mode} forward, maps kept: {1e3 * kept:F0} ms");
        Console.WriteLine($"tinyllama {_mode} one backward per token: {1e3 * token:F0} ms -> {token * Summary:F2} s for {Summary}");
    }
}
