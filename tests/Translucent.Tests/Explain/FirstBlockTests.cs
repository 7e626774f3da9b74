using Translucent.Explain;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Tensors;
using Translucent.Tests.Models;

namespace Translucent.Tests.Explain;

/// <summary>Relevance that goes through the attention of upper blocks alone.</summary>
public sealed class FirstBlockTests : IDisposable
{
    readonly VisionTransformer _model = VisionModels.Open(Golden.File("cases/plain"));
    readonly Trace _trace;

    public FirstBlockTests() => _trace = _model.Forward(ImageFile.Read(CaseModels.Photo));

    public void Dispose()
    {
        _trace.Dispose();
        _model.Dispose();
    }

    /// <summary>The row of all blocks is the row from block 1 on times what block 0 does.</summary>
    [Fact]
    public void The_row_of_all_blocks_goes_on_from_the_row_of_the_upper_ones()
    {
        Tensor whole = Gae.Rows(_trace, [2]), upper = Gae.Rows(_trace, [2], new SweepOptions { FirstBlock = 1 });
        Tensor lowest = TokenTM.BaselineMatrices(_trace, [2], block: 0);
        for (int j = 0; j < whole.Width; j++)
            Assert.Equal(Enumerable.Range(0, whole.Width).Sum(i => (double)upper.Span[i] * lowest.Span[i * whole.Width + j]), whole.Span[j], 1e-5);
        Assert.NotEqual(whole.ToArray(), upper.ToArray());
    }

    [Fact]
    public void TokenTM_starts_from_the_lengths_of_the_tokens_that_enter_the_first_block()
    {
        TokenTMParts direction = new(Length: true, Direction: true);
        Tensor upper = TokenTM.Rows(_trace, [2], direction, new SweepOptions { FirstBlock = 1 }), entering = _trace.Value("blocks.1.in");
        Tensor without = TokenTM.Rows(_trace, [2], new TokenTMParts(Length: false), new SweepOptions { FirstBlock = 1 });
        Assert.All(without.ToArray().Skip(1).Zip(upper.ToArray().Skip(1)), pair => Assert.True(pair.First >= 0 && pair.Second >= 0));
        Tensor block = TokenTransformation.Lengths(entering);
        Tensor whole = TokenTM.Rows(_trace, [2], direction);
        Assert.NotEqual(whole.ToArray(), upper.ToArray());
        Assert.Equal(entering.Rows, block.Length);
    }

    [Fact]
    public void Methods_that_may_start_above_do_and_all_blocks_are_the_default()
    {
        foreach (ClassMethod method in ClassMethods.All.Where(m => m.MayStartAbove))
        {
            float[] all = method.Compute(_trace, [2], new SweepOptions()).ToArray(), zero = method.Compute(_trace, [2],
                new SweepOptions { FirstBlock = 0 }).ToArray(), one = method.Compute(_trace, [2], new SweepOptions { FirstBlock = 1 }).ToArray();
            Assert.Equal(all, zero);
            Assert.Equal(method.Name is "raw" or "gradcam" or "lrp_last_layer", all.SequenceEqual(one)); // which read the last block alone
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => Gae.Rows(_trace, [2], new SweepOptions { FirstBlock = 2 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => TokenTM.Rows(_trace, [2], options: new SweepOptions { FirstBlock = -1 }));
    }
}
