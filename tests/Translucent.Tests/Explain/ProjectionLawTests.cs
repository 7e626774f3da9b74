using FsCheck;
using FsCheck.Fluent;
using Translucent.Autodiff;
using Translucent.Checkpoints;
using Translucent.Explain.Projection;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Tests.Models;

namespace Translucent.Tests.Explain;

/// <summary>What must hold of class-embedding projection whatever the numbers are.</summary>
public class ProjectionLawTests
{
    [Theory]
    [InlineData("vision/vit")]
    [InlineData("vision/dino")]
    [InlineData("vision/clip_vision")]
    [InlineData("trained/cifar10-vit-chelsea")]
    public void Scores_of_the_class_token_in_the_last_block_are_the_logits(string name)
    {
        using Fixture f = Fixture.Open(name);
        Tensor scores = ClassProjection.Scores(f.Trace);
        float[] logits = f.Trace.Logits.ToArray(), found = scores.Row((f.Model.Config.Depth - 1) * f.Trace.Tokens).ToArray();
        for (int c = 0; c < logits.Length; c++) Assert.Equal(logits[c], found[c], 1e-6f * logits.Max(MathF.Abs));
    }

    [Theory]
    [InlineData("vision/dinov2")]
    [InlineData("vision/dinov2_reg")]
    public void Class_part_and_mean_of_the_patch_parts_less_the_bias_are_the_logits(string name)
    {
        using Fixture f = Fixture.Open(name);
        using Checkpoint checkpoint = Checkpoint.Open(Golden.File(name));
        float[] bias = checkpoint.Weights().Get("classifier.bias", f.Model.Classes).ToArray(), logits = f.Trace.Logits.ToArray();
        Tensor scores = ClassProjection.Scores(f.Trace);
        int last = (f.Model.Config.Depth - 1) * f.Trace.Tokens;
        for (int c = 0; c < logits.Length; c++)
        {
            double mean = Enumerable.Range(f.Trace.Grid.Prefix, f.Trace.Grid.Count).Average(i => (double)scores.Row(last + i)[c]);
            Assert.Equal(logits[c], scores.Row(last)[c] + mean - bias[c], 1e-5 * logits.Max(MathF.Abs));
        }
    }

    [Theory]
    [InlineData("vision/vit")]
    [InlineData("vision/dinov2_reg")]
    public void Keeping_block_boundaries_only_gives_the_same_bits(string name)
    {
        using Fixture f = Fixture.Open(name);
        using Trace boundaries = f.Model.Forward(f.Input("pixel_values"), Keep.Boundaries);
        foreach (TokenState state in Enum.GetValues<TokenState>())
            Assert.Equal(ClassProjection.Scores(f.Trace, state).ToArray(), ClassProjection.Scores(boundaries, state).ToArray());
        Assert.Equal(ProjectionImportance.PerBlock(f.Trace, [1, 4]).ToArray(), ProjectionImportance.PerBlock(boundaries, [1, 4]).ToArray());
        Memories memories = Memories.Of(f.Trace, TokenState.Mlp, 2);
        Assert.Equal(memories.Coefficients(f.Trace).ToArray(), memories.Coefficients(boundaries).ToArray());
    }

    [Theory]
    [InlineData("vision/vit")]
    [InlineData("vision/dinov2")]
    public void By_layers_the_blocks_follow_the_embedding(string name)
    {
        using Fixture f = Fixture.Open(name);
        int part = f.Trace.Batch * f.Trace.Tokens * f.Model.Classes;
        foreach (TokenState state in Enum.GetValues<TokenState>())
        {
            Tensor blocks = ClassProjection.Scores(f.Trace, state), layers = ClassProjection.Layers(f.Trace, state);
            Assert.Equal([f.Model.Config.Depth + 1, .. blocks.Shape[1..]], layers.Shape);
            Assert.Equal(blocks.ToArray(), layers.Span[part..].ToArray());
            Assert.Equal(state == TokenState.Hidden, layers.Span[..part].ContainsAnyExcept(0f));
        }
        using Tape tape = new();
        Tensor embedding = ClassProjection.Apply(f.Trace.Readout!, tape.Leaf(f.Trace.Tape["embed"].Value), normalize: true, patches: false).Value;
        Assert.Equal(embedding.Row(0).ToArray(), ClassProjection.Layers(f.Trace).Row(0).ToArray());
        Assert.Equal(name == "vision/dinov2", ClassProjection.HasPatchEmbeddings(f.Trace));
    }

