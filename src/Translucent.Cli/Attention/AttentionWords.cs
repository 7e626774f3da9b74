// What was typed behind --site, --layer, --head and --token, for models of any number of token streams.

using System.Globalization;

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
}
