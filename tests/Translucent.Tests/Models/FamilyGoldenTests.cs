using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Verify;

namespace Translucent.Tests.Models;

/// <summary>DINOv3, BEiT, EVA, EVA-02, RoPE-ViT and Perception Encoders against PyTorch in float64 (Golden/families/make.py), by what is behind
/// <c>verify</c>.</summary>
public class FamilyGoldenTests
{
    public static TheoryData<string> Names => [.. Directory.GetDirectories(Golden.File("families")).Select(d => Path.GetFileName(d)!)];

    static (VisionTransformer Model, Tensor Pixels) Open(string name)
    {
        VisionTransformer model = VisionModels.Open(Golden.File($"families/{name}"));
        using var input = Translucent.Checkpoints.Safetensors.Open(Golden.File($"families/{name}/input.safetensors"));
        Tensor pixels = input["pixel_values"].ToTensor();
        return (input.TryGet("target_vectors", out var vectors) ? model.WithClasses(vectors.ToTensor()) : model, pixels);
    }

    [Theory, MemberData(nameof(Names))]
    public void Every_number_is_that_of_the_reference(string name)
    {
        string folder = Golden.File($"families/{name}");
        using VisionTransformer model = VisionModels.Open(folder);
        using GoldenCheck check = GoldenCheck.Open(model, $"{folder}/input.safetensors", $"{folder}/golden.safetensors");
        Assert.Empty(check.Uncovered);
        Assert.Equal(40, check.Covered.Count);
        Assert.All(check.Results(), r =>
            Assert.True(r.Verdict == GoldenVerdict.Pass, $"{r.Name}: {r.Verdict}, off by {r.Relative:e1} of {r.Tolerance:e1} {r.Problem}"));
    }

    [Theory, MemberData(nameof(Names))]
    public void All_methods_run_and_classes_together_are_those_one_by_one(string name)
    {
        (VisionTransformer model, Tensor pixels) = Open(name);
        using (model)
        using (Trace trace = model.Forward(pixels))
            foreach (ClassMethod method in ClassMethods.All)
            {
                if (method.Fits(trace, [1, 3]) is not null) continue;
                Tensor together = method.Compute(trace, [1, 3], new SweepOptions());
                Assert.All(together.ToArray(), v => Assert.True(float.IsFinite(v), method.Name));
                if (together.Shape[0] != 2) continue; // the same for every class
                float[] alone = [.. method.Compute(trace, [1], new SweepOptions()).ToArray(), .. method.Compute(trace, [3], new SweepOptions()).ToArray()];
                Assert.True(alone.AsSpan().SequenceEqual(together.Span), method.Name);
            }
    }

    [Theory, MemberData(nameof(Names))]
    public void Tokens_and_images_together_are_those_one_by_one(string name)
    {
        (VisionTransformer model, Tensor pixels) = Open(name);
        using VisionTransformer owned = model;
        Tensor other = new(pixels.Shape, pixels.Span), both = new([2, .. pixels.Shape[1..]]);
        other.Span.Reverse();
        pixels.Span.CopyTo(both.Span);
        other.Span.CopyTo(both.Span[pixels.Length..]);
        using Trace batch = model.Forward(both), first = model.Forward(pixels), second = model.Forward(other);
        int layer = model.Config.Depth + 1;
        Tensor rows = Ultra.Explain(batch, layer).Rows;
        for (int token = 0; token < batch.Tokens; token++)
        {
            Assert.Equal(Ultra.Explain(first, layer, tokens: [token]).Rows.ToArray(), rows[token, 0].ToArray());
            Assert.Equal(Ultra.Explain(second, layer, tokens: [token]).Rows.ToArray(), rows[token, 1].ToArray());
        }
        Assert.Equal([.. first.Logits.ToArray(), .. second.Logits.ToArray()], batch.Logits.ToArray());
        foreach (string method in (string[])["gae", "tokentm", "rollout"])
        {
            Tensor all = ClassMethods.Named(method).Compute(batch, [1], new SweepOptions());
            Assert.Equal([.. One(first).ToArray(), .. One(second).ToArray()], all.ToArray());

            Tensor One(Trace trace) => ClassMethods.Named(method).Compute(trace, [1], new SweepOptions());
        }
    }

    /// <summary>The randomisation check reaches the tables of relative positions too.</summary>
    [Theory, MemberData(nameof(Names))]
    public void Random_weights_reach_every_table(string name)
    {
        (VisionTransformer model, Tensor pixels) = Open(name);
        using VisionTransformer owned = model;
        using Trace trained = model.Forward(pixels);
        VisionTransformer last = RandomizedModel.Cascade(model).Last().Model;
        using Trace random = last.Forward(pixels);
        Assert.NotEqual(trained.Logits.ToArray(), random.Logits.ToArray());
        Assert.All(random.Logits.ToArray(), v => Assert.True(float.IsFinite(v)));
        if (model.Blocks[0].Positions is MixedRotary) Assert.NotSame(model.Blocks[0].Positions, last.Blocks[0].Positions);
        if (model.Blocks[0].Positions is not GridBias) return;
        float[] Bias(EncoderBlock block)
        {
            float[] row = new float[random.Tokens];
            block.Positions!.Bias(random.Grid.Rows, random.Grid.Columns)!.AddTo(0, 1, row);
            return row;
        }
        Assert.NotEqual(Bias(model.Blocks[0]), Bias(last.Blocks[0]));
    }
}
