using Translucent.Autodiff;
using Translucent.Tensors;
using Translucent.Tests.Models;

namespace Translucent.Tests.Autodiff;

/// <summary>The gradient in float64: every pull against slopes of the slow implementations, all together against goldens.</summary>
public class PrecisePullTests
{
    const int Targets = 2;

    public static TheoryData<string> Cases => [.. OpCase.Precise];

    /// <summary>⟨u, J v⟩ by central differences of the float64 reference, and ⟨Jᵀu, v⟩ from the rule, for two u at once.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void A_pull_equals_the_numerical_directional_derivative(string name)
    {
        OpCase c = OpCase.All[name];
        double[][] x = First(c.RandomInputs()), v = First(c.RandomInputs());
        PreciseMatrix[] inputs = [.. x.Select((values, i) => Matrix(values, c.Shapes[i][^1]))];
        PreciseCall call = new(inputs, 0, Compute.Default);
        PreciseMatrix y = c.Op.PreciseForward(call), u = Matrix(First([OpCase.Random(1, Targets * y.Rows, y.Width)])[0], y.Width);
        PreciseMatrix[] g = Array.ConvertAll(c.Op.PrecisePull(call with { Y = y, Targets = Targets }, u), gx => gx!);

        const double h = 1e-4;
        double[] slope = [.. Plain(h).Zip(Plain(-h), (up, down) => (up - down) / (2 * h))];
        for (int t = 0; t < Targets; t++)
        {
            double expected = Dot(slope, u.Span.Slice(t * slope.Length, slope.Length)), scale = Math.Sqrt(slope.Sum(s => s * s) * slope.Length);
            double found = g.Select((gx, i) => Dot(v[i], gx.Span.Slice(t * v[i].Length, v[i].Length))).Sum();
            Assert.Equal(expected, found, 1e-6 * scale);
        }

        double[] Plain(double step) =>
            c.Plain([.. x.Zip(v, (a, d) => a.Zip(d, (p, q) => p + step * q).ToArray()).Select((values, i) => Repeat(values, c.Shapes[i][0]))])[..y.Span.Length];
    }

    public static TheoryData<string> Names => Fixture.Names;

    [Theory, MemberData(nameof(Names))]
    public void Derivatives_of_attention_equal_the_goldens_to_their_rounding(string name)
    {
        using Fixture f = Fixture.Open(name);
        int depth = f.Model.Config.Depth;
        for (int c = 0; c < 2; c++)
        {
            PreciseMatrix[] found = new PreciseMatrix[depth];
            PreciseMatrix seed = new(1, f.Model.Classes);
            seed.Row(0)[f.Classes[c]] = 1;
            Watch watch = new();
            for (int b = 0; b < depth; b++)
            {
                int block = b;
                watch.Precise($"blocks.{b}.attn.probs", g => found[block] = g);
            }
            new PreciseValues(f.Trace.Tape, item: 0).Sweep(f.Trace.Tape["logits"], seed, watch, Rulebook.Gradient);
            f.Check($"attn_grad/logit/c{c}", found.SelectMany(g => Array.ConvertAll(g.Span.ToArray(), v => (float)v)).ToArray(), 1e-6);
        }
    }

    /// <summary>The first image of every input; the slow implementations are given copies of it.</summary>
    static double[][] First(Tensor[] x) => [.. x.Select(t => Array.ConvertAll(t.Span[..(t.Length / t.Shape[0])].ToArray(), v => (double)v))];

    static double[] Repeat(double[] values, int times) => [.. Enumerable.Repeat(values, times).SelectMany(v => v)];

    static PreciseMatrix Matrix(double[] values, int width)
    {
        PreciseMatrix m = new(values.Length / width, width);
        values.CopyTo(m.Span);
        return m;
    }

    static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
