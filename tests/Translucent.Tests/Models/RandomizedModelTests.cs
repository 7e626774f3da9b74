using Translucent.Autodiff.Ops;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Tests.Models;

/// <summary>Every family can be randomised from the top down, and only as far as asked.</summary>
public class RandomizedModelTests
{
    [Theory]
    [MemberData(nameof(Fixture.Names), MemberType = typeof(Fixture))]
    public void Each_stage_changes_its_layer_and_leaves_what_is_below(string name)
    {
        using Fixture f = Fixture.Open(name);
        RandomizedModel[] stages = [.. RandomizedModel.Cascade(f.Model, seed: 7)];
        int depth = f.Model.Config.Depth;
        Assert.Equal(RandomizedModel.Stages(depth), stages.Length);
        Assert.Equal(["trained", "head", .. Enumerable.Range(0, depth).Reverse().Select(i => $"blocks.{i}"), "embed"], stages.Select(s => s.Stage));
        Assert.Same(f.Model, stages[0].Model);

        string[] sites = ["embed", .. Enumerable.Range(0, depth).Select(i => $"blocks.{i}.out")];
        for (int k = 1; k < stages.Length; k++)
        {
            using Trace trace = stages[k].Model.Forward(f.Trace.Pixels);
            for (int i = 0; i < sites.Length; i++)
            {
                bool trained = f.Trace.Tape[sites[i]].Value.Span.SequenceEqual(trace.Tape[sites[i]].Value.Span);
                Assert.Equal(i < depth + 2 - k, trained);
            }
            Assert.All(trace.Logits.ToArray(), x => Assert.True(float.IsFinite(x)));
            Assert.False(f.Trace.Logits.Span.SequenceEqual(trace.Logits.Span));
        }
    }

    [Fact]
    public void The_seed_decides_about_every_bit()
    {
        using Fixture f = Fixture.Open("vision/deit");
        float[] Logits(ulong seed)
        {
            using Trace trace = RandomizedModel.Cascade(f.Model, seed).Last().Model.Forward(f.Trace.Pixels);
            return trace.Logits.ToArray();
        }
        Assert.Equal(Logits(3), Logits(3));
        Assert.NotEqual(Logits(3), Logits(4));
    }

    [Fact]
    public void Noise_has_the_mean_and_deviation_of_what_it_replaces()
    {
        using VisionTransformer model = VisionModels.Open(Samples.Model("cifar10-vit"));
        VisionTransformer random = RandomizedModel.Cascade(model).Last().Model;
        Check(model.Blocks[2].Up.Weight.ToTensor(), random.Blocks[2].Up.Weight.ToTensor());
        Check(((LayerNorm)model.Blocks[0].Norm1).Weight, ((LayerNorm)random.Blocks[0].Norm1).Weight);
        Check(model.Positions(8, 8), random.Positions(8, 8));
        Assert.Equal(model.Blocks[0].Up.Activation, random.Blocks[0].Up.Activation);

        static void Check(Tensor trained, Tensor noise)
        {
            Assert.Equal(trained.Shape, noise.Shape);
            ((double mean, double deviation), (double found, double spread)) = (Moments(trained), Moments(noise));
            Assert.Equal(mean, found, 5 * deviation / Math.Sqrt(noise.Length)); // five standard errors
            Assert.Equal(deviation, spread, 5 * deviation / Math.Sqrt(2 * noise.Length));
        }

        static (double Mean, double Deviation) Moments(Tensor t)
        {
            double mean = t.ToArray().Average(x => (double)x);
            return (mean, Math.Sqrt(t.ToArray().Average(x => (x - mean) * (x - mean))));
        }
    }

    [Fact]
    public void The_heads_of_single_tokens_belong_to_the_randomised_classifier()
    {
        using Fixture f = Fixture.Open("vision/dinov2");
        ClassHead head = RandomizedModel.Cascade(f.Model).ElementAt(1).Model.Head!;
        Tensor whole = ((Linear)head.Score[0]).Weight.ToTensor(), cls = head.Embeddings(patches: false), patch = head.Embeddings(patches: true);
        for (int c = 0; c < head.Classes; c++)
        {
            Assert.True(whole.Row(c)[..cls.Width].SequenceEqual(cls.Row(c)));
            Assert.True(whole.Row(c)[cls.Width..].SequenceEqual(patch.Row(c)));
        }
    }
}
