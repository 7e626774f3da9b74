using Translucent.Autodiff;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Verify;

namespace Translucent.Tests.Explain;

/// <summary>What the table of methods for several token streams promises of each.</summary>
public sealed class StreamMethodTests : IDisposable
{
    readonly StreamFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    public static TheoryData<string, string> Pairs => StreamFixture.Pairs;

    [Theory]
    [InlineData("detr", 243)]
    [InlineData("lxmert", 314)]
    public void Every_golden_is_computed_and_met(string model, int count)
    {
        string folder = Golden.File($"multimodal/{model}");
        using Model opened = Pretrained.Open(folder);
        using GoldenCheck check = GoldenCheck.Open(opened, Path.Combine(folder, "input.safetensors"), Path.Combine(folder, "golden.safetensors"));
        Assert.Empty(check.Uncovered);
        GoldenResult[] results = [.. check.Results()];
        Assert.Equal(count, results.Length);
        Assert.All(results, r => Assert.True(
            r.Verdict == GoldenVerdict.Pass, $"{r.Name}: {r.Verdict}, off by {r.Relative:e1}, tolerance {r.Tolerance:e1} {r.Problem}"));
    }

    [Fact]
    public void Every_name_and_alias_means_one_method()
    {
        string[] words = [.. StreamMethods.All.SelectMany(m => m.Aliases.Prepend(m.Name))];
        Assert.Equal(words.Length, words.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        foreach (StreamMethod method in StreamMethods.All)
            foreach (string word in method.Aliases.Prepend(method.Name)) Assert.Same(method, StreamMethods.Named(word.ToUpperInvariant().Replace('_', '-')));
        Assert.Contains("expected one of absolute, positive", Assert.ThrowsAny<Exception>(() => StreamMethods.Named("grad")).Message);
    }

    /// <summary>No item borrows gradients, weights or scores of another.</summary>
    [Theory, MemberData(nameof(Pairs))]
    public void Three_different_inputs_together_are_inputs_one_by_one(string model, string method)
    {
        using Trace together = _fixture.Forward(model, 1, 2, 3);
        StreamRelevance all = StreamMethods.Named(method).Explain(together, StreamFixture.Targets(model));
        foreach (string stream in all.Streams)
            for (int item = 0; item < 3; item++)
            {
                using Trace alone = _fixture.Forward(model, item + 1);
                Tensor one = StreamMethods.Named(method).Explain(alone, StreamFixture.Targets(model))[stream];
                float scale = one.ToArray().Max(Math.Abs);
                for (int t = 0; t < 2; t++)
                    foreach ((float a, float b) in one[t, 0].ToArray().Zip(all[stream][t, item].ToArray())) Assert.Equal(a, b, 3e-5f * scale + 1e-9f);
            }
    }

    [Theory, MemberData(nameof(Pairs))]
    public void Targets_together_are_targets_one_by_one_bit_for_bit(string model, string method)
    {
        using Trace trace = _fixture.Forward(model, 4);
        StreamRelevance together = StreamMethods.Named(method).Explain(trace, StreamFixture.Targets(model));
        foreach (string stream in together.Streams)
            for (int t = 0; t < 2; t++)
                Assert.Equal(StreamMethods.Named(method).Explain(trace, StreamFixture.Target(model, t))[stream].ToArray(), together[stream][t].ToArray());
    }

    /// <summary>Nothing about how a sweep runs changes a bit: chunks, memory, layers that are computed again.</summary>
    [Theory, MemberData(nameof(Pairs))]
    public void Chunks_and_recomputation_give_the_same_bits(string model, string method)
    {
        using Trace kept = _fixture.Forward(model, 5);
        using Trace again = model == "detr" ? _fixture.Detector.Forward([StreamFixture.Image(5)], Keep.Boundaries)
            : _fixture.Answering.Forward([_fixture.Question(5)], Keep.Boundaries);
        StreamRelevance expected = StreamMethods.Named(method).Explain(kept, StreamFixture.Targets(model));
        StreamRelevance one = StreamMethods.Named(method).Explain(kept, StreamFixture.Targets(model), new SweepOptions { Chunk = 1 });
        StreamRelevance recomputed = StreamMethods.Named(method).Explain(again, StreamFixture.Targets(model), new SweepOptions { MemoryBytes = 1 });
        foreach (string stream in expected.Streams)
        {
            Assert.Equal(expected[stream].ToArray(), one[stream].ToArray());
            Assert.Equal(expected[stream].ToArray(), recomputed[stream].ToArray());
        }
    }

    /// <summary>The paper's claim: its positive form is GAE without normalisation and with a linear cross rule.</summary>
    [Theory]
    [InlineData("detr")]
    [InlineData("lxmert")]
    public void Positive_equals_GAE_with_the_linear_cross_rule(string model)
    {
        using Trace trace = _fixture.Forward(model, 6);
        Tensor ours = StreamMethods.Named("positive").Explain(trace, StreamFixture.Targets(model))["image"];
        Tensor gae = StreamMethods.Named("gae_linear_cross").Explain(trace, StreamFixture.Targets(model))["image"];
        float scale = ours.ToArray().Max();
        foreach ((float a, float b) in ours.ToArray().Zip(gae.ToArray())) Assert.Equal(a, b, 1e-5f * scale);
    }

    /// <summary>The full form is linear in the target: that of a − b is that of a minus that of b in one step alone.</summary>
    [Fact]
    public void Full_correction_of_a_difference_is_the_difference_within_one_step()
    {
        using Trace trace = _fixture.Forward("lxmert", 7);
        Tensor Last(ClassTargets targets) => Sweep.StreamRows(targets.Bind(trace),
            new Propagation { Part = GradientPart.Full, Passes = step => step.Site == "cross.1.text_from_image.probs" }, options: null)[1];
        Tensor difference = Last(new ClassTargets((IReadOnlyList<ClassTarget>)[new ClassTarget(2, 6)])), a = Last([2]), b = Last([6]);
        float scale = a.ToArray().Max(Math.Abs);
        for (int i = 0; i < difference.Length; i++) Assert.Equal(a.Span[i] - b.Span[i], difference.Span[i], 1e-5f * scale);
    }

    [Theory]
    [InlineData("image", 3)]
    [InlineData("queries", 2)]
    [InlineData("text", 3)]
    public void Latent_tokens_of_any_stream_are_explained(string stream, int layer)
    {
        string model = stream == "text" ? "lxmert" : "detr";
        using Trace trace = _fixture.Forward(model, 8);
        TokenTargets targets = new(layer, [0, 2], TokenFunction.S) { Stream = stream };
        StreamRelevance relevance = StreamMethods.Named("positive").Explain(trace, targets);
        Tensor own = relevance[stream];
        Assert.True(own[0, 0].Span[0] >= 1 && own[1, 0].Span[2] >= 1, "the own entry is at least the identity");
        Assert.Contains("latent tokens lie below", StreamMethods.Named("raw").Fits(trace, targets), StringComparison.Ordinal);
    }
}