    [Fact]
    public void Images_and_classes_together_equal_one_by_one()
    {
        using Fixture f = Fixture.Open("vision/dinov2");
        Tensor one = f.Input("pixel_values"), two = new(2, 3, one.Shape[2], one.Shape[3]);
        one.Span.CopyTo(two.Span);
        for (int i = 0; i < one.Length; i++) two.Span[one.Length + i] = -one.Span[i];
        using Trace together = f.Model.Forward(two);
        Tensor scores = ClassProjection.Scores(together), importance = ProjectionImportance.PerBlock(together, [0, 5]);
        for (int b = 0; b < 2; b++)
        {
            using Trace alone = f.Model.Forward(new Tensor(one.Shape, two.Span.Slice(b * one.Length, one.Length)));
            Tensor own = ClassProjection.Scores(alone);
            for (int block = 0; block < scores.Shape[0]; block++)
                for (int i = 0; i < alone.Tokens; i++)
                    Assert.Equal(own.Row(block * alone.Tokens + i), scores.Row((block * 2 + b) * alone.Tokens + i));
            for (int t = 0; t < 2; t++)
            {
                Tensor single = ProjectionImportance.PerBlock(alone, [t * 5]);
                for (int block = 0; block < scores.Shape[0]; block++) Assert.Equal(single.Row(block), importance.Row((t * scores.Shape[0] + block) * 2 + b));
            }
        }
    }

    /// <summary>Ranks of all classes are all ranks; a class of equal score counts as better when its index is lower.</summary>
    [Fact]
    public void Identifiabilities_of_all_classes_are_all_steps_from_one_down_even_with_ties() =>
        Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<NonEmptyArray<byte>>(), values =>
        {
            float[] row = [.. values.Get.Select(v => (float)(v % 4))];
            Tensor scores = new([1, row.Length], row);
            float[] all = [.. Enumerable.Range(0, row.Length).Select(c => Identifiability.Of(scores, c).Span[0])];
            Assert.Equal(Enumerable.Range(0, row.Length).Select(r => (float)(1 - (double)r / row.Length)), all.OrderDescending());
            Assert.Equal(1, all[Identifiability.Predicted(scores)[0]]);
        }));

    [Fact]
    public void Composition_counts_what_it_says()
    {
        // one image of a class token and two patches, three classes, two blocks
        Tensor hidden = Scores([1, 0, 0], [1, 0, 0], [0, 1, 0], [1, 0, 0], [0, 0, 1], [0, 0, 1]);
        Tensor attention = Scores([0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 1, 0], [0, 0, 2], [0, 1, 0]);
        Tensor mlp = Scores([0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]);
        float third = 1f / 3;
        Assert.Equal([third, third, third, third], Composition.Sources(hidden, attention, mlp).ToArray());
        Assert.Equal([0.5f], Composition.ChangeRate(attention, hidden, 2, prefix: 1).ToArray()); // 2 > 0 for the first patch, 0 > 0 for the second
        Assert.Equal([1f], Identifiability.ChangeRate(hidden, 2, prefix: 1).ToArray());
        Assert.Equal([0f, 1f], Identifiability.Rate(hidden, 2, prefix: 1).ToArray());
    }

    static Tensor Scores(params float[][] rows) => new([2, 1, 3, 3], [.. rows.SelectMany(r => r)]);

    [Fact]
    public void Wrong_requests_name_what_is_possible()
    {
        using Fixture f = Fixture.Open("vision/vit");
        Tensor scores = ClassProjection.Scores(f.Trace);
        Assert.Contains("classes 0 to 9", Assert.Throws<ArgumentOutOfRangeException>(() => Identifiability.Of(scores, 10)).Message);
        Assert.Contains("expected [L, B, N, Classes]", Assert.Throws<ArgumentException>(() => Identifiability.Rate(new Tensor(3, 10), 1, 1)).Message);
        Assert.Contains("expected 0 to 16", Assert.Throws<ArgumentException>(() => Identifiability.Rate(scores, 1, prefix: 21)).Message);
        Assert.Contains("the same shape", Assert.Throws<ArgumentException>(() => Composition.ChangeRate(new Tensor(4, 1, 2, 10), scores, 1, 1)).Message);
        Assert.Contains("classes 0 to 9", Assert.Throws<ArgumentOutOfRangeException>(() => ProjectionImportance.Map(f.Trace, [-1])).Message);
        Assert.Contains("blocks 0 to 3", Assert.Throws<ArgumentOutOfRangeException>(() => ClassProjection.Tokens(f.Trace, TokenState.Mlp, 4)).Message);
        Assert.Contains("tokens 0 to 16", Assert.Throws<ArgumentOutOfRangeException>(() => ClassProjection.Token(f.Trace, TokenState.Mlp, 3, 21)).Message);
        using VisionTransformer dino = VisionModels.Open(Golden.File("vision/dino"));
        using Trace headless = dino.Forward(f.Input("pixel_values"));
        Assert.Contains("no classifier", Assert.Throws<TranslucentException>(() => ClassProjection.Scores(headless)).Message);
        Assert.Contains("no classifier", Assert.Throws<TranslucentException>(() => Memories.Of(headless, TokenState.Mlp, 0)).Message);
    }
}
