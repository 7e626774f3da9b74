using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Explain;
using Translucent.Tensors;
using Translucent.Tests.Reference;

namespace Translucent.Tests.Autodiff;

/// <summary>Every relevance rule, for two targets at once, against its second implementation, and what it promises to conserve.</summary>
public class RelevanceRuleTests
{
    const int Targets = 2;
    static readonly Random s_random = new(20260202);

    [Theory]
    [InlineData(true, 1), InlineData(false, 1), InlineData(true, 2), InlineData(false, 2.5)]
    public void Linear_equals_the_sums_written_out(bool joint, double alpha)
    {
        PreciseMatrix x = Draw(5, 19), r = Draw(Targets * 5, 7);
        Tensor w = Tensor(7, 19);
        x.Row(2).Clear(); // an input that contributes nothing
        double[][] found = Rows(Layer(w).AlphaBeta(alpha, joint)(Of(x), r)[0]!);
        for (int t = 0; t < Targets; t++) Close(PlainLrp.Linear(Rows(x), Rows(w), Part(r, t), joint, alpha), Part(found, t));
    }

    [Fact]
    public void Linear_with_one_denominator_conserves_every_row()
    {
        PreciseMatrix x = Draw(5, 19), r = Draw(5, 7);
        double[][] found = Rows(Layer(Tensor(7, 19)).AlphaBeta(1, joint: true)(Of(x), r)[0]!);
        for (int i = 0; i < 5; i++) Assert.Equal(r.Row(i).ToArray().Sum(), found[i].Sum(), 1e-6);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Sum_equals_the_formula(bool rescaled)
    {
        PreciseMatrix a = Draw(4, 6), b = Draw(4, 6), r = Draw(Targets * 4, 6);
        (a.Row(1)[2], b.Row(1)[2]) = (0.75, -0.75); // cancels: relevance ends there
        PreciseMatrix?[] found = Add.Shares(rescaled)(Of(a, b), r);
        for (int t = 0; t < Targets; t++)
        {
            (double[][] ra, double[][] rb) = PlainLrp.Add(Rows(a), Rows(b), Part(r, t), rescaled);
            Close(ra, Part(found[0]!, t));
            Close(rb, Part(found[1]!, t));
        }
    }

    [Fact]
    public void Rescaled_sum_conserves_the_total_and_shares_it_by_size()
    {
        PreciseMatrix r = Draw(4, 6);
        double[][][] found = Array.ConvertAll(Add.Shares(rescaled: true)(Of(Draw(4, 6), Draw(4, 6)), r), m => Rows(m!));
        Assert.Equal(PlainLrp.Total(Rows(r)), PlainLrp.Total(found[0]) + PlainLrp.Total(found[1]), 1e-6);
    }

    /// <summary>A bias of the scores is one more term of the product of q and k, whose share is handed to no token.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public void Attention_equals_the_rule_for_products_twice(bool biased)
    {
        const int tokens = 5, heads = 3, depth = 4;
        RelativeBias? bias = biased ? new(Draw(RelativeBias.Distances(2, 2) + 3, heads).Span, heads, 2, 2) : null;
        PreciseMatrix[] x = [Draw(tokens, heads * depth), Draw(tokens, heads * depth), Draw(tokens, heads * depth)];
        PreciseMatrix r = Draw(Targets * tokens, heads * depth);
        Attention op = new(heads, "a", bias: bias);
        PreciseMatrix? ofProbabilities = null;
        PreciseCall call = Call(op, x) with { Inside = ra => ofProbabilities = ra };
        PreciseMatrix[] found = Array.ConvertAll(op.Products(call, r), m => m!);
        for (int t = 0; t < Targets; t++)
            for (int h = 0; h < heads; h++)
            {
                double[][] Head(double[][] m) => [.. m.Select(row => row[(h * depth)..((h + 1) * depth)])];
                (double[][] q, double[][] k, double[][] v) = (Head(Rows(x[0])), Head(Rows(x[1])), Head(Rows(x[2])));
                double[] Bias(int query)
                {
                    double[] row = new double[tokens];
                    bias?.AddTo(h, query, row);
                    return [.. row.Select(b => 2 * b)]; // 2 = √depth
                }
                double[][] withBias = [.. q.Select((row, i) => (double[])[.. row, .. Bias(i)])];
                double[][] andOnes = [.. k.Select((row, j) => (double[])[.. row, .. Enumerable.Range(0, tokens).Select(n => n == j ? 1.0 : 0)])];
                double[][] scores = PlainLrp.Multiply(withBias, PlainLrp.Transpose(andOnes));
                double[][] a = [.. scores.Select(row => row.Select(s => Math.Exp(s / 2)).ToArray()).Select(row => row.Select(e => e / row.Sum()).ToArray())];
                (double[][] ra, double[][] rv) = PlainLrp.Product(a, v, Head(Part(r, t)));
                (double[][] rq, double[][] rk) = PlainLrp.Product(withBias, PlainLrp.Transpose(andOnes), ra);
                Close(ra, Rows(ofProbabilities!)[((t * heads + h) * tokens)..((t * heads + h + 1) * tokens)]);
                Close([.. rq.Select(row => row[..depth])], Head(Part(found[0], t)));
                Close([.. PlainLrp.Transpose(rk).Select(row => row[..depth])], Head(Part(found[1], t)));
                Close(rv, Head(Part(found[2], t)));
            }
    }

    [Fact]
    public void Pixels_equal_the_rule_for_bounded_inputs_and_conserve()
    {
        PreciseMatrix x = Draw(4, 12), r = Draw(Targets * 4, 5);
        Tensor w = Tensor(5, 12);
        double[][] found = Rows(Layer(w).Bounded(Of(x), r)[0]!);
        double low = Rows(x).Min(row => row.Min()), high = Rows(x).Max(row => row.Max());
        for (int t = 0; t < Targets; t++) Close(PlainLrp.Bounded(Rows(x), Rows(w), Part(r, t), low, high), Part(found, t));
        Assert.Equal(PlainLrp.Total(Rows(r)), PlainLrp.Total(found), 1e-6);
    }

    [Fact]
    public void An_image_of_one_colour_takes_no_relevance()
    {
        PreciseMatrix x = new(4, 12);
        x.Span.Fill(0.25);
        Assert.All(Rows(Layer(Tensor(5, 12)).Bounded(Of(x), Draw(4, 5))[0]!), row => Assert.All(row, v => Assert.Equal(0, v)));
    }

    [Fact]
    public void Picked_tokens_and_the_parts_of_a_mean_take_all_relevance()
    {
        PreciseMatrix x = Draw(6, 4), two = Draw(Targets, 8);
        double[][] picked = Rows(new Select(2).Picked(Call(new Select(2), x), two)[0]!);
        double[][] mean = Rows(new ClassAndMean(2).Picked(Call(new ClassAndMean(2), x), two)[0]!);
        for (int t = 0; t < Targets; t++)
        {
            Close([two.Row(t)[..4].ToArray(), two.Row(t)[4..].ToArray()], picked[(6 * t)..(6 * t + 2)], 1e-6);
            Close([two.Row(t)[..4].ToArray()], mean[(6 * t)..(6 * t + 1)], 1e-6);
            Assert.All((double[][])[.. picked[(6 * t + 2)..(6 * t + 6)], mean[6 * t + 1]], row => Assert.All(row, v => Assert.Equal(0, v)));
            for (int c = 0; c < 4; c++)
            {
                double[] column = [.. Rows(x)[2..].Select(row => row[c])];
                for (int i = 0; i < 4; i++) Assert.Equal(column[i] / column.Sum() * two.Row(t)[4 + c], mean[6 * t + 2 + i][c], 1e-5);
            }
        }
    }

    [Fact]
    public void Uses_of_a_value_are_joined_by_the_clone_rule_but_linear_layers_add_up()
    {
        // y = (x + W₁x) + W₂x: both layers together are one use of x, the skip is the other
        Linear[] layers = [Layer(), Layer()];
        Tensor pixels = OpCase.Random(1, 3, 6);
        using Tape tape = new();
        Var x = tape.Leaf(pixels).At("x"), first = layers[0].Apply(x), second = layers[1].Apply(x), sum = Add.Op.Apply(x, first), y = Add.Op.Apply(sum, second);
        PreciseValues precise = new(tape, item: 0);
        PreciseMatrix r = Draw(3, 6);
        double[][] found = [];
        precise.Sweep(y, r, new Watch().Precise("x", rx => found = Rows(rx)), LrpRulebooks.Of(LrpVariant.Ours, 1));

        double[][] value = Rows(precise[x]);
        (double[][] rSum, double[][] rSecond) = PlainLrp.Add(Rows(precise[sum]), Rows(precise[second]), Rows(r), true);
        (double[][] rSkip, double[][] rFirst) = PlainLrp.Add(value, Rows(precise[first]), rSum, true);
        double[][] one = PlainLrp.Linear(value, Weights(layers[0]), rFirst, true, 1), two = PlainLrp.Linear(value, Weights(layers[1]), rSecond, true, 1);
        Close(PlainLrp.Map(value, (i, j) => value[i][j] * (PlainLrp.Ratio(rSkip[i][j], value[i][j]) + PlainLrp.Ratio(one[i][j] + two[i][j], value[i][j]))),
            found);
    }

    static Linear Layer() => new(new Matrix(Tensor(6, 6), 6, 6), Tensor(6));

    static double[][] Weights(Linear layer) => Rows(layer.Weight.ToTensor());

    static Linear Layer(Tensor w) => new(new Matrix(w, w.Shape[0], w.Shape[1]));

    static PreciseCall Of(params PreciseMatrix[] x) => new(x, 0, Compute.Default);

    static PreciseCall Call(Op op, params PreciseMatrix[] x)
    {
        PreciseCall call = Of(x);
        return call with { Y = op.PreciseForward(call), Targets = Targets };
    }

    static PreciseMatrix Draw(int rows, int width)
    {
        PreciseMatrix m = new(rows, width);
        lock (s_random)
            foreach (ref double v in m.Span) v = 4 * s_random.NextDouble() - 2;
        return m;
    }

    static Tensor Tensor(params int[] shape) => OpCase.Random(shape);

    static double[][] Rows(PreciseMatrix m) => [.. Enumerable.Range(0, m.Rows).Select(i => m.Row(i).ToArray())];

    static double[][] Rows(Tensor t) => [.. Enumerable.Range(0, t.Rows).Select(i => Array.ConvertAll(t.Row(i).ToArray(), v => (double)v))];

    static double[][] Part(PreciseMatrix m, int target) => Part(Rows(m), target);

    static double[][] Part(double[][] rows, int target) => rows[(target * rows.Length / Targets)..((target + 1) * rows.Length / Targets)];

    static void Close(double[][] expected, double[][] found, double tolerance = 1e-10)
    {
        double scale = Math.Max(1, expected.Max(row => row.Max(Math.Abs)));
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < expected.Length; i++)
            for (int j = 0; j < expected[i].Length; j++) Assert.Equal(expected[i][j], found[i][j], tolerance * scale);
    }
}
