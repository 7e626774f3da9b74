using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Translucent.Images;
using Translucent.Pictures;

namespace Translucent.Cli.Tests;

/// <summary>The pages of an output folder are one site: every one leads to every other, no link leads nowhere, and records keep telling the truth.</summary>
public class SiteTests
{
    static TempFolder Photos()
    {
        TempFolder folder = new();
        byte[] cat = ImageFile.Encode(Resize.To(ImageFile.Read(CliRun.Photo), 64, 48));
        byte[] coffee = ImageFile.Encode(Resize.To(ImageFile.Read(Samples.File("coffee.png")), 64, 48));
        foreach (string path in (string[])["in/cat", "in/dog"]) Directory.CreateDirectory(folder[path]);
        folder.Add("in/cat/a & 'b'.png", cat);
        folder.Add("in/cat/c.png", coffee);
        folder.Add("in/dog/d.png", cat);
        return folder;
    }

    static readonly string[] s_small = ["--no-segmentation", "--method", "gae,rollout", "--render-size", "64"];

    [Fact]
    public async Task Every_page_leads_to_every_other_and_no_link_leads_nowhere()
    {
        using TempFolder folder = Photos();
        CliRun run = await CliRun.Succeeds(["explain", folder["in"], "--recursive", "--out", folder["out"], .. s_small]);
        Assert.Contains($"All of them: {folder["out"]}{Path.DirectorySeparatorChar}index.html", run.Output);
        await CliRun.Succeeds("compare", folder["in/cat/c.png"], "--method", "gae,raw", "--render-size", "64", "--out", folder["out/c"]);
        string[] pages = [.. Directory.GetFiles(folder["out"], "*.html", SearchOption.AllDirectories)];
        Assert.Equal(5, pages.Length);
        HashSet<string> reached = [];
        Queue<string> open = new([folder["out/index.html"]]);
        while (open.TryDequeue(out string? page))
            if (reached.Add(page))
                foreach (string to in Links(page).Where(l => l.EndsWith(".html", StringComparison.Ordinal))) open.Enqueue(to);
        Assert.Equal(pages.Order(), reached.Order());
        foreach (string page in pages)
        {
            Assert.All(Links(page), to => Assert.True(File.Exists(to), $"{page} -> {to}"));
            if (page != folder["out/index.html"]) Assert.Contains(folder["out/index.html"], Links(page));
        }
        Assert.Contains("aria-current='page'>compare", File.ReadAllText(folder["out/c/compare.html"]));
        Assert.Contains("href='compare.html'>compare", File.ReadAllText(folder["out/c/index.html"]));
    }

    [Fact]
    public async Task Linked_pages_are_as_their_records_say_and_are_not_done_again()
    {
        using TempFolder folder = Photos();
        string[] line = ["explain", folder["in"], "--recursive", "--out", folder["out"], .. s_small];
        await CliRun.Succeeds(line);
        foreach (string of in Directory.GetDirectories(folder["out"]))
            foreach (var file in CliRun.Result(of).GetProperty("files").EnumerateArray())
            {
                byte[] content = File.ReadAllBytes(Path.Combine(of, file.GetProperty("name").GetString()!));
                Assert.Equal(file.GetProperty("bytes").GetInt64(), content.Length);
                Assert.Equal(file.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(content)));
            }
        Assert.Contains("0 images done, 3 skipped", (await CliRun.Succeeds(line)).Output);
    }

    [Fact]
    public async Task The_gallery_tells_what_is_right_where_folders_are_named_by_classes()
    {
        using TempFolder folder = Photos();
        await CliRun.Succeeds(["explain", folder["in"], "--recursive", "--out", folder["out"], .. s_small]);
        string gallery = File.ReadAllText(folder["out/index.html"]);
        string[] rows = File.ReadAllLines(folder["out/predictions.csv"]);
        Assert.Equal("image,folder,model,class,label,probability,truth,correct", rows[0]);
        Assert.StartsWith("\"a & 'b'.png\",", rows[1]);
        Assert.EndsWith(",\"cat\",1", rows[1]);
        Assert.EndsWith(",\"dog\",0", rows[3]); // the same picture in the folder of dogs
        int right = rows.Skip(1).Count(r => r.EndsWith(",1", StringComparison.Ordinal));
        Assert.Contains($"{right} of 3 right by the names of their folders", gallery);
        Assert.Contains("<option value='wrong'>", gallery);
        Assert.Contains("alt='a &amp; &#39;b&#39;.png: cat,", gallery);

        await CliRun.Succeeds(["explain", CliRun.Photo, Samples.File("coffee.png"), "--out", folder["other"], .. s_small]);
        Assert.DoesNotContain("<option value='wrong'>", File.ReadAllText(folder["other/index.html"])); // no labels are known
    }

    [Fact]
    public async Task A_page_that_somebody_else_wrote_stays_and_the_gallery_takes_another_name()
    {
        using TempFolder folder = Photos();
        Directory.CreateDirectory(folder["out"]);
        folder.Add("out/index.html", "mine");
        folder.Add("out/predictions.csv", "mine,too");
        await CliRun.Succeeds(["explain", folder["in"], "--recursive", "--out", folder["out"], .. s_small]);
        Assert.Equal("mine", File.ReadAllText(folder["out/index.html"]));
        Assert.Equal("mine,too", File.ReadAllText(folder["out/predictions.csv"]));
        Assert.Contains("<ul class='tiles'>", File.ReadAllText(folder["out/gallery.html"]));
        Assert.Contains("href='../gallery.html#d'", File.ReadAllText(folder["out/d/index.html"]));
    }

    [Fact]
    public async Task One_scale_for_several_classes_is_said_and_drawn()
    {
        using TempFolder folder = new();
        string[] line = ["explain", CliRun.Photo, "--no-segmentation", "--method", "gae", "--render-size", "64", "--target", "cat,dog"];
        Assert.Contains("a pale map is a weak one", (await CliRun.Succeeds([.. line, "--scale", "shared", "--out", folder["shared"]])).Output);
        await CliRun.Succeeds([.. line, "--out", folder["own"]]);
        string[] Scales(string page) => [.. Regex.Matches(File.ReadAllText(page), "<div class='scale'><span>[^<]*</span>").Select(m => m.Value)];
        Assert.Single(Scales(folder["shared/index.html"]).Distinct());
        Assert.Equal(2, Scales(folder["own/index.html"]).Distinct().Count());
        Assert.Equal(File.ReadAllBytes(folder["own/gae-dog.map.npy"]), File.ReadAllBytes(folder["shared/gae-dog.map.npy"]));
        CliRun one = await CliRun.Succeeds("explain", CliRun.Photo, "--no-segmentation", "--method", "gae", "--render-size", "64", "--scale", "shared", "--out",
            folder["one"]);
        Assert.Contains("changes nothing where one class is explained", one.Output);
    }

    /// <summary>Where the links of a page lead, those to places on the page itself apart.</summary>
    static string[] Links(string page) =>
        [.. Regex.Matches(File.ReadAllText(page), "(?:href|src)='([^'#]+)(?:#[^']*)?'").Select(m => m.Groups[1].Value)
            .Where(l => !l.StartsWith("data:", StringComparison.Ordinal)).Select(l => System.Net.WebUtility.HtmlDecode(l))
            .Select(l => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, Uri.UnescapeDataString(l))))];
}
