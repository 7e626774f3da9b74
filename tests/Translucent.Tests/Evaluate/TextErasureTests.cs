using Translucent.Evaluate.Perturb;
using Translucent.Models;
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

    /// <summary>Several texts go through in one pass; each is what a pass of its own gives, to the last bit.</summary>
    [Theory]
    [InlineData(Erasure.Delete), InlineData(Erasure.Replace)]
    public void Words_of_a_class_are_deleted_or_replaced(Erasure how)
    {
        const int Fill = 3;
        using LanguageFixture f = new("bert");
        int[] words = [.. Enumerable.Range(1, f.Text.Ids.Count - 2)];
        float[] scores = [.. words.Select(w => (float)(w * 5 % 7))];
        ErasureResult r = TextErasure.OfClass(f.Model, f.Text, words, scores, 1, how, Fill);
        double P(IEnumerable<int> gone)
        {
            int[] places = [.. Enumerable.Range(0, f.Text.Ids.Count).Where(i => how == Erasure.Replace || !gone.Contains(i))];
            TextInput left = new([.. places.Select(i => gone.Contains(i) ? Fill : f.Text.Ids[i])], f.Text.Types is null ? null
                : [.. places.Select(i => f.Text.Types[i])])
            { Real = f.Text.Real is { } real ? places.Count(i => i < real) : null };
            using Trace trace = f.Model.Forward([left]);
            return trace.Probabilities().Row(0)[1];
        }
        Assert.Equal(P([]), r.Full);
        for (int k = 0; k < r.Counts.Count; k++)
        {
            Assert.Equal(r.Full - P([.. r.Order.Take(r.Counts[k]).Select(i => words[i])]), r.Comprehensiveness[k]);
            Assert.Equal(r.Full - P([.. r.Order.Skip(r.Counts[k]).Select(i => words[i])]), r.Sufficiency[k]);
        }
        Assert.Contains(r.Comprehensiveness, v => v != 0);
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
