using FsCheck;
using FsCheck.Fluent;
using Translucent.Evaluate.Metrics;
using Translucent.Tensors;

namespace Translucent.Tests.Evaluate.Metrics;

/// <summary>The best assignment is the best of all of them.</summary>
public class AssignmentTests
{
    [Fact]
    public void Small_tables_of_any_shape_are_solved_as_by_trying_everything()
    {
        Arbitrary<(int Rows, int Columns, int Seed)> tables = (from rows in Gen.Choose(1, 6)
                                                               from columns in Gen.Choose(1, 6)
                                                               from seed in Gen.Choose(0, 99999)
                                                               select (rows, columns, seed)).ToArbitrary();
        Prop.ForAll(tables, t =>
        {
            Random random = new(t.Seed);
            Tensor gain = new([t.Rows, t.Columns], [.. Enumerable.Range(0, t.Rows * t.Columns).Select(_ => (float)random.Next(-9, 10))]); // with ties
            int[] found = Assignment.Largest(gain);
            int[] used = [.. found.Where(c => c >= 0)];
            Assert.Equal(Math.Min(t.Rows, t.Columns), used.Length);
            Assert.Equal(used.Length, used.Distinct().Count());
            Assert.Equal(Best(gain, 0, 0, used.Length), found.Select((c, r) => c < 0 ? 0 : gain.Row(r)[c]).Sum());
        }).QuickCheckThrowOnFailure();
    }

    // The largest sum of `left` entries, one of each row from `row` on or none, in columns that are not in `taken`.
    static float Best(Tensor gain, int row, int taken, int left)
    {
        if (left == 0) return 0;
        if (gain.Rows - row < left) return float.NegativeInfinity;
        float best = gain.Rows - row > left ? Best(gain, row + 1, taken, left) : float.NegativeInfinity;
        for (int c = 0; c < gain.Width; c++)
            if ((taken >> c & 1) == 0) best = Math.Max(best, gain.Row(row)[c] + Best(gain, row + 1, taken | 1 << c, left - 1));
        return best;
    }

    [Fact]
    public void A_hidden_permutation_is_found_in_a_large_table()
    {
        Random random = new(3);
        int[] hidden = [.. Enumerable.Range(0, 300)];
        random.Shuffle(hidden);
        Tensor gain = new(300, 300);
        for (int r = 0; r < 300; r++)
            for (int c = 0; c < 300; c++) gain.Row(r)[c] = random.NextSingle() + (hidden[r] == c ? 1 : 0);
        Assert.Equal(hidden, Assignment.Largest(gain));
    }

    [Fact]
    public void Numbers_that_are_none_are_refused() =>
        Assert.Contains("finite", Assert.Throws<ArgumentException>(() => Assignment.Largest(new Tensor([1, 2], [1, float.NaN]))).Message);
}
