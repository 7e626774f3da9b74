using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Explain;
using Translucent.Explain.Projection;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Tests.Models;

namespace Translucent.Tests.Explain;

/// <summary>A model with less context is the same model run on fewer tokens.</summary>
public class ProjectionPerturbationTests
{
    public static TheoryData<string> Families => ["vision/vit", "vision/deit", "vision/dinov2_reg", "vision/clip_vision"];

    [Theory, MemberData(nameof(Families))]
    public void A_patch_alone_is_a_sequence_of_one_token(string name)
    {
        using Fixture f = Fixture.Open(name);
        using Trace perturbed = Run(f, ContextPerturbation.ImageTokensAlone(f.Trace));
        foreach (int token in (int[])[f.Trace.Grid.Prefix, f.Trace.Tokens - 1]) AssertSame(f, perturbed, [token]);
    }

    [Theory, MemberData(nameof(Families))]
    public void Without_its_class_token_the_image_is_a_sequence_of_the_other_tokens(string name)
    {
        using Fixture f = Fixture.Open(name);
        using Trace perturbed = Run(f, ContextPerturbation.WithoutClassToken(f.Trace, renormalize: true));
        AssertSame(f, perturbed, [.. Enumerable.Range(1, f.Trace.Tokens - 1)]);
    }

    [Theory, MemberData(nameof(Families))]
    public void Without_some_patches_the_image_is_a_sequence_of_the_others(string name)
    {
        using Fixture f = Fixture.Open(name);
        bool[] removed = [.. Enumerable.Range(0, f.Trace.Grid.Count).Select(i => i % 3 == 1)];
        using Trace perturbed = Run(f, ContextPerturbation.WithoutPatches(f.Trace, removed));
        AssertSame(f, perturbed, [.. Enumerable.Range(0, f.Trace.Tokens).Where(i => i < f.Trace.Grid.Prefix || !removed[i - f.Trace.Grid.Prefix])]);
    }

    /// <summary>As in the public code: the class token's share is lost, nobody else gains.</summary>
    [Fact]
    public void The_class_token_cut_off_after_the_softmax_leaves_other_probabilities_alone()
    {
        using Fixture f = Fixture.Open("vision/vit");
        using Trace perturbed = Run(f, ContextPerturbation.WithoutClassToken(f.Trace));
        Tensor before = Probabilities(f.Trace), after = Probabilities(perturbed);
        for (int row = 0; row < before.Rows; row++)
        {
            if (row % f.Trace.Tokens == 0) Assert.Equal(before.Row(row), after.Row(row));
            else
            {
                Assert.Equal(0, after.Row(row)[0]);
                Assert.Equal(before.Row(row)[1..], after.Row(row)[1..]);
            }
        }
        Assert.NotEqual(f.Trace.Tape["blocks.0.out"].Value.ToArray(), perturbed.Tape["blocks.0.out"].Value.ToArray());
        Assert.Contains("no derivatives", Assert.Throws<InvalidOperationException>(() => Gae.Rows(perturbed, [0])).Message);
    }

    [Fact]
    public void What_is_taken_away_has_probability_zero_everywhere_it_is_looked_at()
    {
        using Fixture f = Fixture.Open("vision/vit");
        using Trace perturbed = Run(f, ContextPerturbation.ImageTokensAlone(f.Trace)),
            boundaries = Run(f, ContextPerturbation.ImageTokensAlone(f.Trace), Keep.Boundaries);
        Tensor raw = RawAttention.Matrices(perturbed);
        for (int i = 0; i < raw.Rows; i++)
        {
            Assert.Equal(1, raw.Row(i).ToArray().Sum(), 1e-5f);
            if (i >= f.Trace.Grid.Prefix) Assert.Equal(1, raw.Row(i).ToArray().Count(v => v != 0));
        }
        Assert.Equal(Gae.Rows(perturbed, [2]).ToArray(), Gae.Rows(boundaries, [2]).ToArray());
        Assert.Equal(Rollout.Rows(perturbed).ToArray(), Rollout.Rows(boundaries).ToArray());
        LrpMaps relevance = Lrp.Explain(perturbed, [2]);
        Assert.Equal(relevance.Tokens.ToArray(), Lrp.Explain(boundaries, [2]).Tokens.ToArray());
        Assert.NotEqual(relevance.Tokens.ToArray(), Lrp.Explain(f.Trace, [2]).Tokens.ToArray());
    }

