using Translucent.Tensors;

namespace Translucent.Tests.Autodiff;

/// <summary>Every operation: its value against a slow reference, its pull against the reference's slope, and many targets against one.</summary>
public class OpTests
{
    public static TheoryData<string> Cases => [.. OpCase.All.Keys];

    [Theory, MemberData(nameof(Cases))]
    public void Forward_equals_the_plain_reference(string name)
    {
        OpCase c = OpCase.All[name];
        Tensor[] x = c.RandomInputs();
        Tensor y = c.Forward(x);
        double[] plain = c.Plain(Widen(x));
        Assert.Equal(plain.Length, y.Length);
        double scale = plain.Max(Math.Abs);
        for (int i = 0; i < plain.Length; i++) Assert.Equal(plain[i], y.Span[i], 2e-6 * scale);
    }

    /// <summary>⟨u, J v⟩ by central differences of the float64 reference, and ⟨Jᵀu, v⟩ from the pull.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void Pull_equals_the_numerical_directional_derivative(string name)
    {
        OpCase c = OpCase.All[name];
        Tensor[] x = c.RandomInputs(), v = c.RandomInputs();
        Tensor u = OpCase.Random([1, .. c.Forward(x).Shape]);
        double exact = c.Pull(x, u).Zip(v, (g, d) => Dot(g, d)).Sum();
        const double h = 1e-5;
        double numeric = (Dot(c.Plain(Step(x, v, h)), u) - Dot(c.Plain(Step(x, v, -h)), u)) / (2 * h);
        Assert.Equal(numeric, exact, 1e-5 * Math.Max(1, Math.Sqrt(u.Length) * Math.Abs(numeric)));
    }

    [Theory, MemberData(nameof(Cases))]
    public void Targets_together_equal_targets_one_by_one_bit_for_bit(string name)
    {
        OpCase c = OpCase.All[name];
        Tensor[] x = c.RandomInputs();
        int[] shape = c.Forward(x).Shape.ToArray();
        Tensor g = OpCase.Random([5, .. shape]);
        Tensor[] together = c.Pull(x, g);
        int size = g.Length / 5;
        for (int t = 0; t < 5; t++)
        {
            Tensor[] alone = c.Pull(x, new Tensor([1, .. shape], g.Span.Slice(t * size, size)));
            for (int i = 0; i < x.Length; i++)
                Assert.Equal(alone[i].ToArray(), together[i].Span.Slice(t * x[i].Length, x[i].Length).ToArray());
        }
    }

    /// <summary>A cotangent of a few rows gives what the same cotangent with its zeros written out gives.</summary>
    [Theory]
    [InlineData("linear")]
    [InlineData("linear, gelu")]
    [InlineData("linear, scale")]
    [InlineData("layer norm")]
    [InlineData("attention")]
    [InlineData("attention, masked")]
    [InlineData("attention, a mask for each item")]
    [InlineData("attention, causal")]
    [InlineData("attention, causal with lengths")]
    [InlineData("attention, shared keys")]
    [InlineData("attention, scale")]
    [InlineData("attention, relative positions")]
    [InlineData("add")]
    [InlineData("gate")]
    [InlineData("linear, stored as [in, out]")]
    [InlineData("rms norm")]
    [InlineData("rms norm of heads")]
    [InlineData("rotary")]
    [InlineData("rotary, behind other tokens")]
    [InlineData("rotary of a grid")]
    [InlineData("product")]
    [InlineData("embed")]
    [InlineData("mean token")]
    public void Sparse_cotangents_equal_dense_ones(string name)
    {
        OpCase c = OpCase.All[name];
        Tensor[] x = c.RandomInputs();
        int[] shape = c.Forward(x).Shape.ToArray();
        (int images, int tokens, int width) = (shape[0], shape[1], shape[2]);
        int[] rows = [2, 0, 1, 2];                                          // two rows for each of two targets
        Tensor sparse = OpCase.Random(2, images, 2, width), dense = new([2, .. shape]);
        for (int r = 0; r < sparse.Rows; r++)
        {
            int target = r / (2 * images), image = r / 2 % images;
            sparse.Row(r).CopyTo(dense.Row((target * images + image) * tokens + rows[target * 2 + r % 2]));
        }
        Tensor[] few = c.Pull(x, sparse, rows), all = c.Pull(x, dense);
        for (int i = 0; i < x.Length; i++)
            for (int j = 0; j < all[i].Length; j++) Assert.Equal(all[i].Span[j], few[i].Span[j], 1e-5f * all[i].ToArray().Max(MathF.Abs));
    }

    static double[][] Widen(Tensor[] x) => Array.ConvertAll(x, t => Array.ConvertAll(t.ToArray(), v => (double)v));

    static double[][] Step(Tensor[] x, Tensor[] v, double h) => [.. Widen(x).Zip(Widen(v), (p, q) => p.Zip(q, (a, b) => a + h * b).ToArray())];

    static double Dot(Tensor a, Tensor b) => Dot(Array.ConvertAll(a.ToArray(), v => (double)v), b);

    static double Dot(double[] a, Tensor b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b.Span[i];
        return sum;
    }
}
