using Translucent.Evaluate.Perturb;
using Translucent.Tests.Models;

namespace Translucent.Tests.Evaluate;

/// <summary>Taking words away: counts, ties, aggregates, and what stays.</summary>
public class TextErasureTests
{
    [Fact]
    public void Counts_are_whole_numbers_rounded_up_and_ties_go_in_the_order_of_the_text()
    {
        using LanguageFixture f = new("llama");
        int[] ids = [.. Enumerable.Range(3, 32)], context = [.. Enumerable.Range(1, 30)];
        float[] scores = new float[30];
        scores[7] = 1;
        ErasureResult r = TextErasure.OfSummary(f.Model, ids, context, [31], scores);
        Assert.Equal([1, 2, 3, 6, 15], r.Counts);
        Assert.Equal([7, 0, 1, 2], r.Order.Take(4));
        Assert.Equal(r.Comprehensiveness.Sum() / 6, r.ComprehensivenessAopc, 1e-12);
        Assert.Equal(r.Sufficiency.Sum() / 5, r.MeanSufficiency, 1e-12);
    }

    [Fact]
    public void All_words_gone_and_none_left_meet()
    {
        using LanguageFixture f = new("gpt2");
        float[] scores = [.. Enumerable.Range(0, f.Context.Length).Select(i => (float)i)];
        ErasureResult r = TextErasure.OfSummary(f.Model, f.Ids, f.Context, f.Summary, scores, percents: [0, 100]);
        Assert.Equal(0, r.Comprehensiveness[0]);
        Assert.Equal(0, r.Sufficiency[1]);
        Assert.Equal(r.Comprehensiveness[1], r.Sufficiency[0]);
        Assert.NotEqual(0, r.Comprehensiveness[1]);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using LanguageFixture llama = new("llama"), bert = new("bert");
        float[] scores = new float[llama.Context.Length];
        Assert.Contains("scores: 3 numbers", Assert.Throws<ArgumentException>(() =>
            TextErasure.OfSummary(llama.Model, llama.Ids, llama.Context, llama.Summary, new float[3])).Message);
        Assert.Contains("fill: none", Assert.Throws<ArgumentException>(() =>
            TextErasure.OfSummary(llama.Model, llama.Ids, llama.Context, llama.Summary, scores, erasure: Erasure.Replace)).Message);
        Assert.Contains("class 3", Assert.Throws<ArgumentOutOfRangeException>(() => TextErasure.OfClass(bert.Model, bert.Text, [1], new float[1], 3)).Message);
        Assert.Contains("layer 6", Assert.Throws<ArgumentOutOfRangeException>(() =>
            TextErasure.LatentDistance(llama.Model, llama.Ids, llama.Context, llama.Summary, scores, 6, fill: 0)).Message);
    }
}