    [Fact]
    public void A_mask_that_takes_nothing_away_changes_no_bit()
    {
        using Fixture f = Fixture.Open("vision/vit");
        foreach (bool renormalize in (bool[])[true, false])
        {
            using Trace same = Run(f, new AttentionMask(f.Trace.Tokens, f.Trace.Tokens, (_, _) => false, renormalize));
            Assert.Equal(f.Trace.Logits.ToArray(), same.Logits.ToArray());
        }
    }

    /// <summary>The paper's finding, on the trained model: tokens of the last block stand for the class because they look at each other.</summary>
    [Fact]
    public void Image_tokens_of_the_trained_model_find_the_class_through_each_other()
    {
        using Fixture f = Fixture.Open("trained/cifar10-vit-chelsea");
        using Trace alone = Run(f, ContextPerturbation.ImageTokensAlone(f.Trace));
        int cls = f.Classes[0], last = f.Model.Config.Depth - 1;
        float with = Identifiability.Rate(ClassProjection.Scores(f.Trace), cls, f.Trace.Grid.Prefix).Span[last];
        float without = Identifiability.Rate(ClassProjection.Scores(alone), cls, f.Trace.Grid.Prefix).Span[last];
        Assert.True(with > without, $"share of patches that stand for the class: {with} with the others, {without} alone");
    }

    [Fact]
    public void Masks_that_do_not_fit_are_refused()
    {
        using Fixture f = Fixture.Open("vision/vit");
        Assert.Contains("query 1 loses all 3 keys", Assert.Throws<ArgumentException>(() => new AttentionMask(2, 3, (q, _) => q == 1)).Message);
        Assert.True(new AttentionMask(2, 3, (q, _) => q == 1, renormalize: false).Removes(1, 2));
        Assert.Contains("made for 3 queries and 3 keys, but there are 17 and 17",
            Assert.Throws<ArgumentException>(() => Run(f, new AttentionMask(3, 3, (_, _) => false))).Message);
        Assert.Contains("expected 16", Assert.Throws<ArgumentException>(() => ContextPerturbation.WithoutPatches(f.Trace, [true])).Message);
    }

    static Trace Run(Fixture f, AttentionMask mask, Keep keep = Keep.All) => f.Model.Forward(f.Input("pixel_values"), keep, new Arena(), mask);

    static Tensor Probabilities(Trace trace)
    {
        Tensor? a = null;
        trace.Tape.WithAttention("blocks.0.attn.probs", call => a = Attention.Probabilities(call, image: 0));
        return a!;
    }

    /// <summary>The stream of these tokens in every block of the perturbed pass is that of the model run on them and nothing else.</summary>
    static void AssertSame(Fixture f, Trace perturbed, int[] tokens)
    {
        Tensor embed = f.Trace.Tape["embed"].Value, few = new(1, tokens.Length, embed.Width);
        for (int i = 0; i < tokens.Length; i++) embed.Row(tokens[i]).CopyTo(few.Row(i));
        using Tape tape = new();
        Var x = tape.Leaf(few);
        for (int b = 0; b < f.Model.Config.Depth; b++)
        {
            x = f.Model.Blocks[b].Forward(x);
            Tensor all = perturbed.Tape[$"blocks.{b}.out"].Value;
            float scale = x.Value.ToArray().Max(MathF.Abs);
            for (int i = 0; i < tokens.Length; i++)
                for (int d = 0; d < few.Width; d++) Assert.Equal(x.Value.Row(i)[d], all.Row(tokens[i])[d], 2e-6f * scale);
        }
    }
}
