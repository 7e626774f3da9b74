using Translucent.Autodiff.Ops;
using Translucent.Tensors;

namespace Translucent.Tests.Autodiff;

/// <summary>Patterns of attention against masks that say the same key by key, which leave out no work.</summary>
public class AttentionMaskTests
{
    const int Tokens = 600; // several blocks of queries

    public static TheoryData<string> Patterns => ["causal", "lengths", "causal with lengths"];

    static (AttentionMask Pattern, AttentionMask Written) Of(string name)
    {
        int[] lengths = [17, 600];
        return name switch
        {
            "causal" => (AttentionMask.Causal(), new AttentionMask(Tokens, Tokens, (q, k) => k > q)),
            "lengths" => (AttentionMask.Lengths(lengths), new AttentionMask(2, Tokens, Tokens, (b, _, k) => k >= lengths[b])),
            _ => (AttentionMask.Causal(0, lengths), new AttentionMask(2, Tokens, Tokens, (b, q, k) => k > q || k >= lengths[b])),
        };
    }

    [Theory, MemberData(nameof(Patterns))]
    public void Work_that_is_left_out_changes_no_bit(string name)
    {
        (AttentionMask pattern, AttentionMask written) = Of(name);
        OpCase fast = new(new Attention(4, mask: pattern, keyHeads: 2), [[2, Tokens, 16], [2, Tokens, 8], [2, Tokens, 8]], _ => []);
        OpCase slow = fast with { Op = new Attention(4, mask: written, keyHeads: 2) };
        Tensor[] x = fast.RandomInputs();
        Assert.Equal(slow.Forward(x).ToArray(), fast.Forward(x).ToArray());
        Tensor g = OpCase.Random(2, 2, Tokens, 16);
        foreach ((Tensor a, Tensor b) in slow.Pull(x, g).Zip(fast.Pull(x, g))) Assert.Equal(a.ToArray(), b.ToArray());
    }

    [Fact]
    public void Patterns_say_what_they_remove()
    {
        AttentionMask mask = AttentionMask.Causal(2, [4, 9]);
        Assert.False(mask.Removes(1, 3));
        Assert.True(mask.Removes(0, 3));
        Assert.True(mask.Removes(5, 4));
        Assert.False(mask.Removes(5, 4, item: 1));
    }

    [Fact]
    public void Masks_that_leave_a_query_nothing_or_belong_to_another_batch_are_refused()
    {
        Assert.Contains("lengths 3, 0", Assert.Throws<ArgumentException>(() => AttentionMask.Lengths([3, 0])).Message);
        Assert.Contains("offset -1", Assert.Throws<ArgumentException>(() => AttentionMask.Causal(-1)).Message);
        Assert.Contains("made for 3 items, but there are 2", Refused(AttentionMask.Lengths([3, 3, 3])));
        Assert.Contains("made for 3 items, but there are 2", Refused(new AttentionMask(3, 4, 4, (_, _, k) => k > 2)));
        Assert.Contains("lengths 3, 5, but there are 4 keys", Refused(AttentionMask.Lengths([3, 5])));
    }

    static string Refused(AttentionMask mask) =>
        Assert.Throws<ArgumentException>(() => new OpCase(new Attention(2, mask: mask), [], _ => []).Forward([new(2, 4, 6), new(2, 4, 6), new(2, 4, 6)]))
            .Message;

    [Fact]
    public void Heads_that_do_not_fit_are_refused()
    {
        Assert.Contains("6 heads over 4 heads of keys", Assert.Throws<ArgumentException>(() => new Attention(6, keyHeads: 4)).Message);
        Assert.Contains("expected q [B, Q, heads·D]", Assert.Throws<ArgumentException>(
            () => new OpCase(new Attention(4, keyHeads: 2), [], _ => []).Forward([new(1, 3, 8), new(1, 3, 8), new(1, 3, 8)])).Message);
        Assert.Contains("scale 0", Assert.Throws<ArgumentException>(() => new Attention(2, scale: 0)).Message);
    }
}
