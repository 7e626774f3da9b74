using System.Text.Json.Nodes;

namespace Translucent.Tests.Models;

/// <summary>The tokenizer.json of a BERT that is published with its vocab.txt alone.</summary>
static class BertTokenizer
{
    /// <summary>The tokenizer of a vocabulary of lower-case word pieces.</summary>
    public static JsonObject Of(string[] vocabulary)
    {
        JsonObject ids = [];
        for (int i = 0; i < vocabulary.Length; i++) ids[vocabulary[i]] = i;
        JsonNode Id(string token) => ids[token]!.DeepClone();
        JsonObject Added(string token) => new()
        {
            ["id"] = Id(token),
            ["content"] = token,
            ["single_word"] = false,
            ["lstrip"] = false,
            ["rstrip"] = false,
            ["normalized"] = false,
            ["special"] = true,
        };
        JsonObject Special(string token) => new() { ["SpecialToken"] = new JsonObject { ["id"] = token, ["type_id"] = 0 } };
        JsonObject Entry(string token) => new() { ["id"] = token, ["ids"] = new JsonArray(Id(token)), ["tokens"] = new JsonArray(token) };
        JsonObject text = new() { ["Sequence"] = new JsonObject { ["id"] = "A", ["type_id"] = 0 } };
        return new()
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray([.. ((string[])["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]).Select(Added)]),
            ["normalizer"] = JsonNode.Parse(
                """{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true}"""),
            ["pre_tokenizer"] = JsonNode.Parse("""{"type":"BertPreTokenizer"}"""),
            ["post_processor"] = new JsonObject
            {
                ["type"] = "TemplateProcessing",
                ["single"] = new JsonArray(Special("[CLS]"), text, Special("[SEP]")),
                ["pair"] = new JsonArray(Special("[CLS]"), text.DeepClone(), Special("[SEP]"), JsonNode.Parse("""{"Sequence":{"id":"B","type_id":1}}"""),
                    JsonNode.Parse("""{"SpecialToken":{"id":"[SEP]","type_id":1}}""")),
                ["special_tokens"] = new JsonObject { ["[CLS]"] = Entry("[CLS]"), ["[SEP]"] = Entry("[SEP]") },
            },
            ["decoder"] = JsonNode.Parse("""{"type":"WordPiece","prefix":"##","cleanup":true}"""),
            ["model"] = new JsonObject
            {
                ["type"] = "WordPiece",
                ["unk_token"] = "[UNK]",
                ["continuing_subword_prefix"] = "##",
                ["max_input_chars_per_word"] = 100,
                ["vocab"] = ids,
            },
        };
    }
}
