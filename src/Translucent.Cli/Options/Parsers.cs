// How the values of options are read; what is wrong with one is said in the line that System.CommandLine reports.

using System.CommandLine.Parsing;
using Translucent.Runs;

namespace Translucent.Cli.Options;

/// <summary>Parsers of single values and of comma lists.</summary>
static class Parsers
{
    /// <summary>A size of memory.</summary>
    public static long? Bytes(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (ByteSize.TryParse(text, out long bytes)) return bytes;
        result.AddError($"--memory {text}: expected a size such as 512M or 2G.");
        return null;
    }

    /// <summary>One of a few words.</summary>
    public static Func<ArgumentResult, T> Word<T>(string option, params (string Word, T Value)[] words) => result =>
    {
        string text = result.Tokens[0].Value;
        foreach ((string word, T value) in words)
            if (word.Equals(text, StringComparison.OrdinalIgnoreCase)) return value;
        result.AddError($"{option} {text}: expected {Or(words.Select(w => w.Word))}.");
        return words[0].Value;
    };

    /// <summary>A few words, repeated or in comma lists, each once, in the order given.</summary>
    public static Func<ArgumentResult, string[]> Words(string option, params string[] words) => result =>
    {
        List<string> found = [];
        foreach (string text in result.Tokens.SelectMany(t => t.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            if (words.FirstOrDefault(w => w.Equals(text, StringComparison.OrdinalIgnoreCase)) is not { } word)
            {
                result.AddError($"{option} {text}: expected {Or(words)}.");
                return [];
            }
            if (!found.Contains(word)) found.Add(word);
        }
        if (found.Count == 0) result.AddError($"{option}: expected {Or(words)}.");
        return [.. found];
    };

    /// <summary>A whole number within limits.</summary>
    public static Func<ArgumentResult, int> Number(string option, int least, int most) => result =>
    {
        string text = result.Tokens[0].Value;
        if (int.TryParse(text, out int number) && number >= least && number <= most) return number;
        result.AddError(most == int.MaxValue ? $"{option} {text}: expected a whole number, {least} or more."
            : $"{option} {text}: expected a whole number from {least} to {most}.");
        return least;
    };

    static string Or(IEnumerable<string> words) => string.Join(", ", words.SkipLast(1)) + " or " + words.Last();
}
