using System.Net;
using System.Text.Json;

namespace Translucent.Studio.Tests.Door;

/// <summary>Addresses of exported files carry a ticket, because pages in a sandbox have no cookie: it opens one export of one studio, to be read.</summary>
public sealed class ExportTicketTests(RunningStudio studio)
{
    const string Secret = "nobody may read this", Ups = "..|%2e%2e|..%2f..|%2e%2e%2f%2e%2e|..%5c..|%252e%252e%252f|....//|.%00.|%c0%ae%c0%ae%c0%af|.";

    [Fact]
    public async Task The_ticket_is_enough_to_read_and_what_it_opens_stays_in_a_sandbox()
    {
        string folder = await Ticketed("open-1");
        Assert.Matches("^shown/open-1/[0-9a-f]{48}$", folder);
        using HttpResponseMessage page = await studio.Outside.GetAsync($"/{folder}/page.html"),
            drawing = await studio.Outside.GetAsync($"/{folder}/figure.svg"), numbers = await studio.Outside.GetAsync($"/{folder}/row.npy");
        Assert.Equal("<p>fine", await page.Content.ReadAsStringAsync());
        foreach (HttpResponseMessage shown in (HttpResponseMessage[])[page, drawing])
        {
            string policy = Assert.Single(shown.Headers.GetValues("Content-Security-Policy"));
            Assert.StartsWith("sandbox", policy, StringComparison.Ordinal);
            Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
            Assert.EndsWith($"img-src data: {studio.Origin}/{folder}/", policy, StringComparison.Ordinal); // its own pictures, and none of another export
            Assert.DoesNotContain("allow-same-origin", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("connect-src", policy, StringComparison.Ordinal);
            Assert.Equal("no-referrer", Assert.Single(shown.Headers.GetValues("Referrer-Policy"))); // the ticket is told to nobody
            Assert.Equal("no-store", Assert.Single(shown.Headers.GetValues("Cache-Control")));
            Assert.False(shown.Headers.Contains("Access-Control-Allow-Origin"));
        }
        Assert.DoesNotContain("allow-scripts", Assert.Single(drawing.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("attachment", numbers.Content.Headers.ContentDisposition!.DispositionType);
    }

    [Fact]
    public async Task A_wrong_ticket_is_none_whoever_shows_it()
    {
        string folder = await Ticketed("wrong-1"), right = folder[^48..];
        await Ticketed("wrong-2");
        foreach (string wrong in (string[])["x", right[..47], right + "0", (right[0] == 'a' ? 'b' : 'a') + right[1..], right.ToUpperInvariant(), new('0', 48),
            new('0', 8000), studio.Token, (await Ticketed("wrong-2"))[^48..]])
            foreach (HttpClient client in (HttpClient[])[studio.Outside, studio.Inside])
                await Refused(client, $"/shown/wrong-1/{wrong}/page.html");
        foreach (string path in (string[])[$"/shown/wrong-1//page.html", $"/shown/wrong-1/page.html", "/shown/wrong-1", "/shown", "/shown/",
            $"/shown/wrong-2/{right}/page.html", $"/shown/WRONG-1/{right}/page.html", $"/SHOWN/wrong-1/{right}/page.html", $"/shown/wrong-1/{right}",
            $"/shown/wrong-1/{right}/", $"/shown/wrong-1/{right}/page.html/", $"/shown//{right}/page.html", $"/shown/wrong-1%2f{right}/page.html"])
            await Refused(studio.Outside, path);
    }

    [Fact]
    public async Task A_ticket_of_another_studio_opens_nothing()
    {
        string folder = await Ticketed("other-1");
        using TempFolder own = new();
        await using StudioServer other = await StudioServer.Start(RunningStudio.Settings(own.Path));
        Prepare(own.Path, "other-1");
        using HttpClient client = RunningStudio.Client(other);
        await Refused(client, $"/{folder}/page.html");
    }

    [Fact]
    public async Task A_ticket_opens_the_files_of_its_export_and_nothing_else()
    {
        string folder = await Ticketed("only-1");
        Prepare(studio.Folder, "only-2");
        File.WriteAllText(Path.Combine(studio.Folder, "secret.txt"), Secret);
        File.WriteAllText(Path.Combine(studio.Folder, "exports", "only-2", "secret.txt"), Secret);
        string link = Path.Combine(studio.Folder, "exports", "only-1", "link.html"), deep = Path.Combine(studio.Folder, "exports", "only-1", "deep");
        File.Delete(link);
        File.CreateSymbolicLink(link, Path.Combine(studio.Folder, "secret.txt"));
        Directory.CreateDirectory(deep);
        File.WriteAllText(Path.Combine(deep, "secret.txt"), Secret);
        string[] targets = [.. Ups.Split('|').SelectMany(up => (string[])[$"/{folder}/{up}/secret.txt", $"/{folder}/{up}%2fsecret.txt", $"/{folder}/{up}",
            $"/{folder}/{up}/only-2/secret.txt", $"/{folder}/{up}/{up}/secret.txt", $"/{folder}/{up}%2fonly-2%2fsecret.txt"]),
            $"/{folder}/%2fetc%2fpasswd", $"/{folder}//etc/passwd", $"/{folder}/deep%2fsecret.txt", $"/{folder}/deep/secret.txt", $"/{folder}/deep",
            $"/{folder}/link.html", $"/{folder}/PAGE.html", $"/{folder}/page.html%00", $"/{folder}/*"];
        foreach (string target in targets)
        {
            string answer = await Stranger("GET", target);
            Assert.True(RawHttp.Status(answer) is 400 or 401 or 404, $"{target}: {answer.Split('\r')[0]}");
            Assert.DoesNotContain(Secret, answer, StringComparison.Ordinal);
            Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
        }
        foreach (string target in (string[])["/", "/api/state", "/api/exports/only-1", "/files/only-1/page.html", $"/api/{folder}/state",
            $"/{folder}/../../../api/state"])
            Assert.Equal(401, RawHttp.Status(await Stranger("GET", target)));
    }

    [Fact]
    public async Task With_a_ticket_nothing_is_written_and_no_script_or_other_name_reads()
    {
        string target = $"/{await Ticketed("read-1")}/page.html", file = Path.Combine(studio.Folder, "exports", "read-1", "page.html");
        foreach (string method in (string[])["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
            Assert.Equal(403, RawHttp.Status(await Stranger(method, target, "Content-Length: 0\r\n")));
        Assert.Equal("<p>fine", File.ReadAllText(file));
        foreach (string origin in (string[])["null", "http://evil.example", studio.Origin])
            Assert.Equal(403, RawHttp.Status(await Stranger("GET", target, $"Origin: {origin}\r\n")));
        Assert.Equal(403, RawHttp.Status(await Stranger("GET", target, host: $"evil.example:{studio.Port}")));
        Assert.Equal(200, RawHttp.Status(await Stranger("GET", target, "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n"))); // as a sandbox asks
    }

    Task<string> Stranger(string method, string target, string more = "", string? host = null) => RawHttp.Send(studio.Port,
        $"{method} {target} HTTP/1.1\r\nHost: {host ?? $"127.0.0.1:{studio.Port}"}\r\n{more}Connection: close\r\n\r\n");

    static async Task Refused(HttpClient client, string path)
    {
        using HttpResponseMessage response = await client.GetAsync(path);
        Assert.True(response.StatusCode == HttpStatusCode.Unauthorized, $"{path[..Math.Min(100, path.Length)]}: {response.StatusCode}");
        Assert.DoesNotContain("fine", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>An export of this name, and the address that the studio gives out for its pages.</summary>
    async Task<string> Ticketed(string name)
    {
        Prepare(studio.Folder, name);
        using JsonDocument json = JsonDocument.Parse(await studio.Inside.GetStringAsync($"/api/exports/{name}"));
        return json.RootElement.GetProperty("shown").GetString()!;
    }

    static void Prepare(string folder, string name)
    {
        string export = Path.Combine(folder, "exports", name);
        Directory.CreateDirectory(export);
        File.WriteAllText(Path.Combine(export, "page.html"), "<p>fine");
        File.WriteAllText(Path.Combine(export, "figure.svg"), "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>");
        File.WriteAllText(Path.Combine(export, "row.npy"), "numbers");
    }
}
