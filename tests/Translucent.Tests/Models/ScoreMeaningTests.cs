using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Tensors;

namespace Translucent.Tests.Models;

/// <summary>What problem_type of config.json makes of scores.</summary>
public sealed class ScoreMeaningTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    Trace Forward(string? type)
    {
        CaseModels.Write(_folder.Path, CaseModels.Plain(), type is null ? null : CaseModels.Config(("problem_type", type)));
        return VisionModels.Open(_folder.Path).Forward(ImageFile.Read(CaseModels.Photo));
    }

    [Fact]
    public void Labels_by_themselves_have_sigmoids()
    {
        using Trace trace = Forward("multi_label_classification");
        Assert.Equal(ScoreMeaning.AnyOf, trace.Readout!.Meaning);
        double[] expected = [0.745, 0.091, 0.973, 0.525, 0.688];
        Assert.All(expected.Zip(trace.Probabilities().ToArray()), pair => Assert.Equal(pair.First, pair.Second, 6e-4));
        Assert.Equal((2, 0.9734), (trace.Top()[0].Index, Math.Round(trace.Top()[0].Probability, 4)));
    }

    [Fact]
    public void One_of_several_classes_has_a_softmax_and_values_stay_values()
    {
        using Trace one = Forward(null), said = Forward("single_label_classification"), values = Forward("regression");
        Assert.Equal(1, one.Probabilities().ToArray().Sum(), 1e-6);
        Assert.Equal(one.Probabilities().ToArray(), said.Probabilities().ToArray());
        Assert.Equal(values.Logits.ToArray(), values.Probabilities().ToArray());
    }

    [Fact]
    public void Any_other_problem_is_refused()
    {
        string message = Assert.Throws<TranslucentException>(() => Forward("ranking")).Message;
        Assert.Contains("'problem_type' is text 'ranking', expected one of single_label_classification", message);
    }

    /// <summary>∂p/∂z against differences, for every class and both comparisons.</summary>
    [Theory]
    [InlineData("multi_label_classification")]
    [InlineData("single_label_classification")]
    [InlineData("regression")]
    public void The_derivative_of_a_probability_is_that_of_its_own_function(string type)
    {
        using Trace trace = Forward(type);
        ClassTargets targets = new([new ClassTarget(2), new(0, 3), new(1, 4, ClassComparison.Ratio)], ClassScalar.Probability);
        BoundTargets bound = targets.Bind(trace);
        Tensor slopes = bound.Seed(0, 3).Values;
        double[] z = [.. trace.Logits.ToArray().Select(v => (double)v)];
        double[] P(double[] scores) => type switch
        {
            "regression" => scores,
            "multi_label_classification" => [.. scores.Select(s => 1 / (1 + Math.Exp(-s)))],
            _ => [.. scores.Select(s => Math.Exp(s) / scores.Sum(Math.Exp))],
        };
        double Value(int t, double[] p) => t switch { 0 => p[2], 1 => p[0] - p[3], _ => p[1] / p[4] };
        for (int t = 0; t < 3; t++)
        {
            Assert.Equal(Value(t, P(z)), bound.Value!(t, 0), 1e-5);
            for (int i = 0; i < z.Length; i++)
            {
                const double h = 1e-5;
                double[] up = [.. z], down = [.. z];
                (up[i], down[i]) = (z[i] + h, z[i] - h);
                Assert.Equal((Value(t, P(up)) - Value(t, P(down))) / (2 * h), slopes.Row(t)[i], 1e-5);
            }
        }
    }
}
