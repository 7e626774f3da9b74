using System.Text.Json;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tests.Models;
using Translucent.Text;

namespace Translucent.Tests.Text;

/// <summary>SigLIP's tokenizer from spiece.model against SentencePiece itself (Golden/tokenizers/sentencepiece).</summary>
public sealed class SentencePieceTests : IDisposable
{
    const string Settings = """{"tokenizer_class":"SiglipTokenizer","pad_token":"</s>","eos_token":"</s>","unk_token":"<unk>"}""";

    readonly TempFolder _folder = new();

    public SentencePieceTests()
    {
        File.Copy(Golden.File("tokenizers/sentencepiece/spiece.model"), _folder["spiece.model"]);
        _folder.Add("tokenizer_config.json", Settings);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_text_has_the_ids_of_SentencePiece()
    {
        Tokenizer tokenizer = Tokenizer.Open(_folder.Path);
        using JsonDocument cases = JsonDocument.Parse(File.ReadAllBytes(Golden.File("tokenizers/sentencepiece/texts.json")));
        Assert.Equal(1030, cases.RootElement.GetArrayLength());
        foreach (JsonElement one in cases.RootElement.EnumerateArray())
        {
            string text = one[0].GetString()!;
            int[] expected = [.. one[1].EnumerateArray().Select(i => i.GetInt32())];
            Assert.True(expected.SequenceEqual(tokenizer.Encode(text).Ids), $"'{text}': expected {string.Join(' ', expected)}, found "
                + string.Join(' ', tokenizer.Encode(text).Ids));
        }
    }

    [Fact]
    public void Names_tell_whose_it_is_and_texts_come_back()
    {
        Tokenizer tokenizer = Tokenizer.Open(_folder.Path);
        Assert.Equal((700, "</s>"), (tokenizer.VocabularySize, tokenizer.Roles["pad_token"]));
        Assert.Equal((1, 2), (tokenizer.IdOf("</s>"), tokenizer.IdOf("<unk>")));
        EncodedText read = tokenizer.Encode("the attention of a model");
        Assert.Equal("the attention of a model", tokenizer.Decode(read.Ids));
        Assert.Equal([_folder["spiece.model"]], ZeroShot.TokenizerFiles(_folder.Path));
        _folder.Add("tokenizer_config.json", Settings.Replace("Siglip", "Albert"));
        Assert.Empty(ZeroShot.TokenizerFiles(_folder.Path));
        Assert.Contains("has no tokenizer.json", Assert.Throws<TranslucentException>(() => Tokenizer.Open(_folder.Path)).Message);
        File.Delete(_folder["tokenizer_config.json"]);
        _folder.Add("config.json", """{"model_type":"siglip"}""");
        Assert.Equal("</s>", Tokenizer.Open(_folder.Path).Roles["pad_token"]);
    }

    [Theory]
    [InlineData(0, "is no model of SentencePiece, or damaged")]
    [InlineData(1, "is no model of SentencePiece, or damaged")]
    [InlineData(2, "has no piece for what is unknown")]
    [InlineData(3, "is no Unigram model")]
    [InlineData(4, "has a table of replacements that is none")]
    [InlineData(5, "gives 'a' a score that is no number")]
    [InlineData(6, "has 'own' as a piece that users defined")]
    [InlineData(7, "names 'a' twice")]
    public void What_is_damaged_or_of_another_kind_is_one_line(int kind, string expected)
    {
        byte[] whole = File.ReadAllBytes(_folder["spiece.model"]);
        byte[] base64 = kind switch
        {
            0 => whole[..(whole.Length / 2)],
            1 => "{\"version\":\"1.0\"}"u8.ToArray(),
            2 => [],
            3 => [.. whole, 0x12, 2, 0x18, 2],                                             // trainer_spec.model_type = BPE
            4 => [.. whole, 0x1A, 3, 0x12, 1, 7],                                          // normalizer_spec.precompiled_charsmap of one byte
            5 => [.. whole, 0x0A, 8, 0x0A, 1, (byte)'a', 0x15, 0, 0, 0xC0, 0x7F],          // a piece with the score NaN
            6 => [.. whole, 0x0A, 7, 0x0A, 3, (byte)'o', (byte)'w', (byte)'n', 0x18, 4],   // a piece of type USER_DEFINED
            _ => [.. whole, 0x0A, 3, 0x0A, 1, (byte)'a', 0x0A, 3, 0x0A, 1, (byte)'a'],
        };
        File.WriteAllBytes(_folder["spiece.model"], base64);
        string message = Assert.Throws<TranslucentException>(() => Tokenizer.Open(_folder.Path)).Message;
        Assert.Contains(expected, message);
        Assert.DoesNotContain('\n', message);
    }

    /// <summary>A folder of SigLIP as its slow tokenizer is saved: texts become classes as they do with tokenizer.json.</summary>
    [Fact]
    public void Texts_become_classes()
    {
        foreach (string name in (string[])["config.json", "model.safetensors"]) File.Copy(Path.Combine(SiglipFixture.Folder, name), _folder[name]);
        Assert.Empty(ZeroShot.Missing(_folder.Path));
        using SiglipFixture f = new();
        TranslucentException e = Assert.Throws<TranslucentException>(() => f.Tower.WithTexts(_folder.Path, new ClassTexts(["attention"], "{}")));
        Assert.Contains("id", e.Message); // 700 pieces are more than the 47 tokens of that text tower
    }
}
