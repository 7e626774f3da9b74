namespace Translucent.Studio.Tests.Door;

/// <summary>No address leads to a file that is not the studio's.</summary>
public sealed class PathTests(RunningStudio studio)
{
    const string Secret = "nobody may read this";

    static readonly string[] s_ups = ["..", "%2e%2e", "..%2f..", "%2e%2e%2f%2e%2e", "..%5c..", "..\\..", "%252e%252e%252f",
        "....//", ".%00.", "%c0%ae%c0%ae%c0%af", "."];

    public static TheoryData<string> Targets => [.. s_ups.SelectMany(up => (string[])[$"/{up}/secret.txt", $"/{up}%2fsecret.txt",
        $"/files/{up}/secret.txt", $"/files/real-1/{up}/secret.txt", $"/files/real-1/{up}%2fsecret.txt", $"/api/exports/{up}", $"/api/exports/real-1%2f{up}",
        $"/api/pictures/{up}%2fsecret", $"/api/pictures/{up}"]),
        "/files/real-1/%2fetc%2fpasswd", "/files/real-1//etc/passwd", "/%2fetc%2fpasswd", "//etc/passwd", "/files/%2fetc/passwd",
        "/api/pictures/%2fetc%2fpasswd", "/api/exports/%2fetc", "/files/real-1/C:%5csecret.txt", "/files/real-1/deep%2finner.html", "/files/real-1/link.html",
        "/files/linked-1/secret.html", "/api/exports/linked-1", "/files/real-1/deep", "/files/REAL-1/page.html", "/web/index.html", "/web%2findex.html"];

    [Theory, MemberData(nameof(Targets))]
    public async Task Nothing_outside_is_read(string target)
    {
        using TempFolder outside = Prepared();
        string answer = await RawHttp.Get(studio, target);
        Assert.True(RawHttp.Status(answer) is 400 or 404 or 405, $"{target}: {answer.Split('\r')[0]}");
        Assert.DoesNotContain(Secret, answer, StringComparison.Ordinal);
        Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_export_wrote_is_read_and_links_are_not_listed()
    {
        using TempFolder outside = Prepared();
        Assert.Contains("<p>fine", await studio.Inside.GetStringAsync("/files/real-1/page.html"), StringComparison.Ordinal);
        string list = await studio.Inside.GetStringAsync("/api/exports/real-1");
        Assert.Contains("page.html", list, StringComparison.Ordinal);
        Assert.DoesNotContain("link.html", list, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exported_page_is_in_a_world_of_its_own()
    {
        using TempFolder outside = Prepared();
        using HttpResponseMessage page = await studio.Inside.GetAsync("/files/real-1/page.html"),
            numbers = await studio.Inside.GetAsync("/files/real-1/row.npy");
        string policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("sandbox ", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("allow-same-origin", policy, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("attachment", numbers.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("application/octet-stream", numbers.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData("model=../models/cifar10-vit")]
    [InlineData("model=./cifar10-vit")]
    [InlineData("model=cifar10-vit%2f")]
    [InlineData("model=CIFAR10-VIT")]
    [InlineData("model=org/name")]
    [InlineData("model=https://evil.example/model")]
    [InlineData("model=")]
    [InlineData("model=cifar10-vit&model=fashion-vit")]
    public async Task Only_models_that_were_given_are_opened(string model) =>
        await Refusal.Of(studio, $"/api/ask/open?{model}&image={await studio.Picture("chelsea.png")}", "model");

    [Fact]
    public async Task Paths_of_models_pictures_and_detectors_are_no_names()
    {
        string picture = await studio.Picture("chelsea.png"), folder = Uri.EscapeDataString(Samples.Model("cifar10-vit"));
        string other = Uri.EscapeDataString(Samples.Model("shapes-detr"));
        await Refusal.Of(studio, $"/api/ask/open?model={folder}&image={picture}", "model");
        await Refusal.Of(studio, $"/api/ask/open?model=cifar10-vit&image={Uri.EscapeDataString(Samples.File("chelsea.png"))}", "image");
        await Refusal.Of(studio, $"/api/ask/open?model=shapes-lxmert&image={picture}&question=what&detector={other}", "model");
        await Refusal.Of(studio, $"/api/ask/open?model=shapes-lxmert&image={picture}&question=what&detector=someone%2Fdetr", "model");
    }

    /// <summary>An export with a page, a link out of it and a folder; beside it a link to a folder elsewhere.</summary>
    TempFolder Prepared()
    {
        TempFolder outside = new();
        outside.Add("secret.txt", Secret);
        outside.Add("secret.html", Secret);
        string exports = Path.Combine(studio.Folder, "exports"), real = Path.Combine(exports, "real-1");
        Directory.CreateDirectory(Path.Combine(real, "deep"));
        File.WriteAllText(Path.Combine(real, "page.html"), "<p>fine");
        File.WriteAllText(Path.Combine(real, "row.npy"), "numbers");
        File.WriteAllText(Path.Combine(real, "deep", "inner.html"), Secret);
        File.WriteAllText(Path.Combine(studio.Folder, "secret.txt"), Secret);
        string file = Path.Combine(real, "link.html"), folder = Path.Combine(exports, "linked-1");
        File.Delete(file); // those of the test before, which lead nowhere now
        File.Delete(folder);
        File.CreateSymbolicLink(file, outside["secret.html"]);
        Directory.CreateSymbolicLink(folder, outside.Path);
        return outside;
    }
}
