// What was typed behind --token, for a stream of any kind of tokens: numbers from 0, words as they read, cells by row and column, or all.

using System.Globalization;
using Translucent.Cli.Options;
using Translucent.Models;

namespace Translucent.Cli.Streams;

/// <summary>Finds the tokens that were named.</summary>
static class TokenWords
{
    /// <summary>The tokens of a stream that were asked for, as places in it; null when none was named.</summary>
    /// <param name="words">What was typed.</param>
    /// <param name="scene">The pass, and what its tokens are called.</param>
    /// <param name="stream">Whose tokens they are.</param>
    /// <param name="allCells">Whether all cells of a picture may be asked for at once.</param>
    /// <exception cref="UsageException">There is no such token.</exception>
    public static IReadOnlyList<int>? Places(IReadOnlyList<string> words, StreamScene scene, TokenStream stream, bool allCells)
    {
        if (words.Count == 0) return null;
        if (stream.Layout is PatchGrid grid)
        {
            TokenChoice patches = TokenChoice.Parse(words, []);
            if (patches.All && !allCells) throw new UsageException("--token all: name tokens by row and column, or cls.");
            if (patches.All) return [.. Enumerable.Range(grid.Prefix, grid.Count)];
            patches.Check(scene.Trace);
            return [.. patches.Chosen.Select(token => token.Index(scene.Trace))];
        }
        IReadOnlyList<string> names = scene.Names(stream);
        List<int> places = [];
        foreach (string word in words)
        {
            if (word.Equals("all", StringComparison.OrdinalIgnoreCase)) return [.. Enumerable.Range(0, stream.Length)];
            int[] named = [.. Enumerable.Range(0, stream.Length).Where(i => names[i].Trim().Equals(word.Trim(), StringComparison.OrdinalIgnoreCase))];
            places.AddRange(named.Length > 0 ? named : word.Split(',').Select(part => Place(part.Trim(), word, stream)));
        }
        return [.. places.Distinct()];
    }

    static int Place(string part, string word, TokenStream stream)
    {
        if (int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int place) && place < stream.Length) return place;
        throw new UsageException($"--token {word}: the {stream.Name} stream has tokens 0 to {stream.Length - 1}; expected some of these numbers, "
            + $"{(stream.Layout is TextTokens ? "a token as it reads" : "a name")}, or all.");
    }
}
