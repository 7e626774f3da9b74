using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Tensors;

namespace Translucent.Tests.Autodiff;

/// <summary>A value that several operations read gets the sum of what they send: attention adds to what is there already, and is added to.</summary>
public class AccumulationTests
{
    const int Images = 2, Tokens = 6, Width = 8, Targets = 3;

    public static TheoryData<int, bool> Inputs
    {
        get
        {
            TheoryData<int, bool> all = [];
            for (int input = 0; input < 3; input++)
            {
                all.Add(input, false);
                all.Add(input, true);
            }
            return all;
        }
    }

    /// <summary>attention(q, k, v) + x, where x is one of q, k, v: its cotangent is the attention's own and that of the sum.</summary>
    /// <param name="input">Which of the three the sum reads too.</param>
    /// <param name="few">Whether one row per target alone has a cotangent.</param>
    [Theory, MemberData(nameof(Inputs))]
    public void What_attention_sends_is_added_to_what_another_reader_sent(int input, bool few)
    {
        Random random = new(20260302 + input);
        Tensor[] x = [.. Enumerable.Range(0, 3).Select(_ => OpCase.Random(random, Images, Tokens, Width))];
        int[]? tokens = few ? [4, 0, 4] : null;
        Tensor g = OpCase.Random(random, Targets, Images, few ? 1 : Tokens, Width), dense = new(Targets, Images, Tokens, Width);
        new Cotangent(new Tensor(g.Shape, g.Span), tokens).AddTo(dense);

        Tensor[] alone = Pull(x, g, tokens, input: null), both = Pull(x, g, tokens, input);
        for (int i = 0; i < 3; i++)
        {
            float largest = alone[i].ToArray().Max(MathF.Abs);
            Assert.True(largest > 0.01f);
            for (int p = 0; p < alone[i].Length; p++)
                Assert.Equal(alone[i].Span[p] + (i == input ? dense.Span[p] : 0), both[i].Span[p], 1e-5f * Math.Max(1, largest));
        }
    }

    /// <summary>The cotangents of q, k and v, dense.</summary>
    static Tensor[] Pull(Tensor[] x, Tensor g, int[]? tokens, int? input)
    {
        using Tape tape = new();
        Var[] vars = Array.ConvertAll(x, tape.Leaf);
        Tensor[] pulled = new Tensor[3];
        Watch watch = new();
        for (int i = 0; i < 3; i++)
        {
            int at = i;
            vars[i].At($"x{i}");
            watch.Value($"x{i}", c => c.AddTo(pulled[at] = new Tensor(Targets, Images, Tokens, Width)));
        }
        Var y = new Attention(2).Apply(vars);
        if (input is { } other) y = Add.Op.Apply(y, vars[other]);
        Tensor own = tape.Arena.Rent(g.Shape);
        g.Span.CopyTo(own.Span);
        tape.Sweep(y, new Cotangent(own, tokens), watch);
        return pulled;
    }
}
