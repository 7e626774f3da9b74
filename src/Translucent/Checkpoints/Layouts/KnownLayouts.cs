// All layouts of names beside Hugging Face's, and which of them a checkpoint has: the table to extend for a new layout.

namespace Translucent.Checkpoints.Layouts;

/// <summary>Recognises layouts.</summary>
static class KnownLayouts
{
    static readonly Layout[] s_all = [OpenAiClip.Layout, OpenClipSiglip.Layout, TorchvisionViT.Layout, OriginalDinov3.Layout, TimmBeit.Layout, TimmEva.Layout,
        OriginalDinov2.Layout, TimmNaflex.Layout, TimmViT.Pooled, TimmViT.Distilled, TimmViT.Layout, Dino.Layout, OriginalDetr.Layout];

    /// <summary>Their names, for messages.</summary>
    public static string Names => string.Join(", ", s_all.Select(l => l.Name));

    /// <summary>The layout of a checkpoint, with the prefix of the model's names in it; null for Hugging Face names, and for others.</summary>
    public static (Layout Layout, string Prefix)? Match(IReadOnlyCollection<string> names)
    {
        HashSet<string> all = new(names, StringComparer.Ordinal);
        foreach (Layout layout in s_all)
        {
            string[] prefixes = [.. layout.Markers.SelectMany(m => all.Where(n => n.EndsWith(m, StringComparison.Ordinal)).Select(n => n[..^m.Length]))
                .Where(p => p is "" || p[^1] == '.')];
            if (prefixes.Length == 0) continue;
            string prefix = prefixes.OrderBy(Rank).ThenBy(p => p.Length).ThenBy(p => p, StringComparer.Ordinal).First();
            if (layout.Fits(prefix, name => all.Contains(prefix + name))) return (layout, prefix);
        }
        return null;
    }

    /// <summary>Of several models in one file, the averaged one that papers evaluate comes first.</summary>
    public static int Rank(string prefix) => prefix.Length == 0 ? 0
        : prefix.Contains("teacher", StringComparison.Ordinal) || prefix.Contains("ema", StringComparison.Ordinal) ? 1
        : prefix.Contains("student", StringComparison.Ordinal) ? 3 : 2;
}
