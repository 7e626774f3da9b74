// Every case of Golden/tokenizers, field by field.

using System.Text.Json;
using Translucent.Text;

namespace Translucent.Tests.Text;

/// <summary>Texts become the very tokens that Hugging Face's libraries make, and come back as theirs do.</summary>
public class TokenizerCaseTests
{
    public static TheoryData<string> Folders => [.. TokenizerCase.Folders];

    [Theory, MemberData(nameof(Folders))]
    public void Texts_become_the_expected_tokens(string folder)
    {
        Tokenizer tokenizer = TokenizerCase.Open(folder);
        JsonElement[] cases = TokenizerCase.Read(folder, "cases");
        Assert.NotEmpty(cases);
        foreach (JsonElement expected in cases)
        {
            string text = expected.Text("text");
            string? pair = expected.TryGetProperty("pair", out JsonElement second) ? second.GetString() : null;
            EncodedText found = tokenizer.Encode(text, pair);
            Same(expected.Ints("ids"), found.Ids, text);
            Same(expected.Strings("tokens"), found.Tokens, text);
            Same(expected.Ints("ids_plain"), tokenizer.Encode(text, pair, addSpecialTokens: false).Ids, text);
            if (expected.TryGetProperty("type_ids", out _)) Same(expected.Ints("type_ids"), found.TypeIds, text);
            if (expected.TryGetProperty("offsets", out _)) Same(expected.Spans("offsets"), found.Offsets, text);
        }
    }

    [Theory, MemberData(nameof(Folders))]
    public void Ids_become_the_expected_texts(string folder)
    {
        Tokenizer tokenizer = TokenizerCase.Open(folder);
        foreach (JsonElement expected in TokenizerCase.Read(folder, "cases"))
        {
            int[] ids = expected.Ints("ids");
            Assert.Equal(expected.Text("decoded"), tokenizer.Decode(ids));
            Assert.Equal(expected.Text("decoded_special"), tokenizer.Decode(ids, skipSpecialTokens: false));
        }
        foreach (JsonElement expected in TokenizerCase.Read(folder, "decode_cases"))
            Assert.Equal(expected.Text("decoded"), tokenizer.Decode(expected.Ints("ids")));
    }

    /// <summary>Where the two libraries differ, left_out.json keeps both answers; the Rust library's is the one to follow.</summary>
    [Theory, MemberData(nameof(Folders))]
    public void Where_libraries_differ_the_one_in_Rust_is_followed(string folder)
    {
        Tokenizer tokenizer = TokenizerCase.Open(folder);
        foreach (JsonElement expected in TokenizerCase.Read(folder, "left_out", "left_out.json"))
        {
            JsonElement rust = expected.GetProperty("rust");
            if (expected.TryGetProperty("ids", out _))
            {
                Assert.Equal(rust.GetString(), tokenizer.Decode(expected.Ints("ids")));
                continue;
            }
            string? pair = expected.TryGetProperty("pair", out JsonElement second) ? second.GetString() : null;
            EncodedText found = tokenizer.Encode(expected.Text("text"), pair);
            Same(rust.Ints("ids"), found.Ids, expected.Text("text"));
            Same(rust.Strings("tokens"), found.Tokens, expected.Text("text"));
            Assert.Equal(rust.Text("decoded_special"), tokenizer.Decode(found.Ids, skipSpecialTokens: false));
        }
    }

    static void Same<T>(IEnumerable<T> expected, IEnumerable<T> found, string text) =>
        Assert.True(expected.SequenceEqual(found), $"'{text}': expected {string.Join(' ', expected)}, found {string.Join(' ', found)}");
}
