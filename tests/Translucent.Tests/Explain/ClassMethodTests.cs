using Translucent.Autodiff;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Tests.Explain;

/// <summary>What the table of methods promises of each.</summary>
public sealed class ClassMethodTests : IDisposable
{
    readonly VisionTransformer _model = VisionModels.Open(Golden.File("vision/vit"));

    readonly Trace _trace;

    public ClassMethodTests()
    {
        Random random = new(3);
        Tensor pixels = new(2, 3, 40, 32);
        foreach (ref float v in pixels.Span) v = (float)(4 * random.NextDouble() - 2);
        _trace = _model.Forward(pixels);
    }

    public void Dispose()
    {
        _trace.Dispose();
        _model.Dispose();
    }

    public static TheoryData<string> Names => [.. ClassMethods.All.Select(m => m.Name)];

    [Fact]
    public void Every_name_and_alias_means_one_method()
    {
        string[] words = [.. ClassMethods.All.SelectMany(m => m.Aliases.Prepend(m.Name))];
        Assert.Equal(words.Length, words.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        foreach (string word in words) Assert.Matches("^[a-z0-9_]+$", word);
        foreach (ClassMethod method in ClassMethods.All)
            foreach (string word in method.Aliases.Prepend(method.Name)) Assert.Same(method, ClassMethods.Named(word.ToUpperInvariant().Replace('_', '-')));
        Assert.Contains("no method 'grad', expected one of raw, rollout", Assert.Throws<ArgumentException>(() => ClassMethods.Named("grad")).Message);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Classes_together_are_classes_one_by_one(string name)
    {
        ClassMethod method = ClassMethods.Named(name);
        ClassMaps together = method.Explain(_trace, [4, 1]);
        Assert.Equal([method.TellsClassesApart ? 2 : 1, 2], together.Maps.Shape[..2]);
        Assert.All(together.Maps.ToArray(), v => Assert.True(float.IsFinite(v)));
        if (!method.IsSigned) Assert.All(together.Maps.ToArray(), v => Assert.True(v >= 0));
        float[] first = method.Explain(_trace, [4]).Maps.ToArray(), second = method.Explain(_trace, [1]).Maps.ToArray();
        Assert.Equal(together.Maps.ToArray(), method.TellsClassesApart ? [.. first, .. second] : first);
        Assert.Equal(method.TellsClassesApart, !first.SequenceEqual(second));
    }

    /// <summary>No image borrows weights, scores or noise of another; rows of attention products of different batches may round differently.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Three_different_images_together_are_images_one_by_one(string name)
    {
        ClassMethod method = ClassMethods.Named(name);
        Random random = new(5);
        Tensor pixels = new(3, 3, 40, 32);
        foreach (ref float v in pixels.Span) v = (float)(4 * random.NextDouble() - 2);
        using Trace batch = _model.Forward(pixels);
        Tensor together = method.Explain(batch, [4, 1]).Maps;
        int size = pixels.Length / 3, map = together.Shape[2] * together.Shape[3];
        for (int image = 0; image < 3; image++)
        {
            using Trace single = _model.Forward(new Tensor([1, 3, 40, 32], pixels.Span.Slice(image * size, size)));
            Tensor alone = method.Explain(single, [4, 1]).Maps;
            float scale = alone.ToArray().Max(MathF.Abs);
            for (int t = 0; t < alone.Shape[0]; t++)
                for (int i = 0; i < map; i++)
                    Assert.Equal(alone.Span[t * map + i], together.Span[(t * 3 + image) * map + i], 1e-5f * scale);
        }
    }

    /// <summary>The methods that explain a text, and why the others do not: found before any work.</summary>
    [Fact]
    public void A_text_is_explained_by_every_method_that_needs_no_image()
    {
        using ClipText tower = ClipText.Open(Golden.File("language/clip_text"));
        int[][] all = [[198, 5, 17, 44, 199], [198, 9, 199, 0, 0], [198, 30, 31, 199, 0]];
        Tensor images = new(2, 32);
        for (int i = 0; i < images.Length; i++) images.Span[i] = MathF.Sin(i);
        using Trace texts = tower.WithImages(images).Forward(all);
        string[] fit = [.. ClassMethods.All.Where(m => m.Fits(texts) is null).Select(m => m.Name)];
        Assert.Equal(
        [
            "raw", "rollout", "ultra", "gradcam", "gae", "tokentm", "tokentm_af", "tokentm_af_l", "tokentm_baseline", "attcat", "attcat_output",
            "gradient_x_input",
            "conservative_lrp", "conservative_lrp_mean", "conservative_lrp_secant", "attn_lrp", "legrad", "projection",
        ], fit);
        Assert.All(ClassMethods.All.Where(m => !fit.Contains(m.Name)), m => Assert.Contains("patches of an image", m.Fits(texts)));
        foreach (ClassMethod method in fit.Select(ClassMethods.Named))
        {
            Tensor together = method.Explain(texts, [1]).Maps;
            for (int text = 0; text < 3; text++)
            {
                using Trace single = tower.WithImages(images).Forward([all[text]]);
                float[] alone = method.Explain(single, [1]).Maps.ToArray();
                float scale = alone.Max(MathF.Abs);
                for (int i = 0; i < alone.Length; i++) Assert.Equal(alone[i], together.Span[text * alone.Length + i], 2e-5f * scale);
            }
        }
    }

    [Fact]
    public void TokenTM_of_the_first_blocks_is_a_method_for_every_depth_of_the_model()
    {
        int blocks = _trace.Blocks.Count;
        for (int depth = 1; depth <= blocks; depth++)
            Assert.Equal(TokenTM.Rows(_trace, [2], new TokenTMParts(Depth: depth)).ToArray(),
                ClassMethods.Named($"tokentm_first_{depth}").Explain(_trace, [2]).Tokens!.ToArray());
        Assert.Equal(ClassMethods.Named("tokentm").Explain(_trace, [2]).Maps.ToArray(), ClassMethods.Named($"tokentm-first-{blocks}").Explain(_trace, [2])
            .Maps.ToArray());
        Assert.Equal($"it needs {blocks + 1} blocks, and this model has {blocks}", ClassMethods.Named($"tokentm_first_{blocks + 1}").Fits(_trace));
        Assert.Null(ClassMethods.Find("tokentm_first_0"));
        Assert.Null(ClassMethods.Find("tokentm_first_two"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Maps_are_the_patches_of_the_tokens(string name)
    {
        ClassMaps maps = ClassMethods.Named(name).Explain(_trace, [2]);
        if (maps.Tokens is null) Assert.Equal([1, 2, _trace.Grid.Rows * _model.Config.Patch, _trace.Grid.Columns * _model.Config.Patch], maps.Maps.Shape);
        else
            for (int b = 0; b < 2; b++)
                Assert.Equal(maps.Tokens.Row(b)[^_trace.Grid.Count..].ToArray(), maps.Maps.Span.Slice(b * _trace.Grid.Count, _trace.Grid.Count).ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Probabilities_are_explained_or_refused(string name)
    {
        ClassMethod method = ClassMethods.Named(name);
        ClassTargets probability = new([4], ClassScalar.Probability);
        if (!method.TakesProbabilities)
            Assert.Contains("probabilities", Assert.Throws<TranslucentException>(() => method.Explain(_trace, probability)).Message);
        else Assert.Equal(method.TellsClassesApart, !method.Explain(_trace, probability).Maps.ToArray()
            .SequenceEqual(method.Explain(_trace, [4]).Maps.ToArray()));
    }

    [Theory]
    [InlineData("attcat")]
    [InlineData("attcat_output")]
    [InlineData("gradient_x_input")]
    [InlineData("conservative_lrp")]
    [InlineData("conservative_lrp_mean")]
    [InlineData("conservative_lrp_secant")]
    [InlineData("attn_lrp")]
    [InlineData("lrp")]
    [InlineData("lrp_pixels")]
    [InlineData("lrp_orig")]
    [InlineData("full_lrp")]
    [InlineData("projection")]
    public void A_map_without_positive_part_is_linear_in_its_target(string name)
    {
        ClassMethod method = ClassMethods.Named(name);
        Tensor difference = method.Explain(_trace, [new ClassTarget(4, Against: 1)]).Maps, a = method.Explain(_trace, [4]).Maps,
            b = method.Explain(_trace, [1]).Maps;
        float scale = a.ToArray().Concat(b.ToArray()).Max(MathF.Abs);
        for (int i = 0; i < a.Length; i++) Assert.Equal(a.Span[i] - b.Span[i], difference.Span[i], 1e-5f * scale);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_difference_is_not_its_first_class_and_turns_with_its_order(string name)
    {
        ClassMethod method = ClassMethods.Named(name);
        if (!method.TellsClassesApart) return;
        if (!method.TakesDifferences)
        {
            Assert.Contains("it explains single classes only, no differences",
                Assert.Throws<TranslucentException>(() => method.Explain(_trace, [new ClassTarget(4, 1)])).Message);
            return;
        }
        float[] there = method.Explain(_trace, [new ClassTarget(4, 1)]).Maps.ToArray(), back = method.Explain(_trace, [new ClassTarget(1, 4)]).Maps.ToArray();
        Assert.NotEqual(method.Explain(_trace, [4]).Maps.ToArray(), there);
        Assert.NotEqual(there, back);
    }

    [Fact]
    public void The_probability_of_a_difference_is_the_difference_of_probabilities()
    {
        Tensor both = GradientTimesInput.Rows(_trace, new([new ClassTarget(4, 1)], ClassScalar.Probability)),
            a = GradientTimesInput.Rows(_trace, new([4], ClassScalar.Probability)), b = GradientTimesInput.Rows(_trace, new([1], ClassScalar.Probability));
        float scale = a.ToArray().Concat(b.ToArray()).Max(MathF.Abs);
        for (int i = 0; i < a.Length; i++) Assert.Equal(a.Span[i] - b.Span[i], both.Span[i], 1e-5f * scale);
    }

    [Theory]
    [InlineData(ClassScalar.Logit)]
    [InlineData(ClassScalar.Probability)]
    public void A_ratio_has_the_derivatives_of_a_ratio(ClassScalar scalar)
    {
        Tensor scores = new([1, 4], [1.5f, -0.7f, 0.4f, 2.1f]), direction = new([1, 4], [0.3f, 0.8f, -0.5f, 0.2f]);
        ClassTargets ratio = new([new ClassTarget(3, 0, ClassComparison.Ratio)], scalar);
        double slope = 0;
        Cotangent seed = ratio.Seed(scores, ScoreMeaning.OneOf, new Arena(), 0, 1);
        for (int i = 0; i < 4; i++) slope += (double)seed.Values.Span[i] * direction.Span[i];
        const double h = 1e-5;
        Assert.Equal((Value(h) - Value(-h)) / (2 * h), slope, 1e-6 * Math.Abs(slope) + 1e-6);

        double Value(double step)
        {
            double[] z = [.. Enumerable.Range(0, 4).Select(i => scores.Span[i] + step * direction.Span[i])];
            return scalar == ClassScalar.Logit ? z[3] / z[0] : Math.Exp(z[3] - z[0]);
        }
    }

    [Fact]
    public void Ratios_are_refused_where_logits_are_handed_down()
    {
        ClassTargets ratio = new([new ClassTarget(3, 0, ClassComparison.Ratio)]);
        Assert.Contains("does not explain ratios", ClassMethods.Named("lrp").Fits(_trace, ratio));
        Assert.Null(ClassMethods.Named("gae").Fits(_trace, ratio));
        Assert.Contains("a ratio of classes", Assert.Throws<ArgumentException>(() => AttnLrp.Rows(_trace, ratio)).Message);
    }

    [Fact]
    public void Classes_that_the_model_does_not_have_are_refused_on_either_side()
    {
        foreach (ClassTarget target in (ClassTarget[])[10, -1, new(3, 10), new(3, -1)])
            Assert.Contains("the model has classes 0 to 9", Assert.Throws<ArgumentOutOfRangeException>(() => Gae.Rows(_trace, [target])).Message);
    }
}
