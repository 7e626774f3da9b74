// Reads tokenizer.json (Hugging Face tokenizers, tokenizer/serialization.rs), with what tokenizer_config.json beside it adds.

using System.Text.Json;
using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Text.Decoders;
using Translucent.Text.Normalizers;
using Translucent.Text.PostProcessors;
using Translucent.Text.PreTokenizers;
using Translucent.Text.Subwords;

namespace Translucent.Text.Reading;

/// <summary>Finds and reads the files of a tokenizer.</summary>
static class TokenizerFiles
{
    public const string Name = "tokenizer.json";

    const int MostSteps = 100; // published tokenizers have up to ten

    /// <summary>Reads a tokenizer from a folder or a file.</summary>
    /// <exception cref="TranslucentException">A file is damaged, asks for what is not known, or is a link that leads out of the folder. There is no tokenizer
    /// here.</exception>
    public static TokenizerParts Read(string path)
    {
        bool isFolder = Directory.Exists(path);
        string file = isFolder ? Path.Combine(path, Name) : path, folder = isFolder ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
        foreach (string name in (IEnumerable<string>)[isFolder ? Name : "", "tokenizer_config.json", "vocab.json", "merges.txt", "config.json"])
            if (name.Length > 0) RealPath.CheckInside(folder, Path.Combine(folder, name));
        TokenizerConfig config = TokenizerConfig.Read(folder);
        if (isFolder && !File.Exists(file))
        {
            return VocabularyAndMerges.Read(folder, config) ?? SentencePieceFile.Read(folder, config) ?? throw new TranslucentException(
                $"{path}: has no {Name}, expected it or the vocab.json and merges.txt of GPT-2 or CLIP; name the folder of a model that reads text.");
        }
        if (!File.Exists(file)) throw new TranslucentException($"{path}: there is no such file or folder, expected a model's folder or its {Name}.");
        return Read(ConfigSection.Open(file), file, config);
    }

    static TokenizerParts Read(ConfigSection json, string file, TokenizerConfig config)
    {
        if (json.String("version", "1.0") != "1.0") throw json.Wrong("version", "1.0, the only one there is");
        ConfigSection model = json.Section("model");
        AddedToken[] added = json.Has("added_tokens") ? [.. json.Sections("added_tokens").Select(Token)] : [];
        foreach (IGrouping<int, AddedToken> same in added.GroupBy(t => t.Id).Where(g => g.Select(t => t.Text).Distinct().Count() > 1))
            throw json.Error("added_tokens", $"gives id {same.Key} to {Describe.Names([.. same.Select(t => t.Text)])}, expected each id once");
        Decoder? decoder = Part(json, "decoder", Decoder.Read);
        return new TokenizerParts(file, Part(json, "normalizer", Normalizer.Read), Part(json, "pre_tokenizer", PreTokenizer.Read), SubwordModel.Read(model),
            Part(json, "post_processor", PostProcessor.Read), decoder)
        {
            AddedTokens = added,
            WordEnd = config.ReplacesWordEnd(decoder) && model.Optional("end_of_word_suffix") is { Length: > 0 } suffix ? suffix : null,
            Roles = config.Roles,
            MaximumLength = config.MaximumLength,
        };
    }

    static T? Part<T>(ConfigSection json, string key, Func<ConfigSection, T> read) where T : class
    {
        if (!json.Has(key)) return null;
        ConfigSection part = json.Section(key);
        int steps = Steps(part.Json);
        return steps <= MostSteps ? read(part) : throw json.Error(key, $"has {steps} steps, expected at most {MostSteps}");
    }

    /// <summary>Objects with a type, at any depth: each may take its time on every text.</summary>
    static int Steps(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => (value.TryGetProperty("type", out _) ? 1 : 0) + value.EnumerateObject().Sum(p => Steps(p.Value)),
        JsonValueKind.Array => value.EnumerateArray().Sum(Steps),
        _ => 0,
    };

    static AddedToken Token(ConfigSection token) => new(token.Count("id"), token.String("content"), token.Bool("special"), token.Bool("single_word"),
        token.Bool("lstrip"), token.Bool("rstrip"), token.Bool("normalized"));
}
