using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Tensors;
using Translucent.Tests.Reference;

namespace Translucent.Tests.Autodiff;

/// <summary>One operation with inputs to try it on and a slow second implementation.</summary>
sealed record OpCase(Op Op, int[][] Shapes, Func<double[][], double[]> Plain)
{
    static readonly Random s_random = new(20260101);

    /// <summary>Every operation. Shapes are small, odd, and not multiples of any vector.</summary>
    public static Dictionary<string, OpCase> All { get; } = Make();

    /// <summary>Those that have a float64 form: all but the operations of convolutional backbones, whose images are no matrices.</summary>
    public static IEnumerable<string> Precise => All
        .Where(c => c.Value.Op is not (Translucent.Autodiff.Ops.Convolution or MaxPool or ChannelsLast)).Select(c => c.Key);

    static Dictionary<string, OpCase> Make()
    {
        Tensor w = Random(7, 19), b = Random(7), scale = Random(7), gain = Random(19), shift = Random(19), prefix = Random(2, 5), positions = Random(6, 5),
            register = Random(1, 5), stored = Random(19, 7), mixed = Random(2, 6);
        RotaryAngles angles = new([1, 0.4, 0.1]);
        GridAngles grid = new(1, [0.1, 0.7], [-0.5, 0.3, 1], [1, 0.4]), across = new(2, [0.1], [-0.5, 0.3, 1], [1, 0.4], columnsFirst: true);
        double[] table = Array.ConvertAll(Random(18, 3).ToArray(), v => (double)v); // 3 x 5 ways to lie on 2 x 3 patches, and 3 of the class token; 3 heads
        double Relative(int head, int query, int key)
        {
            int entry = (query, key) switch
            {
                (0, 0) => 17,
                (0, _) => 15,
                (_, 0) => 16,
                _ => ((query - 1) / 3 - (key - 1) / 3 + 1) * 5 + (query - 1) % 3 - (key - 1) % 3 + 2,
            };
            return table[entry * 3 + head];
        }
        Matrix matrix = new(w, 7, 19);
        OpCase Linear(Activation activation, Func<double, double> plain) =>
            new(new Linear(matrix, b, activation), [[2, 3, 19]], x => PlainOps.Linear(x[0], w, b, plain, null));
        OpCase Convolution(int kernel, int stride, int padding, int[] shape, bool relu = false, bool shortcut = false)
        {
            Tensor filter = Random(5, kernel * kernel * shape[3]), bias = Random(5);
            Translucent.Autodiff.Ops.Convolution op = new(new Matrix(filter, 5, filter.Width), bias, kernel, stride, padding, relu);
            int[] y = op.OutputShape([new Tensor(shape)]);
            return new(op, shortcut ? [shape, y] : [shape], x => PlainConvolution.Of(x, filter, bias, shape, kernel, stride, padding, relu));
        }
        return new()
        {
            ["linear"] = new(new Linear(matrix), [[2, 3, 19]], x => PlainOps.Linear(x[0], w, null, v => v, null)),
            ["linear, bias"] = Linear(Activation.None, v => v),
            ["linear, gelu"] = Linear(Activation.Gelu, PlainOps.Gelu),
            ["linear, quick gelu"] = Linear(Activation.QuickGelu, PlainOps.QuickGelu),
            ["linear, tanh gelu"] = Linear(Activation.GeluTanh, PlainOps.GeluTanh),
            ["linear, silu"] = Linear(Activation.Silu, PlainOps.Silu),
            ["linear, relu"] = Linear(Activation.Relu, v => Math.Max(v, 0)),
            ["linear, tanh"] = Linear(Activation.Tanh, Math.Tanh),
            ["linear, sigmoid"] = Linear(Activation.Sigmoid, v => 1 / (1 + Math.Exp(-v))),
            ["convolution of one pixel"] = Convolution(1, 1, 0, [2, 3, 4, 3]),
            ["convolution of one pixel, relu"] = Convolution(1, 1, 0, [2, 3, 4, 3], relu: true),
            ["convolution of one pixel, stride 2"] = Convolution(1, 2, 0, [2, 5, 4, 3]),
            ["convolution"] = Convolution(3, 1, 1, [2, 4, 5, 3]),
            ["convolution, relu"] = Convolution(3, 1, 1, [2, 4, 5, 3], relu: true),
            ["convolution, stride 2"] = Convolution(3, 2, 1, [2, 7, 6, 3], relu: true),
            ["convolution, larger than the image"] = Convolution(7, 2, 3, [1, 3, 2, 3]),
            ["convolution, shortcut"] = Convolution(3, 1, 1, [1, 4, 5, 3], shortcut: true),
            ["convolution, shortcut, relu"] = Convolution(1, 1, 0, [2, 2, 3, 3], relu: true, shortcut: true),
            ["max pool"] = new(new MaxPool(3, 2, 1), [[2, 5, 6, 3]], x => PlainConvolution.Largest(x[0], 2, 5, 6, 3, 3, 2, 1)),
            ["channels last"] = new(ChannelsLast.Op, [[2, 3, 2, 4]], x => [.. Enumerable.Range(0, 48).Select(i => x[0][i / 24 * 24 + i % 3 * 8 + i % 24 / 3])]),
            ["branch"] = new(Branch.Op, [[2, 3, 5]], x => x[0]),
            ["flatten"] = new(Flatten.Op, [[2, 3, 2, 4]], x => x[0]),
            ["linear, scale"] = new(new Linear(matrix, b, scale: scale), [[2, 3, 19]], x => PlainOps.Linear(x[0], w, b, v => v, scale)),
            ["layer norm"] = new(new LayerNorm(gain, shift, 1e-5f), [[2, 3, 19]], x => PlainOps.LayerNorm(x[0], gain, shift, 1e-5)),
            ["linear, stored as [in, out]"] = new(new Linear(new Matrix(stored, 19, 7).Transposed, b), [[2, 3, 19]],
                x => PlainOps.Linear(x[0], Turned(stored), b, v => v, null)),
            ["linear, a part of what is stored"] = new(new Linear(new Matrix(stored, 19, 7).Transposed.RowsFrom(2, 4)), [[2, 3, 19]],
                x => PlainOps.Linear(x[0], new Tensor([4, 19], Turned(stored).Span.Slice(2 * 19, 4 * 19)), null, v => v, null)),
            ["rms norm"] = new(new RmsNorm(gain, 1e-5f), [[2, 3, 19]], x => PlainOps.RmsNorm(x[0], gain, 1e-5f)),
            ["rms norm of heads"] = new(new RmsNorm(b, 1f / 65536), [[2, 3, 21]], x => PlainOps.RmsNorm(x[0], b, 1.0 / 65536)), // a number that float64 has too
            ["rotary"] = new(new Rotary(angles), [[2, 5, 12]], x => PlainOps.Rotary(x[0], 5, 12, [1, 0.4, 0.1], 0)),
            ["rotary, behind other tokens"] = new(new Rotary(angles).From(7), [[2, 3, 6]], x => PlainOps.Rotary(x[0], 3, 6, [1, 0.4, 0.1], 7)),
            ["rotary, neighbours"] = new(new Rotary(angles, neighbours: true), [[2, 5, 12]],
                x => PlainOps.Turn(x[0], 5, 12, 6, (token, i) => token * ((double[])[1, 0.4, 0.1])[i])),
            ["rotary of a grid"] = new(new Rotary(grid, neighbours: true), [[2, 7, 16]], x => PlainOps.Turn(x[0], 7, 16, 8, (token, i) => token == 0 ? 0
                : (i < 2 ? ((double[])[0.1, 0.7])[(token - 1) / 3] : ((double[])[-0.5, 0.3, 1])[(token - 1) % 3]) * (i % 2 == 0 ? 1 : 0.4))),
            ["rotary of a grid, columns first"] = new(new Rotary(across, neighbours: true), [[2, 5, 8]], x => PlainOps.Turn(x[0], 5, 8, 8, (token, i) =>
                token < 2 ? 0 : (i < 2 ? ((double[])[-0.5, 0.3, 1])[token - 2] : 0.1) * (i % 2 == 0 ? 1 : 0.4))),
            ["rotary of a grid, mixed"] = new(new Rotary(new MixedAngles(1, 2, 3, mixed), neighbours: true), [[2, 7, 12]], x =>
                PlainOps.Turn(x[0], 7, 12, 12, (token, i) => token == 0 ? 0
                    : (token - 1) % 3 * (double)mixed.Row(0)[i] + (token - 1) / 3 * (double)mixed.Row(1)[i])),
            ["product"] = new(Product.Op, [[2, 3, 5], [2, 3, 5]], x => [.. x[0].Zip(x[1], (p, q) => p * q)]),
            ["attention"] = new(new Attention(3), [[2, 5, 12], [2, 5, 12], [2, 5, 12]], x => PlainOps.Attention(x[0], x[1], x[2], 2, 5, 5, 12, 3)),
            ["attention, other keys"] = new(new Attention(2), [[1, 4, 6], [1, 7, 6], [1, 7, 6]], x => PlainOps.Attention(x[0], x[1], x[2], 1, 4, 7, 6, 2)),
            ["attention, several blocks"] = new(new Attention(1), [[1, 300, 4], [1, 300, 4], [1, 300, 4]],
                x => PlainOps.Attention(x[0], x[1], x[2], 1, 300, 300, 4, 1)),
            ["attention, masked"] = new(new Attention(2, mask: new AttentionMask(4, 7, Odd)), [[2, 4, 6], [2, 7, 6], [2, 7, 6]],
                x => PlainOps.Attention(x[0], x[1], x[2], 2, 4, 7, 6, 2, (_, q, k) => Odd(q, k))),
            ["attention, a mask for each item"] = new(new Attention(2, mask: new AttentionMask(2, 4, 7, Varied)), [[2, 4, 6], [2, 7, 6], [2, 7, 6]],
                x => PlainOps.Attention(x[0], x[1], x[2], 2, 4, 7, 6, 2, Varied)),
            ["attention, causal"] = new(new Attention(2, mask: AttentionMask.Causal()), [[2, 5, 6], [2, 5, 6], [2, 5, 6]],
                x => PlainOps.Attention(x[0], x[1], x[2], 2, 5, 5, 6, 2, (_, q, k) => k > q)),
            ["attention, causal behind other keys"] = new(new Attention(2, mask: AttentionMask.Causal(3)), [[2, 4, 6], [2, 7, 6], [2, 7, 6]],
                x => PlainOps.Attention(x[0], x[1], x[2], 2, 4, 7, 6, 2, (_, q, k) => k > q + 3)),
            ["attention, causal in several blocks"] = new(new Attention(1, mask: AttentionMask.Causal()), [[1, 300, 4], [1, 300, 4], [1, 300, 4]],
                x => PlainOps.Attention(x[0], x[1], x[2], 1, 300, 300, 4, 1, (_, q, k) => k > q)),
            ["attention, lengths"] = new(new Attention(2, mask: AttentionMask.Lengths([3, 7])), [[2, 4, 6], [2, 7, 6], [2, 7, 6]],
                x => PlainOps.Attention(x[0], x[1], x[2], 2, 4, 7, 6, 2, (b, _, k) => k >= (b == 0 ? 3 : 7))),
            ["attention, causal with lengths"] = new(new Attention(2, mask: AttentionMask.Causal(0, [3, 5])), [[2, 5, 6], [2, 5, 6], [2, 5, 6]],
                x => PlainOps.Attention(x[0], x[1], x[2], 2, 5, 5, 6, 2, (b, q, k) => k > q || k >= (b == 0 ? 3 : 5))),
            ["attention, shared keys"] = new(new Attention(6, keyHeads: 2), [[2, 5, 12], [2, 7, 4], [2, 7, 4]],
                x => PlainOps.Attention(x[0], x[1], x[2], 2, 5, 7, 12, 6, group: 3)),
            ["attention, shared keys, causal in several blocks"] = new(new Attention(4, mask: AttentionMask.Causal(), keyHeads: 1),
                [[1, 300, 8], [1, 300, 2], [1, 300, 2]], x => PlainOps.Attention(x[0], x[1], x[2], 1, 300, 300, 8, 4, (_, q, k) => k > q, group: 4)),
            ["attention, scale"] = new(new Attention(3, scale: 0.25f), [[2, 5, 12], [2, 5, 12], [2, 5, 12]],
                x => PlainOps.Attention(x[0], x[1], x[2], 2, 5, 5, 12, 3, scale: 0.25)),
            ["attention, relative positions"] = new(new Attention(3, bias: new RelativeBias(table, 3, 2, 3)), [[2, 7, 12], [2, 7, 12], [2, 7, 12]],
                x => PlainOps.Attention(x[0], x[1], x[2], 2, 7, 7, 12, 3, bias: Relative)),
            ["attention, relative positions, masked"] = new(new Attention(3, mask: new AttentionMask(7, 7, Odd), bias: new RelativeBias(table, 3, 2, 3)),
                [[2, 7, 12], [2, 7, 12], [2, 7, 12]],
                x => PlainOps.Attention(x[0], x[1], x[2], 2, 7, 7, 12, 3, (_, q, k) => Odd(q, k), bias: Relative)),
            ["add"] = new(Add.Op, [[2, 3, 5], [2, 3, 5]], x => [.. x[0].Zip(x[1], (p, q) => p + q)]),
            ["gate"] = new(new Gate(Activation.Silu), [[2, 3, 10]],
                x => [.. Enumerable.Range(0, 30).Select(i => PlainOps.Silu(x[0][i / 5 * 10 + i % 5]) * x[0][i / 5 * 10 + 5 + i % 5])]),
            ["select one"] = new(new Select(1), [[2, 3, 5]], x => [.. x[0][..5], .. x[0][15..20]]),
            ["select two"] = new(new Select(2), [[2, 3, 5]], x => [.. x[0][..10], .. x[0][15..25]]),
            ["pick"] = new(new Pick([1, 2]), [[2, 3, 5]], x => [.. x[0][5..10], .. x[0][25..30]]),
            ["pick the same"] = new(new Pick([1, 1]), [[2, 3, 5]], x => [.. x[0][5..10], .. x[0][20..25]]),
            ["class and mean"] = new(new ClassAndMean(2), [[1, 4, 3]],
                x => [.. x[0][..3], .. Enumerable.Range(0, 3).Select(i => (x[0][6 + i] + x[0][9 + i]) / 2)]),
            ["patch mean"] = new(new PatchMean(1), [[1, 4, 3]], x => [.. Enumerable.Range(0, 3).Select(i => (x[0][3 + i] + x[0][6 + i] + x[0][9 + i]) / 3)]),
            ["patch mean of a batch"] = new(new PatchMean(0), [[2, 2, 3]], x => [.. Enumerable.Range(0, 6).Select(i => (x[0][i / 3 * 6 + i % 3]
                + x[0][i / 3 * 6 + 3 + i % 3]) / 2)]),
            ["mean token"] = new(new MeanToken(3), [[2, 4, 5]],
                x => [.. Enumerable.Range(0, 30).Select(i => Enumerable.Range(0, 4).Sum(token => x[0][i / 15 * 20 + token * 5 + i % 5]) / 4)]),
            ["normalize"] = new(Normalize.Op, [[1, 5]], x => [.. x[0].Select(v => v / Math.Sqrt(x[0].Sum(u => u * u)))]),
            ["embed"] = new(new Embed(prefix, positions, register), [[2, 4, 5]], x => [.. Enumerable.Range(0, 2).SelectMany(b => (IEnumerable<double>)[
                .. Enumerable.Range(0, 5).Select(i => (double)prefix.Span[i] + positions.Span[i]), .. register.ToArray().Select(v => (double)v),
                .. Enumerable.Range(5, 5).Select(i => (double)prefix.Span[i] + positions.Span[i]),
                .. Enumerable.Range(0, 20).Select(i => x[0][b * 20 + i] + positions.Span[10 + i])])]),
            ["patches"] = new(new Patches(2), [[1, 3, 5, 4]], x => [.. Enumerable.Range(0, 48).Select(i =>
                x[0][i % 12 / 4 * 20 + (i / 12 / 2 * 2 + i % 4 / 2) * 4 + i / 12 % 2 * 2 + i % 2])]),
        };
    }

