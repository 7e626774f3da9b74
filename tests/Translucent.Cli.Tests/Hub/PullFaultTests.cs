using System.Net;
using System.Net.Sockets;
using Translucent.Files;
using Translucent.Hub;

namespace Translucent.Cli.Tests.Hub;

/// <summary>Whatever the hub or the way to it does wrong is one line with what to do, and what has arrived stays.</summary>
public sealed class PullFaultTests : IDisposable
{
    readonly FakeHub _hub = new();

    public void Dispose() => _hub.Dispose();

    [Theory]
    [InlineData(401, "", false, "there is no such public model; check the name at ")]
    [InlineData(401, "RepoNotFound", false, "for a private model set HF_TOKEN to a token from ")]
    [InlineData(401, "RepoNotFound", true, "there is no such model, or the account of your token may not see it")]
    [InlineData(401, "", true, "the token is not valid; set HF_TOKEN to one from ")]
    [InlineData(401, "GatedRepo", false, "is given only to those who accept its conditions; accept them at ")]
    [InlineData(403, "GatedRepo", true, "your account may not read it; ask for access at ")]
    [InlineData(403, "", true, "the server refuses: Not for you; check that your token may read this model")]
    [InlineData(404, "RepoNotFound", true, "there is no such model")]
    [InlineData(404, "", false, "there is no such model")]
    [InlineData(404, "RevisionNotFound", false, "has no revision 'main'")]
    [InlineData(418, "", false, "the server answers with status 418: Not for you; check HF_ENDPOINT")]
    public async Task A_refusal_says_what_to_do(int status, string code, bool token, string expected)
    {
        if (token) _hub.Settings = _hub.Settings with { Token = FakeHub.Token };
        _hub.OnHub = _ => new Reply(status) { Headers = { ["X-Error-Code"] = code, ["X-Error-Message"] = "Not for you" } };
        await _hub.Fails("translucent: org/vit: ", expected);
        Assert.Single(_hub.Asked);
        Assert.False(Directory.Exists(_hub.Cache));
    }

    [Theory]
    [InlineData(401, "GatedRepo", "org/vit: config.json: is given only to those who accept")]
    [InlineData(404, "EntryNotFound", "org/vit: config.json: the file is not there any more")]
    [InlineData(404, "", "org/vit: config.json: the file is not there any more")]
    public async Task A_file_can_be_refused_too(int status, string code, string expected)
    {
        _hub.OnHub = request => request.Path.Contains("/resolve/") ? new Reply(status) { Headers = { ["X-Error-Code"] = code } } : null;
        await _hub.Fails(expected);
    }

    [Fact]
    public async Task A_busy_server_is_asked_again_after_the_time_it_names()
    {
        int asked = 0;
        Reply[] busy = [new(429) { Headers = { ["Retry-After"] = "7" } }, new(429) { Headers = { ["RateLimit"] = "\"api\";r=0;t=55" } }, new(503), new(500)];
        _hub.OnHub = _ => asked < busy.Length ? busy[asked++] : null;
        CliRun run = await _hub.Succeeds();
        Assert.Equal([7, 56, 4, 8], _hub.Waits.Select(w => w.TotalSeconds));
        Assert.Contains("org/vit: the server answers with status 429; trying again in 7.0 s.", run.Error);
    }

    [Theory]
    [InlineData(429, 4, "too many requests")]
    [InlineData(503, 4, "the server is out of order (status 503)")]
    public async Task A_server_that_stays_busy_is_given_up(int status, int waits, string expected)
    {
        _hub.OnHub = _ => new Reply(status);
        await _hub.Fails(expected);
        Assert.Equal(waits, _hub.Waits.Count);
    }

    [Fact]
    public async Task A_server_that_asks_for_too_long_a_wait_is_given_up_at_once()
    {
        _hub.OnHub = _ => new Reply(429) { Headers = { ["Retry-After"] = DateTimeOffset.UtcNow.AddHours(3).ToString("R") } };
        await _hub.Fails("too many requests; try again in some minutes");
        Assert.Empty(_hub.Waits);
    }

