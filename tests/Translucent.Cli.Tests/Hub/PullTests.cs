using Translucent.Files;
using Translucent.Hub;
using Translucent.Runs;
using Translucent.Tests.Models;

namespace Translucent.Cli.Tests.Hub;

/// <summary>What <c>models pull</c> leaves in the cache, and what it says.</summary>
public sealed class PullTests : IDisposable
{
    readonly FakeHub _hub = new();

    public void Dispose() => _hub.Dispose();

    [Fact]
    public async Task A_model_lies_in_the_cache_as_other_tools_expect_it()
    {
        CliRun run = await _hub.Succeeds();
        Assert.Equal("", run.Error);
        string model = Path.Combine(_hub.Cache, "models--org--vit");
        Assert.Equal(["config.json", "model.safetensors"], Directory.GetFiles(_hub.Snapshot).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(FakeHub.Commit, File.ReadAllText(Path.Combine(model, "refs", "main")));
        Assert.Equal($"../../blobs/{_hub.Hash("config.json")}", new FileInfo(Path.Combine(_hub.Snapshot, "config.json")).LinkTarget);
        Assert.Equal($"../../blobs/{_hub.Hash("model.safetensors")}", new FileInfo(Path.Combine(_hub.Snapshot, "model.safetensors")).LinkTarget);
        Assert.Equal(2, Directory.GetFiles(Path.Combine(model, "blobs")).Length);
        Assert.True(File.Exists(Path.Combine(_hub.Cache, ".locks", "models--org--vit", _hub.Hash("model.safetensors") + ".lock")));
        Assert.StartsWith("Signature: 8a477f597d28d172789f06886806bc55", File.ReadAllText(Path.Combine(_hub.Cache, "CACHEDIR.TAG")));
    }

    [Fact]
    public async Task It_says_how_much_comes_what_came_and_how_to_use_it()
    {
        CliRun run = await _hub.Succeeds();
        string[] lines = run.Output.TrimEnd().Split('\n');
        Assert.Equal($"org/vit: 2 files of commit 0123456, 170 KiB to fetch; into {_hub.Cache}", lines[0]);
        Assert.Equal("model.safetensors: 169 KiB, fetched and checked", lines[1]);
        Assert.Contains("org/vit opens: ViT, 4 layers of 4 heads, 41,322 parameters, 10 classes.", run.Output);
        Assert.Contains("Use it:  translucent explain PHOTO --model org/vit", run.Output);
        Assert.Contains($"Folder:  {_hub.Snapshot}", run.Output);
    }

    [Fact]
    public async Task What_to_do_with_a_model_depends_on_its_classes()
    {
        using TempFolder folder = new();
        _hub.Take(Golden.File("vision/dino"));
        CliRun dino = await _hub.Succeeds();
        Assert.Contains("no classifier.", dino.Output);
        Assert.Contains("Use it:  translucent tokens PHOTO --model org/vit\n", dino.Output);

        _hub.Take(ClipFolder.Small().Write(folder["clip"]));
        Directory.Delete(_hub.Cache, recursive: true);
        CliRun clip = await _hub.Succeeds();
        Assert.Contains("Use it:  translucent explain PHOTO --model org/vit --classes \"a cat,a dog\"\n", clip.Output);
        await CliRun.Succeeds("explain", CliRun.Photo, "--model", _hub.Snapshot, "--classes", "a cat,a dog", "--out", folder["out"], "--no-segmentation",
            "--render-size", "64");
        Assert.Equal("org/vit", CliRun.Result(folder["out"]).GetProperty("model").GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_second_pull_asks_only_whether_there_is_something_new()
    {
        await _hub.Succeeds();
        int asked = _hub.Asked.Length;
        Assert.Contains("all 2 files are in the cache already", (await _hub.Succeeds()).Output);
        Assert.Equal(asked + 1, _hub.Asked.Length);
        Assert.Single(_hub.AskedStorage);
    }

    [Theory]
    [InlineData("v1.0", "v1.0", "v1.0")]
    [InlineData("refs/pr/1", "refs%2Fpr%2F1", "refs/pr/1")]
    public async Task A_revision_is_noted_by_its_name(string revision, string asked, string noted)
    {
        await _hub.Succeeds($"org/vit@{revision}");
        Assert.StartsWith($"/api/models/org/vit/revision/{asked}?", _hub.Asked[0].Path);
        Assert.Equal(FakeHub.Commit, File.ReadAllText(Path.Combine(_hub.Cache, "models--org--vit", "refs", noted)));
        HubCache cache = new(_hub.Cache);
        Assert.Equal(_hub.Snapshot, cache.Find(RepositoryId.Parse($"org/vit@{revision}")));
        Assert.Equal(_hub.Snapshot, cache.Find(RepositoryId.Parse($"org/vit@{FakeHub.Commit[..9]}")));
        Assert.Contains($"the cache, which has org/vit@{revision}", Assert.Throws<TranslucentException>(() => cache.Find(RepositoryId.Parse("org/vit")))
            .Message);
    }

    [Fact]
    public async Task The_token_goes_to_the_hub_and_to_no_other_host()
    {
        _hub.Settings = _hub.Settings with { Token = FakeHub.Token };
        await _hub.Succeeds();
        Assert.All(_hub.Asked, request => Assert.Equal($"Bearer {FakeHub.Token}", request.Headers["Authorization"]));
        Assert.False(Assert.Single(_hub.AskedStorage).HasToken);
    }

    [Fact]
    public async Task A_moved_model_is_found_with_the_token()
    {
        _hub.Settings = _hub.Settings with { Token = FakeHub.Token };
        _hub.OnHub = request => request.Path.Contains("/old/name/")
            ? new Reply(307) { Headers = { ["Location"] = request.Path.Replace("old/name", "org/vit") } } : null;
        CliRun run = await _hub.Pull("old/name");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.All(_hub.Asked, request => Assert.True(request.HasToken));
        Assert.True(File.Exists(Path.Combine(_hub.Cache, "models--old--name", "refs", "main")));
    }

    [Fact]
    public async Task Shards_are_fetched_as_their_index_names_them()
    {
        byte[] weights = _hub.Files["model.safetensors"];
        _hub.Files.Remove("model.safetensors");
        _hub.Files["model-00001-of-00002.safetensors"] = weights;
        _hub.Files["model-00002-of-00002.safetensors"] = weights[..^1];
        _hub.Files["model.safetensors.index.json"] = """{"weight_map": {"a": "model-00001-of-00002.safetensors"}}"""u8.ToArray();
        CliRun run = await _hub.Pull();
        Assert.StartsWith("org/vit: 3 files of commit 0123456, "
            + $"{ByteSize.Text(weights.Length + _hub.Files["config.json"].Length + _hub.Files["model.safetensors.index.json"].Length)} to fetch; into",
            run.Output);
        Assert.Equal(1, run.Code); // the index does not name what the shard holds
        Assert.Contains("is in the cache, but does not open: ", run.Output);
        Assert.Equal(["config.json", "model-00001-of-00002.safetensors", "model.safetensors.index.json"],
            Directory.GetFiles(_hub.Snapshot).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_language_model_is_fetched_and_its_first_verb_is_named()
    {
        _hub.Files.Clear();
        foreach (string file in (string[])["config.json", "model.safetensors", "tokenizer.json"])
            _hub.Files[file] = File.ReadAllBytes(Path.Combine(Samples.Model("shapes-llama"), file));
        CliRun run = await _hub.Pull();
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("org/vit opens: Llama, layers: 5, each of 4 heads, 2 of keys and values; 798,592 parameters.", run.Output);
        Assert.Contains("translucent generate \"Once upon a time\" --model org/vit", run.Output);
    }

    [Fact]
    public async Task A_family_that_is_not_supported_is_said_before_its_weights_are_fetched()
    {
        _hub.Files["config.json"] = """{"model_type": "swin"}"""u8.ToArray();
        await _hub.Fails("org/vit: its family 'swin' is not supported yet (vit, deit, ", "its weights were not fetched", "--force");
        Assert.Empty(_hub.AskedStorage);

        CliRun run = await _hub.Pull("org/vit", "--force");
        Assert.Equal(0, run.Code);
        Assert.Contains("fetching it all the same", run.Error);
        Assert.Contains("is in the cache, but does not open", run.Output);
        Assert.Single(_hub.AskedStorage);
    }

    [Theory]
    [InlineData("""{"architecture": "resnet50", "num_classes": 10}""", "its family 'resnet50 of timm' is not supported yet")]
    [InlineData("""{"model_type": 7}""", "'model_type' is 7, expected text")]
    [InlineData("no json", "config.json: is not JSON")]
    public async Task Settings_that_cannot_be_are_one_line(string config, string expected)
    {
        _hub.Files["config.json"] = System.Text.Encoding.UTF8.GetBytes(config);
        await _hub.Fails(expected);
        Assert.Empty(_hub.AskedStorage);
    }

    [Fact]
    public async Task Without_links_the_snapshot_holds_the_files()
    {
        _hub.Settings = _hub.Settings with { Symlinks = false };
        await _hub.Succeeds();
        Assert.All(Directory.GetFiles(_hub.Snapshot), file => Assert.Null(new FileInfo(file).LinkTarget));
        Assert.Empty(Directory.GetFiles(Path.Combine(_hub.Cache, "models--org--vit", "blobs")));
        Assert.Contains("all 2 files are in the cache already", (await _hub.Succeeds()).Output);
    }

    [Fact]
    public async Task What_the_listing_does_not_say_is_asked_for_each_file()
    {
        _hub.OnHub = request => request.Path.StartsWith("/api", StringComparison.Ordinal)
            ? new Reply(200, $$"""{"sha": "{{FakeHub.Commit}}", "siblings": [{"rfilename": "config.json"}, {"rfilename": "model.safetensors"}]}""") : null;
        await _hub.Succeeds();
        Assert.Contains(_hub.Asked, r => r.Method == "HEAD" && r.Path.EndsWith("config.json", StringComparison.Ordinal));
        Assert.DoesNotContain(_hub.AskedStorage, r => r.Method == "HEAD");
    }
}
