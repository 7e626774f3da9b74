using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Tests.Autodiff;

/// <summary>Token ids become rows of a table, with or without positions; below them nothing flows, but what flows into them is handed out.</summary>
public class LookupTests
{
    static readonly Tensor s_table = OpCase.Random(11, 5), s_positions = OpCase.Random(6, 5);
    static readonly int[][] s_ids = [[3, 0, 10, 3], [7, 7, 1, 2]];

    static Lookup Op(bool positions) => new(new Matrix(s_table, 11, 5), s_ids, positions ? s_positions : null);

    [Theory, InlineData(true), InlineData(false)]
    public void Rows_of_the_table_and_positions_add_up_in_both_precisions(bool positions)
    {
        using Tape tape = new();
        Var y = Op(positions).On(tape);
        Assert.Equal([2, 4, 5], y.Value.Shape.ToArray());
        for (int b = 0; b < 2; b++)
        {
            PreciseMatrix precise = new PreciseValues(tape, b)[y];
            for (int n = 0; n < 4; n++)
                for (int c = 0; c < 5; c++)
                {
                    float token = s_table.Row(s_ids[b][n])[c], position = positions ? s_positions.Row(n)[c] : 0;
                    Assert.Equal(token + position, y.Value.Row(b * 4 + n)[c]);
                    Assert.Equal((double)token + position, precise.Row(n)[c]);
                }
        }
    }

    [Fact]
    public void What_flows_into_the_tokens_is_handed_out()
    {
        using Tape tape = new();
        Var x = Op(positions: true).On(tape).At("embed"), y = Add.Op.Apply(x, x);
        Tensor seed = OpCase.Random(3, 2, 4, 5);
        float[] found = [];
        tape.Sweep(y, new Cotangent(new Tensor(seed.Shape, seed.Span)), new Watch().Value("embed", g => found = g.Values.ToArray()));
        Assert.Equal([.. seed.ToArray().Select(v => 2 * v)], found);
    }

    [Fact]
    public void Relevance_is_shared_between_tokens_and_positions_by_the_rule_for_sums()
    {
        using Tape tape = new();
        Var y = Op(positions: true).On(tape);
        PreciseMatrix r = PreciseMatrix.Widen(OpCase.Random(2 * 4, 5).Span, 5); // two targets
        PreciseMatrix? found = null;
        new PreciseValues(tape, item: 1).Sweep(y, r, new Watch().Precise("embed.tokens", g => found = g), LrpRulebooks.Of(LrpVariant.Orig, 1));
        for (int row = 0; row < 8; row++)
            for (int c = 0; c < 5; c++)
            {
                double token = s_table.Row(s_ids[1][row % 4])[c], position = s_positions.Row(row % 4)[c];
                Assert.Equal(token * r.Row(row)[c] / (token + position + 1e-9), found!.Row(row)[c], 1e-9);
            }
    }

    [Fact]
    public void Ids_beyond_the_table_and_texts_of_several_lengths_are_refused()
    {
        Matrix table = new(s_table, 11, 5);
        Assert.Contains("token id 11, expected 0 to 10", Assert.Throws<TranslucentException>(() => new Lookup(table, [[1, 11]])).Message);
        Assert.Contains("of 1, 2 ids", Assert.Throws<ArgumentException>(() => new Lookup(table, [[1, 1], [2]])).Message);
        Assert.Contains("positions [6, 5], expected [7 or more, 5]",
            Assert.Throws<ArgumentException>(() => new Lookup(table, [[1, 1, 1, 1, 1, 1, 1]], s_positions)).Message);
    }
}