    [Fact]
    public async Task An_endless_listing_is_not_read_to_its_end()
    {
        _hub.OnHub = _ => new Reply(200, new byte[(16 << 20) + 100_000]);
        await _hub.Fails("org/vit: the server's answer is longer than 16 MiB, expected a listing of files");
    }

    [Fact]
    public async Task What_a_server_says_is_shown_as_numbers_where_a_terminal_would_obey()
    {
        _hub.OnHub = _ => new Reply(200, """{"sha":"0123456789abcdef0123456789abcdef01234567","siblings":[{"rfilename":"../\u001b[2J\u202ex"}]}""");
        await _hub.Fails("lists the file '../\\u001b[2J\\u202ex', which would lie outside the model");
    }

    [Fact]
    public async Task Without_a_network_the_cache_still_serves()
    {
        using (TcpListener closed = new(IPAddress.Loopback, 0))
        {
            closed.Start();
            _hub.Settings = _hub.Settings with { Endpoint = new Uri($"http://127.0.0.1:{((IPEndPoint)closed.LocalEndpoint).Port}/") };
        }
        await _hub.Fails("127.0.0.1 cannot be reached (", "set HTTPS_PROXY or HF_ENDPOINT", "in the cache can be used");
        Assert.Single(_hub.Waits);
    }

    [Fact]
    public async Task Offline_nothing_is_asked()
    {
        HubSettings online = _hub.Settings;
        _hub.Settings = online with { Offline = true };
        await _hub.Fails("org/vit: is not in the cache (", "unset HF_HUB_OFFLINE");
        Assert.Empty(_hub.Asked);
        _hub.Settings = online;
        await _hub.Succeeds();
        int asked = _hub.Asked.Length;
        _hub.Settings = online with { Offline = true };
        Assert.Contains("org/vit opens", (await _hub.Succeeds()).Output);
        Assert.Equal(asked, _hub.Asked.Length);
    }

    [Fact]
    public async Task A_silent_server_is_not_waited_for_without_end()
    {
        TaskCompletionSource never = new();
        _hub.Patience = _hub.Patience with { Silence = TimeSpan.FromMilliseconds(200), Tries = 2 };
        _hub.OnStorage = _ => new Reply(200, _hub.Files["model.safetensors"]) { Cut = 0, Then = never.Task };
        await _hub.Fails("model.safetensors: the connection broke off again and again");
    }

    [Theory]
    [InlineData("<html>Sign in</html>", "the server's answer is not JSON", "HF_ENDPOINT")]
    [InlineData("[]", "is not JSON that describes a model", "HF_ENDPOINT")]
    [InlineData("null", "names no commit", "HF_ENDPOINT")]
    [InlineData("""{"sha": "\ud800"}""", "is not JSON that describes a model", "HF_ENDPOINT")]
    [InlineData("""{"sha": "main", "siblings": []}""", "names no commit", "HF_ENDPOINT")]
    [InlineData("""{"sha": "0123456789abcdef0123456789abcdef01234567"}""", "lists no files", "HF_ENDPOINT")]
    [InlineData("""{"sha": "0123456789abcdef0123456789abcdef01234567", "siblings": []}""", "has no weights (no files)", "model.safetensors")]
    [InlineData("""{"sha": "0123456789abcdef0123456789abcdef01234567", "siblings": [{"rfilename": "x", "size": -1}]}""", "gives a size that is none", "")]
    [InlineData("""{"sha": "0123456789abcdef0123456789abcdef01234567", "siblings": [{"rfilename": "x", "size": 9000000000000000000}]}""",
        "gives a size that is none", "")]
    [InlineData("""{"sha": "0123456789abcdef0123456789abcdef01234567", "siblings": [{"rfilename": "x", "size": 1, "blobId": "../../x"}]}""",
        "gives a hash that is none", "")]
    [InlineData("""{"sha": "0123456789abcdef0123456789abcdef01234567", "siblings": [{"rfilename": "model.safetensors", "size": 4000000000000"""
        + """, "blobId": "0123456789abcdef0123456789abcdef01234567"}]}""", "needs 3.6 TiB more, but ", "set HF_HUB_CACHE")]
    public async Task An_answer_that_is_none_is_refused(string answer, string expected, string advice)
    {
        _hub.OnHub = _ => new Reply(200, answer);
        await _hub.Fails(expected, advice);
    }

