// Texts to measure tokenizers with.

using System.Globalization;
using System.Text;

namespace Translucent.Cli.Verbs;

/// <summary>Texts to measure with: a file, or words made of syllables that occur as often as words do in English (Zipf's law).</summary>
static class BenchmarkText
{
    const int DocumentLength = 50_000, Words = 30_000;

    /// <summary>A file in documents of some 50 000 characters.</summary>
    public static string[] Read(string file)
    {
        string text = File.ReadAllText(file);
        return text.Length > 0 ? [.. text.Chunk(DocumentLength).Select(chunk => new string(chunk))]
            : throw new UsageException($"--text {file}: is empty, expected a text.");
    }

    /// <summary>The same text each time, of so many characters.</summary>
    public static string[] Generate(int length)
    {
        Random random = new(1);
        string[] words = [.. Enumerable.Range(0, Words).Select(_ => Syllables(random, 1 + random.Next(4)))];
        return [.. Enumerable.Range(0, length / DocumentLength).Select(_ => Document(random, words))];
    }

    /// <summary>A word of so many letters.</summary>
    public static string Word(int length)
    {
        Random random = new(2);
        StringBuilder word = new(length + 8);
        while (word.Length < length) word.Append(Syllables(random, 1));
        return word.ToString(0, length);
    }

    static string Document(Random random, string[] words)
    {
        StringBuilder text = new();
        while (text.Length < DocumentLength)
        {
            int sentence = 4 + random.Next(20);
            for (int i = 0; i < sentence; i++)
            {
                string word = random.Next(40) == 0 ? random.Next(3000).ToString(CultureInfo.InvariantCulture)
                    : words[(int)Math.Pow(Words, random.NextDouble()) - 1];
                if (i == 0) text.Append(char.ToUpperInvariant(word[0])).Append(word, 1, word.Length - 1);
                else text.Append(random.Next(15) == 0 ? ", " : " ").Append(word);
            }
            text.Append(random.Next(8) == 0 ? ".\n\n" : ". ");
        }
        return text.ToString();
    }

    static string Syllables(Random random, int count)
    {
        StringBuilder word = new();
        for (int i = 0; i < count; i++)
            word.Append("bcdfghlmnprstvw"[random.Next(15)]).Append("aeiou"[random.Next(5)]).Append(random.Next(2) == 0 ? "" : "nrstl"[random.Next(5)]);
        return word.ToString();
    }
}
