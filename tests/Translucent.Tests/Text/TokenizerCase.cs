// The cases of Golden/tokenizers: texts with the ids, tokens and offsets that two other libraries agree on.

using System.Text.Json;
using Translucent.Text;

namespace Translucent.Tests.Text;

/// <summary>The tokenizers whose cases are here.</summary>
static class TokenizerCase
{
    public static readonly string[] Folders = ["bytelevel_bpe", "clip_bpe", "llama2_bpe", "llama2_metaspace", "llama3_bpe", "wordpiece",
        "siglip_unigram", "bytes_unigram"];

    static readonly Dictionary<string, Tokenizer> s_open = [];

    /// <summary>A tokenizer, opened once.</summary>
    public static Tokenizer Open(string folder)
    {
        lock (s_open)
            return s_open.TryGetValue(folder, out Tokenizer? tokenizer) ? tokenizer : s_open[folder] = Tokenizer.Open(Golden.File($"tokenizers/{folder}"));
    }

    /// <summary>The objects of an array in a folder's file.</summary>
    public static JsonElement[] Read(string folder, string array, string file = "cases.json")
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Golden.File($"tokenizers/{folder}/{file}")));
        return [.. document.RootElement.GetProperty(array).Clone().EnumerateArray()];
    }

    public static int[] Ints(this JsonElement element, string key) => [.. element.GetProperty(key).EnumerateArray().Select(e => e.GetInt32())];

    public static string[] Strings(this JsonElement element, string key) => [.. element.GetProperty(key).EnumerateArray().Select(e => e.GetString()!)];

    public static TextSpan[] Spans(this JsonElement element, string key) =>
        [.. element.GetProperty(key).EnumerateArray().Select(e => new TextSpan(e[0].GetInt32(), e[1].GetInt32()))];

    public static string Text(this JsonElement element, string key) => element.GetProperty(key).GetString()!;
}
