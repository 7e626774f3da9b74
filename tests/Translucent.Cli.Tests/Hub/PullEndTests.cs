using System.Diagnostics;
using Translucent.Hub;

namespace Translucent.Cli.Tests.Hub;

/// <summary>Servers that never finish: every pull ends, by the number of requests, the rate or the time.</summary>
public sealed class PullEndTests : IDisposable
{
    readonly FakeHub _hub = new();

    public void Dispose() => _hub.Dispose();

    byte[] Weights => _hub.Files["model.safetensors"];

    string Incomplete => _hub.Blob("model.safetensors") + ".incomplete";

    public static readonly TheoryData<string> Refusals = ["416", "another start", "another length", "no range", "a page"];

    Reply Refuse(string how, Request request) => how switch
    {
        "416" => new(416),
        "another start" => new(206, Weights[5..]) { Headers = { ["Content-Range"] = $"bytes 5-{Weights.Length - 1}/{Weights.Length}" } },
        "another length" => new(206, Weights) { Headers = { ["Content-Range"] = $"bytes {request.From}-{Weights.Length}/{Weights.Length + 1}" } },
        "no range" => new(206, Weights),
        _ => new(200, "<html>"),
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Half_a_file_and_a_refusal_of_every_resume_ends(string how)
    {
        _hub.OnStorage = request => request.From == 0 ? new Reply(200, Weights) { Cut = Weights.Length / 2 } : Refuse(how, request);
        await _hub.Fails("model.safetensors: the server breaks the connection off and refuses to send the rest of the file; what has arrived is kept");
        Assert.InRange(_hub.AskedStorage.Length, 2, 2 * _hub.Patience.Tries);
        Assert.Equal(_hub.AskedStorage.Length - 1, _hub.Waits.Count);

        _hub.OnStorage = _ => null;
        await _hub.Succeeds();
    }

    [Fact]
    public async Task Half_a_file_and_no_ranges_ends()
    {
        _hub.OnStorage = _ => new Reply(200, Weights) { Cut = Weights.Length / 2 };
        await _hub.Fails("model.safetensors: the connection broke off again and again");
        Assert.Equal(1 + _hub.Patience.Tries, _hub.AskedStorage.Length);
    }

    [Fact]
    public async Task A_few_bytes_a_connection_end_however_often_they_come()
    {
        _hub.OnStorage = request => FakeHub.Part(request, Weights) with { Cut = 7 };
        await _hub.Fails("model.safetensors: the connection broke off again and again");
        Assert.Equal(_hub.Patience.Tries, _hub.AskedStorage.Length);
        Assert.Equal(7 * _hub.Patience.Tries, new FileInfo(Incomplete).Length);
        int asked = _hub.AskedStorage.Length;
        await _hub.Fails("broke off");
        Assert.Equal(7 * asked, _hub.AskedStorage[asked].From);
    }

    [Fact]
    public async Task A_trickle_is_given_up_and_kept()
    {
        _hub.Patience = _hub.Patience with { LeastRate = 1e9, RateWindow = TimeSpan.FromMilliseconds(1), Silence = TimeSpan.FromMilliseconds(200) };
        TaskCompletionSource go = new();
        _hub.OnStorage = request => FakeHub.Part(request, Weights) with { Cut = request.From < 80_000 ? 40_000 : null, Then = go.Task };
        await _hub.Fails("model.safetensors: less than 1000000000 bytes a second arrive; what has arrived is kept");
        go.SetResult();
        Assert.InRange(new FileInfo(Incomplete).Length, 1, Weights.Length - 1);
    }

    [Theory]
    [InlineData("--min-rate", "0", 0)]
    [InlineData("--min-rate", "1G", 1)]
    public async Task The_least_rate_is_an_option(string option, string value, int code)
    {
        _hub.Patience = _hub.Patience with { LeastRate = 1e12, RateWindow = TimeSpan.FromMilliseconds(1) };
        _hub.OnStorage = request => FakeHub.Part(request, Weights) with { Cut = request.From < 80_000 ? 40_000 : null, Then = Task.Delay(50) };
        Assert.Equal(code, (await _hub.Pull("org/vit", option, value)).Code);
    }

    [Fact]
    public async Task A_time_limit_ends_a_pull_wherever_it_is()
    {
        TaskCompletionSource never = new();
        foreach (bool listing in (bool[])[true, false])
        {
            _hub.OnHub = request => listing ? new Reply(200, Weights) { Cut = 1, Then = never.Task } : null;
            _hub.OnStorage = request => FakeHub.Part(request, Weights) with { Cut = 40_000, Then = never.Task };
            Stopwatch clock = Stopwatch.StartNew();
            await _hub.FailsWith(["org/vit", "--time-limit", "1.5"], "org/vit: took longer than the time limit of 1.5 s; what has arrived is kept");
            Assert.InRange(clock.Elapsed.TotalSeconds, 1, 25);
        }
        Assert.Equal(40_000, new FileInfo(Incomplete).Length);
    }

    [Fact]
    public async Task A_silence_has_an_option_too()
    {
        TaskCompletionSource never = new();
        _hub.OnStorage = request => FakeHub.Part(request, Weights) with { Cut = 0, Then = never.Task };
        await _hub.FailsWith(["org/vit", "--timeout", "0.1"], "model.safetensors: the connection broke off again and again");
    }

    [Theory]
    [InlineData("--timeout", "0")]
    [InlineData("--timeout", "soon")]
    [InlineData("--min-rate", "-1")]
    [InlineData("--min-rate", "fast")]
    [InlineData("--time-limit", "1e99")]
    public async Task An_option_that_is_no_limit_is_refused(string option, string value)
    {
        CliRun run = await _hub.Pull("org/vit", option, value);
        Assert.Equal(2, run.Code);
        Assert.Contains($"{option} {value}: expected ", run.Error);
        Assert.Empty(_hub.Asked);
    }

    [Fact]
    public void Limits_come_from_the_environment()
    {
        Dictionary<string, string> variables = new()
        {
            ["HF_HUB_DOWNLOAD_TIMEOUT"] = "7",
            ["HF_HUB_ETAG_TIMEOUT"] = "2.5",
            ["TRANSLUCENT_HUB_MIN_RATE"] = "64K",
            ["TRANSLUCENT_HUB_TIME_LIMIT"] = "3600",
        };
        Patience patience = HubSettings.Read(variables.GetValueOrDefault).Patience;
        Assert.Equal((7, 2.5, 65_536, 3600),
            (patience.Silence.TotalSeconds, patience.Answer.TotalSeconds, patience.LeastRate, patience.Limit!.Value.TotalSeconds));
        Patience standard = HubSettings.Read(_ => null).Patience;
        Assert.Equal((30, 30, 1024), (standard.Silence.TotalSeconds, standard.Answer.TotalSeconds, standard.LeastRate));
        Assert.Null(standard.Limit);
    }
}
