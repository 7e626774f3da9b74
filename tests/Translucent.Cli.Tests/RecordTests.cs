using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Translucent.Images;
using Translucent.Pictures;

namespace Translucent.Cli.Tests;

/// <summary>Several verbs write to the same folders, and none destroys what another one needs.</summary>
public class RecordTests
{
    static TempFolder Photos()
    {
        TempFolder folder = new();
        Directory.CreateDirectory(folder["in"]);
        byte[] photo = ImageFile.Encode(Resize.To(ImageFile.Read(CliRun.Photo), 64, 48));
        foreach (string name in (string[])["a.png", "b.png"]) folder.Add(Path.Combine("in", name), photo);
        return folder;
    }

    [Fact]
    public async Task The_record_of_every_verb_is_kept_and_each_goes_on_where_it_ended()
    {
        using TempFolder folder = Photos();
        string[] Verb(params string[] verb) => [verb[0], folder["in"], "--out", folder["out"], .. CliRun.Small, .. verb[1..]];
        string a = Path.Combine(folder["out"], "a");
        await CliRun.Succeeds(Verb("explain", "--no-segmentation"));
        JsonElement explain = CliRun.Result(a);
        await CliRun.Succeeds(Verb("segment"));
        await CliRun.Succeeds(Verb("layers", "--token", "1,1"));

        JsonElement result = CliRun.Result(a);
        Assert.Equal("layers", result.GetProperty("verb").GetString());
        Assert.Equal(["segment", "explain"], result.GetProperty("other_verbs").EnumerateObject().Select(other => other.Name));
        JsonElement kept = result.GetProperty("other_verbs").GetProperty("explain");
        Assert.False(kept.TryGetProperty("other_verbs", out _));
        // pages get links to those of later verbs, and nothing else
        string[] Files(JsonElement record) => [.. record.GetProperty("files").EnumerateArray()
            .Select(f => (Name: f.GetProperty("name").GetString()!, File: f))
            .Select(f => f.Name.EndsWith(".html", StringComparison.Ordinal) ? f.Name : JsonSerializer.Serialize(f.File))];
        Assert.Equal(Files(explain), Files(kept));

        foreach (string[] again in (string[][])[Verb("explain", "--no-segmentation"), Verb("segment"), Verb("layers", "--token", "1,1")])
            Assert.Contains("0 images done, 2 skipped", (await CliRun.Succeeds(again)).Output);
        foreach (string page in (string[])["index.html", "segment.html", "layers.html"]) Assert.True(File.Exists(Path.Combine(a, page)), page);
        Assert.Contains("2 images done, 0 skipped", (await CliRun.Succeeds(Verb("explain", "--no-segmentation", "--target", "all"))).Output);
        Assert.Equal(["layers", "segment"], CliRun.Result(a).GetProperty("other_verbs").EnumerateObject().Select(other => other.Name));
    }

    /// <summary>Every page has the policy, and every script on it is one that the policy knows.</summary>
    [Theory]
    [InlineData("explain", "index.html")]
    [InlineData("tokens", "tokens.html")]
    [InlineData("project", "project.html")]
    [InlineData("compare", "compare.html")]
    [InlineData("attention", "attention.html")]
    public async Task Pages_run_the_scripts_of_this_program_alone(string verb, string page)
    {
        using TempFolder folder = new();
        await CliRun.Succeeds([verb, CliRun.Photo, "--out", folder.Path, .. CliRun.Small]);
        string html = File.ReadAllText(folder[page]);
        string policy = Regex.Match(html, "http-equiv='Content-Security-Policy' content=\"([^\"]*)\"").Groups[1].Value;
        Assert.StartsWith("default-src 'none'; ", policy);
        Assert.DoesNotContain("unsafe-inline", policy[policy.IndexOf("script-src", StringComparison.Ordinal)..]);
        Match[] scripts = [.. Regex.Matches(html, "<script>(.*?)</script>", RegexOptions.Singleline).Cast<Match>()];
        Assert.NotEmpty(scripts);
        foreach (Match script in scripts)
            Assert.Contains($"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script.Groups[1].Value)))}'", policy);
        Assert.DoesNotMatch("<[^>]* on[a-z]+=", html);
    }

    /// <summary>A file; of a page without its links to the pages of other verbs.</summary>
    static byte[] Content(string file) => !file.EndsWith(".html", StringComparison.Ordinal) ? File.ReadAllBytes(file)
        : Encoding.UTF8.GetBytes(Regex.Replace(File.ReadAllText(file), "<nav class='site'.*?</nav>", "", RegexOptions.Singleline));

