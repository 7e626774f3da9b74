using System.Net;
using Translucent.Studio.Http;

namespace Translucent.Studio.Tests.Door;

/// <summary>Every answer carries what keeps a browser from doing more than the studio asks.</summary>
public sealed class HeaderTests(RunningStudio studio)
{
    [Theory]
    [InlineData("/", 200)]
    [InlineData("/app.js", 200)]
    [InlineData("/style.css", 200)]
    [InlineData("/api/state", 200)]
    [InlineData("/nothing", 404)]
    [InlineData("/no/such/address", 404)]
    [InlineData("/api/pictures", 405)]
    [InlineData("/api/ask/nothing", 400)]
    [InlineData("/api/ask/open?model=nobody", 400)]
    [InlineData("/api/follow/nothing", 400)]
    [InlineData("/api/pictures/none", 400)]
    [InlineData("/files/none/none.html", 400)]
    [InlineData("/api/exports/none", 400)]
    public async Task Answers_and_refusals_alike(string path, int status)
    {
        using HttpResponseMessage response = await studio.Inside.GetAsync(path);
        Assert.Equal(status, (int)response.StatusCode);
        Kept(response);
    }

    [Fact]
    public async Task Those_who_are_not_let_in()
    {
        using HttpResponseMessage stranger = await studio.Outside.GetAsync("/"), entering = await studio.Outside.GetAsync($"/?token={studio.Token}");
        using HttpRequestMessage foreign = new(HttpMethod.Get, "/") { Headers = { { "Origin", "http://evil.example" } } };
        using HttpResponseMessage page = await studio.Inside.SendAsync(foreign);
        Assert.Equal(HttpStatusCode.Forbidden, page.StatusCode);
        foreach (HttpResponseMessage response in (HttpResponseMessage[])[stranger, entering, page]) Kept(response);
    }

    [Fact]
    public async Task Files_that_the_browser_has_already()
    {
        using HttpResponseMessage first = await studio.Inside.GetAsync("/app.js");
        using HttpRequestMessage again = new(HttpMethod.Get, "/app.js") { Headers = { { "If-None-Match", first.Headers.ETag!.ToString() } } };
        using HttpResponseMessage second = await studio.Inside.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Kept(second);
    }

    [Fact]
    public void The_policy_has_no_exceptions()
    {
        Assert.StartsWith("default-src 'none';", Doorman.Policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", Doorman.Policy, StringComparison.Ordinal);
        Assert.DoesNotContain("*", Doorman.Policy, StringComparison.Ordinal);
        Assert.DoesNotContain("data:", Doorman.Policy, StringComparison.Ordinal);
        foreach (string pages in Repository.Files("src/Translucent.Studio/Web", "*.*"))
            Assert.DoesNotMatch(@"https?://(?!www\.w3\.org/)", Repository.Text(pages));
    }

    static void Kept(HttpResponseMessage response)
    {
        string One(string name) => Assert.Single(response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values : []);
        Assert.Equal(Doorman.Policy, One("Content-Security-Policy"));
        Assert.Equal("nosniff", One("X-Content-Type-Options"));
        Assert.Equal("no-referrer", One("Referrer-Policy"));
        Assert.Equal("same-origin", One("Cross-Origin-Resource-Policy"));
        Assert.Equal("same-origin", One("Cross-Origin-Opener-Policy"));
        Assert.Contains(One("Cache-Control"), (string[])["no-store", "no-cache"]);
        Assert.False(response.Headers.Contains("Server"));
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }
}
