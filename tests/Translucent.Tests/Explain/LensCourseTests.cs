using Translucent.Explain.Projection;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Tests.Models;

namespace Translucent.Tests.Explain;

/// <summary>How the token that follows is formed, against counts over all logits.</summary>
public class LensCourseTests
{
    [Theory, InlineData("llama"), InlineData("gpt2")]
    public void Shares_are_counts_over_the_logits_of_all_layers(string name)
    {
        using LanguageFixture f = new(name);
        using Trace trace = f.Model.Forward([f.Text]);
        int[] positions = [.. Enumerable.Range(0, trace.Tokens - 1)], next = trace.Text!.Batch.Ids[0][1..];
        IReadOnlyList<LensLayer> course = LensCourse.Of(trace, positions, next);
        Tensor hidden = LogitLens.Logits(trace, positions), attention = LogitLens.Logits(trace, positions, state: TokenState.Attention),
            mlp = LogitLens.Logits(trace, positions, state: TokenState.Mlp);
        LensReading reading = LogitLens.Read(trace, positions, next);
        float[] Row(Tensor logits, int l, int p) => logits.Row(l * positions.Length + p).ToArray();
        int Best(Tensor logits, int l, int p) => Array.IndexOf(Row(logits, l, p), Row(logits, l, p).Max());
        double Mean(Func<int, double> of) => positions.Average(of);
        double Share(Func<int, bool> holds) => Mean(p => holds(p) ? 1 : 0);
        Assert.Equal(Enumerable.Range(1, trace.Blocks.Count + 1), course.Select(c => c.Layer));
        for (int l = 0; l < course.Count; l++)
        {
            LensLayer said = course[l];
            Assert.Equal(Mean(p => 1 - (double)Row(hidden, l, p).Count(v => v > Row(hidden, l, p)[next[p]]) / hidden.Width), said.Identifiability, 1e-12);
            Assert.Equal(Share(p => Best(hidden, l, p) == next[p]), said.First, 1e-12);
            Assert.Equal(Mean(p => reading.LogProbabilities!.Row(l)[p]), said.LogProbability, 1e-12);
            Assert.Equal(l == 0, said.Formed is null);
            if (said.Formed is not { } formed) continue;
            Assert.Equal(Share(p => Row(attention, l, p)[next[p]] > Row(hidden, l - 1, p)[next[p]]), formed.AttentionPushes, 1e-12);
            Assert.Equal(Share(p => Row(mlp, l, p)[next[p]] > Row(hidden, l - 1, p)[next[p]]), formed.MlpPushes, 1e-12);
            Assert.Equal(Share(p => Best(hidden, l, p) == Best(hidden, l - 1, p)), formed.FromStream, 1e-12);
            Assert.Equal(Share(p => Best(hidden, l, p) == Best(attention, l, p)), formed.FromAttention, 1e-12);
            Assert.Equal(Share(p => Best(hidden, l, p) == Best(mlp, l, p)), formed.FromMlp, 1e-12);
            Assert.Equal(Share(p => !((int[])[Best(hidden, l - 1, p), Best(attention, l, p), Best(mlp, l, p)]).Contains(Best(hidden, l, p))),
                formed.Composed, 1e-12);
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using LanguageFixture f = new("llama");
        using Trace trace = f.Model.Forward([f.Text]);
        Assert.Throws<ArgumentException>(() => LensCourse.Of(trace, [], []));
        Assert.Throws<ArgumentException>(() => LensCourse.Of(trace, [0, 1], [3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => LensCourse.Of(trace, [0], [1 << 20]));
        Assert.Throws<ArgumentOutOfRangeException>(() => LensCourse.Of(trace, [trace.Tokens], [3]));
        using LanguageFixture bert = new("bert");
        using Trace other = bert.Model.Forward([bert.Text]);
        Assert.Throws<TranslucentException>(() => LensCourse.Of(other, [0], [3]));
    }
}
