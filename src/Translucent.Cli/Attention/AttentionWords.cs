// What was typed behind --site, --layer, --head and --token, for models of any number of token streams.

using System.Globalization;
using Translucent.Cli.Options;
using Translucent.Models;

namespace Translucent.Cli.Attention;

/// <summary>The choice as typed; what of it exists is known when a pass is there.</summary>
/// <param name="Site">A kind of attention, or null for the usual one.</param>
/// <param name="Layer">l, or null for the last.</param>
/// <param name="Heads">Heads from 0; none for all, with their mean.</param>
/// <param name="Tokens">Whose attention; none for the usual ones.</param>
sealed record AttentionWords(string? Site, int? Layer, int[] Heads, IReadOnlyList<string> Tokens)
{
    /// <summary>Heads of a model, checked.</summary>
    /// <exception cref="UsageException">There is no such head.</exception>
    public int[] HeadsOf(int count, string name)
    {
        if (Heads.FirstOrDefault(h => h >= count, -1) is var wrong && wrong >= 0)
            throw new UsageException($"--head {wrong}: {name} has heads 0 to {count - 1}.");
        return Heads.Length > 0 ? Heads : [.. Enumerable.Range(0, count)];
    }

    /// <summary>Numbers of heads as typed; none for all.</summary>
    public static int[] HeadNumbers(string[] words)
    {
        List<int> heads = [];
        foreach (string word in words.SelectMany(w => w.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            if (word.Equals("all", StringComparison.OrdinalIgnoreCase)) return [];
            if (!int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int head))
                throw new UsageException($"--head {word}: expected numbers from 0, such as 0,3, or all.");
            heads.Add(head);
        }
        return [.. heads.Distinct()];
    }

    /// <summary>The tokens of a stream that were asked for, as places in it; null when none was named.</summary>
    /// <param name="trace">The pass.</param>
    /// <param name="stream">Whose tokens they are.</param>
    /// <param name="names">What its tokens are called.</param>
    /// <exception cref="UsageException">There is no such token.</exception>
    public IReadOnlyList<int>? In(Trace trace, TokenStream stream, IReadOnlyList<string> names)
    {
        if (Tokens.Count == 0) return null;
        if (stream.Layout is PatchGrid)
        {
            TokenChoice patches = TokenChoice.Parse(Tokens, []);
            if (patches.All) throw new UsageException("--token all: name tokens by row and column, or cls.");
            patches.Check(trace);
            return [.. patches.Chosen.Select(token => token.Index(trace))];
        }
        List<int> places = [];
        foreach (string word in Tokens)
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
