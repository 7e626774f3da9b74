// Simple case folding, by which a pattern ignores case: characters are equal when their upper cases have equal lower cases.

using System.Text;
using Translucent.Text.Unicode;

namespace Translucent.Text.Patterns;

/// <summary>Closes sets of characters under case.</summary>
static class CaseFolding
{
    const int LastCased = 0x1E943;

    static readonly Lazy<ILookup<int, int>> s_groups = new(() =>
        Enumerable.Range(0, LastCased + 1).Where(Rune.IsValid).Select(r => (Key: Fold(r), Rune: r)).GroupBy(p => p.Key).Where(g => g.Count() > 1)
            .SelectMany(g => g).ToLookup(p => p.Key, p => p.Rune));

    /// <summary>The set with all other cases of its members.</summary>
    public static RuneSet Close(RuneSet set)
    {
        ILookup<int, int> groups = s_groups.Value;
        return RuneSet.Of(set.Ranges.Concat(groups.Where(g => g.Any(set.Contains)).SelectMany(g => g).Select(r => (r, r))));
    }

    static int Fold(int rune) => rune switch
    {
        0x17F => 's', // long s and the Kelvin sign: .NET maps nothing into ASCII
        0x212A => 'k',
        _ => Rune.ToLowerInvariant(Rune.ToUpperInvariant(new Rune(rune))).Value,
    };
}
