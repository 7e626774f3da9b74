using System.Net.Http.Headers;
using System.Text.Json;
using Translucent.Cli.Verbs;

[assembly: AssemblyFixture(typeof(Translucent.Studio.Tests.RunningStudio))]

namespace Translucent.Studio.Tests;

/// <summary>A studio with the bundled models and photographs, for all tests; a test that needs another starts its own.</summary>
public sealed class RunningStudio : IAsyncLifetime
{
    readonly TempFolder _folder = new();

    public StudioServer Server { get; private set; } = null!;

    /// <summary>Where it keeps what it is given and what it exports.</summary>
    public string Folder => _folder.Path;

    public int Port => new Uri(Server.Address).Port;

    public string Token => TokenOf(Server);

    public string Origin => $"http://127.0.0.1:{Port}";

    /// <summary>A client that has the token, as a program has it.</summary>
    public HttpClient Inside { get; private set; } = null!;

    /// <summary>A client that has nothing.</summary>
    public HttpClient Outside { get; private set; } = null!;

    public static string TokenOf(StudioServer server) => server.Address[(server.Address.IndexOf('=') + 1)..];

    public static StudioSettings Settings(string folder) => new()
    {
        Folder = folder,
        MemoryBytes = 1L << 30,
        MostPixels = 20_000_000,
        MostUploadBytes = 4 << 20,
        Models = () => [.. Models.Select(name => new StudioModel(name, Samples.Model(name), "bundled"))],
        Pictures = [.. Photos.Select(Samples.File)],
        Detector = StudioVerb.Detector,
        Command = StudioVerb.Export,
        Version = "test",
    };

    public static IReadOnlyList<string> Models { get; } = ["cifar10-vit", "fashion-vit", "shapes-vit", "shapes-detr", "shapes-lxmert", "shapes-llama"];

    /// <summary>A generated scene, which the models of shapes know.</summary>
    public static string Scene { get; } = Path.GetRelativePath(Samples.File(""),
        Directory.GetFiles(Samples.File("shapes/images")).Order(StringComparer.Ordinal).First()).Replace('\\', '/');

    public static IReadOnlyList<string> Photos { get; } = ["chelsea.png", "astronaut.png", "coffee.png", Scene];

    public async ValueTask InitializeAsync()
    {
        Server = await StudioServer.Start(Settings(_folder.Path));
        Inside = Client(Server);
        Inside.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        Outside = Client(Server);
    }

    /// <summary>A client that follows nothing and keeps nothing.</summary>
    public static HttpClient Client(StudioServer server) => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        BaseAddress = new Uri(new Uri(server.Address).GetLeftPart(UriPartial.Authority)),
    };

    /// <summary>The id of one of the photographs.</summary>
    public async Task<string> Picture(string name)
    {
        using JsonDocument state = JsonDocument.Parse(await Inside.GetStringAsync("/api/state"));
        return state.RootElement.GetProperty("pictures").EnumerateArray().First(p => p.GetProperty("name").GetString() == Path.GetFileName(name))
            .GetProperty("id").GetString()!;
    }

    /// <summary>An answer; fails where there is none.</summary>
    public async Task<Answer> Ask(string kind, params (string Name, object Value)[] words)
    {
        using HttpResponseMessage response = await Inside.GetAsync($"/api/ask/{kind}?{Words(words)}");
        Assert.True(response.IsSuccessStatusCode, response.IsSuccessStatusCode ? "" : await response.Content.ReadAsStringAsync());
        return Answer.Of(await response.Content.ReadAsByteArrayAsync());
    }

    public static string Words((string Name, object Value)[] words) =>
        string.Join('&', words.Select(w => $"{w.Name}={Uri.EscapeDataString(FormattableString.Invariant($"{w.Value}"))}"));

    public async ValueTask DisposeAsync()
    {
        Inside.Dispose();
        Outside.Dispose();
        await Server.DisposeAsync();
        _folder.Dispose();
    }
}
