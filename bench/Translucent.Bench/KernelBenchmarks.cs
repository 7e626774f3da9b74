// Products and elementwise kernels by BenchmarkDotNet: `dotnet run -c Release --project bench/Translucent.Bench -- --filter *`.

using BenchmarkDotNet.Attributes;
using Translucent.Tensors;

namespace Translucent.Bench;

/// <summary>Products of ViT-B/16 at 224, four images or one, by each kernel.</summary>
public unsafe class GemmBenchmarks
{
    static readonly Dictionary<string, (int M, int N, int K)> s_shapes = new()
    {
        ["vit_b_fc1 788x3072x768"] = (788, 3072, 768),
        ["vit_b_fc2 788x768x3072"] = (788, 768, 3072),
        ["vit_b_qkv 197x2304x768"] = (197, 2304, 768),
        ["attn_scores 197x197x64"] = (197, 197, 64),
        ["attn_mix 197x64x197"] = (197, 64, 197),
    };

    Tensor _a = new(0), _b = new(0), _c = new(0);
    Compute _compute = Compute.Default;
    int _m, _n, _k;

    public static IEnumerable<string> Shapes => s_shapes.Keys;
    public static IEnumerable<string> Kernels => GemmKernel.All.Where(kernel => kernel.IsSupported).Select(kernel => kernel.Name);

    [ParamsSource(nameof(Shapes))] public string Shape { get; set; } = "";
    [ParamsSource(nameof(Kernels))] public string Kernel { get; set; } = "";

    [GlobalSetup]
    public void Fill()
    {
        (_m, _n, _k) = s_shapes[Shape];
        (_a, _b, _c) = (Random.Matrix(_m, _k), Random.Matrix(_k, _n), new Tensor(_m, _n));
        _compute = new Compute(kernel: Kernel);
    }

    [Benchmark]
    public void AllThreads() => Gemm.Multiply(_compute, _m, _n, _k, new Operand(_a.Pointer, _k), new Operand(_b.Pointer, _n), _c.Pointer, _n);

    [Benchmark]
    public void OneThread() => Gemm.MultiplySerial(_compute.Gemm, _m, _n, _k, new Operand(_a.Pointer, _k), new Operand(_b.Pointer, _n), _c.Pointer, _n, false);
}

/// <summary>Elementwise kernels on one hidden layer of ViT-B/16: 197 x 3072 numbers; softmax on 3072 rows of 197.</summary>
public class ElementwiseBenchmarks
{
    readonly Tensor _x = Random.Matrix(3072, 197), _y = new(3072, 197), _slope = new(3072, 197);

    [Benchmark] public void Exp() => VectorMath.Exp(_x.Span, _y.Span);
    [Benchmark] public void Erf() => VectorMath.Erf(_x.Span, _y.Span);
    [Benchmark] public void Gelu() => Activations.Gelu(_x.Span, _y.Span, []);
    [Benchmark] public void GeluAndSlope() => Activations.Gelu(_x.Span, _y.Span, _slope.Span);
    [Benchmark] public void Silu() => Activations.Silu(_x.Span, _y.Span, []);

    [Benchmark]
    public void Softmax()
    {
        for (int i = 0; i < _x.Rows; i++) Kernels.Softmax(_x.Row(i), 0.125f);
    }
}

static class Random
{
    /// <summary>A matrix of numbers between -2 and 2, always the same.</summary>
    public static Tensor Matrix(int rows, int columns)
    {
        Tensor t = new(rows, columns);
        System.Random random = new(1);
        foreach (ref float x in t.Span) x = random.NextSingle() * 4 - 2;
        return t;
    }
}