    [Fact]
    public async Task No_verb_writes_over_what_the_page_of_another_shows()
    {
        using TempFolder folder = new();
        string[][] verbs = [["explain"], ["segment", "--clusters", "2", "--tau", "0.5"], ["tokens"], ["layers", "--token", "2,2"], ["project"], ["compare"],
            ["attention"]];
        Dictionary<string, byte[]> before = [];
        foreach (string[] verb in verbs)
        {
            await CliRun.Succeeds([.. verb, CliRun.Photo, "--out", folder.Path, .. CliRun.Small]);
            foreach ((string file, byte[] content) in before) Assert.True(Content(file).SequenceEqual(content), $"{verb[0]} changed {file}");
            foreach (string file in Directory.GetFiles(folder.Path).Where(f => Path.GetFileName(f) != "result.json")) before[file] = Content(file);
        }
        await CliRun.Succeeds(["explain", CliRun.Photo, "--out", folder.Path, .. CliRun.Small, "--no-segmentation"]);
        Assert.True(File.Exists(folder["labels.npy"])); // of segment
        Assert.False(File.Exists(folder["explain-labels.npy"]));
        await CliRun.Succeeds(["segment", CliRun.Photo, "--out", folder.Path, .. CliRun.Small, "--clusters", "1"]);
        Assert.False(File.Exists(folder["cluster-1.png"]));
    }

    [Theory]
    [InlineData("segment", "segment.html")]
    [InlineData("tokens", "tokens.html", "--token", "all", "2,2")]
    [InlineData("layers", "layers.html", "--token", "2,2", "cls")]
    [InlineData("project", "project.html", "--perturb", "no-cls")]
    public async Task Every_page_needs_nothing_but_itself(string verb, string name, params string[] options)
    {
        using TempFolder folder = new();
        string photo = folder["a <b> & 'c'.png"];
        File.WriteAllBytes(photo, ImageFile.Encode(Resize.To(ImageFile.Read(CliRun.Photo), 96, 64)));
        await CliRun.Succeeds([verb, photo, "--out", folder["out"], .. CliRun.Small, .. options]);
        string page = File.ReadAllText(Path.Combine(folder["out"], name));
        Assert.DoesNotContain("http:", page.Replace("http://www.w3.org/2000/svg", ""));
        Assert.DoesNotContain("https:", page);
        Assert.DoesNotContain("@import", page);
        Assert.DoesNotContain("<b> &", page);
        Assert.Contains("a &lt;b&gt; &amp; &#39;c&#39;.png", page);
        foreach (string source in Attributes(page, "src='")) Assert.StartsWith("data:image/", source);
        foreach (string link in Attributes(page, "href='")) Assert.True(File.Exists(Path.Combine(folder["out"], Uri.UnescapeDataString(link))), link);
    }

    [Fact]
    public async Task The_page_of_a_projection_names_the_best_classes_of_every_token()
    {
        using TempFolder folder = new();
        await CliRun.Succeeds("project", CliRun.Photo, "--out", folder.Path, "--layers", "6,7", "--render-size", "80");
        string page = File.ReadAllText(folder["project.html"]);
        string json = page.Split("id='tokens'>")[1].Split("</script>")[0];
        using JsonDocument tokens = JsonDocument.Parse(json);
        JsonElement tops = tokens.RootElement.GetProperty("tops");
        Assert.Equal(2, tops.GetArrayLength());
        Assert.All(tops.EnumerateArray(), layer => Assert.Equal(65 * 5 * 2, layer.GetArrayLength()));
        Assert.Equal([3, 695], tops[1].EnumerateArray().Take(2).Select(v => v.GetInt32()));
        Assert.Equal("cat", tokens.RootElement.GetProperty("classes").GetProperty("3")[0].GetString());
    }

    static IEnumerable<string> Attributes(string page, string start) =>
        page.Split(start).Skip(1).Select(rest => rest[..rest.IndexOf('\'')]);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"verb": 7}""")]
    [InlineData("""{"verb": "segment", "model": {"hash": null}, "settings": {}, "versions": {"translucent": "1"}, "files": []}""")]
    [InlineData("""{"verb": "segment", "model": {"hash": ""}, "settings": {}, "versions": {"translucent": "1"}, "files": [null]}""")]
    [InlineData("""{"verb": "segment", "model": {"hash": ""}, "settings": {}, "versions": {"translucent": "1"}, "files": []"""
        + """, "other_verbs": {"explain": null}}""")]
    public async Task A_record_that_this_command_did_not_write_counts_as_none(string json)
    {
        using TempFolder folder = Photos();
        Directory.CreateDirectory(folder["out/a"]);
        folder.Add("out/a/result.json", json);
        CliRun run = await CliRun.Succeeds(["segment", folder["in"], "--out", folder["out"], .. CliRun.Small]);
        Assert.Contains("2 images done, 0 skipped", run.Output);
        Assert.Empty(CliRun.Result(folder["out/a"]).GetProperty("other_verbs").EnumerateObject());
    }
}
