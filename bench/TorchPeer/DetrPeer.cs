// DETR-R50's shape in PyTorch, 800 x 1066 pixels, 100 queries: the forward pass, and the heterogeneous method (absolute correction) object by object, as the
// public code of such methods does it: one backward pass for each.

using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchPeer;

static class DetrPeer
{
    const int Width = 256, Hidden = 2048, Heads = 8, Layers = 6, Queries = 100, Height = 800, Across = 1066;

    sealed record Attention(Tensor Q, Tensor K, Tensor V, Tensor O);

    sealed record Layer(Attention Self, Attention Cross, Tensor Up, Tensor Down);

    static Tensor P(params long[] s) => randn(s) * Math.Pow(s[1..].Aggregate(1L, (a, b) => a * b), -0.5);

    static Tensor[] Stage(int ins, int width, int blocks)
    {
        List<Tensor> all = [];
        for (int b = 0; b < blocks; b++, ins = 4 * width)
            all.AddRange([P(width, ins, 1, 1), P(width, width, 3, 3), P(4 * width, width, 1, 1), b == 0 ? P(4 * width, ins, 1, 1) : empty(0)]);
        return [.. all];
    }

    static Tensor Backbone(Tensor x, Tensor stem, Tensor[][] stages)
    {
        x = F.max_pool2d(F.relu(F.conv2d(x, stem, zeros(64), strides: [2, 2], padding: [3, 3])), 3, 2, 1);
        for (int s = 0; s < stages.Length; s++)
            for (int b = 0; b < stages[s].Length; b += 4)
            {
                long stride = s > 0 && b == 0 ? 2 : 1;
                Tensor[] w = stages[s][b..(b + 4)];
                Tensor y = F.relu(F.conv2d(x, w[0], zeros(w[0].shape[0])));
                y = F.relu(F.conv2d(y, w[1], zeros(w[1].shape[0]), strides: [stride, stride], padding: [1, 1]));
                y = F.conv2d(y, w[2], zeros(w[2].shape[0]));
                x = F.relu(y + (b == 0 ? F.conv2d(x, w[3], zeros(w[3].shape[0]), strides: [stride, stride]) : x));
            }
        return x;
    }

    static Tensor Attend(Attention a, Tensor q, Tensor k, Tensor v, List<Tensor> maps)
    {
        Tensor Split(Tensor t) => t.reshape(-1, Heads, Width / Heads).transpose(0, 1);
        Tensor map = (matmul(Split(F.linear(q, a.Q)), Split(F.linear(k, a.K)).transpose(-1, -2)) * Math.Pow(Width / Heads, -0.5)).softmax(-1);
        maps.Add(map);
        return F.linear(matmul(map, Split(F.linear(v, a.V))).transpose(0, 1).reshape(-1, Width), a.O);
    }

    static Tensor Norm(Tensor x) => F.layer_norm(x, [Width]);

    public static void Run()
    {
        Tensor stem = P(64, 3, 7, 7);
        Tensor[][] stages = [Stage(64, 64, 3), Stage(256, 128, 4), Stage(512, 256, 6), Stage(1024, 512, 3)];
        Tensor projection = P(Width, 2048, 1, 1), classes = P(92, Width);
        Tensor queries = randn(Queries, Width).requires_grad_(true), image = randn(1, 3, Height, Across);
        Attention Make() => new(P(Width, Width), P(Width, Width), P(Width, Width), P(Width, Width));
        Layer[] encoder = [.. Enumerable.Range(0, Layers).Select(_ => new Layer(Make(), Make(), P(Hidden, Width), P(Width, Hidden)))],
            decoder = [.. Enumerable.Range(0, Layers).Select(_ => new Layer(Make(), Make(), P(Hidden, Width), P(Width, Hidden)))];

        (Tensor Logits, List<Tensor> Maps) Forward()
        {
            List<Tensor> maps = [];
            Tensor features;
            using (no_grad()) features = F.conv2d(Backbone(image, stem, stages), projection, zeros(Width));
            Tensor x = features.reshape(Width, -1).t().requires_grad_(true), at = x, pos = zeros(x.shape);
            foreach (Layer l in encoder)
            {
                x = Norm(x + Attend(l.Self, x + pos, x + pos, x, maps));
                x = Norm(x + F.linear(F.relu(F.linear(x, l.Up)), l.Down));
            }
            Tensor t = zeros(Queries, Width);
            foreach (Layer l in decoder)
            {
                t = Norm(t + Attend(l.Self, t + queries, t + queries, t, maps));
                t = Norm(t + Attend(l.Cross, t + queries, x + pos, x, maps));
                t = Norm(t + F.linear(F.relu(F.linear(t, l.Up)), l.Down));
            }
            return (F.linear(Norm(t), classes), maps);
        }

        double Time(Action work)
        {
            Stopwatch clock = Stopwatch.StartNew();
            using DisposeScope scope = NewDisposeScope();
            work();
            return clock.Elapsed.TotalSeconds;
        }
        double Median(IEnumerable<double> seconds)
        {
            double[] sorted = [.. seconds.Order()];
            return sorted[sorted.Length / 2];
        }
        Time(() => Forward());
        double pass;
        using (no_grad()) pass = Median(Enumerable.Range(0, 7).Select(_ => Time(() => Forward())));
        Console.WriteLine($"DETR-R50 forward: {1e3 * pass:F0} ms");

        using DisposeScope all = NewDisposeScope();
        (Tensor logits, List<Tensor> maps) = Forward();
        double Object(int query) => Time(() =>
        {
            Tensor[] g = [.. autograd.grad([logits[query, query % 91]], maps, retain_graph: true)];
            Tensor image = zeros(1, maps[0].shape[2]), slots = zeros(1, Queries);
            slots[0, query] = 1;
            for (int i = Layers - 1; i >= 0; i--)
            {
                Tensor Abar(int map) => (g[map].abs() * maps[map]).mean([0]);
                image = image + matmul(slots, Abar(Layers + 2 * i + 1));
                slots = slots + matmul(slots, Abar(Layers + 2 * i));
            }
            for (int i = Layers - 1; i >= 0; i--) image = image + matmul(image, (g[i].abs() * maps[i]).mean([0]));
        });
        Object(0);
        double one = Median(Enumerable.Range(1, 7).Select(Object));
        Console.WriteLine($"DETR-R50 one object: {1e3 * one:F0} ms -> 20 objects {20 * one:F2} s, with the forward pass {pass + 20 * one:F2} s");
    }
}
