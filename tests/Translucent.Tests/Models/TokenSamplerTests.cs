using Translucent.Files;
using Translucent.Models;

namespace Translucent.Tests.Models;

/// <summary>Draws of tokens against the probabilities that they should have.</summary>
public sealed class TokenSamplerTests
{
    static readonly float[] s_logits = [1, 3, 0, 3, 2, -4];

    static double[] Shares(GenerationSettings settings, int draws = 40_000)
    {
        TokenSampler sampler = new(settings);
        int[] counts = new int[s_logits.Length];
        for (int i = 0; i < draws; i++) counts[sampler.Next(s_logits)]++;
        return [.. counts.Select(c => (double)c / draws)];
    }

    [Theory]
    [InlineData(1.0, null, null, new[] { 0, 1, 2, 3, 4, 5 }), InlineData(0.5, null, null, new[] { 0, 1, 2, 3, 4, 5 }),
        InlineData(1.0, 3, null, new[] { 1, 3, 4 })]
    [InlineData(1.0, 1, null, new[] { 1 }), InlineData(1.0, null, 0.5, new[] { 1, 3 }), InlineData(1.0, null, 0.3, new[] { 1 }),
        InlineData(1.0, null, 0.9, new[] { 1, 3, 4 })]
    [InlineData(1.0, null, 1.0, new[] { 0, 1, 2, 3, 4, 5 }), InlineData(2.0, 3, 0.8, new[] { 1, 3, 4 }), InlineData(2.0, 3, 0.75, new[] { 1, 3 })]
    [InlineData(1.0, 2, 0.6, new[] { 1, 3 })]
    public void Draws_have_the_probabilities_of_what_is_left(double temperature, int? topK, double? topP, int[] left)
    {
        double[] shares = Shares(new GenerationSettings { Temperature = temperature, TopK = topK, TopP = topP, Seed = 5 });
        double sum = left.Sum(id => Math.Exp(s_logits[id] / temperature));
        for (int id = 0; id < s_logits.Length; id++)
        {
            double p = left.Contains(id) ? Math.Exp(s_logits[id] / temperature) / sum : 0;
            Assert.InRange(shares[id], p - 5 * Math.Sqrt(p * (1 - p) / 40_000), p + 5 * Math.Sqrt(p * (1 - p) / 40_000)); // five deviations
        }
    }

    [Fact]
    public void A_seed_gives_its_text_and_no_temperature_the_likeliest()
    {
        GenerationSettings one = new() { Temperature = 1, Seed = 1 }, two = one with { Seed = 2 };
        TokenSampler a = new(one), b = new(one), c = new(two);
        int[] first = [.. Enumerable.Range(0, 50).Select(_ => a.Next(s_logits))];
        Assert.Equal(first, Enumerable.Range(0, 50).Select(_ => b.Next(s_logits)));
        Assert.NotEqual(first, Enumerable.Range(0, 50).Select(_ => c.Next(s_logits)));
        Assert.Equal([3, 3, 4, 1, 1, 3, 4, 3], first[..8]); // SplitMix64 in other hands
        Assert.Equal(1, new TokenSampler(new GenerationSettings()).Next(s_logits));
        Assert.Contains("NaN", Assert.Throws<TranslucentException>(() => a.Next([0, float.NaN])).Message);
    }

    [Fact]
    public void Settings_that_make_no_sense_are_refused()
    {
        foreach (GenerationSettings s in (GenerationSettings[])[new() { Tokens = 0 }, new() { Temperature = -1 }, new() { Temperature = double.NaN },
            new() { TopK = 0 },
            new() { TopP = 0 }, new() { TopP = 1.1 }]) Assert.Throws<ArgumentOutOfRangeException>(s.Check);
    }
}
