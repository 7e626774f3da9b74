using System.Diagnostics;

namespace Translucent.Cli.Tests.Hub;

/// <summary>The command itself, with the variables that users set.</summary>
[Trait("Process", "child")]
public sealed class HubProcessTests : IDisposable
{
    readonly FakeHub _hub = new();

    public void Dispose() => _hub.Dispose();

    Process Start(params string[] args)
    {
        // tests that a shell started in the background ignore Ctrl-C, and so would what they start
        string[] own = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", "dotnet"] : ["dotnet"];
        ProcessStartInfo start = new(own[0], [.. own[1..], Path.Combine(AppContext.BaseDirectory, "Translucent.Cli.dll"), .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("HF_", StringComparison.Ordinal)
            || k.EndsWith("_proxy", StringComparison.OrdinalIgnoreCase)).ToArray()) start.Environment.Remove(name);
        start.Environment["HF_HUB_CACHE"] = _hub.Cache;
        start.Environment["HF_ENDPOINT"] = _hub.Settings.Endpoint.ToString();
        start.Environment["HF_TOKEN"] = FakeHub.Token;
        return Process.Start(start)!;
    }

    static async Task<CliRun> End(Process process)
    {
        using (process)
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(5));
            return new CliRun(process.ExitCode, await output, await error);
        }
    }

    [Fact]
    public async Task A_model_that_was_pulled_has_a_name_for_every_verb()
    {
        CliRun missing = await End(Start("models", "inspect", "org/vit"));
        Assert.Equal(2, missing.Code);
        Assert.Contains("fetch it with 'translucent models pull org/vit'", missing.Error);

        CliRun pull = await End(Start("models", "pull", "org/vit"));
        Assert.Equal((0, ""), (pull.Code, pull.Error));
        Assert.True(_hub.Asked[0].HasToken);
        Assert.False(_hub.AskedStorage[0].HasToken);

        using TempFolder folder = new();
        CliRun explain = await End(Start("explain", CliRun.Photo, "--model", "org/vit", "--out", folder["out"], "--no-segmentation", "--render-size", "64"));
        Assert.Equal((0, ""), (explain.Code, explain.Error));
        Assert.Equal("org/vit", CliRun.Result(folder["out"]).GetProperty("model").GetProperty("name").GetString());

        CliRun list = await End(Start("models", "list"));
        Assert.Matches(@"(?m)^org/vit +main +170 KiB +ViT +ready$", list.Output);
    }

    [Fact]
    public async Task Ctrl_C_ends_at_once_and_two_processes_share_what_is_left()
    {
        if (OperatingSystem.IsWindows()) return;
        TaskCompletionSource never = new();
        byte[] weights = _hub.Files["model.safetensors"];
        _hub.OnStorage = request => FakeHub.Part(request, weights) with { Cut = 40_000, Then = never.Task };
        Process pull = Start("models", "pull", "org/vit");
        string incomplete = _hub.Blob("model.safetensors") + ".incomplete";
        await FakeHub.Until(() => File.Exists(incomplete) && new FileInfo(incomplete).Length == 40_000);
        using (Process signal = Process.Start("kill", ["-INT", $"{pull.Id}"])) await signal.WaitForExitAsync();
        CliRun run = await End(pull);
        Assert.Equal(130, run.Code);
        Assert.Contains("cancelled; what has arrived is kept", run.Error);

        _hub.OnStorage = _ => null;
        CliRun[] both = await Task.WhenAll(End(Start("models", "pull", "org/vit")), End(Start("models", "pull", "org/vit")));
        Assert.All(both, r => Assert.Equal(0, r.Code));
        Assert.Equal([0L, 40_000], _hub.AskedStorage.Select(r => r.From));
        Assert.Equal(weights, File.ReadAllBytes(Path.Combine(_hub.Snapshot, "model.safetensors")));
    }

    [Fact]
    public async Task Help_names_the_variables()
    {
        CliRun run = await End(Start("models", "pull", "--help"));
        Assert.All((string[])["HF_HOME", "HF_HUB_CACHE", "HF_TOKEN", "HF_ENDPOINT", "HF_HUB_OFFLINE"], name => Assert.Contains(name, run.Output));
    }
}
