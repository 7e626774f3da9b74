namespace Translucent.Cli.Tests.Hub;

/// <summary>Downloads that break off, go on, or arrive wrong.</summary>
public sealed class PullResumeTests : IDisposable
{
    readonly FakeHub _hub = new();

    public void Dispose() => _hub.Dispose();

    byte[] Weights => _hub.Files["model.safetensors"];

    string Incomplete => _hub.Blob("model.safetensors") + ".incomplete";

    void Begun(byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Incomplete)!);
        File.WriteAllBytes(Incomplete, content);
    }

    [Fact]
    public async Task A_truncated_body_goes_on_where_it_ended()
    {
        _hub.OnStorage = request => FakeHub.Part(request, Weights) with { Cut = request.From < 90_000 ? 30_000 : null };
        await _hub.Succeeds();
        Assert.Equal([0L, 30_000, 60_000, 90_000], _hub.AskedStorage.Select(r => r.From));
        Assert.Equal([1, 1, 1], _hub.Waits.Select(w => w.TotalSeconds));
    }

    [Fact]
    public async Task A_body_that_never_goes_on_is_given_up_and_kept()
    {
        _hub.OnStorage = request => FakeHub.Part(request, Weights) with { Cut = request.From == 0 ? 50_000 : 0 };
        await _hub.Fails("model.safetensors: the connection broke off again and again; what has arrived is kept");
        Assert.Equal(50_000, new FileInfo(Incomplete).Length);
        Assert.False(File.Exists(Path.Combine(_hub.Cache, "models--org--vit", "refs", "main")));

        _hub.OnStorage = _ => null;
        CliRun run = await _hub.Succeeds();
        Assert.Equal(50_000, _hub.AskedStorage[^1].From);
        Assert.Contains("120 KiB to fetch, 50 KiB are there already", run.Output);
    }

    [Fact]
    public async Task A_server_without_ranges_sends_all_again()
    {
        Begun(Weights[..70_000]);
        _hub.OnStorage = _ => new Reply(200, Weights);
        await _hub.Succeeds();
        Assert.Equal(70_000, Assert.Single(_hub.AskedStorage).From);
    }

    [Fact]
    public async Task A_range_that_is_refused_or_wrong_starts_over()
    {
        foreach (Reply odd in (Reply[])[new(416), new(206, Weights[5..]) { Headers = { ["Content-Range"] = $"bytes 5-{Weights.Length - 1}/{Weights.Length}" } },
            new(206, Weights) { Headers = { ["Content-Range"] = "bytes 70000-99999/100000" } }])
        {
            Begun(Weights[..70_000]);
            _hub.OnStorage = request => request.From > 0 ? odd : null;
            await _hub.Succeeds();
            Assert.Equal(0, _hub.AskedStorage[^1].From);
            Directory.Delete(_hub.Cache, recursive: true);
        }
    }

    [Fact]
    public async Task A_begun_file_that_is_wrong_or_too_long_is_begun_anew()
    {
        Begun(new byte[70_000]);
        await _hub.Succeeds();
        Assert.Equal([70_000L, 0], _hub.AskedStorage.Select(r => r.From));
        Directory.Delete(_hub.Cache, recursive: true);
        Begun(new byte[Weights.Length + 1]);
        await _hub.Succeeds();
        Assert.Equal(0, _hub.AskedStorage[^1].From);
        Directory.Delete(_hub.Cache, recursive: true);
        Begun(Weights); // whole, but not yet named
        await _hub.Succeeds();
        Assert.Equal(3, _hub.AskedStorage.Length);
    }

    [Theory]
    [InlineData("model.safetensors", "SHA-256")]
    [InlineData("config.json", "git SHA-1")]
    public async Task Content_of_another_hash_is_thrown_away(string name, string kind)
    {
        byte[] wrong = [.. _hub.Files[name]];
        wrong[^1] ^= 1;
        _hub.OnStorage = request => FakeHub.Part(request, wrong);
        if (name == "config.json") _hub.OnHub = request => request.Path.EndsWith(name, StringComparison.Ordinal) ? new Reply(200, wrong) : null;
        await _hub.Fails($"{name}: what arrived has {kind} ", $"expected {_hub.Hash(name)[..12]}..; it was deleted");
        Assert.False(File.Exists(_hub.Blob(name)));
        Assert.Equal(0, new FileInfo(_hub.Blob(name) + ".incomplete").Length);
        Assert.False(File.Exists(Path.Combine(_hub.Snapshot, name)));
    }

    [Fact]
    public async Task A_body_of_another_length_is_refused()
    {
        _hub.OnStorage = _ => new Reply(200, Weights[..^1]);
        await _hub.Fails($"the server sends something else than the {Weights.Length} bytes that it announced");
        _hub.OnStorage = _ => Reply.Chunked([.. Weights, 0]);
        await _hub.Fails($"the server sends more than the {Weights.Length} bytes that it announced");
        _hub.OnStorage = _ => Reply.Chunked(Weights);
        await _hub.Succeeds();
    }

    [Fact]
    public async Task A_damaged_blob_or_a_link_to_nothing_is_mended()
    {
        await _hub.Succeeds();
        File.WriteAllBytes(_hub.Blob("model.safetensors"), [1, 2, 3]);
        await _hub.Succeeds();
        File.Delete(_hub.Blob("model.safetensors"));
        await _hub.Succeeds();
        Assert.Equal(3, _hub.AskedStorage.Length);
        File.Delete(Path.Combine(_hub.Snapshot, "model.safetensors")); // the blob is there: nothing to fetch
        await _hub.Succeeds();
        Assert.Equal(3, _hub.AskedStorage.Length);
    }

    [Fact]
    public async Task Cancelling_keeps_what_has_arrived()
    {
        TaskCompletionSource never = new();
        using CancellationTokenSource stop = new();
        _hub.OnStorage = request => FakeHub.Part(request, Weights) with { Cut = 40_000, Then = never.Task };
        Task<CliRun> running = _hub.Pull(stop.Token);
        await FakeHub.Until(() => File.Exists(Incomplete) && new FileInfo(Incomplete).Length == 40_000);
        stop.Cancel();
        CliRun run = await running;
        Assert.Equal(130, run.Code);
        Assert.Equal("translucent: cancelled; what has arrived is kept, 'translucent models pull org/vit' goes on there.\n", run.Error);
        Assert.Equal(40_000, new FileInfo(Incomplete).Length);

        _hub.OnStorage = _ => null;
        await _hub.Succeeds();
        Assert.Equal(40_000, _hub.AskedStorage[^1].From);
    }

    [Fact]
    public async Task Two_pulls_at_once_both_succeed_and_one_downloads()
    {
        TaskCompletionSource go = new();
        _hub.OnStorage = request =>
        {
            go.Task.Wait();
            return null;
        };
        using StringWriter said = new();
        TextWriter error = TextWriter.Synchronized(said);
        int Waiting()
        {
            lock (error) return said.ToString().Split("model.safetensors: waiting for another process that fetches it").Length - 1;
        }
        Task<int> first = _hub.Pull(TextWriter.Null, error, default, "org/vit"), second = _hub.Pull(TextWriter.Null, error, default, "org/vit");
        await FakeHub.Until(() => _hub.AskedStorage.Length > 0 && Waiting() > 0); // one is at it, and the other has found the lock held
        go.SetResult();
        Assert.Equal((0, 0), (await first, await second));
        Assert.Single(_hub.AskedStorage);
        Assert.Equal(1, Waiting());
        Assert.Equal(Weights, File.ReadAllBytes(Path.Combine(_hub.Snapshot, "model.safetensors")));
    }
}
