using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Tests.Explain;

namespace Translucent.Tests.Models;

/// <summary>The model that answers questions beyond its goldens: batches, filling, refusals.</summary>
public sealed class LxmertTests : IDisposable
{
    readonly StreamFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    /// <summary>What fills a question up is never seen, in a batch of different lengths and numbers of regions.</summary>
    [Fact]
    public void Questions_of_different_lengths_run_in_one_batch()
    {
        Question[] questions = [_fixture.Question(1, tokens: 4, regions: 6), _fixture.Question(2, tokens: 9, regions: 2),
            _fixture.Question(3, tokens: 6, regions: 5)];
        using Trace together = _fixture.Answering.Forward(questions);
        IReadOnlyList<Tensor> rows = HeterogeneousAttention.Rows(together, new ClassTargets([1]), GradientPart.Absolute);
        for (int b = 0; b < questions.Length; b++)
        {
            using Trace alone = _fixture.Answering.Forward([questions[b]]);
            Assert.Equal(alone.Logits.ToArray(), together.Logits[b].ToArray(), (x, y) => Math.Abs(x - y) < 1e-5);
            IReadOnlyList<Tensor> own = HeterogeneousAttention.Rows(alone, new ClassTargets([1]), GradientPart.Absolute);
            for (int s = 0; s < 2; s++)
            {
                float[] one = own[s].ToArray(), all = rows[s][0, b].ToArray();
                Assert.Equal(one, all[..one.Length], (x, y) => Math.Abs(x - y) < 1e-5);
                Assert.All(all[one.Length..], v => Assert.Equal(0, v));
            }
        }
    }

    [Fact]
    public void A_picture_without_regions_is_answered_from_the_question()
    {
        Question none = _fixture.Question(4, tokens: 5, regions: 0);
        using Trace trace = _fixture.Answering.Forward([none]);
        Assert.All(trace.Logits.ToArray(), v => Assert.True(float.IsFinite(v)));
        using Trace some = _fixture.Answering.Forward([_fixture.Question(4, tokens: 5, regions: 3)]);
        Assert.NotEqual(some.Logits.ToArray(), trace.Logits.ToArray());
        foreach (StreamMethod method in StreamMethods.All.Where(m => m.Fits(trace, new ClassTargets([1])) is null))
        {
            StreamRelevance relevance = method.Explain(trace, new ClassTargets([1]));
            foreach (string stream in relevance.Streams) Assert.All(relevance[stream].ToArray(), v => Assert.True(float.IsFinite(v), method.Name));
            if (relevance.Streams.Contains("image")) Assert.Equal(0, relevance["image"].Length);
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused_in_words()
    {
        Question q = _fixture.Question(5);
        void Refused(Question bad, string says) =>
            Assert.Contains(says, Assert.Throws<TranslucentException>(() => _fixture.Answering.Forward([bad])).Message, StringComparison.Ordinal);
        Refused(q with { Ids = [] }, "0 tokens, expected 1 to 16");
        Refused(q with { Ids = new int[17] }, "17 tokens");
        Refused(q with { Types = [0] }, "token types");
        Refused(q with { Boxes = new Tensor(4, 4) }, "expected [R, 24] and [R, 4]");
        Refused(q with { Features = new Tensor(5, 23) }, "expected [R, 24]");
        Assert.Throws<ArgumentException>(() => _fixture.Answering.Forward([]));
        Assert.Contains("3 answers are given", Assert.Throws<TranslucentException>(() => Lxmert.Open(Golden.File("multimodal/lxmert"), ["a", "b", "c"]))
            .Message, StringComparison.Ordinal);
        using Lxmert named = Lxmert.Open(Golden.File("multimodal/lxmert"), [.. "abcdefgh".Select(c => $"{c}")]);
        using Trace trace = named.Forward([q]);
        Assert.Equal(1, trace.Top(1)[0].Label.Length);
    }
}
