using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Translucent.Studio.Tests.Door;

/// <summary>Nobody comes in without the token, under another name, or from a page of another site.</summary>
public sealed class DoormanTests(RunningStudio studio)
{
    [Theory]
    [InlineData("/")]
    [InlineData("/index.html")]
    [InlineData("/app.js")]
    [InlineData("/api/state")]
    [InlineData("/api/pictures/0123456789abcdef")]
    [InlineData("/api/ask/open?model=cifar10-vit")]
    [InlineData("/api/follow/deletion?model=cifar10-vit")]
    [InlineData("/api/events")]
    [InlineData("/api/exports/classes-1")]
    [InlineData("/files/classes-1/index.html")]
    [InlineData("/nothing")]
    public async Task Nothing_is_answered_without_a_token(string path)
    {
        using HttpResponseMessage response = await studio.Outside.GetAsync(path);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("translucent studio: open the address that 'translucent studio' printed, with its token.\n", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_wrong_token_is_none()
    {
        string right = studio.Token, cookie = $"translucent-{studio.Port}";
        Assert.Equal(48, right.Length);
        char other = right[0] == 'a' ? 'b' : 'a';
        foreach (string wrong in (string[])["", "x", right[..47], right + "0", other + right[1..], right.ToUpperInvariant(),
            new('0', 48), new('0', 8000), "%00"])
        {
            Assert.Equal(401, RawHttp.Status(await Bare($"/?token={wrong}", "")));
            Assert.Equal(401, RawHttp.Status(await Bare("/api/state", $"Authorization: Bearer {wrong}\r\n")));
            Assert.Equal(401, RawHttp.Status(await Bare("/api/state", $"Cookie: {cookie}={wrong}\r\n")));
        }
        Assert.Equal(401, RawHttp.Status(await Bare($"/?token={right}&token={right}", ""))); // which of them counts is not guessed
        Assert.Equal(401, RawHttp.Status(await Bare($"/api/state?token={right}", "")));      // the page alone takes it from an address
        Assert.Equal(401, RawHttp.Status(await Bare("/api/state", $"Authorization: Basic {right}\r\n")));
        Assert.Equal(401, RawHttp.Status(await Bare("/api/state", $"Cookie: translucent-1={right}\r\n")));
        Assert.Equal(200, RawHttp.Status(await Bare("/api/state", $"Cookie: {cookie}={right}\r\n")));
    }

    [Fact]
    public async Task The_token_becomes_a_cookie_and_leaves_the_address()
    {
        using HttpResponseMessage response = await studio.Outside.GetAsync($"/?token={studio.Token}");
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal("/", response.Headers.Location!.OriginalString);
        string cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"));
        string[] parts = [.. cookie.Split(';', StringSplitOptions.TrimEntries)];
        Assert.Equal($"translucent-{studio.Port}={studio.Token}", parts[0]);
        Assert.Equal(["httponly", "path=/", "samesite=strict"], parts[1..].Order(StringComparer.Ordinal));
        Assert.Empty(await response.Content.ReadAsStringAsync());
        Assert.Equal(200, RawHttp.Status(await Bare("/", $"Cookie: {parts[0]}\r\n")));
    }

    [Fact]
    public async Task Each_studio_has_a_token_of_its_own()
    {
        using TempFolder folder = new();
        await using StudioServer other = await StudioServer.Start(RunningStudio.Settings(folder.Path));
        Assert.NotEqual(studio.Token, RunningStudio.TokenOf(other));
        using HttpClient client = RunningStudio.Client(other);
        using HttpResponseMessage response = await client.GetAsync($"/?token={studio.Token}");
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Other_names_of_this_machine_are_refused_though_the_token_is_right()
    {
        int port = studio.Port;
        foreach (string host in (string[])["evil.example",
            $"evil.example:{port}", $"127.0.0.1.evil.example:{port}", $"localhost.evil.example:{port}",
            "127.0.0.1", "localhost", $"127.0.0.1:{port + 1}", $"127.0.0.1:0{port}", $"127.1:{port}", $"2130706433:{port}", $"0.0.0.0:{port}",
            $"127.0.0.2:{port}", $"[::1]:{port}", $"[::ffff:127.0.0.1]:{port}", "[::1]", $"localhost.:{port}", $"127.0.0.1:{port}@evil.example",
            $"evil.example, 127.0.0.1:{port}", ""])
        {
            string answer = await RawHttp.Get(studio, "/api/state", host);
            Assert.True(RawHttp.Status(answer) is 400 or 403, $"{host}: {answer.Split('\r')[0]}");
        }
        foreach (string host in (string[])[$"127.0.0.1:{port}", $"localhost:{port}", $"LOCALHOST:{port}"])
            Assert.Equal(200, RawHttp.Status(await RawHttp.Get(studio, "/api/state", host)));
    }

    [Fact]
    public async Task Requests_whose_name_is_missing_twofold_or_elsewhere_are_refused()
    {
        string me = $"127.0.0.1:{studio.Port}", let = $"Authorization: Bearer {studio.Token}\r\nConnection: close\r\n\r\n";
        foreach (string request in (string[])[$"GET /api/state HTTP/1.1\r\n{let}", $"GET /api/state HTTP/1.0\r\n{let}",
            $"GET /api/state HTTP/1.1\r\nHost: {me}\r\nHost: evil.example\r\n{let}",
            $"GET http://evil.example/api/state HTTP/1.1\r\nHost: evil.example\r\n{let}",
            $"GET http://evil.example/api/state HTTP/1.1\r\nHost: {me}\r\n{let}", $"CONNECT evil.example:80 HTTP/1.1\r\nHost: {me}\r\n{let}"])
        {
            int status = RawHttp.Status(await RawHttp.Send(studio.Port, request));
            Assert.True(status is 400 or 403 or 405, $"{status}: {request.Split('\r')[0]}");
        }
    }

    [Theory]
    [InlineData("null")]
    [InlineData("http://evil.example")]
    [InlineData("http://127.0.0.1")]
    [InlineData("https://127.0.0.1:PORT")]
    [InlineData("http://localhost:PORT")] // the page was asked for as 127.0.0.1
    [InlineData("http://127.0.0.1:1")]
    [InlineData("http://127.0.0.1:PORT.evil.example")]
    [InlineData("http://127.0.0.1:PORT/")]
    [InlineData("chrome-extension://abcdefghijklmnop")]
    public async Task Pages_of_other_sites_are_refused_though_the_cookie_came_along(string origin)
    {
        string from = $"Cookie: translucent-{studio.Port}={studio.Token}\r\nOrigin: {origin.Replace("PORT", $"{studio.Port}", StringComparison.Ordinal)}\r\n";
        Assert.Equal(403, RawHttp.Status(await Bare("/api/state", from)));
        Assert.Equal(403, RawHttp.Status(await Post("/api/jobs/1/cancel", from)));
        Assert.Equal(403, RawHttp.Status(await Bare("/api/state", $"Authorization: Bearer {studio.Token}\r\n{from}")));
    }

    [Theory]
    [InlineData("cross-site", "no-cors")]
    [InlineData("cross-site", "cors")]
    [InlineData("same-site", "no-cors")] // another port of this machine
    [InlineData("cross-site", "websocket")]
    [InlineData("anything", "no-cors")]
    public async Task What_browsers_say_of_where_a_request_comes_from_counts(string site, string mode)
    {
        string from = $"Cookie: translucent-{studio.Port}={studio.Token}\r\nSec-Fetch-Site: {site}\r\nSec-Fetch-Mode: {mode}\r\n";
        Assert.Equal(403, RawHttp.Status(await Bare("/api/state", from)));
        Assert.Equal(403, RawHttp.Status(await Post("/api/jobs/1/cancel", from)));
    }

    [Fact]
    public async Task A_link_may_lead_here_and_a_form_may_not()
    {
        string from = $"Cookie: translucent-{studio.Port}={studio.Token}\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n";
        Assert.Equal(200, RawHttp.Status(await Bare("/", from)));
        Assert.Equal(403, RawHttp.Status(await Post("/api/export?view=classes", from)));
    }

    [Fact]
    public async Task Whoever_changes_something_says_where_the_request_comes_from()
    {
        string cookie = $"Cookie: translucent-{studio.Port}={studio.Token}\r\n";
        Assert.Equal(403, RawHttp.Status(await Post("/api/jobs/999999/cancel", cookie)));
        Assert.Equal(404, RawHttp.Status(await Post("/api/jobs/999999/cancel", $"{cookie}Origin: {studio.Origin}\r\n")));
        Assert.Equal(404, RawHttp.Status(await Post("/api/jobs/999999/cancel", $"{cookie}Sec-Fetch-Site: same-origin\r\n")));
        Assert.Equal(404, RawHttp.Status(await Post("/api/jobs/999999/cancel", $"Authorization: Bearer {studio.Token}\r\n")));
        foreach (string method in (string[])["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
            Assert.Equal(403, RawHttp.Status(await RawHttp.Send(studio.Port, $"{method} /api/state HTTP/1.1\r\nHost: 127.0.0.1:{studio.Port}\r\n{cookie}"
                + "Content-Length: 0\r\nConnection: close\r\n\r\n")));
    }

    [Fact]
    public async Task Other_machines_find_no_open_port()
    {
        IPAddress[] addresses = [.. NetworkInterface.GetAllNetworkInterfaces().SelectMany(n => n.GetIPProperties().UnicastAddresses).Select(a => a.Address)
            .Where(a => a.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(a)), IPAddress.Parse("127.0.0.2")];
        foreach (IPAddress address in addresses)
        {
            using TcpClient client = new();
            await Assert.ThrowsAsync<SocketException>(() => client.ConnectAsync(address, studio.Port));
        }
    }

    Task<string> Bare(string target, string headers) =>
        RawHttp.Send(studio.Port, $"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{studio.Port}\r\n{headers}Connection: close\r\n\r\n");

    Task<string> Post(string target, string headers) => RawHttp.Send(studio.Port,
        $"POST {target} HTTP/1.1\r\nHost: 127.0.0.1:{studio.Port}\r\n{headers}Content-Length: 0\r\nConnection: close\r\n\r\n");
}
