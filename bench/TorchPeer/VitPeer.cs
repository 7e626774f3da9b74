// ViT in PyTorch: forward with fused attention, one backward pass per token (ULTra's loop), the same with the image repeated, GAE class by class, and own
// rows alone (all tokens in one backward pass whose attention passes gradients to a token's own key and value only).

using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchPeer;

sealed class VitPeer
{
    sealed record Block(Tensor G1, Tensor B1, Tensor Qkv, Tensor QkvBias, Tensor Out, Tensor OutBias, Tensor G2, Tensor B2, Tensor Up, Tensor UpBias,
        Tensor Down, Tensor DownBias);

    readonly string _name, _mode;
    readonly int _width, _depth, _heads, _tokens;
    readonly ScalarType _type;
    readonly Block[] _blocks;
    readonly Tensor _head, _image;

    public VitPeer(string name, string mode)
    {
        (_name, _mode) = (name, mode);
        (_width, _depth, _heads, int patches) = name switch { "s16" => (384, 12, 6, 196), "b32" => (768, 12, 12, 49), "b16" => (768, 12, 12, 196),
            _ => (1024, 24, 16, 256) };
        (_tokens, _type) = (patches + 1, mode == "bf16" ? ScalarType.BFloat16 : ScalarType.Float32);
        Tensor P(params long[] s) => (randn(s) * 0.02).to(_type);
        Tensor One() => ones(_width).to(_type);
        _blocks = [.. Enumerable.Range(0, _depth).Select(_ => new Block(One(), P(_width), P(3 * _width, _width), P(3 * _width), P(_width, _width), P(_width),
            One(), P(_width), P(4 * _width, _width), P(4 * _width), P(_width, 4 * _width), P(_width)))];
        (_head, _image) = (P(1000, _width), randn(1, _tokens, _width).to(_type));
    }

