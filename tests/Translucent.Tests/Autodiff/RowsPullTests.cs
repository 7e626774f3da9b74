using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Explain;
using Translucent.Tensors;

namespace Translucent.Tests.Autodiff;

/// <summary>The pull of an attention for a few rows, where all rows go on: it is the pull itself.</summary>
public class RowsPullTests
{
    [Theory, InlineData(4, 4), InlineData(6, 2), InlineData(4, 1)]
    public void Rows_that_all_go_on_give_the_whole_cotangents(int heads, int keyHeads)
    {
        const int tokens = 5, depth = 3, targets = 2;
        Random random = new(99);
        Tensor[] x = [OpCase.Random(random, 1, tokens, heads * depth), OpCase.Random(random, 1, tokens, keyHeads * depth),
            OpCase.Random(random, 1, tokens, keyHeads * depth)];
        Tensor g = OpCase.Random(random, targets, 1, tokens, heads * depth);
        int[] all = [.. Enumerable.Range(0, targets * tokens).Select(i => i % tokens)];
        float[][] few = Pull(SparseRows.Rules, all), whole = Pull(Rulebook.Gradient, tokensOfRows: null);
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < whole[i].Length; j++) Assert.Equal(whole[i][j], few[i][j], 1e-5f * whole[i].Max(MathF.Abs));

        float[][] Pull(Rulebook rules, int[]? tokensOfRows)
        {
            using Tape tape = new();
            Var[] vars = Array.ConvertAll(x, tape.Leaf);
            float[][] found = new float[3][];
            Watch watch = new() { Narrow = _ => all };
            for (int i = 0; i < 3; i++)
            {
                int at = i;
                vars[i].At($"x{i}");
                watch.Value($"x{i}", c => found[at] = c.Values.ToArray());
            }
            Var y = new Attention(heads, "a", AttentionMask.Causal(), keyHeads).Apply(vars);
            tape.Sweep(y, new Cotangent(new Tensor(g.Shape, g.Span), tokensOfRows), watch, rules);
            return found;
        }
    }
}
