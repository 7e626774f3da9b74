// Words whose class is known by themselves, such as "charming" and "bleak": single words among labelled texts, as the treebank of sentiment has them.

using Translucent.Evaluate.Jobs;
using Translucent.Text;

namespace Translucent.Cli.Language;

/// <summary>Words with the class of each.</summary>
sealed class KnownWords
{
    readonly Dictionary<string, int> _classes;

    KnownWords(Dictionary<string, int> classes) => _classes = classes;

    /// <summary>How many there are.</summary>
    public int Count => _classes.Count;

    /// <summary>The single words of a list of labelled texts, whatever the case of their letters; a word that has two labels is left out.</summary>
    /// <param name="path">The list, as data.</param>
    /// <param name="info">The model, for its tokenizer and the names of its classes.</param>
    /// <exception cref="UsageException">The list is not readable, a label is no class, or no text in it is a single word.</exception>
    public static KnownWords Read(string path, LanguageInfo info)
    {
        Dictionary<string, int> classes = new(StringComparer.OrdinalIgnoreCase);
        HashSet<string> twice = new(StringComparer.OrdinalIgnoreCase);
        foreach (TextExample example in TextExamples.Read(path, int.MaxValue))
        {
            if (example.Label is null) throw new UsageException($"--words {path}: has summaries, expected labels.");
            if (example.Text.AsSpan().Trim().ContainsAny(" \t") || Words(info.Tokenizer.Encode(example.Text), example.Text) is not [var word]) continue;
            if (info.Class(example.Label) is not { } label)
                throw new UsageException($"--words {path}: label {example.Label} is no class of {info.Name}, expected an index or one of "
                    + $"{string.Join(", ", info.Model.Labels)}.");
            if (!classes.TryAdd(word.Text, label) && classes[word.Text] != label) twice.Add(word.Text);
        }
        foreach (string word in twice) classes.Remove(word);
        return classes.Count > 0 ? new KnownWords(classes)
            : throw new UsageException($"--words {path}: no text in it is a single word, expected some that are.");
    }

    /// <summary>The known words of a text: the positions of their tokens, and their class.</summary>
    public IReadOnlyList<(int[] Tokens, int Class)> In(EncodedText encoded, string text) =>
        [.. Words(encoded, text).Where(w => _classes.ContainsKey(w.Text)).Select(w => (w.Tokens, _classes[w.Text]))];

    /// <summary>What relevance for a class says about known words.</summary>
    /// <param name="known">Words of a text, one at least.</param>
    /// <param name="row">Relevance of every token of it.</param>
    /// <param name="class">The class.</param>
    /// <param name="signed">Whether numbers below zero speak against it.</param>
    public static PolarityScore Score(IReadOnlyList<(int[] Tokens, int Class)> known, float[] row, int @class, bool signed) => PolarityScore.Of(
        [.. known.Select(w => (float)w.Tokens.Sum(t => (double)row[t]))], [.. known.Select(w => w.Class == @class)], signed);

    static List<(int[] Tokens, string Text)> Words(EncodedText encoded, string text) => [.. Enumerable.Range(0, encoded.Count)
        .Where(i => encoded.Sequences[i] == 0 && encoded.Words[i] is not null).GroupBy(i => encoded.Words[i]!.Value)
        .Select(w => (w.ToArray(), text[encoded.Utf16Offsets[w.First()].Start..encoded.Utf16Offsets[w.Last()].End].Trim()))];
}
