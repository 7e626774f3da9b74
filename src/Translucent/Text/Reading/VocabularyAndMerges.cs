// Folders without tokenizer.json: the vocab.json and merges.txt of GPT-2 (github.com/openai/gpt-2) and CLIP (github.com/openai/CLIP),
// with the steps that Hugging Face transformers gives them (convert_slow_tokenizer.py).

using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Text.Decoders;
using Translucent.Text.Normalizers;
using Translucent.Text.Patterns;
using Translucent.Text.PostProcessors;
using Translucent.Text.PreTokenizers;
using Translucent.Text.Subwords;
using Translucent.Text.Unicode;

namespace Translucent.Text.Reading;

/// <summary>Reads the older pair of files.</summary>
static class VocabularyAndMerges
{
    const string EndOfText = "<|endoftext|>", StartOfText = "<|startoftext|>";

    /// <summary>The tokenizer of a folder; null when it lacks one of the files, or nothing says which family it is of.</summary>
    /// <exception cref="TranslucentException">A file is damaged.</exception>
    public static TokenizerParts? Read(string folder, TokenizerConfig config)
    {
        (string vocabulary, string merges) = (Path.Combine(folder, "vocab.json"), Path.Combine(folder, "merges.txt"));
        if (!File.Exists(vocabulary) || !File.Exists(merges)) return null;
        TokenizerParts? parts = (config.Class ?? ModelType(folder)) switch
        {
            "GPT2Tokenizer" or "gpt2" => Gpt2(vocabulary, merges, config),
            "CLIPTokenizer" or "clip" or "clip_text_model" => Clip(vocabulary, merges),
            _ => null,
        };
        return parts is null ? null : parts with { Roles = config.Roles, MaximumLength = config.MaximumLength };
    }

    static string? ModelType(string folder)
    {
        string file = Path.Combine(folder, "config.json");
        return File.Exists(file) ? ConfigSection.Open(file).Optional("model_type") : null;
    }

    static TokenizerParts Gpt2(string vocabulary, string merges, TokenizerConfig config)
    {
        Bpe model = BpeReader.Open(vocabulary, merges, new BpeSettings(null, "", "", FuseUnknown: false, ByteFallback: false, IgnoreMerges: false));
        return new TokenizerParts(vocabulary, null, new ByteLevel(config.PrefixSpace ?? false, split: true), model, null, new ByteLevelDecoder())
        {
            AddedTokens = [new AddedToken(0, EndOfText, Special: true)],
        };
    }

    static TokenizerParts Clip(string vocabulary, string merges)
    {
        Bpe model = BpeReader.Open(vocabulary, merges, new BpeSettings(EndOfText, "", "</w>", FuseUnknown: false, ByteFallback: false, IgnoreMerges: false));
        (string, int) Token(string text) => model.Vocabulary.IdOf(text) is >= 0 and int id ? (text, id)
            : throw new TranslucentException($"{vocabulary}: has no {text}, expected the vocabulary of CLIP.");
        Normalizer normalizer = new SequenceNormalizer([new FormNormalizer(NormalForm.Nfc), new Replace(Pattern.Regex(@"\s+"), " "), new Lowercase()]);
        PreTokenizer splitter = new SequencePreTokenizer([
            new Split(Pattern.Regex(@"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"), SplitBehaviour.Removed, invert: true),
            new ByteLevel(prefixSpace: false, split: true)]);
        Frame frame = new(Token(StartOfText), Token(EndOfText), secondBegins: true, oneType: true);
        return new TokenizerParts(vocabulary, normalizer, splitter, model, frame, new ByteLevelDecoder())
        {
            AddedTokens = [new AddedToken(0, StartOfText, Special: true, Normalized: true), new AddedToken(0, EndOfText, Special: true)],
            WordEnd = "</w>",
        };
    }
}
