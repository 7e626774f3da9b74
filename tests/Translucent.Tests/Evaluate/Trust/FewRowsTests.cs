using Translucent.Evaluate.Trust;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Tests.Models;

namespace Translucent.Tests.Evaluate.Trust;

/// <summary>Dropping rows after all were computed is what the sparse sweep does before; keeping all of them is the exact method.</summary>
public sealed class FewRowsTests : IDisposable
{
    readonly Fixture _fixture = Fixture.Open("trained/cifar10-vit-chelsea");

    public void Dispose() => _fixture.Dispose();

    Trace Trace => _fixture.Trace;

    static readonly ClassTargets s_classes = new([0, 3, 5, 9]);

    TokenTargets Tokens => new(Trace.Blocks.Count + 1, [0, 7, 20, 64], TokenFunction.S);

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(64)]
    public void By_relevance_it_is_the_sparse_sweep(int k)
    {
        foreach (Targets targets in new Targets[] { s_classes, Tokens })
            Near(Sweep.Rows(Trace, targets, new SweepOptions { Rows = k }), new FewRows(RowChoice.Relevance, k).Sweep(Trace, targets), 1e-4f);
    }

    [Theory]
    [InlineData(RowChoice.LengthTimesRelevance)]
    [InlineData(RowChoice.Length)]
    [InlineData(RowChoice.Received)]
    public void Other_choices_keep_other_rows_and_all_rows_are_exact(object choice)
    {
        FewRows few = new((RowChoice)choice, 4);
        Assert.NotEqual(new FewRows(RowChoice.Relevance, 4).Sweep(Trace, Tokens).ToArray(), few.Sweep(Trace, Tokens).ToArray());
        Near(Sweep.Rows(Trace, Tokens), (few with { Rows = 64 }).Sweep(Trace, Tokens), 1e-4f);
    }

    [Fact]
    public void The_sum_of_dropped_rows_moves_the_result()
    {
        FewRows few = new(RowChoice.Relevance, 2);
        Assert.NotEqual(few.Sweep(Trace, Tokens).ToArray(), (few with { CarriesSum = true }).Sweep(Trace, Tokens).ToArray());
    }

    [Fact]
    public void Methods_with_all_rows_are_exact_and_with_few_are_not()
    {
        Near(AttCat.Rows(Trace, s_classes), FewRowsOfMethods.AttCat(Trace, s_classes, 64), 1e-4f);
        Near(TransformerAttribution.Rows(Trace, s_classes), FewRowsOfMethods.TransformerAttribution(Trace, s_classes, 64), 1e-4f);
        Assert.NotEqual(AttCat.Rows(Trace, s_classes).ToArray(), FewRowsOfMethods.AttCat(Trace, s_classes, 8).ToArray());
        Assert.NotEqual(TransformerAttribution.Rows(Trace, s_classes).ToArray(), FewRowsOfMethods.TransformerAttribution(Trace, s_classes, 8).ToArray());
    }

    static void Near(Tensor expected, Tensor found, float share)
    {
        Assert.Equal(expected.Length, found.Length);
        for (int r = 0; r < expected.Rows; r++)
        {
            float scale = expected.Row(r).ToArray().Max(Math.Abs);
            Assert.All(expected.Row(r).ToArray().Zip(found.Row(r).ToArray()),
                pair => Assert.InRange(pair.Second, pair.First - share * scale, pair.First + share * scale));
        }
    }
}
