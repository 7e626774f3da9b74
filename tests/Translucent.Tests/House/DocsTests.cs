using System.Text.RegularExpressions;
using Translucent.Explain;

namespace Translucent.Tests.House;

/// <summary>The pages are complete, and lead where they say.</summary>
public class DocsTests
{
    public static TheoryData<string> Pages => [.. Markdown.Pages];

    [Fact]
    public void Every_layer_has_a_page_and_the_index_names_every_page()
    {
        string[] layers = [.. Directory.GetDirectories(Repository.Full("src/Translucent")).Select(folder => Path.GetFileName(folder)!)
            .Where(LayerOrder.Layers.Contains)];
        Assert.All(layers, layer => Assert.Contains($"docs/{layer.ToLowerInvariant()}.md", Markdown.Pages));
        string[] linked = [.. new Markdown("docs/README.md").Links];
        Assert.All(Markdown.Pages.Where(p => p.StartsWith("docs/", StringComparison.Ordinal) && p != "docs/README.md"),
            page => Assert.Contains(page["docs/".Length..], linked));
    }

    [Theory, MemberData(nameof(Pages))]
    public void Links_lead_to_something(string page)
    {
        foreach (string link in new Markdown(page).Links.Where(l => !l.Contains("://")))
        {
            (string file, string anchor) = link.Split('#') is [var f, var a] ? (f, a) : (link, "");
            string target = file.Length == 0 ? page : Path.GetRelativePath(Repository.Root, Path.Combine(Repository.Full(page), "..", file)).Replace('\\', '/');
            Assert.True(Path.Exists(Repository.Full(target)), $"{page}: {link} leads nowhere.");
            if (anchor.Length > 0) Assert.True(new Markdown(target).Anchors.Contains(anchor), $"{page}: {link}: no such heading.");
        }
    }

    [Theory, MemberData(nameof(Pages))]
    public void Pages_name_no_place_of_the_machine_they_were_written_on(string page) =>
        Assert.DoesNotMatch(@"(?<![\w.])/(home|root|tmp|work|usr|Users|mnt)/", Repository.Text(page));

    [Fact]
    public void Pages_that_the_source_refers_to_exist()
    {
        var named = from file in Repository.Sources("src")
                    from Match m in Regex.Matches(file.Text, @"docs/[\w./-]+?\.md|\b[A-Z]+_METHODS\b")
                    where !File.Exists(Repository.Full(m.Value))
                    select $"{file.Path}: {m.Value}";
        Assert.Empty(named);
    }

    [Fact]
    public void Every_method_and_alias_is_on_the_page_of_methods()
    {
        string page = Repository.Text("docs/methods.md");
        Assert.All(ClassMethods.All.SelectMany(m => m.Aliases.Prepend(m.Name)), name => Assert.Contains($"`{name}`", page));
    }
}
