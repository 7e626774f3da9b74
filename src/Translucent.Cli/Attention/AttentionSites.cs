// The attentions of a pass by the names that sites have in docs/models.md, without the number of the block: encoder, decoder.cross, cross.text_from_image.

using System.Text.RegularExpressions;
using Translucent.Models;

namespace Translucent.Cli.Attention;

/// <summary>Attentions of one kind, from the first block to the last.</summary>
/// <param name="Name">What their sites are called without the number of the block.</param>
/// <param name="Steps">The attentions; the first makes layer 2.</param>
sealed partial record AttentionSites(string Name, IReadOnlyList<AttentionStep> Steps)
{
    /// <summary>Every kind that a pass has, in the order in which they first ran.</summary>
    public static IReadOnlyList<AttentionSites> Of(Trace trace) =>
        [.. trace.Steps.GroupBy(step => NameOf(step.Site)).Select(steps => new AttentionSites(steps.Key, [.. steps]))];

    /// <summary><c>decoder.3.cross.probs</c> as <c>decoder.cross</c>, <c>blocks.3.attn.probs</c> as <c>blocks</c>.</summary>
    public static string NameOf(string site) => Number().Replace(End().Replace(site, ""), "");

    /// <summary>The attention that was asked for.</summary>
    /// <param name="trace">The pass.</param>
    /// <param name="site">The name of a kind or of one site; null for <paramref name="usual"/>.</param>
    /// <param name="layer">2 .. L+1 of that kind; null for the last.</param>
    /// <param name="usual">A kind.</param>
    /// <exception cref="UsageException">There is none of this name, or no such layer.</exception>
    public static (AttentionStep Step, string Name, int Layer) Find(Trace trace, string? site, int? layer, string? usual = null)
    {
        IReadOnlyList<AttentionSites> all = Of(trace);
        foreach (AttentionSites some in all)
            for (int i = 0; i < some.Steps.Count; i++)
                if (some.Steps[i].Site == site)
                    return layer is null || layer == i + 2 ? (some.Steps[i], some.Name, i + 2)
                        : throw new UsageException($"--layer {layer}: --site {site} is that of layer {i + 2}; give one of them.");
        string name = site ?? usual ?? all[0].Name;
        AttentionSites kind = all.FirstOrDefault(some => some.Name == name)
            ?? throw new UsageException($"--site {name}{DidYouMean.Of(name, all.Select(some => some.Name))}: this {trace.Model.Family} has "
                + $"{string.Join(", ", all.Select(some => some.Name))}.");
        int top = kind.Steps.Count + 1;
        if (layer is < 2 || layer > top)
            throw new UsageException($"--layer {layer}: {name} of this {trace.Model.Family} has layers 2 to {top} (layer 1 is what enters its first block).");
        return (kind.Steps[(layer ?? top) - 2], name, layer ?? top);
    }

    [GeneratedRegex(@"\.\d+(?=\.|$)")]
    private static partial Regex Number();

    [GeneratedRegex(@"(\.attn)?\.probs$")]
    private static partial Regex End();
}
