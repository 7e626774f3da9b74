using Translucent.Autodiff;
using Translucent.Autodiff.Precise;
using Translucent.Tensors;
using Translucent.Tests.Models;

namespace Translucent.Tests.Autodiff.Precise;

/// <summary>The gradient in float64: every rule against slopes of the slow implementations, all together against goldens.</summary>
public class GradientRuleTests
{
    const int Targets = 2;

    public static TheoryData<string> Cases =>
        ["linear", "linear, bias", "linear, gelu", "linear, quick gelu", "linear, tanh gelu", "linear, silu", "linear, scale", "layer norm", "attention", "attention, several blocks", "add", "select two", "class and mean", "normalize"];

    /// <summary>⟨u, J v⟩ by central differences of the float64 reference, and ⟨Jᵀu, v⟩ from the rule, for two u at once.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void A_rule_equals_the_numerical_directional_derivative(string name)
    {
        OpCase c = OpCase.All[name];
        double[][] x = First(c.RandomInputs()), v = First(c.RandomInputs());
        PreciseMatrix[] inputs = [.. x.Select((values, i) => Matrix(values, c.Shapes[i][^1]))];
        PreciseMatrix y = PreciseForward.Of(new Call(c.Op, [], null!, [], null), inputs), u = Matrix(First([OpCase.Random(1, Targets * y.Rows, y.Width)])[0], y.Width);
        PreciseMatrix[] g = GradientRules.Book.Of(c.Op)(new RelevanceCall(c.Op, inputs, y, Targets, false, null, new RelevanceWatch()), u);

        const double h = 1e-4;
        double[] slope = [.. Plain(h).Zip(Plain(-h), (up, down) => (up - down) / (2 * h))];
        for (int t = 0; t < Targets; t++)
        {
            double expected = Dot(slope, u.Span.Slice(t * slope.Length, slope.Length)), scale = Math.Sqrt(slope.Sum(s => s * s) * slope.Length);
            double found = g.Select((gx, i) => Dot(v[i], gx.Span.Slice(t * v[i].Length, v[i].Length))).Sum();
            Assert.Equal(expected, found, 1e-6 * scale);
        }

        double[] Plain(double step) => c.Plain([.. x.Zip(v, (a, d) => a.Zip(d, (p, q) => p + step * q).ToArray()).Select((values, i) => Repeat(values, c.Shapes[i][0]))])[..y.Span.Length];
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
            RelevanceWatch watch = new() { Attention = (site, g) => found[int.Parse(site.Split('.')[1])] = g };
            Assert.Null(new RelevanceWalk(GradientRules.Book, 1, watch).Run(PreciseTape.Of(f.Trace.Tape, 0), f.Trace.Tape["logits"], seed));
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
