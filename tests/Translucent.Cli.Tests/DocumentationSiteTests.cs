using System.Text.RegularExpressions;
using Translucent.Site;

namespace Translucent.Cli.Tests;

/// <summary>The documentation as a site: every link and picture of every page leads to something, and the reference has what the packages have.</summary>
public sealed class DocumentationSiteTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_link_leads_to_something()
    {
        int pages = SiteWriter.Write(Repository.Root, _folder["site"]);
        string[] written = Directory.GetFiles(_folder["site"], "*.html", SearchOption.AllDirectories);
        Assert.Equal(pages, written.Length);
        Dictionary<string, string> texts = written.ToDictionary(p => p, File.ReadAllText);
        List<string> dead = [];
        foreach ((string page, string text) in texts)
            foreach (Match link in Regex.Matches(text, "(?:href|src)=[\"']([^\"']+)[\"']"))
            {
                string[] parts = System.Net.WebUtility.HtmlDecode(link.Groups[1].Value).Split('#');
                if (parts[0].Contains("://") || parts[0].StartsWith("mailto:", StringComparison.Ordinal)) continue;
                string to = parts[0].Length == 0 ? page : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, Uri.UnescapeDataString(parts[0])));
                if (!File.Exists(to)) dead.Add($"{page} -> {link.Groups[1].Value}");
                else if (parts.Length > 1 && texts.TryGetValue(to, out string? target) && !target.Contains($"id=\"{parts[1]}\"", StringComparison.Ordinal))
                    dead.Add($"{page} -> {link.Groups[1].Value}: no such heading");
            }
        Assert.Empty(dead);
        string start = texts[_folder["site/README.html"]], reference = texts[_folder["site/api/index.html"]];
        Assert.All((string[])["docs/tutorial-service.html", "docs/tutorial-table.html", "docs/tutorial-model.html", "docs/gallery.html"],
            page => Assert.Contains($"href='{page}'", start));
        Assert.Contains("href='Translucent.Explain.TokenTM.html'", reference);
        string method = texts[_folder["site/api/Translucent.Explain.TokenTM.html"]];
        Assert.Contains("static Tensor Rows(Trace trace, ClassTargets classes", method);
        Assert.Contains("<dt>classes</dt>", method);
    }

    [Fact]
    public void Every_public_member_of_the_packages_is_described()
    {
        // What the compiler does not ask for: parameters of members whose other parameters are not described either.
        string[] lacking = [.. ApiReference.Lacking()];
        Assert.Empty(lacking);
    }
}
