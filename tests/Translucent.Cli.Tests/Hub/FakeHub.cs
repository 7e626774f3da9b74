using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Translucent.Cli.Verbs;
using Translucent.Hub;

namespace Translucent.Cli.Tests.Hub;

/// <summary>A hub with one model, org/vit, and a storage on another port that large files are redirected to; either can be told to fail.</summary>
sealed class FakeHub : IDisposable
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567", Token = "hf_secret";

    readonly HttpServer _hub, _storage;
    readonly TempFolder _folder = new();

    public FakeHub()
    {
        _storage = new HttpServer(request => OnStorage(request) ?? FromStorage(request));
        _hub = new HttpServer(request => OnHub(request) ?? FromHub(request));
        Settings = new HubSettings { Cache = _folder["hub"], Endpoint = _hub.Address };
        Patience = new Patience
        {
            Wait = (time, _) =>
            {
                Waits.Add(time);
                return Task.CompletedTask;
            },
        };
    }

    /// <summary>The files of the model.</summary>
    public SortedDictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal)
    {
        ["config.json"] = File.ReadAllBytes(Golden.File("vision/vit/config.json")),
        ["model.safetensors"] = File.ReadAllBytes(Golden.File("vision/vit/model.safetensors")),
        ["pytorch_model.bin"] = [1, 2, 3],
        ["README.md"] = "# A model"u8.ToArray(),
        ["onnx/model.onnx"] = [0],
    };

    /// <summary>Answers in the place of the hub; null leaves it to the hub.</summary>
    public Func<Request, Reply?> OnHub { get; set; } = _ => null;

    /// <summary>Answers in the place of the storage.</summary>
    public Func<Request, Reply?> OnStorage { get; set; } = _ => null;

    public HubSettings Settings { get; set; }

    public Patience Patience { get; set; }

    /// <summary>Waits between tries, which take no time here.</summary>
    public List<TimeSpan> Waits { get; } = [];

    public Request[] Asked => [.. _hub.Requests];

    public Request[] AskedStorage => [.. _storage.Requests];

    public Uri StorageAddress => _storage.Address;

    public string Cache => Settings.Cache;

    public string Snapshot => Path.Combine(Cache, "models--org--vit", "snapshots", Commit);

    public string Blob(string name) => Path.Combine(Cache, "models--org--vit", "blobs", Hash(name));

    public string Weights => "model.safetensors";

    /// <summary>Makes the model that of a folder.</summary>
    public void Take(string folder)
    {
        Files.Clear();
        foreach (string path in Directory.GetFiles(folder)) Files[Path.GetFileName(path)] = File.ReadAllBytes(path);
    }

    /// <summary>Runs <c>pull</c> against this hub.</summary>
    public Task<CliRun> Pull(params string[] args) => Pull(CancellationToken.None, args);

    public async Task<CliRun> Pull(CancellationToken stop, params string[] args)
    {
        using StringWriter output = new(), error = new();
        int code = await Pull(output, error, stop, args.Length == 0 ? ["org/vit"] : args);
        return new CliRun(code, output.ToString(), error.ToString());
    }

    /// <summary>The same; what it says can be read on the way.</summary>
    public Task<int> Pull(TextWriter output, TextWriter error, CancellationToken stop, params string[] args) =>
        CommandLine.Run(PullVerb.Create(() => Settings with { Patience = Patience }), args, output, error, stop);

    /// <summary>Pulls and expects success and a snapshot that is right to the last byte.</summary>
    public async Task<CliRun> Succeeds(params string[] args)
    {
        CliRun run = await Pull(args);
        Assert.True(run.Code == 0, run.Error + run.Output);
        foreach (string name in (string[])["config.json", Weights]) Assert.Equal(Files[name], File.ReadAllBytes(Path.Combine(Snapshot, name)));
        Assert.Empty(Directory.GetFiles(Cache, "*.incomplete", SearchOption.AllDirectories));
        return run;
    }

    /// <summary>Pulls and expects one line that says what is wrong.</summary>
    public Task<CliRun> Fails(params string[] expected) => FailsWith(["org/vit"], expected);

    /// <inheritdoc cref="Fails"/>
    public async Task<CliRun> FailsWith(string[] args, params string[] expected)
    {
        CliRun run = await Pull(args);
        Assert.Equal(1, run.Code);
        string line = Assert.Single(run.Error.TrimEnd('\n').Split('\n'), l => !l.Contains("trying again"));
        Assert.StartsWith("translucent: ", line);
        Assert.DoesNotContain(Token, line);
        Assert.All(expected, part => Assert.Contains(part, line));
        return run;
    }

    /// <summary>Waits until something is so, for at most some minutes.</summary>
    public static async Task Until(Func<bool> isSo)
    {
        for (int tries = 0; !isSo(); tries++)
        {
            Assert.True(tries < 30_000, "never came to be so");
            await Task.Delay(10);
        }
    }

    /// <summary>The hash by which the hub names a file.</summary>
    public string Hash(string name) => IsLarge(name) ? Convert.ToHexStringLower(SHA256.HashData(Files[name])) : Git(Files[name]);

    public void Dispose()
    {
        _hub.Dispose();
        _storage.Dispose();
        _folder.Dispose();
    }

    /// <summary>The listing as the hub writes it.</summary>
    public Reply Listing()
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            json.WriteString("sha", Commit);
            json.WriteStartArray("siblings");
            foreach ((string name, byte[] content) in Files)
            {
                json.WriteStartObject();
                json.WriteString("rfilename", name);
                json.WriteNumber("size", content.Length);
                json.WriteString("blobId", Git(content));
                if (IsLarge(name))
                {
                    json.WriteStartObject("lfs");
                    json.WriteString("sha256", Hash(name));
                    json.WriteNumber("size", content.Length);
                    json.WriteNumber("pointerSize", 135);
                    json.WriteEndObject();
                }
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return new Reply(200, stream.ToArray());
    }

    /// <summary>Content from where it was asked for.</summary>
    public static Reply Part(Request request, byte[] content)
    {
        if (request.From == 0) return new Reply(200, content);
        if (request.From >= content.Length) return new Reply(416) { Headers = { ["Content-Range"] = $"bytes */{content.Length}" } };
        return new Reply(206, content[(int)request.From..]) { Headers = { ["Content-Range"] = $"bytes {request.From}-{content.Length - 1}/{content.Length}" } };
    }

    Reply FromHub(Request request)
    {
        string[] parts = request.Path.Split('/', '?');
        if (request.Path.StartsWith("/api/models/org/vit/revision/", StringComparison.Ordinal)
            && request.Path.EndsWith("?blobs=true", StringComparison.Ordinal)) return Listing();
        if (parts is not ["", "org", "vit", "resolve", Commit, string name] || !Files.TryGetValue(name, out byte[]? content)) return new Reply(404)
        {
            Headers = { ["X-Error-Code"] = "EntryNotFound" },
        };
        if (!IsLarge(name)) return Part(request, content) with
        {
            Headers = new(Part(request, content).Headers) { ["ETag"] = $"\"{Hash(name)}\"", ["X-Repo-Commit"] = Commit },
        };
        return new Reply(302)
        {
            Headers =
            {
                ["Location"] = new Uri(StorageAddress, $"{Hash(name)}?signature=1").ToString(),
                ["X-Linked-Etag"] = $"\"{Hash(name)}\"",
                ["X-Linked-Size"] = $"{content.Length}",
                ["X-Repo-Commit"] = Commit,
            },
        };
    }

    Reply FromStorage(Request request) => Part(request, Files.Single(f => request.Path.Contains(Hash(f.Key), StringComparison.Ordinal)).Value);

    static bool IsLarge(string name) => name.EndsWith(".safetensors", StringComparison.Ordinal) || name.EndsWith(".bin", StringComparison.Ordinal);

    static string Git(byte[] content) => Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {content.Length}\0"), .. content]));
}
