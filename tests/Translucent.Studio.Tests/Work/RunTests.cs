using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;

namespace Translucent.Studio.Tests.Work;

/// <summary>Exports by the command, jobs as pages see them, starting and ending.</summary>
public sealed class RunTests(RunningStudio studio)
{
    static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2); // never waited out: a machine may be busy

    [Fact]
    public async Task An_export_is_what_the_command_writes()
    {
        string words = $"view=classes&model=cifar10-vit&image={await studio.Picture("chelsea.png")}&methods=gae&class=3";
        (int job, string name) = await Export(studio.Inside, words);
        Assert.StartsWith("classes-", name, StringComparison.Ordinal);
        Assert.Equal("done", await Ended(studio.Inside, job));
        using JsonDocument list = JsonDocument.Parse(await studio.Inside.GetStringAsync($"/api/exports/{name}"));
        string[] files = [.. list.RootElement.GetProperty("files").EnumerateArray().Select(f => f.GetProperty("name").GetString()!)];
        Assert.Contains("index.html", files);
        Assert.Contains("result.json", files);
        Assert.Contains(files, f => f.EndsWith(".npy", StringComparison.Ordinal));
        foreach (string file in files)
        {
            byte[] content = await studio.Inside.GetByteArrayAsync($"/files/{name}/{Uri.EscapeDataString(file)}");
            Assert.Equal(File.ReadAllBytes(Path.Combine(studio.Folder, "exports", name, file)), content);
        }
    }

    [Theory]
    [InlineData("view=classes&methods=gae&class=3&against=5&trust=1",
        "explain|PICTURE|--model|MODEL|--method|gae|--target|3-5|--trust|--no-segmentation|--out|FOLDER")]
    [InlineData("view=tokens&layer=4&row=2&column=3", "tokens|PICTURE|--model|MODEL|--layer|4|--token|2,3|--out|FOLDER")]
    [InlineData("view=tokens&layer=4&function=e", "tokens|PICTURE|--model|MODEL|--layer|4|--function|e|--out|FOLDER")]
    [InlineData("view=tokens&stream=queries&layer=3&token=5", "tokens|PICTURE|--model|MODEL|--layer|3|--stream|queries|--token|5|--out|FOLDER")]
    [InlineData("view=tokens&stream=image&layer=2&row=2&column=3&question=-x+y",
        "tokens|PICTURE|--model|MODEL|--layer|2|--stream|image|--token|2,3|--out|FOLDER|--|-x y")]
    [InlineData("view=tokens&layer=2&token=1&text=--out+%2Fetc", "tokens|--model|MODEL|--layer|2|--token|1|--out|FOLDER|--|--out /etc")]
    [InlineData("view=segments&layer=4&k=5&tau=0.5", "segment|PICTURE|--model|MODEL|--layer|4|--clusters|5|--tau|0.5|--out|FOLDER")]
    [InlineData("view=project&class=2", "project|PICTURE|--model|MODEL|--target|2|--out|FOLDER")]
    [InlineData("view=attention&site=decoder.1.cross.probs&token=5&head=3",
        "attention|PICTURE|--model|MODEL|--head|3|--site|decoder.1.cross.probs|--token|5|--out|FOLDER")]
    [InlineData("view=attention&layer=3&row=2&column=4", "attention|PICTURE|--model|MODEL|--layer|3|--token|2,4|--out|FOLDER")]
    [InlineData("view=question&question=--out+%2Fetc", "ask|--model|MODEL|--image|PICTURE|--out|FOLDER|--|--out /etc")]
    public async Task A_view_becomes_a_line_of_the_command(string words, string line)
    {
        using TempFolder folder = new();
        string[] ran = [];
        await using StudioServer server = await StudioServer.Start(RunningStudio.Settings(folder.Path) with
        {
            Command = (arguments, say, _) => { ran = arguments; say("writing"); return Task.FromResult(0); },
        });
        using HttpClient client = Inside(server);
        (int job, string name) = await Export(client, $"{words}&model=cifar10-vit&image={await studio.Picture("chelsea.png")}");
        Assert.Equal("done", await Ended(client, job));
        Assert.Equal(line.Replace("PICTURE", Samples.File("chelsea.png"), StringComparison.Ordinal)
            .Replace("MODEL", Samples.Model("cifar10-vit"), StringComparison.Ordinal)
            .Replace("FOLDER", Path.Combine(folder.Path, "exports", name), StringComparison.Ordinal).Split('|'), ran);
    }

    [Fact]
    public async Task A_long_job_is_cancelled_and_a_failed_one_says_why()
    {
        using TempFolder folder = new();
        TaskCompletionSource began = new();
        bool fails = false;
        await using StudioServer server = await StudioServer.Start(RunningStudio.Settings(folder.Path) with
        {
            Command = async (_, say, stop) =>
            {
                if (fails) { say("error: the disk is full"); return 1; }
                began.TrySetResult();
                await Task.Delay(Timeout.Infinite, stop);
                return 0;
            },
        });
        using HttpClient client = Inside(server);
        string words = $"view=project&model=cifar10-vit&class=1&image={await studio.Picture("chelsea.png")}";
        (int job, _) = await Export(client, words);
        await began.Task.WaitAsync(s_patience);
        using HttpResponseMessage cancelled = await client.PostAsync($"/api/jobs/{job}/cancel", null);
        Assert.Equal(HttpStatusCode.NoContent, cancelled.StatusCode);
        Assert.Equal("cancelled", await Ended(client, job));
        fails = true;
        (int second, _) = await Export(client, words);
        Assert.Equal("failed: error: the disk is full", await Ended(client, second));
    }

    [Fact]
    public async Task A_question_that_two_ask_is_one_job()
    {
        string words = $"model=fashion-vit&image={await studio.Picture("coffee.png")}&method=gae&class=7";
        byte[][] answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => studio.Inside.GetByteArrayAsync($"/api/ask/map?{words}")));
        Assert.All(answers, a => Assert.Equal(answers[0], a));
        Stopwatch clock = Stopwatch.StartNew();
        TimeSpan before = Environment.CpuUsage.TotalTime;
        Assert.Equal(answers[0], await studio.Inside.GetByteArrayAsync($"/api/ask/map?{words}"));
        TimeSpan work = Environment.CpuUsage.TotalTime - before; // of this process: other processes may hold it up as long as they like
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(2) || work < TimeSpan.FromSeconds(2),
            $"{clock.Elapsed}: it waited for other work, though the answer is known.");
    }

    [Fact]
    public async Task A_port_that_is_taken_is_said_to_be()
    {
        using TempFolder folder = new();
        IOException e = await Assert.ThrowsAsync<IOException>(() => StudioServer.Start(RunningStudio.Settings(folder.Path) with { Port = studio.Port }));
        Assert.IsType<AddressInUseException>(e.InnerException);
        List<string> said = [];
        Assert.Equal(1, await Cli.Verbs.StudioVerb.Export(["studio", "--port", $"{studio.Port}", "--out", folder["out"]], said.Add, default));
        Assert.Equal($"translucent: --port {studio.Port}: is in use; name another, or 0 for any that is free.", Assert.Single(said));
    }

    [Fact]
    public async Task The_command_prints_the_address_and_ends_when_it_is_told_to()
    {
        using TempFolder folder = new();
        using CancellationTokenSource stop = new();
        List<string> said = [];
        TaskCompletionSource<string> address = new();
        Task<int> run = Cli.Verbs.StudioVerb.Export(["studio", "--port", "0", "--out", folder["out"]], line =>
        {
            said.Add(line);
            if (line.IndexOf("http://127.0.0.1:", StringComparison.Ordinal) is >= 0 and int at) address.TrySetResult(line[at..]);
        }, stop.Token);
        string open = await address.Task.WaitAsync(s_patience);
        Assert.Matches(@"^http://127\.0\.0\.1:\d+/\?token=[0-9a-f]{48}$", open);
        using HttpClient client = new();
        Assert.Contains("Translucent", await client.GetStringAsync(new Uri(open)), StringComparison.Ordinal);
        await stop.CancelAsync();
        Assert.Equal(0, await run.WaitAsync(s_patience));
        Assert.Contains("closed", said[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_end_does_not_wait_for_pages_that_listen()
    {
        using TempFolder folder = new();
        StudioServer server = await StudioServer.Start(RunningStudio.Settings(folder.Path));
        using HttpClient client = Inside(server);
        using HttpResponseMessage events = await client.GetAsync("/api/events", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", events.Content.Headers.ContentType!.MediaType);
        using StreamReader listening = new(await events.Content.ReadAsStreamAsync());
        Task<string> heard = listening.ReadToEndAsync();
        await server.DisposeAsync();
        await heard.WaitAsync(s_patience); // to its end: where the studio loses its patience it cuts pages off, and this throws
        using TcpClient late = new();
        await Assert.ThrowsAsync<SocketException>(() => late.ConnectAsync(IPAddress.Loopback, new Uri(server.Address).Port));
    }

    static HttpClient Inside(StudioServer server)
    {
        HttpClient client = RunningStudio.Client(server);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", RunningStudio.TokenOf(server));
        return client;
    }

    static async Task<(int Job, string Name)> Export(HttpClient client, string words)
    {
        using HttpResponseMessage response = await client.PostAsync($"/api/export?{words}", null);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        using JsonDocument json = JsonDocument.Parse(text);
        return (json.RootElement.GetProperty("job").GetInt32(), json.RootElement.GetProperty("name").GetString()!);
    }

    /// <summary>How a job ended, as the stream of events tells it.</summary>
    static async Task<string> Ended(HttpClient client, int job)
    {
        using CancellationTokenSource patience = new(s_patience);
        using StreamReader events = new(await client.GetStreamAsync("/api/events", patience.Token));
        while (await events.ReadLineAsync(patience.Token) is { } line)
        {
            if (!line.StartsWith("data: ", StringComparison.Ordinal)) continue;
            using JsonDocument now = JsonDocument.Parse(line["data: ".Length..]);
            JsonElement found = now.RootElement.GetProperty("jobs").EnumerateArray().FirstOrDefault(j => j.GetProperty("id").GetInt32() == job);
            if (found.ValueKind != JsonValueKind.Object) continue;
            string state = found.GetProperty("state").GetString()!;
            if (state is "waiting" or "running") continue;
            return found.GetProperty("problem").GetString() is { } why ? $"{state}: {why}" : state;
        }
        return "the stream ended";
    }
}