    static Tensor Turned(Tensor t)
    {
        Tensor turned = new(t.Width, t.Rows);
        for (int i = 0; i < t.Length; i++) turned.Row(i % t.Width)[i / t.Width] = t.Span[i];
        return turned;
    }

    static bool Odd(int query, int key) => (query + key) % 2 == 1;

    static bool Varied(int item, int query, int key) => (item + query * 2 + key) % 3 == 0;

    public Tensor[] RandomInputs() => Array.ConvertAll(Shapes, s => Random(s));

    /// <summary>Standard normal numbers.</summary>
    public static Tensor Random(params int[] shape)
    {
        lock (s_random) return Random(s_random, shape);
    }

    /// <summary>Standard normal numbers of a generator that nobody else draws from, so that a test has the same numbers in every run.</summary>
    public static Tensor Random(Random own, params int[] shape)
    {
        Tensor t = new(shape);
        foreach (ref float v in t.Span) v = (float)(Math.Sqrt(-2 * Math.Log(1 - own.NextDouble())) * Math.Cos(2 * Math.PI * own.NextDouble()));
        return t;
    }

    /// <summary>The cotangents of all inputs for T cotangents [T, ..] of the output.</summary>
    public Tensor[] Pull(Tensor[] x, Tensor g, int[]? tokens = null)
    {
        using Tape tape = new();
        Var[] vars = Array.ConvertAll(x, tape.Leaf);
        Tensor?[] pulled = new Tensor?[x.Length];
        Watch watch = new();
        for (int i = 0; i < x.Length; i++)
        {
            int at = i;
            vars[i].At($"x{i}");
            watch.Value($"x{i}", c =>
            {
                Tensor dense = new([g.Shape[0], .. x[at].Shape]);
                c.AddTo(dense);
                pulled[at] = dense;
            });
        }
        tape.Sweep(Op.Apply(vars), new Cotangent(new Tensor(g.Shape, g.Span), tokens), watch);
        return Array.ConvertAll(pulled, p => p!);
    }

    public Tensor Forward(Tensor[] x)
    {
        using Tape tape = new();
        Tensor y = Op.Apply(Array.ConvertAll(x, tape.Leaf)).Value;
        return new Tensor(y.Shape, y.Span);
    }
}
