// What holds for every text: nothing is lost, offsets stay inside the text, long words cost what short ones do.

using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Translucent.Text;
using Translucent.Text.Normalizers;
using Translucent.Text.Subwords;
using Translucent.Text.Unicode;

namespace Translucent.Tests.Text;

public class TokenizerLawTests
{
    /// <summary>Texts of letters, blanks, marks, signs of all planes; no lone surrogates.</summary>
    static readonly Gen<string> s_texts =
        from runes in Gen.ListOf(Gen.OneOf(Gen.Choose(0, 0x7F), Gen.Choose(0x80, 0x36F), Gen.Choose(0x370, 0xD7FF), Gen.Choose(0xE000, 0x10FFFF),
            Gen.Elements<int>(' ', ' ', '\n', '\'', 's', 'e', 't')))
        select string.Concat(runes.Select(r => new Rune(r).ToString()));

    [Theory]
    [InlineData("bytelevel_bpe")]
    [InlineData("llama3_bpe")]
    public void Byte_level_tokens_lose_nothing(string folder)
    {
        Tokenizer tokenizer = TokenizerCase.Open(folder);
        Check.QuickThrowOnFailure(Prop.ForAll(
            s_texts.ToArbitrary(), text => tokenizer.Decode(tokenizer.Encode(text, addSpecialTokens: false).Ids, skipSpecialTokens: false) == text));
    }

    [Fact]
    public void Offsets_of_byte_level_tokens_cover_the_text_in_order()
    {
        Tokenizer tokenizer = TokenizerCase.Open("llama3_bpe");
        Check.QuickThrowOnFailure(Prop.ForAll(s_texts.ToArbitrary(), text =>
        {
            EncodedText encoded = tokenizer.Encode(text, addSpecialTokens: false);
            int at = 0;
            foreach (TextSpan span in encoded.Utf16Offsets)
            {
                if (span.Start > at || span.End < at) return false;
                at = span.End;
            }
            return at == text.Length;
        }));
    }

    [Fact]
    public void Offsets_of_every_tokenizer_lie_inside_the_text()
    {
        foreach (string folder in TokenizerCase.Folders)
        {
            Tokenizer tokenizer = TokenizerCase.Open(folder);
            Check.QuickThrowOnFailure(Prop.ForAll(s_texts.ToArbitrary(), s_texts.ToArbitrary(), (text, pair) =>
            {
                EncodedText encoded = tokenizer.Encode(text, pair);
                return Enumerable.Range(0, encoded.Count).All(i => encoded.Utf16Offsets[i] is var span
                    && span.Start >= 0 && span.Start <= span.End && span.End <= (encoded.Sequences[i] == 1 ? pair : text).Length
                    && tokenizer.IdOf(tokenizer.TokenOf(encoded.Ids[i])!) == encoded.Ids[i]);
            }));
        }
    }

    [Fact]
    public void Lone_surrogates_are_replacement_characters()
    {
        Tokenizer tokenizer = TokenizerCase.Open("bytelevel_bpe");
        EncodedText encoded = tokenizer.Encode("a\ud83d b");
        Assert.Equal("a\ufffd b", tokenizer.Decode(encoded.Ids));
        Assert.Equal(new TextSpan(3, 4), encoded.Utf16Offsets[^1] with { Start = 3 });
    }

    [Theory]
    [InlineData("bytelevel_bpe", "x")]
    [InlineData("bytelevel_bpe", "th")]
    [InlineData("llama2_bpe", "the ")]
    [InlineData("llama3_bpe", "ab")]
    public void The_work_for_a_long_word_grows_as_its_length(string folder, string unit)
    {
        int[] runes = Runes.Of(string.Concat(Enumerable.Repeat(unit, 250_000)));
        Vocabulary vocabulary = Vocabulary.Read(Translucent.Checkpoints.ConfigSection.Open(Golden.File($"tokenizers/{folder}/tokenizer.json")).Section("model"),
            "vocab");
        Merges merges = new();
        int rank = 0;
        foreach (string left in vocabulary.Ids.Keys.Where(k => k.Length is 1 or 2)) // as many merges as the vocabulary allows
            foreach (string right in vocabulary.Ids.Keys.Where(k => k.Length is 1 or 2))
                if (vocabulary.IdOf(left + right) is >= 0 and int id) merges.Add(vocabulary.IdOf(left), vocabulary.IdOf(right), rank++, id);
        long Steps(int length)
        {
            Word word = new(merges);
            foreach (int rune in runes.AsSpan(0, length)) word.Add(Math.Max(0, vocabulary.IdOf(Runes.Text([rune]))), 1);
            word.Merge();
            return word.Steps;
        }
        Assert.InRange(Steps(runes.Length), 0, 6L * runes.Length);
        Assert.InRange(Steps(runes.Length), 0, 4 * Steps(runes.Length / 4) + 100);
    }

