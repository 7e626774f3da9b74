using Translucent.Autodiff;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Tests.Models;

/// <summary>Language models against float64 goldens: the forward pass, whatever is kept; texts together and alone; what is refused.</summary>
public class LanguageModelTests
{
    public static TheoryData<string> Names => LanguageFixture.Names;

    [Theory, MemberData(nameof(Names))]
    public void Forward_equals_the_reference(string name)
    {
        using LanguageFixture f = new(name);
        foreach (Keep? keep in (Keep?[])[null, Keep.Boundaries])
        {
            using Trace trace = f.Model.Forward([f.Text], keep);
            f.Check("z", LanguageFixture.Z(trace));
            if (f.Has("attn")) f.Check("attn", LanguageFixture.Attentions(trace));
            if (f.Has("final")) f.Check("final", trace.Tape["norm"].Value.Span);
            if (f.Has("pooled")) f.Check("pooled", trace.Tape["pooled"].Value.Span);
            Tensor logits = trace.Vocabulary is { } words ? words.Logits([.. Enumerable.Range(0, trace.Tokens)]) : trace.Logits;
            f.Check("logits", logits.Span);
        }
    }

    [Theory, InlineData("llama"), InlineData("gpt2")]
    public void Logits_of_some_tokens_are_those_of_all_bit_for_bit(string name)
    {
        using LanguageFixture f = new(name);
        using Trace trace = f.Model.Forward([f.Text]);
        Tensor all = trace.Vocabulary!.Logits([.. Enumerable.Range(0, trace.Tokens)]), some = trace.Vocabulary.Logits([5, 2, 23]);
        Assert.Equal([.. all.Row(5), .. all.Row(2), .. all.Row(23)], some.ToArray());
        double[] log = f["summary.logprobs"];
        LanguageFixture.Near(log, [.. trace.Vocabulary.OfText(f.Ids, f.Summary).Select(v => (float)v)]);
        Assert.Equal(all.Width, f.Model.Config.Vocabulary);
    }

    [Theory, InlineData("llama"), InlineData("gpt2"), InlineData("bert")]
    public void Texts_together_equal_texts_alone(string name)
    {
        using LanguageFixture f = new(name);
        TextInput[] texts = [f.Ids[..9], f.Ids[3..20], f.Ids[5..8]];
        using Trace both = f.Model.Forward(texts);
        Assert.Equal([9, 17, 3], both.Text!.Lengths);
        for (int i = 0; i < texts.Length; i++)
        {
            using Trace alone = f.Model.Forward([texts[i]]);
            foreach (string site in alone.Blocks.Select(b => b.Out))
            {
                Tensor expected = alone.Tape[site].Value, found = both.Tape[site].Value;
                int size = both.Tokens * expected.Width;
                LanguageFixture.Near(Array.ConvertAll(expected.ToArray(), v => (double)v), found.Span.Slice(i * size, expected.Length), 2e-6, $"{site} of {i}");
            }
            Assert.Equal(name == "bert" ? 0 : texts[i].Ids.Count - 1, both.Summary(i));
            if (alone.Readout!.Classes > 0) LanguageFixture.Near(Array.ConvertAll(alone.Logits.ToArray(), v => (double)v), both.Logits.Row(i), 2e-6);
        }
    }

    [Fact]
    public void A_text_that_the_model_cannot_read_is_refused()
    {
        using LanguageFixture llama = new("llama"), gpt = new("gpt2"), bert = new("bert");
        Refused(llama.Model, "token id 300, expected 0 to 299", [new[] { 1, 300 }]);
        Refused(llama.Model, "no token ids", [Array.Empty<int>()]);
        Refused(llama.Model, "texts: none", []);
        Refused(gpt.Model, "65 tokens, expected at most 64: n_positions", [new int[65]]);
        Refused(bert.Model, "41 tokens, expected at most 40: max_position_embeddings", [new int[41]]);
        Refused(bert.Model, "token types 0, 2, expected 2 from 0 to 1", [new TextInput([1, 2], [0, 2])]);
        Refused(llama.Model, "token types 1, expected 1 from 0 to 0", [new TextInput([1], [1])]);
        Refused(bert.Model, "3 real ones of 2 ids", [new TextInput([1, 2]) { Real = 3 }]);
        Assert.Contains("has no tokenizer.json", Assert.Throws<TranslucentException>(() => llama.Model.Forward("a text")).Message);
    }

    static void Refused(LanguageModel model, string message, TextInput[] texts) =>
        Assert.Contains(message, Assert.Throws<TranslucentException>(() => model.Forward(texts)).Message);

    [Fact]
    public void A_pass_can_be_counted_before_it_is_made()
    {
        using LanguageFixture f = new("llama");
        using Trace plan = f.Model.Plan(2, 17), trace = f.Model.Forward([f.Ids[..17], f.Ids[4..21]], Keep.All);
        Assert.Equal(TapeCost.Bytes(trace.Tape) - trace.Tape["embed"].Value.Length * sizeof(float), TapeCost.Bytes(plan.Tape));
        Assert.Equal(TapeCost.Forward(trace.Tape), TapeCost.Forward(plan.Tape));
    }
}
