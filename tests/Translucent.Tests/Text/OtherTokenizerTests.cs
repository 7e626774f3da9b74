// Tokenizers beside the fixtures: those of well-known models with vocabularies of their own, and others put together at random from all kinds
// of steps. Golden/tokenizers/random holds what Hugging Face tokenizers makes of random texts with them.

using System.Text.Json;
using System.Text.Json.Nodes;
using Translucent.Text;

namespace Translucent.Tests.Text;

public sealed class OtherTokenizerTests : IDisposable
{
    readonly TempFolder _folder = new();
    readonly Dictionary<string, JsonNode> _models = TokenizerCase.Folders.ToDictionary(
        f => f, f => JsonNode.Parse(File.ReadAllText(Golden.File($"tokenizers/{f}/tokenizer.json")))!["model"]!);

    /// <summary>With a class of its own, a tokenizer decodes as tokenizer.json says and no more.</summary>
    public OtherTokenizerTests() => _folder.Add("tokenizer_config.json", """{"tokenizer_class":"PreTrainedTokenizerFast"}""");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("published.jsonl")]
    [InlineData("cases.jsonl")]
    public void Every_case_comes_out_as_Hugging_Face_has_it(string file)
    {
        List<string> wrong = [];
        int cases = 0;
        foreach ((string line, int number) in File.ReadLines(Golden.File($"tokenizers/random/{file}")).Select((line, i) => (line, i + 1)))
        {
            using JsonDocument document = JsonDocument.Parse(line);
            Tokenizer tokenizer = Open(document.RootElement);
            foreach (JsonElement expected in document.RootElement.GetProperty("cases").EnumerateArray())
            {
                cases++;
                string[] different = Different(tokenizer, expected);
                if (different.Length > 0) wrong.Add($"line {number}, text {expected.GetProperty("text").GetRawText()}: {string.Join("; ", different)}");
            }
        }
        Assert.InRange(cases, 100, int.MaxValue);
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {cases} cases: {string.Join('\n', wrong.Take(5))}");
    }

    /// <summary>Opens the tokenizer of a line; "base" names a fixture, or an earlier line, whose vocabulary and merges it has.</summary>
    Tokenizer Open(JsonElement line)
    {
        JsonObject tokenizer = JsonNode.Parse(line.GetProperty("tokenizer").GetRawText())!.AsObject();
        JsonObject model = tokenizer["model"]!.AsObject();
        if (model.Remove("base", out JsonNode? name))
        {
            JsonNode origin = _models[name!.GetValue<string>()];
            model["vocab"] = origin["vocab"]!.DeepClone();
            if (origin["merges"] is { } merges) model["merges"] = merges.DeepClone();
        }
        else if (line.TryGetProperty("name", out JsonElement own)) _models[own.GetString()!] = model;
        return Tokenizer.Open(_folder.Add("tokenizer.json", tokenizer.ToJsonString()));
    }

    /// <summary>The fields of a case that come out otherwise.</summary>
    static string[] Different(Tokenizer tokenizer, JsonElement expected)
    {
        string text = expected.Text("text");
        string? pair = expected.TryGetProperty("pair", out JsonElement second) ? second.GetString() : null;
        EncodedText found = tokenizer.Encode(text, pair, expected.GetProperty("special").GetBoolean());
        int[] ids = expected.Ints("ids");
        (string Field, string Expected, string Found)[] fields =
        [
            ("ids", List(ids), List(found.Ids)),
            ("tokens", expected.Text("tokens"), string.Join('\u0001', found.Tokens)),
            ("type_ids", List(expected.Ints("type_ids")), List(found.TypeIds)),
            ("offsets", List(expected.Spans("offsets")), List(found.Offsets)),
            ("mask", List(expected.Ints("mask")), List(found.Special.Select(s => s ? 1 : 0))),
            ("words", List(expected.Ints("words")), List(found.Words.Select(w => w ?? -1))),
            ("decoded", expected.Text("decoded"), tokenizer.Decode(ids)),
            ("decoded_special", expected.Text("decoded_special"), tokenizer.Decode(ids, skipSpecialTokens: false)),
        ];
        return [.. fields.Where(f => f.Expected != f.Found).Select(f => $"{f.Field} expected {f.Expected}, found {f.Found}")];
    }

    static string List<T>(IEnumerable<T> items) => string.Join(' ', items);
}