    [Theory]
    [InlineData("bytelevel_bpe")]
    [InlineData("clip_bpe")]
    [InlineData("llama2_bpe")]
    [InlineData("wordpiece")]
    public void A_word_of_a_million_letters_is_one_word_like_any_other(string folder)
    {
        EncodedText encoded = TokenizerCase.Open(folder).Encode(new string('a', 1_000_000), addSpecialTokens: false);
        Assert.Equal(1_000_000, encoded.Offsets[^1].End);
    }

    [Fact]
    public void A_word_of_any_length_is_cut_by_WordPiece_in_steps_no_longer_than_a_token()
    {
        using TempFolder folder = new();
        Tokenizer tokenizer = Tokenizer.Open(folder.Add("tokenizer.json", """
            {"model":{"type":"WordPiece","vocab":{"[UNK]":0,"a":1,"##a":2,"##aa":3},"unk_token":"[UNK]",
             "continuing_subword_prefix":"##","max_input_chars_per_word":2000000}}
            """));
        Assert.Equal(500_001, tokenizer.Encode(new string('a', 1_000_001)).Count);
    }

    /// <summary>Each of these tokens takes all white space behind it along; looking for its end again and again would take days.</summary>
    [Fact]
    public void Added_tokens_that_take_blanks_along_cost_no_more_in_a_long_run_of_blanks()
    {
        using TempFolder folder = new();
        Tokenizer tokenizer = Tokenizer.Open(folder.Add("tokenizer.json", """
            {"added_tokens":[{"id":1,"content":" ","single_word":false,"lstrip":true,"rstrip":true,"normalized":false,"special":true}],
             "model":{"type":"WordLevel","vocab":{"a":0},"unk_token":"a"}}
            """));
        EncodedText encoded = tokenizer.Encode("a" + new string(' ', 2_000_000) + "a");
        Assert.Equal(new TextSpan(1, 2_000_001), encoded.Offsets[1]);
        Assert.Equal(0, encoded.Ids[^1]);
    }

    [Fact]
    public void A_queue_gives_what_it_holds_in_order()
    {
        Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<int[]>(), ArbMap.Default.ArbFor<int[]>(), (first, later) =>
        {
            KeyQueue queue = new();
            foreach (int key in first) queue.Add(key);
            queue.Sort();
            List<long> found = [];
            if (queue.TryPop(out long least)) found.Add(least);
            foreach (int key in later) queue.Push(key);
            while (queue.TryPop(out long next)) found.Add(next);
            IEnumerable<int> rest = first.Order().Skip(1).Concat(later).Order();
            return found.SequenceEqual(first.Order().Take(1).Concat(rest).Select(k => (long)k));
        }));
    }

    [Fact]
    public void Normal_forms_are_stable_and_agree_with_each_other()
    {
        Normalizer nfc = new FormNormalizer(NormalForm.Nfc), nfd = new FormNormalizer(NormalForm.Nfd), nfkc = new FormNormalizer(NormalForm.Nfkc),
            nfkd = new FormNormalizer(NormalForm.Nfkd);
        static string Of(Normalizer form, string text) => Runes.Text(form.Apply(new AlignedText(text)).Runes);
        Check.QuickThrowOnFailure(Prop.ForAll(s_texts.ToArbitrary(), text =>
            Of(nfc, Of(nfc, text)) == Of(nfc, text) && Of(nfd, Of(nfc, text)) == Of(nfd, text) && Of(nfc, Of(nfd, text)) == Of(nfc, text)
            && Of(nfkc, Of(nfkd, text)) == Of(nfkc, text) && Of(nfkd, Of(nfc, text)) == Of(nfkd, text)));
        Assert.Equal("\u1e69 \uac01 \u00c5", Of(nfc, "s\u0307\u0323 \u1100\u1161\u11a8 \u212b"));
        Assert.Equal("fi 1 ab", Of(nfkc, "\ufb01 \u2460 \uff41\uff42"));
    }

    [Fact]
    public void A_tokenizer_serves_many_threads()
    {
        Tokenizer tokenizer = TokenizerCase.Open("llama3_bpe");
        string[] texts = [.. Enumerable.Range(0, 200).Select(i => $"Text {i}: it's {i * i} words, of {(char)('a' + i % 26)} kind.")];
        string[] alone = [.. texts.Select(t => string.Join(' ', tokenizer.Encode(t).Ids))];
        string[] together = new string[texts.Length];
        Parallel.For(0, texts.Length, i => together[i] = string.Join(' ', tokenizer.Encode(texts[i]).Ids));
        Assert.Equal(alone, together);
    }
}
