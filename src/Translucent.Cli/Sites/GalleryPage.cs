// index.html above the folders of images: all of them as a gallery that can be sorted, and predictions.csv. The page loads pictures of these folders alone.

using System.Globalization;
using System.Text;
using Translucent.Cli.Pages;
using Translucent.Files;

namespace Translucent.Cli.Sites;

/// <summary>Writes the page of all images.</summary>
static class GalleryPage
{
    const string Mark = "<meta name='generator' content='translucent gallery'>", Csv = "predictions.csv";
    const string Heading = "image,folder,model,class,label,probability,truth,correct";

    /// <summary>index.html, or gallery.html in a folder whose index.html is another page.</summary>
    public static string Name(string folder) => IsFree(Path.Combine(folder, "index.html"), Mark) ? "index.html" : "gallery.html";

    /// <summary>Whether a folder has such a page.</summary>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, Name(folder)));

    /// <summary>Writes page and table of all folders that hold results; where there are none, nothing.</summary>
    /// <param name="folder">Holds the folders.</param>
    /// <param name="name">Of the page.</param>
    /// <returns>Whether there are any.</returns>
    public static bool Write(string folder, string name)
    {
        IReadOnlyList<GalleryEntry> entries = GalleryEntry.In(folder);
        if (entries.Count == 0) return false;
        Text(Path.Combine(folder, name), Render(folder, entries));
        string table = Path.Combine(folder, Csv);
        if (entries.Any(e => e.Label is not null) && IsFree(table, Heading)) Text(table, Table(entries));
        return true;
    }

    static string Render(string folder, IReadOnlyList<GalleryEntry> entries)
    {
        StringBuilder html = new();
        string title = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        bool judged = entries.Any(e => e.Label is not null) && entries.All(e => e.Label is null || e.Correct is not null);
        html.Append($"{Html.Head(title, images: "'self' data:")}{Mark}<style>{Html.Resource("page.css")}</style></head><body class='gallery'><header><div>")
            .Append($"<h1>{Html.Text(title)}</h1><p>{Summary(entries, judged)}</p></div><label class='strength'>Order <select id='order'>")
            .Append("<option value='name'>by name</option>");
        if (entries.Any(e => e.Probability is not null))
            html.Append("<option value='surest'>the surest first</option><option value='least'>the least sure first</option>");
        if (judged) html.Append("<option value='wrong'>the wrong first</option>");
        html.Append("</select></label></header><main><ul class='tiles'>\n");
        foreach (GalleryEntry e in entries) html.Append(Tile(e, judged)).Append('\n');
        html.Append("</ul>");
        if (entries.Any(e => e.Label is not null)) html.Append($"<p class='lead'>As a table: <a href='{Csv}'>{Csv}</a></p>");
        return html.Append($"</main><script>{Html.Resource("gallery.js")}</script></body></html>").ToString();
    }

    static string Summary(IReadOnlyList<GalleryEntry> entries, bool judged)
    {
        string models = string.Join(", ", entries.Select(e => e.Model).Distinct().Take(4));
        GalleryEntry[] known = [.. entries.Where(e => e.Correct is not null)];
        string right = judged ? $", {known.Count(e => e.Correct == true)} of {known.Length} right by the names of their folders" : "";
        return $"{(entries.Count == 1 ? "1 result" : $"{entries.Count} results")}, seen by <b>{Html.Text(models)}</b>{right}";
    }

    static string Tile(GalleryEntry e, bool judged)
    {
        string folder = Uri.EscapeDataString(e.Folder), to = $"{folder}/{Uri.EscapeDataString(e.Pages[0].Page)}";
        string label = e.Label is null ? e.What : e.Probability is { } p ? $"{e.Label}, {Html.Percent(p)}" : e.Label;
        string verdict = !judged || e.Correct is null ? ""
            : e.Correct.Value ? "<span class='verdict good'>✓ right</span>" : $"<span class='verdict bad'>✗ is {Html.Text(e.Truth!)}</span>";
        string picture = e.HasThumbnail ? $"<img loading='lazy' src='{Html.Text($"{folder}/{Thumbnail.Name}")}' alt='{Html.Text($"{e.Name}: {label}")}'>"
            : $"<span class='none'>{Html.Text(e.Pages[0].Verb)}</span>";
        string more = string.Concat(e.Pages.Skip(1).Select(v => $" <a href='{Html.Text($"{folder}/{Uri.EscapeDataString(v.Page)}")}'>{Html.Text(v.Verb)}</a>"));
        string sure = e.Probability?.ToString("0.######", CultureInfo.InvariantCulture) ?? "";
        return $"<li id='{Html.Text(e.Folder)}' data-name='{Html.Text(e.Name)}' data-sure='{sure}' data-right='{(e.Correct == false ? 0 : 1)}'>"
            + $"<a href='{Html.Text(to)}'>{picture}<b>{Html.Text(e.Name)}</b></a><span>{Html.Text(label)}</span>{verdict}<small>{more}</small></li>";
    }

    static string Table(IReadOnlyList<GalleryEntry> entries)
    {
        StringBuilder csv = new(Heading + "\r\n");
        foreach (GalleryEntry e in entries.Where(e => e.Label is not null))
            csv.Append(CultureInfo.InvariantCulture, $"{Cell(e.Name)},{Cell(e.Folder)},{Cell(e.Model)},{e.Class},{Cell(e.Label!)},{e.Probability:0.######},")
                .Append(CultureInfo.InvariantCulture, $"{Cell(e.Truth ?? "")},{(e.Correct is { } right ? right ? 1 : 0 : "")}\r\n");
        return csv.ToString();
    }

    /// <summary>A cell that no program takes for a formula.</summary>
    static string Cell(string text) => Language.TextFiles.Quoted(text);

    /// <summary>Whether a file is not there, or begins as ours do.</summary>
    static bool IsFree(string path, string mark)
    {
        if (!File.Exists(path)) return true;
        char[] front = new char[16_384];
        using StreamReader reader = new(path);
        return new string(front, 0, reader.ReadBlock(front)).Contains(mark, StringComparison.Ordinal);
    }

    static void Text(string path, string text) => AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
}
