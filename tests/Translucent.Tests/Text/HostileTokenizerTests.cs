// Damaged and malicious tokenizer files: one line that names file, place, what was found and what was expected.

using System.Text.Json.Nodes;
using Translucent.Files;
using Translucent.Text;

namespace Translucent.Tests.Text;

public sealed class HostileTokenizerTests : IDisposable
{
    const string Good = """
        {"version":"1.0","added_tokens":[{"id":5,"content":"<s>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}],
        "normalizer":{"type":"Lowercase"},"pre_tokenizer":{"type":"Split","pattern":{"Regex":"\\s+"},"behavior":"Isolated","invert":false},
        "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],
          "pair":[{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":1}}],"special_tokens":{"<s>":{"id":"<s>","ids":[5],"tokens":["<s>"]}}},
        "decoder":{"type":"Fuse"},
        "model":{"type":"BPE","unk_token":"?","vocab":{"a":0,"b":1,"ab":2,"?":3," ":4},"merges":["a b"]}}
        """;

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string, string> Damages => new()
    {
        { "\"version\":\"1.0\"", "\"version\":\"2.0\"", "'version' is text '2.0', expected 1.0" },
        { "\"type\":\"Lowercase\"", "\"type\":\"Uppercase\"", "'normalizer.type' is text 'Uppercase', expected one of Sequence, NFC," },
        { "\"type\":\"Lowercase\"", "\"type\":7", "'normalizer.type' is 7, expected text" },
        { "{\"type\":\"Lowercase\"}", "[]", "'normalizer' is an array, expected an object" },
        { "{\"type\":\"Lowercase\"}", "{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"AA==\"}",
            "'normalizer.precompiled_charsmap' is no table of SentencePiece in base64" },
        { "\"type\":\"Split\"", "\"type\":\"UnicodeScripts\"", "'pre_tokenizer.type' is text 'UnicodeScripts', expected one of" },
        { "\"behavior\":\"Isolated\"", "\"behavior\":\"Shredded\"", "'pre_tokenizer.behavior' is text 'Shredded', expected one of Removed, Isolated" },
        { "\\\\s+", "(a", "'pre_tokenizer.pattern.Regex' has no ')' at character 3, expected one for every '('" },
        { "\\\\s+", "(?<n>a)\\\\k<n>", "'pre_tokenizer.pattern.Regex' has \\k at character 9, expected a construct" },
        { "\\\\s+", "(?:ab){1000}{1000}", "'pre_tokenizer.pattern.Regex' is very large once its counts are written out" },
        { "\\\\s+", "\\\\p{Klingon}", "has the property 'Klingon' at character" },
        { "\\\\s+", "[z-a]", "has a range from z back to a" },
        { "\"type\":\"Fuse\"", "\"type\":\"Melt\"", "'decoder.type' is text 'Melt', expected one of" },
        { "\"type\":\"TemplateProcessing\"", "\"type\":\"Unknown\"", "'post_processor.type' is text 'Unknown', expected one of" },
        { "\"ids\":[5]", "\"ids\":[5,6]", "holds 2 ids for 1 tokens" },
        { "\"ids\":[5]", "\"ids\":[-5]", "expected one from 0 on" },
        { "{\"SpecialToken\":{\"id\":\"<s>\"", "{\"SpecialToken\":{\"id\":\"</s>\"",
            "'post_processor.single.0.SpecialToken.id' is text '</s>', expected one of special_tokens" },
        { "[{\"SpecialToken\":{\"id\":\"<s>\",\"type_id\":0}},{\"Sequence\":{\"id\":\"A\"",
            "[{\"SpecialToken\":{\"id\":\"<s>\",\"type_id\":0}},{\"Sequence\":{\"id\":\"B\"", "'post_processor.single' asks for sequence B" },
        { "\"type\":\"BPE\"", "\"type\":\"Unigram\"", "'model.vocab' is an object, expected an array of tokens with their scores" },
        { "\"b\":1", "\"b\":0", "'model.vocab' gives id 0 to 'a' and to 'b'" },
        { "\"b\":1", "\"b\":-1", "'model.vocab' gives 'b' an id that is no whole number from 0 on" },
        { "\"b\":1", "\"b\":1.5", "'model.vocab' gives 'b' an id that is no whole number from 0 on" },
        { "\"b\":1", "\"a\":1", "'model.vocab' names 'a' twice" },
        { "[\"a b\"]", "[\"a c\"]", "'model.merges' joins 'a' and 'c', but 'c' is not in the vocabulary" },
        { "[\"a b\"]", "[\"b a\"]", "but 'ba' is not in the vocabulary" },
        { "[\"a b\"]", "[\"a b c\"]", "'model.merges' holds 'a b c', expected two tokens with one blank between them" },
        { "[\"a b\"]", "[[\"a\"]]", "'model.merges' holds an array, expected pairs" },
        { "[\"a b\"]", "{}", "'model.merges' is an object, expected an array of pairs" },
        { "\"unk_token\":\"?\"", "\"unk_token\":\"?\",\"dropout\":0.1", "'model.dropout' is 0.1, expected 0 or null" },
        { "\"id\":5,\"content\"", "\"id\":-5,\"content\"", "'added_tokens.0.id' is -5, expected a whole number from 0 on" },
        { "\"special\":true}]",
            "\"special\":true},{\"id\":5,\"content\":\"x\",\"single_word\":false,\"lstrip\":false,\"rstrip\":false,\"normalized\":false,\"special\":true}]",
            "'added_tokens' gives id 5 to '<s>', 'x'" },
    };

    [Fact]
    public void The_file_without_damage_is_read() => Assert.Equal([5, 2, 4, 3], Open(Good).Encode("aB c").Ids);

    [Theory, MemberData(nameof(Damages))]
    public void A_damage_is_named(string good, string bad, string message)
    {
        Assert.Contains(good, Good);
        TranslucentException error = Assert.Throws<TranslucentException>(() => Open(Good.Replace(good, bad)));
        Assert.Contains(message, error.Message);
        Assert.StartsWith(_folder["tokenizer.json"], error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_pattern_that_never_ends_is_stopped()
    {
        Tokenizer tokenizer = Open(Good.Replace("\\\\s+", "(a+)+[^a]|(?:a|aa)*c"));
        TranslucentException error = Assert.Throws<TranslucentException>(() => tokenizer.Encode(new string('a', 500)));
        Assert.Contains("takes too many steps on this text", error.Message);
        Assert.StartsWith(_folder["tokenizer.json"], error.Message);
        Assert.NotEmpty(tokenizer.Encode("a a").Ids);
    }

    [Fact]
    public void An_unknown_part_without_a_token_for_it_is_named()
    {
        JsonNode file = JsonNode.Parse(Good)!;
        file["model"]!["unk_token"] = "[UNK]";
        TranslucentException error = Assert.Throws<TranslucentException>(() => Open(file.ToJsonString()).Encode("c"));
        Assert.Contains("unk_token '[UNK]' is not in the vocabulary", error.Message);
    }

    [Fact]
    public void A_folder_without_a_tokenizer_says_so()
    {
        Assert.Contains("has no tokenizer.json", Assert.Throws<TranslucentException>(() => Tokenizer.Open(_folder.Path)).Message);
        Assert.Contains("there is no such file or folder", Assert.Throws<TranslucentException>(() => Tokenizer.Open(_folder["none.json"])).Message);
    }

    Tokenizer Open(string json) => Tokenizer.Open(_folder.Add("tokenizer.json", json));
}
