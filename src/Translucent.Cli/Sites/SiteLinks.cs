// What links the pages of an output folder with each other: to all images, the image before and behind, and what other verbs wrote about the same image.
// A page is written whole and linked afterwards, when it is known what there is; result.json keeps telling the truth about its bytes.

using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Translucent.Files;
using Translucent.Runs;
using Translucent.Runs.Records;

namespace Translucent.Cli.Sites;

/// <summary>Where a page leads to beside what other verbs wrote; null where there is nothing.</summary>
/// <param name="Gallery">The page of all images, in the folder above.</param>
/// <param name="Before">The folder of the image before, beside this one.</param>
/// <param name="Next">The folder of the image behind.</param>
sealed record Neighbours(string? Gallery = null, string? Before = null, string? Next = null);

/// <summary>Links pages.</summary>
static class SiteLinks
{
    const string Begin = "<!--links-->", End = "<!--/links-->";
    const int Front = 1 << 16; // bytes of a page that its links stand in

    /// <summary>Where links come to stand in a page: behind its style, before everything large.</summary>
    public const string Place = Begin + End;

    /// <summary>The pages that records of a folder name, with their verbs; the first of a verb only.</summary>
    public static IReadOnlyList<(string Verb, string Page)> Pages(JsonNode record) =>
        [.. Records(record).Select(r => ((string?)r["verb"] ?? "", (string?)Files(r).FirstOrDefault(f => IsPage((string?)f["name"]))?["name"] ?? ""))
            .Where(p => p.Item2.Length > 0).OrderBy(p => p.Item2 == "index.html" ? 0 : 1).ThenBy(p => p.Item1, StringComparer.Ordinal)];

    /// <summary>Reads result.json of a folder; null where there is none that can be read.</summary>
    public static JsonNode? Record(string folder)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllBytes(Path.Combine(folder, RunRecord.FileName)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes the links of all pages in a folder, and what result.json says of them; pages whose links are right stay untouched.</summary>
    public static void Write(string folder, Neighbours beside)
    {
        using FolderLock held = FolderLock.Take(folder);
        if (Record(folder) is not { } record) return;
        IReadOnlyList<(string Verb, string Page)> pages = Pages(record);
        bool changed = false;
        foreach ((_, string page) in pages.DistinctBy(p => p.Page))
        {
            if (!SafeName.IsSafe(page) || Linked(SafeName.In(folder, page), Links(folder, page, pages, beside)) is not { } content) continue;
            AtomicFile.Write(SafeName.In(folder, page), stream => stream.Write(content));
            foreach (JsonNode file in Records(record).SelectMany(Files).Where(f => (string?)f["name"] == page))
                (file["bytes"], file["sha256"]) = (content.Length, FileHash.Of(content));
            changed = true;
        }
        if (!changed) return;
        string text = record.ToJsonString(RecordJson.Readable.Options) + "\n";
        AtomicFile.Write(Path.Combine(folder, RunRecord.FileName), stream => stream.Write(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>The page with its links; null where it has these, or no place for any.</summary>
    static byte[]? Linked(string path, string links)
    {
        if (!File.Exists(path)) return null;
        byte[] front = new byte[Front];
        using (FileStream file = File.OpenRead(path)) front = front[..file.ReadAtLeast(front, front.Length, throwOnEndOfStream: false)];
        int begin = front.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Begin)), end = front.AsSpan().IndexOf(Encoding.UTF8.GetBytes(End));
        if (begin < 0 || end < begin) return null;
        byte[] wanted = Encoding.UTF8.GetBytes(Begin + links);
        if (front.AsSpan(begin, end - begin).SequenceEqual(wanted)) return null;
        byte[] whole = File.ReadAllBytes(path);
        return [.. whole.AsSpan(0, begin), .. wanted, .. whole.AsSpan(end)];
    }

    static string Links(string folder, string page, IReadOnlyList<(string Verb, string Page)> pages, Neighbours beside)
    {
        StringBuilder html = new();
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        if (beside.Gallery is { } gallery) html.Append($"<a href='../{gallery}#{Address(name)}'>all images</a>");
        if (beside.Before is { } before) html.Append($"<a rel='prev' href='{Beside(before, page)}'>← {Escaped(Path.GetFileName(before))}</a>");
        if (beside.Next is { } next) html.Append($"<a rel='next' href='{Beside(next, page)}'>{Escaped(Path.GetFileName(next))} →</a>");
        if (pages.Count > 1)
            foreach ((string verb, string to) in pages)
                html.Append(to == page ? $"<b aria-current='page'>{Escaped(verb)}</b>" : $"<a href='{Address(to)}'>{Escaped(verb)}</a>");
        return html.Length == 0 ? "" : $"<nav class='site' aria-label='Pages'>{html}</nav>";
    }

    /// <summary>The same page of another image, or what there is of it.</summary>
    static string Beside(string folder, string page)
    {
        IReadOnlyList<(string Verb, string Page)> there = Record(folder) is { } record ? Pages(record) : [];
        string to = there.Any(p => p.Page == page) || there.Count == 0 ? page : there[0].Page;
        return $"../{Address(Path.GetFileName(folder))}/{Address(to)}";
    }

    static string Address(string name) => Escaped(Uri.EscapeDataString(name));

    static string Escaped(string text) => Translucent.Cli.Pages.Html.Text(text);

    static bool IsPage(string? name) => name?.EndsWith(".html", StringComparison.Ordinal) == true;

    static IEnumerable<JsonNode> Records(JsonNode record) =>
        record[RunRecord.OtherVerbs] is JsonObject others ? others.Select(o => o.Value).OfType<JsonObject>().Prepend(record) : [record];

    static IEnumerable<JsonNode> Files(JsonNode record) => record["files"] is JsonArray files ? files.OfType<JsonObject>() : [];
}
