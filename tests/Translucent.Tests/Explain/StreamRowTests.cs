using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Tests.Autodiff;

namespace Translucent.Tests.Explain;

/// <summary>Rows of two streams that read each other equal what matrices say, stage by stage.</summary>
public sealed class StreamRowTests : IDisposable
{
    const int Heads = 2, Width = 6, Items = 2, Token = 1;

    static readonly TokenStream s_a = new("a", 3, new TextTokens(3)), s_b = new("b", 4, new TextTokens(4));

    readonly VisionTransformer _model = RandomViT.Create(new VisionConfig("ViT", 8, 1, 2, 16, 4, 8, 1));
    readonly Random _random = new(20261129);
    readonly List<AttentionStep> _steps = [];
    readonly Trace _trace;
    readonly Var _top;

    /// <summary>Both streams attend to themselves, then to each other at once, and then a to b and to itself at once.</summary>
    public StreamRowTests()
    {
        Tape tape = new();
        Var a = tape.Leaf(OpCase.Random(_random, Items, s_a.Length, Width)), b = tape.Leaf(OpCase.Random(_random, Items, s_b.Length, Width));
        a = Attend(0, s_a, a, s_a, a);
        b = Attend(1, s_b, b, s_b, b);
        (a, b) = (Attend(2, s_a, a, s_b, b), Attend(2, s_b, b, s_a, a));
        _top = Add.Op.Apply(Attend(3, s_a, a, s_b, b), Read(3, s_a, a, s_a, a));
        _trace = new Trace(_model, tape, Items, [s_a, s_b]) { Steps = _steps, Blocks = [] };
    }

    /// <summary>x + attention of x to y.</summary>
    Var Attend(int stage, TokenStream queries, Var x, TokenStream values, Var y) => Add.Op.Apply(x, Read(stage, queries, x, values, y));

    /// <summary>Attention of x to y.</summary>
    Var Read(int stage, TokenStream queries, Var x, TokenStream values, Var y)
    {
        string site = $"{stage}.{queries.Name}_from_{values.Name}.probs";
        Linear output = Layer();
        _steps.Add(new AttentionStep(site, queries, values, stage, Heads, entering: "", output));
        return output.Apply(new Attention(Heads, site).Apply(Layer().Apply(x), Layer().Apply(y), Layer().Apply(y)));
    }

    Linear Layer() => new(new Matrix(OpCase.Random(_random, Width, Width), Width, Width));

    BoundTargets Target => new(_trace, Count: 1, _top, (_, _) =>
    {
        Tensor seed = _trace.Tape.Arena.Rent(1, Items, 1, Width);
        seed.Span.Fill(1);
        return new Cotangent(seed, [Token]);
    }, s_a, (_, _) => Token);

    [Theory]
    [InlineData(GradientPart.Positive, 1f)]
    [InlineData(GradientPart.Positive, 1f, true)]
    [InlineData(GradientPart.Absolute, 1f)]
    [InlineData(GradientPart.Full, 1f)]
    [InlineData(GradientPart.One, 1f)]
    [InlineData(GradientPart.Positive, 0.5f)]
    public void Rows_equal_products_of_matrices_that_read_the_state_before_a_stage(GradientPart part, float identity, bool weighted = false)
    {
        Dictionary<TokenStream, Tensor> weights = _trace.Streams.ToDictionary(s => s, s => OpCase.Random(new Random(s.Length), Items, s.Length));
        IReadOnlyList<Tensor> rows = Sweep.StreamRows(
            Target, new Propagation { Part = part, Identity = identity, Entering = step => weighted ? weights[step.Queries] : null }, options: null);
        Dictionary<AttentionStep, double[][,]> factors = Factors(part);
        for (int item = 0; item < Items; item++)
        {
            Dictionary<TokenStream, double[]> u = new() { [s_a] = new double[s_a.Length], [s_b] = new double[s_b.Length] };
            u[s_a][Token] = 1;
            foreach (IGrouping<int, AttentionStep> stage in _steps.GroupBy(s => s.Stage).OrderByDescending(g => g.Key))
            {
                foreach (TokenStream stream in stage.Select(s => s.Queries).Distinct().Where(_ => weighted))
                    for (int q = 0; q < stream.Length; q++) u[stream][q] *= weights[stream].Row(item)[q];
                Dictionary<TokenStream, double[]> next = u.ToDictionary(
                    p => p.Key, p => p.Value.Select(v => stage.Any(s => s.Queries == p.Key) ? identity * v : v).ToArray());
                foreach (AttentionStep step in stage)
                    for (int q = 0; q < step.Queries.Length; q++)
                        for (int k = 0; k < step.Values.Length; k++) next[step.Values][k] += u[step.Queries][q] * factors[step][item][q, k];
                u = next;
            }
            foreach ((TokenStream stream, Tensor found) in _trace.Streams.Zip(rows))
            {
                double scale = u[stream].Max(Math.Abs);
                Assert.True(scale > 1e-3, $"{stream.Name}: nothing arrives, so nothing is tested");
                for (int i = 0; i < stream.Length; i++) Assert.Equal(u[stream][i], found.Row(item)[i], 1e-5 * scale);
            }
        }
    }

    /// <summary>The mean over heads of φ(G) ⊙ A for every step and item.</summary>
    Dictionary<AttentionStep, double[][,]> Factors(GradientPart part)
    {
        Dictionary<AttentionStep, AttentionRecorder> recorders = _steps.ToDictionary(s => s, _ => new AttentionRecorder());
        Watch watch = new();
        foreach ((AttentionStep step, AttentionRecorder recorder) in recorders) watch.Attention(step.Site, recorder);
        BoundTargets target = Target;
        _trace.Tape.Sweep(target.From, target.Seed(0, 1), watch);
        Dictionary<AttentionStep, double[][,]> all = [];
        foreach ((AttentionStep step, AttentionRecorder recorder) in recorders)
            _trace.Tape.WithAttention(step.Site, call =>
                all[step] = [.. Enumerable.Range(0, Items).Select(item => Factor(part, Attention.Probabilities(call, item), recorder.Gradient!, item, step))]);
        return all;
    }

    static double[,] Factor(GradientPart part, Tensor a, Tensor gradient, int item, AttentionStep step)
    {
        double[,] mean = new double[step.Queries.Length, step.Values.Length];
        for (int i = 0; i < a.Length; i++)
        {
            double g = gradient.Span[item * a.Length + i];
            double weight = part switch { GradientPart.Positive => Math.Max(0, g), GradientPart.Absolute => Math.Abs(g), GradientPart.Full => g, _ => 1 };
            mean[i / step.Values.Length % step.Queries.Length, i % step.Values.Length] += weight * a.Span[i] / Heads;
        }
        return mean;
    }

    public void Dispose()
    {
        _trace.Dispose();
        _model.Dispose();
    }
}
