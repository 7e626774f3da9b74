// The whole list, by kinds: each kind is generated, so that what is hostile is crossed with where it stands.

namespace Translucent.Fuzz.Hostile;

/// <summary>All entries.</summary>
static class HostileList
{
    public static IReadOnlyList<HostileEntry> All { get; } = Distinct(
        [.. DamagedFiles.All, .. GreatClaims.All, .. GreatSizes.All, .. HostileLetters.All, .. SystemFaults.All, .. HubFaults.All, .. WrongModels.All]);

    static IReadOnlyList<HostileEntry> Distinct(List<HostileEntry> entries) =>
        entries.GroupBy(e => e.Name).FirstOrDefault(g => g.Count() > 1) is { } twice
            ? throw new InvalidOperationException($"two entries are called '{twice.Key}'") : entries;
}
