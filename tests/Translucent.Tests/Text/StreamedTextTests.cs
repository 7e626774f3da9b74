using Translucent.Text;

namespace Translucent.Tests.Text;

/// <summary>Text that comes token by token is the text of all tokens, and never a part of a character.</summary>
public sealed class StreamedTextTests
{
    const string Sample =
        "Once upon a time, 你好 世界, a girl named Lily 👩‍🚀 said: „Zoë isst Äpfel“.\n  مرحبا بالعالم — 3.14! \t end";

    [Theory]
    [InlineData("bytelevel_bpe"), InlineData("llama2_bpe"), InlineData("llama2_metaspace"), InlineData("llama3_bpe")]
    public void Pieces_make_the_whole(string name)
    {
        Tokenizer tokenizer = Tokenizer.Open(Golden.File($"tokenizers/{name}"));
        int[] ids = [.. tokenizer.Encode(Sample, addSpecialTokens: false).Ids];
        for (int known = 0; known < ids.Length; known += 7)
        {
            StreamedText text = new(tokenizer, ids[..known]);
            List<string> pieces = [.. ids[known..].Select(text.Add)];
            Assert.DoesNotContain(pieces, p => p.Contains('\uFFFD'));
            Assert.Equal("", text.Rest());
            string whole = tokenizer.Decode(ids), told = string.Concat(pieces);
            Assert.EndsWith(told, whole);
            if (known == 0) Assert.Equal(whole, told);
        }
    }

    [Fact]
    public void An_incomplete_character_comes_at_the_end()
    {
        Tokenizer tokenizer = Tokenizer.Open(Golden.File("tokenizers/bytelevel_bpe"));
        int[] ids = [.. tokenizer.Encode("a👩", addSpecialTokens: false).Ids];
        StreamedText text = new(tokenizer);
        Assert.Equal("a", string.Concat(ids[..^1].Select(text.Add)));
        Assert.Contains('\uFFFD', text.Rest());
    }
}
