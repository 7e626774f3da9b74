// Every Markdown page of the repository as HTML at the same place, the pictures they show, and the reference of the packages made from their XML documentation.

using System.Text;
using System.Text.RegularExpressions;
using Markdig;
using Markdig.Extensions.AutoIdentifiers;

namespace Translucent.Site;

/// <summary>Writes the site.</summary>
public static partial class SiteWriter
{
    static readonly MarkdownPipeline s_pipeline = new MarkdownPipelineBuilder().UsePipeTables().UseAutoIdentifiers(AutoIdentifierOptions.GitHub).Build();

    /// <summary>What stands at the left of every page.</summary>
    static readonly (string Title, string Page)[] s_menu =
    [
        ("Start", "README.md"), ("A service that explains", "docs/tutorial-service.md"), ("A table of a paper", "docs/tutorial-table.md"),
        ("Into a model", "docs/tutorial-model.md"), ("Gallery", "docs/gallery.md"), ("The command", "docs/command.md"), ("Methods", "docs/methods.md"),
        ("How it works", "docs/README.md"), ("Reference", "api/index"), ("Contributing", "CONTRIBUTING.md"), ("Changes", "CHANGELOG.md"),
    ];

    /// <summary>Writes all pages.</summary>
    /// <param name="repository">The root of the working tree.</param>
    /// <param name="to">The folder; files in it are replaced.</param>
    /// <returns>How many pages there are.</returns>
    public static int Write(string repository, string to)
    {
        string root = Path.GetFullPath(repository);
        HashSet<string> pages = [.. Pages(root)];
        foreach (string page in pages)
        {
            string markdown = File.ReadAllText(Path.Combine(root, page));
            string title = Heading().Match(markdown) is { Success: true } found ? found.Groups[1].Value.Replace("`", "") : page;
            string body = Link().Replace(Markdown.ToHtml(markdown, s_pipeline), m => Linked(m, root, page, pages, to));
            Save(to, Html(page), Frame(title, body, page));
        }
        int types = 0;
        foreach ((string name, string title, string body) in ApiReference.Pages())
        {
            Save(to, $"api/{name}.html", Frame(title, body, $"api/{name}"));
            types++;
        }
        Save(to, "index.html", "<!doctype html><meta charset='utf-8'><title>Translucent</title><meta http-equiv='refresh' content='0; url=README.html'>"
            + "<a href='README.html'>Translucent</a>");
        return pages.Count + types + 1;
    }

    static IEnumerable<string> Pages(string root) =>
        ((string[])["docs", "bench", "models", "samples"]).SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder), "*.md",
                SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(root, "*.md")).Select(path => Path.GetRelativePath(root, path).Replace('\\', '/')).Order(StringComparer.Ordinal);

    /// <summary>A link to a page leads to its HTML; one to another file of the repository to a copy; one to a folder becomes plain text.</summary>
    static string Linked(Match link, string root, string page, HashSet<string> pages, string to)
    {
        string address = link.Groups[2].Value;
        if (address.Contains("://") || address.StartsWith('#') || address.StartsWith("mailto:", StringComparison.Ordinal)) return link.Value;
        string[] parts = address.Split('#');
        string full = Path.GetFullPath(Path.Combine(root, Path.GetDirectoryName(page) ?? "", Uri.UnescapeDataString(parts[0])));
        string target = Path.GetRelativePath(root, full).Replace('\\', '/');
        if (Directory.Exists(full) && pages.Contains($"{target}/README.md")) target += "/README.md";
        if (pages.Contains(target)) return $"{link.Groups[1].Value}=\"{Relative(page, Html(target))}{(parts.Length > 1 ? "#" + parts[1] : "")}\"";
        if (!File.Exists(full) || target.StartsWith("..", StringComparison.Ordinal)) return "";
        string copy = Path.Combine(to, target);
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        File.Copy(full, copy, overwrite: true);
        return $"{link.Groups[1].Value}=\"{Relative(page, target)}\"";
    }

    static string Html(string page) => Path.ChangeExtension(page, ".html");

    static string Relative(string from, string to) =>
        Path.GetRelativePath(Path.GetDirectoryName(Path.Combine("/", from))!, Path.Combine("/", to)).Replace('\\', '/');

    static string Frame(string title, string body, string page)
    {
        StringBuilder menu = new();
        foreach ((string name, string target) in s_menu)
        {
            string here = target == page ? " aria-current='page'" : "";
            menu.Append($"<a href='{Relative(page, target.EndsWith(".md", StringComparison.Ordinal) ? Html(target) : target + ".html")}'{here}>{name}</a>");
        }
        return $"<!doctype html><html lang='en'><head><meta charset='utf-8'><meta name='viewport' content='width=device-width, initial-scale=1'>"
            + $"<title>{System.Net.WebUtility.HtmlEncode(title)} - Translucent</title><style>{Style}</style></head><body>"
            + $"<nav aria-label='Site'><b>Translucent</b>{menu}</nav><main>{body}</main></body></html>\n";
    }

    static void Save(string folder, string name, string text)
    {
        string path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    const string Style = ":root{--paper:#fff;--ink:#1b2230;--soft:#5d6778;--line:#e2e6ec;--code:#f4f6f9;--accent:#2a6fdb;color-scheme:light dark}"
        + "@media(prefers-color-scheme:dark){:root{--paper:#10141b;--ink:#e8ecf2;--soft:#97a3b5;--line:#2a323e;--code:#1a212b;--accent:#6ea8ff}}"
        + "*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.6 system-ui,'Segoe UI',Arial,sans-serif;display:grid;"
        + "grid-template-columns:220px minmax(0,1fr)}nav{padding:28px 20px;display:flex;flex-direction:column;gap:8px;position:sticky;top:0;align-self:start}"
        + "nav a[aria-current]{font-weight:600;color:var(--ink)}main{max-width:900px;padding:20px 28px 80px;min-width:0}a{color:var(--accent);"
        + "text-decoration:none}a:hover{text-decoration:underline}h1{font-size:30px;line-height:1.25}h2{margin-top:2em;border-bottom:1px solid var(--line)}"
        + "pre{background:var(--code);padding:14px;border-radius:8px;overflow:auto}code{background:var(--code);border-radius:4px;padding:1px 4px;"
        + "font-size:.92em;overflow-wrap:anywhere}pre code{padding:0;overflow-wrap:normal}table{border-collapse:collapse;display:block;overflow-x:auto}"
        + "td,th{border:1px solid var(--line);padding:6px 10px;text-align:left;vertical-align:top}img{max-width:100%;background:#fff;border-radius:8px}"
        + "dt{font-weight:600}dd{margin:0 0 8px 20px}.member{border-top:1px solid var(--line);padding-top:10px;margin-top:18px}.soft{color:var(--soft)}"
        + ":focus-visible{outline:3px solid var(--accent)}@media(max-width:800px){body{display:block}nav{position:static;flex-direction:row;flex-wrap:wrap;"
        + "padding:16px 20px 0;gap:6px 16px}main{padding:8px 20px 60px}}";

    [GeneratedRegex("^# (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("\\b(href|src)=\"([^\"]*)\"")]
    private static partial Regex Link();
}
