// All golden names that can be computed (docs/evaluate.md): one line per group of names, one file per group.

namespace Translucent.Verify;

/// <summary>From a golden name to the way to compute it.</summary>
static class GoldenTable
{
    static readonly GoldenEntry[] s_entries =
    [
        .. ForwardGoldens.Entries,
        .. GradientGoldens.Entries,
        .. AttentionMapGoldens.Entries,
        .. ClassMapGoldens.Entries,
        .. LrpGoldens.Entries,
        .. UltraGoldens.Entries,
        .. SelfConsistencyGoldens.Entries,
        .. ProjectionGoldens.Entries,
        .. TextGoldens.Entries,
        .. LanguageGoldens.Entries,
        .. ErasureGoldens.Entries,
        .. StreamForwardGoldens.Entries.Select(e => e with { OfSeveralStreams = true }),
        .. StreamMapGoldens.Entries.Select(e => e with { OfSeveralStreams = true }),
        .. StreamMaskGoldens.Entries.Select(e => e with { OfSeveralStreams = true }),
        .. StreamPerturbationGoldens.Entries.Select(e => e with { OfSeveralStreams = true }),
    ];

    /// <summary>The names, as their lines write them.</summary>
    public static IEnumerable<string> Patterns => s_entries.Select(e => e.Pattern);

    /// <summary>The line for a name and what varies in it, or null if there is none.</summary>
    public static (GoldenEntry Entry, GoldenMatch Match)? Find(string name)
    {
        foreach (GoldenEntry entry in s_entries)
            if (entry.Match(name) is { } match) return (entry, match);
        return null;
    }
}
