// Byte-pair models from tokenizer.json, and from the older pair of vocab.json and merges.txt.

using System.Text.Json;
using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Text.Reading;

namespace Translucent.Text.Subwords;

/// <summary>Reads byte-pair models.</summary>
static class BpeReader
{
    /// <summary>The model of a tokenizer.json.</summary>
    /// <exception cref="TranslucentException">Something is missing, of a wrong type, or contradicts itself.</exception>
    public static Bpe Read(ConfigSection section)
    {
        if (section.Has("dropout") && section.Float("dropout") != 0) throw section.Wrong("dropout", "0 or null: texts would come out differently each time");
        Vocabulary vocabulary = Vocabulary.Read(section, "vocab");
        BpeSettings settings = new(section.Optional("unk_token"), section.String("continuing_subword_prefix", ""), section.String("end_of_word_suffix", ""),
            section.Bool("fuse_unk", false), section.Bool("byte_fallback", false), section.Bool("ignore_merges", false));
        return new Bpe(vocabulary, Merges(Pairs(section), vocabulary, settings.Prefix.Length, what => section.Error("merges", what)), settings);
    }

    /// <summary>A model of vocab.json and merges.txt.</summary>
    /// <exception cref="TranslucentException">As the other. There is no such file.</exception>
    public static Bpe Open(string vocabularyFile, string mergesFile, BpeSettings settings)
    {
        Vocabulary vocabulary = Vocabulary.Open(vocabularyFile);
        TranslucentException Error(string what) => new($"{mergesFile}: {what}.");
        IEnumerable<(string, string)> pairs = File.ReadLines(mergesFile).Select(line => line.TrimEnd())
            .Where(line => line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal)).Select(line => Pair(line, Error));
        return new Bpe(vocabulary, Merges(pairs, vocabulary, settings.Prefix.Length, Error), settings);
    }

    static IEnumerable<(string, string)> Pairs(ConfigSection section)
    {
        if (!section.Has("merges") || section.Json.GetProperty("merges") is not { ValueKind: JsonValueKind.Array } merges)
            throw section.Wrong("merges", "an array of pairs");
        foreach (JsonElement merge in merges.EnumerateArray())
        {
            if (merge.ValueKind == JsonValueKind.String)
            {
                string line = merge.GetString()!;
                if (!line.StartsWith("#version", StringComparison.Ordinal)) yield return Pair(line, what => section.Error("merges", what));
            }
            else if (merge.ValueKind == JsonValueKind.Array && merge.GetArrayLength() == 2 && merge[0].ValueKind == JsonValueKind.String
                && merge[1].ValueKind == JsonValueKind.String)
                yield return (merge[0].GetString()!, merge[1].GetString()!);
            else throw section.Error("merges", $"holds {JsonFile.Kind(merge.ValueKind)}, expected pairs such as \"a b\" or [\"a\", \"b\"]");
        }
    }

    static (string, string) Pair(string line, Func<string, TranslucentException> error) =>
        line.Split(' ') is [var left, var right] ? (left, right) : throw error($"holds {Describe.Name(line)}, expected two tokens with one blank between them");

    static Merges Merges(IEnumerable<(string, string)> pairs, Vocabulary vocabulary, int prefix, Func<string, TranslucentException> error)
    {
        Merges merges = new();
        int rank = 0;
        foreach ((string left, string right) in pairs)
        {
            int Id(string token) => vocabulary.IdOf(token) is >= 0 and int id ? id
                : throw error($"joins {Describe.Name(left)} and {Describe.Name(right)}, but {Describe.Name(token)} is not in the vocabulary");
            if (right.Length < prefix) throw error(
                $"joins {Describe.Name(left)} and {Describe.Name(right)}, but what goes on must begin with continuing_subword_prefix");
            merges.Add(Id(left), Id(right), rank++, Id(left + right[prefix..]));
        }
        return merges;
    }
}
