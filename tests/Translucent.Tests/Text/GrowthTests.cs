using System.Text.Json.Nodes;
using Translucent.Files;
using Translucent.Text;

namespace Translucent.Tests.Text;

/// <summary>Tokenizers whose steps swell a text or take ever more time, each by little: refused, in one line that names the file.</summary>
public sealed class GrowthTests : IDisposable
{
    const string Doubling = """{"type":"Replace","pattern":{"String":"a"},"content":"aa"}""";
    const string Bytes = """{"type":"ByteLevel","add_prefix_space":false,"use_regex":false}""";

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static string Sequence(string key, string step, int times) => $$"""{"type":"Sequence","{{key}}":[{{string.Join(',', Enumerable.Repeat(step, times))}}]}""";

    [Fact]
    public void Steps_that_double_a_text_are_refused()
    {
        Refused("normalizer", Sequence("normalizers", Doubling, 40), t => t.Encode("aaa"), "its steps make");
        Refused("pre_tokenizer", Sequence("pretokenizers", Bytes, 40), t => t.Encode("üü"), "its steps make");
        Refused("decoder", Sequence("decoders", Doubling, 40), t => t.Decode([0, 0, 0]), "its steps make");
        Refused("normalizer", Doubling.Replace("\"aa\"", $"\"{new string('x', 10_000)}\""), t => t.Encode(new string('a', 100_000)),
            "its steps make 1000000000 characters of 100000");
        Refused("decoder", Doubling.Replace("\"aa\"", $"\"{new string('x', 100_000)}\""), t => t.Decode([0, 0, 0]), "its steps make 100000 characters of 1");
    }

    [Fact]
    public void Very_many_steps_are_refused()
    {
        Refused("normalizer", Sequence("normalizers", """{"type":"Lowercase"}""", 100), _ => { }, "'normalizer' has 101 steps, expected at most 100");
        string nested = Sequence("pretokenizers", Sequence("pretokenizers", """{"type":"Whitespace"}""", 20), 5);
        Refused("pre_tokenizer", nested, _ => { }, "'pre_tokenizer' has 106 steps");
    }

    [Fact]
    public void A_template_of_very_many_texts_is_refused()
    {
        string place = """{"Sequence":{"id":"A","type_id":0}}""";
        string template =
            $$$"""{"type":"TemplateProcessing","single":[{{{string.Join(',', Enumerable.Repeat(place, 65))}}}],"pair":[{{{place}}}],"special_tokens":{}}""";
        Refused("post_processor", template, _ => { }, "'post_processor.single' holds 65 places, expected at most 64");
    }

    [Fact]
    public void Pieces_of_a_text_share_the_steps_of_a_pattern()
    {
        // each piece of 17 takes a little less than a million steps, and there are thousands
        string slow =
            $$"""{"type":"Sequence","pretokenizers":[{"type":"FixedLength","length":17},{"type":"Split","pattern":{"Regex":"(?:a|a)*b"}"""
                + $$""","behavior":"Isolated","invert":false}]}""";
        double seconds = Effort.Seconds(() =>
            Refused("pre_tokenizer", slow, t => t.Encode(new string('a', 100_000)), "takes too many steps on this text"));
        Assert.InRange(seconds, 0, 10);
    }

    [Fact]
    public void Steps_of_usual_tokenizers_are_far_from_the_limits()
    {
        Tokenizer tokenizer = Open("normalizer", """{"type":"Sequence","normalizers":[{"type":"NFKD"},{"type":"ByteLevel"}]}""");
        string text = string.Concat(Enumerable.Repeat("\ufdfa", 5000)); // one character of which NFKD makes 18, with two bytes each
        Assert.InRange(tokenizer.Encode(text).Count, 18 * 5000, 36 * 5000);
    }

    Tokenizer Open(string key, string part)
    {
        JsonNode json = JsonNode.Parse("""{"version":"1.0","model":{"type":"BPE","unk_token":"?","vocab":{"a":0,"?":1},"merges":[]}}""")!;
        json[key] = JsonNode.Parse(part);
        return Tokenizer.Open(_folder.Add("tokenizer.json", json.ToJsonString()));
    }

    void Refused(string key, string part, Action<Tokenizer> use, string saying)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        string message = Assert.Throws<TranslucentException>(() => use(Open(key, part))).Message;
        Assert.StartsWith(_folder["tokenizer.json"], message);
        Assert.Contains(saying, message);
        Assert.DoesNotContain('\n', message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 256 << 20);
    }
}