    /// <param name="own">Whether keys and values of other tokens are constants: gradients then stay in a token's own row.</param>
    (Tensor Out, List<Tensor> Maps) Forward(Tensor x, bool keep, bool own = false)
    {
        List<Tensor> maps = [];
        long batch = x.shape[0];
        int depth = _width / _heads;
        double scale = 1 / Math.Sqrt(depth);
        foreach (Block b in _blocks)
        {
            Tensor qkv = F.linear(F.layer_norm(x, [_width], b.G1, b.B1, 1e-6), b.Qkv, b.QkvBias).reshape(batch, _tokens, 3, _heads, depth)
                .permute(2, 0, 3, 1, 4);
            (Tensor q, Tensor k, Tensor v) = (qkv[0], qkv[1], qkv[2]);
            Tensor o;
            if (!keep) o = F.scaled_dot_product_attention(q, k, v);
            else
            {
                Tensor scores = matmul(q, (own ? k.detach() : k).transpose(-1, -2));
                if (own) scores = scores + diag_embed((q.detach() * (k - k.detach())).sum(-1));
                Tensor a = (scores * scale).softmax(-1);
                maps.Add(a);
                o = own ? matmul(a, v.detach()) + a.detach().diagonal(0, -2, -1).unsqueeze(-1) * (v - v.detach()) : matmul(a, v);
            }
            x = x + F.linear(o.transpose(1, 2).reshape(batch, _tokens, _width), b.Out, b.OutBias);
            x = x + F.linear(F.gelu(F.linear(F.layer_norm(x, [_width], b.G2, b.B2, 1e-6), b.Up, b.UpBias)), b.Down, b.DownBias);
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

    Tensor Row(Tensor r, Tensor[] g, List<Tensor> maps)
    {
        for (int b = _depth - 1; b >= 0; b--) r = r + matmul(r, (g[b].clamp_min(0) * maps[b])[0].mean([0]).to(ScalarType.Float32));
        return r;
    }

    public void Run(int count)
    {
        using (no_grad())
        {
            Time(() => Forward(_image, keep: false));
            Console.WriteLine(
                $"{_name} {_mode} forward: fused attention {1e3 * Median(Enumerable.Range(0, 9).Select(_ => Time(() => Forward(_image, keep: false)))):F1} ms");
        }
        using DisposeScope scope = NewDisposeScope();
        (Tensor z, List<Tensor> maps) = Forward(_image.clone().requires_grad_(true), keep: true);
        double Token(int i) => Time(() =>
        {
            Tensor r = zeros(1, _tokens);
            r[0, i] = 1;
            Row(r, [.. autograd.grad([z[0, i].sum()], maps, retain_graph: true)], maps);
        });
        Token(0);
        double token = Median(Enumerable.Range(1, count).Select(Token));
        Console.WriteLine($"{_name} {_mode} one backward per token: {1e3 * token:F1} ms -> {token * _tokens:F2} s for all {_tokens}");
        Tensor logits = matmul(z[0, 0], _head.t());
        double gae = Median(Enumerable.Range(0, count).Select(c => Time(() =>
        {
            Tensor r = zeros(1, _tokens);
            r[0, 0] = 1;
            Row(r, [.. autograd.grad([logits[c]], maps, retain_graph: true)], maps);
        })));
        Console.WriteLine($"{_name} {_mode} GAE, one class: {1e3 * gae:F1} ms -> 16 classes {16 * gae:F2} s, 1000 classes {1000 * gae:F0} s");
        double own = Median(Enumerable.Range(0, 5).Select(_ => Time(() =>
        {
            (Tensor y, List<Tensor> a) = Forward(_image.clone().requires_grad_(true), keep: true, own: true);
            Tensor[] g = [.. autograd.grad([y.sum()], a)];
            Tensor r = eye(_tokens);
            for (int b = _depth - 1; b >= 0; b--) r = r + r.diagonal().unsqueeze(1) * (g[b].clamp_min(0) * a[b])[0].mean([0]).to(ScalarType.Float32);
        })));
        Console.WriteLine($"{_name} {_mode} own rows of all tokens, forward and one backward pass: {1e3 * own:F1} ms");
    }

    /// <summary>The loop of a perturbation test: pixels of an image become zero in the order of a map, 10 to 90 %, positive and negative; softmax of the class
    /// token. Of batches of several sizes the fastest counts.</summary>
    public void Perturb(int rounds)
    {
        using DisposeScope scope = NewDisposeScope();
        int side = _name == "b32" ? 7 : _name == "l14" ? 16 : 14, patch = _name == "b32" ? 32 : _name == "l14" ? 14 : 16, size = side * patch;
        Tensor kernel = (randn(_width, 3, patch, patch) * 0.02).to(_type), cls = randn(1, 1, _width).to(_type), photo = randn(3, size * size).to(_type);
        using (no_grad())
        {
            Tensor map = F.interpolate(randn(1, 1, side, side), size: [size, size], mode: InterpolationMode.Bilinear).reshape(-1);
            foreach (int batch in (int[])[1, 2, 6, 9, 18])
            {
                double Round() => Time(() =>
                {
                    List<Tensor> drawn = [];
                    foreach (bool positive in (bool[])[true, false])
                    {
                        Tensor order = map.argsort(-1, positive);
                        for (int step = 1; step <= 9; step++)
                        {
                            Tensor copy = photo.clone();
                            copy.index_fill_(1, order.slice(0, 0, size * size * step / 10, 1), 0);
                            drawn.Add(copy);
                            if (drawn.Count < batch) continue;
                            Tensor x = F.conv2d(stack(drawn).reshape(batch, 3, size, size), kernel, strides: [patch, patch]).flatten(2).transpose(1, 2);
                            (Tensor z, _) = Forward(cat([cls.expand(batch, 1, _width), x], 1), keep: false);
                            matmul(z.select(1, 0), _head.t()).softmax(-1);
                            drawn.Clear();
                        }
                    }
                });
                Round();
                double milliseconds = 1e3 * Median(Enumerable.Range(0, rounds).Select(_ => Round())) / 18;
                Console.WriteLine($"{_name} {_mode} perturbed image, batches of {batch}: {milliseconds:F1} ms");
            }
        }
    }
}