    [Theory]
    [InlineData("../evil.json")]
    [InlineData("a/../../evil")]
    [InlineData("/etc/passwd")]
    [InlineData("..\\\\evil")]
    [InlineData("C:evil")]
    [InlineData("a\\nb")]
    [InlineData("a//b")]
    [InlineData("\\u0000")]
    [InlineData(".")]
    [InlineData("")]
    public async Task Names_that_lead_out_of_the_model_are_refused(string name)
    {
        _hub.OnHub = _ => new Reply(200, $$"""{"sha": "{{FakeHub.Commit}}", "siblings": [{"rfilename": "model.safetensors"}, {"rfilename": "{{name}}"}]}""");
        await _hub.Fails("which would lie outside the model; nothing was fetched");
        Assert.False(Directory.Exists(_hub.Cache));
    }

    [Theory]
    [InlineData("""{"weight_map": {"a": "../model.safetensors"}}""", "names the shard '../model.safetensors', which is not in the repository")]
    [InlineData("""{"weight_map": {"a": "onnx/model.onnx"}}""", "names the shard 'onnx/model.onnx'")]
    [InlineData("""{"weight_map": {}}""", "names no shards")]
    [InlineData("[]", "holds no 'weight_map'")]
    [InlineData("x", "holds no 'weight_map'")]
    public async Task An_index_that_leads_elsewhere_is_refused(string index, string expected)
    {
        _hub.Files.Remove("model.safetensors");
        _hub.Files["model.safetensors.index.json"] = System.Text.Encoding.UTF8.GetBytes(index);
        await _hub.Fails(expected);
        Assert.Empty(_hub.AskedStorage);
    }

    [Fact]
    public async Task Redirects_in_a_circle_or_to_no_web_address_end()
    {
        _hub.OnHub = request => new Reply(302) { Headers = { ["Location"] = request.Path } };
        await _hub.Fails("redirects in a circle");
        _hub.OnHub = _ => new Reply(302) { Headers = { ["Location"] = "file:///etc/passwd" } };
        await _hub.Fails("which is not safe");
    }

    [Fact]
    public async Task A_cache_that_cannot_be_written_is_one_line()
    {
        using TempFolder folder = new();
        _hub.Settings = _hub.Settings with { Cache = Path.Combine(folder.Add("file", "in the way"), "hub") };
        await _hub.Fails("org/vit: the cache cannot be read or written: ", "set HF_HUB_CACHE to another");
        if (!OperatingSystem.IsLinux()) return;
        _hub.Settings = _hub.Settings with { Cache = "/proc/translucent" };
        await _hub.Fails("org/vit: the cache cannot be read or written: ", "set HF_HUB_CACHE to another");
    }

    [Fact]
    public async Task A_full_disk_is_one_line_and_what_has_arrived_stays()
    {
        if (!OperatingSystem.IsLinux()) return;
        new HubCache(_hub.Cache).Prepare(RepositoryId.Parse("org/vit"), FakeHub.Commit);
        File.CreateSymbolicLink(_hub.Blob("model.safetensors") + ".incomplete", "/dev/full"); // every write to it finds no space
        await _hub.Fails("org/vit: the cache cannot be read or written: ", "No space left on device", "Free space");
        Assert.True(File.Exists(Path.Combine(_hub.Snapshot, "config.json")));
    }

    [Fact]
    public void A_token_with_a_line_break_is_never_sent()
    {
        using TempFolder folder = new();
        HubSettings settings = _hub.Settings with { TokenFile = folder.Add("token", "hf_a\nX-Other: b\n") };
        Assert.Contains("another character that no token has", Assert.Throws<TranslucentException>(settings.FindToken).Message);
        Assert.Equal("hf_a", (settings with { TokenFile = folder.Add("token", " hf_a\n") }).FindToken());
    }
}
