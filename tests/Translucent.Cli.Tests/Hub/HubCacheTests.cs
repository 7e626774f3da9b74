using System.CommandLine;
using FsCheck;
using FsCheck.Fluent;
using Translucent.Checkpoints;
using Translucent.Cli.Verbs;
using Translucent.Files;
using Translucent.Hub;

namespace Translucent.Cli.Tests.Hub;

/// <summary>Names, settings, the choice of files, and what the cache says of its models.</summary>
public sealed class HubCacheTests : IDisposable
{
    readonly FakeHub _hub = new();

    public void Dispose() => _hub.Dispose();

    [Theory]
    [InlineData("google/vit-base-patch16-224", "models--google--vit-base-patch16-224", "main")]
    [InlineData("gpt2", "models--gpt2", "main")]
    [InlineData("timm/vit_tiny.augreg@v1.0", "models--timm--vit_tiny.augreg", "v1.0")]
    [InlineData("org/name@refs/pr/7", "models--org--name", "refs/pr/7")]
    public void Names_of_models_are_those_of_the_hub(string text, string folder, string revision)
    {
        RepositoryId id = RepositoryId.Parse(text);
        Assert.Equal((folder, revision, text), (id.Folder, id.Revision, id.ToString()));
        Assert.Equal(id.Name, RepositoryId.NameOf(folder));
    }

    [Theory]
    [InlineData("a/b/c")]
    [InlineData("../x")]
    [InlineData("org/..")]
    [InlineData("org/a--b")]
    [InlineData("org/name.git")]
    [InlineData("-a/b")]
    [InlineData("org/name@")]
    [InlineData("org/name@../../x")]
    [InlineData("org/name@/etc")]
    [InlineData("org/na me")]
    [InlineData("org/name\n")]
    [InlineData("https://huggingface.co/org/name")]
    public async Task What_is_no_name_is_wrong_usage(string text)
    {
        CliRun run = await _hub.Pull(text);
        Assert.Equal(2, run.Code);
        Assert.Contains("expected org/name or org/name@revision", run.Error);
        Assert.Empty(_hub.Asked);
    }

    [Fact]
    public void Settings_follow_the_variables_of_hugging_face()
    {
        static HubSettings Of(params (string Name, string Value)[] variables) => HubSettings.Read(
            variables.Append((Name: "HOME", Value: "/ann")).ToLookup(v => v.Name, v => v.Value) is var all ? name => all[name].FirstOrDefault() : _ => null);
        Assert.Equal(("/ann/.cache/huggingface/hub", "/ann/.cache/huggingface/token", "https://huggingface.co/", false),
            (Of().Cache, Of().TokenFile, Of().Endpoint.ToString(), Of().Offline));
        Assert.Equal("/x/huggingface/hub", Of(("XDG_CACHE_HOME", "/x")).Cache);
        Assert.Equal(("/h/hub", "/h/token"), (Of(("HF_HOME", "/h"), ("XDG_CACHE_HOME", "/x")).Cache, Of(("HF_HOME", "/h")).TokenFile));
        Assert.Equal("/ann/models", Of(("HF_HUB_CACHE", "~/models"), ("HF_HOME", "/h")).Cache);
        Assert.Equal("/data/m", Of(("HF_HUB_CACHE", "${DATA}/m"), ("DATA", "/data")).Cache);
        Assert.Equal("hf_a", Of(("HF_TOKEN", " hf_a\n")).Token);
        Assert.Null(Of(("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")).TokenFile);
        Assert.Equal("https://hub.example/hf/", Of(("HF_ENDPOINT", "https://hub.example/hf")).Endpoint.ToString());
        Assert.True(Of(("HF_HUB_OFFLINE", "yes")).Offline);
        Assert.False(Of(("HF_HUB_OFFLINE", "0")).Offline);
        Assert.False(Of(("HF_HUB_DISABLE_SYMLINKS", "1")).Symlinks);
        foreach (string wrong in (string[])["hub.example", "ftp://x", "https://user:secret@x", "https://x?y"])
            Assert.Contains("expected an address", Assert.Throws<TranslucentException>(() => Of(("HF_ENDPOINT", wrong))).Message);
    }

    public static TheoryData<string, string> Choices => new()
    {
        { "model.safetensors pytorch_model.bin model.safetensors.index.json", "model.safetensors" },
        { "model.safetensors.index.json a.safetensors pytorch_model.bin", "pytorch_model.bin" },
        { "model.safetensors open_clip_pytorch_model.bin open_clip_model.safetensors", "model.safetensors" },
        { "open_clip_pytorch_model.bin open_clip_model.safetensors", "open_clip_model.safetensors" },
        { "dino.pth training_args.bin optimizer.pt", "dino.pth" },
        { "weights.npz tf_model.h5", "weights.npz" },
    };

    [Theory, MemberData(nameof(Choices))]
    public void The_weights_that_are_fetched_are_those_that_a_folder_opens_with(string names, string chosen)
    {
        using TempFolder folder = new();
        foreach (string name in names.Split(' '))
        {
            if (name.EndsWith(".json", StringComparison.Ordinal)) folder.Add(name, """{"weight_map": {"t": "a.safetensors"}}""");
            else Safetensors.Write(folder[name], [StoredTensor.From<float>("t", [1], [1])]);
        }
        bool sharded = names.StartsWith("model.safetensors.index", StringComparison.Ordinal);
        FilePlan plan = FilePlan.Of(Listing(names), RepositoryId.Parse("org/x"));
        string[] fetched = [.. plan.Weights.Select(f => f.Name), .. plan.Index is null ? []
            : FilePlan.Shards(folder[plan.Index.Name], Listing(names), RepositoryId.Parse("org/x")).Select(f => f.Name)];
        IReadOnlyList<TensorFile> opened = TensorFile.OpenAll(folder.Path);
        try
        {
            Assert.Equal(opened.Select(f => Path.GetFileName(f.Path)), fetched);
            Assert.Equal(sharded ? "a.safetensors" : chosen, Assert.Single(fetched));
        }
        finally
        {
            foreach (TensorFile file in opened) file.Dispose();
        }
    }

    [Theory]
    [InlineData("a.safetensors b.safetensors", "holds a.safetensors, b.safetensors, and nothing says which is the model")]
    [InlineData("tf_model.h5 config.json", "weights of TensorFlow and Flax are not read")]
    [InlineData("model.Q4_K_M.gguf", "weights in GGUF are not read")]
    [InlineData("onnx/model.bin README.md", "has no weights (README.md), expected model.safetensors or pytorch_model.bin")]
    public void A_repository_without_usable_weights_is_said(string names, string expected) =>
        Assert.Contains(expected, Assert.Throws<TranslucentException>(() => FilePlan.Of(Listing(names), RepositoryId.Parse("org/x"))).Message);

    [Fact]
    public async Task List_shows_what_is_ready_partial_or_broken()
    {
        await _hub.Succeeds();
        HubCache cache = new(_hub.Cache);
        Directory.CreateDirectory(Path.Combine(_hub.Cache, "datasets--org--data"));
        foreach (string name in (string[])["org/begun", "org/gone", "org/llama", "org/mixed", "org/circle", "org/bare", "org/other"])
            cache.Prepare(RepositoryId.Parse(name), FakeHub.Commit);
        string At(string model, string file) => Path.Combine(_hub.Cache, $"models--org--{model}", "snapshots", FakeHub.Commit, file);
        File.WriteAllBytes(Path.Combine(_hub.Cache, "models--org--begun", "blobs", "aa.incomplete"), [1]);
        File.CreateSymbolicLink(At("circle", "model.safetensors"), "model.safetensors");
        File.CreateSymbolicLink(At("gone", "model.safetensors"), "../../blobs/none");
        foreach (string model in (string[])["llama", "mixed"]) File.Copy(Golden.File("vision/vit/model.safetensors"), At(model, "model.safetensors"));
        File.WriteAllText(At("llama", "config.json"), """{"model_type": "llama"}""");
        File.WriteAllText(At("bare", "config.json"), """{"model_type": "gpt2"}"""); // its weights were not fetched
        File.WriteAllText(At("other", "config.json"), """{"model_type": "t5"}""");
        File.Copy(Golden.File("vision/dinov2/config.json"), At("mixed", "config.json"));
        Directory.CreateDirectory(Path.Combine(_hub.Cache, "models--org--empty"));

        using StringWriter output = new();
        int code = await CommandLine.Run(new Command("models") { ListVerb.Create(() => _hub.Settings) }, ["list"], output, output);
        Assert.True(code == 0, output.ToString());
        string Row(string model) => string.Join(' ', output.ToString().Split('\n').Single(l => l.StartsWith(model + " ", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Matches("^cifar10-vit bundled .* ViT ready$", Row("cifar10-vit"));
        Assert.Equal("org/vit main 170 KiB ViT ready", Row("org/vit"));
        Assert.Equal("org/begun 0123456 0 bytes partial: the download was not finished; pull it again", Row("org/begun"));
        Assert.Equal("org/gone 0123456 0 bytes partial: model.safetensors leads to a file that is gone; pull it again", Row("org/gone"));
        Assert.Matches("llama broken: .+", Row("org/llama")); // a language model's settings with the weights of another
        Assert.Matches("^org/bare 0123456 22 bytes partial: has no weights", Row("org/bare"));
        foreach (string vit in (string[])["fashion-vit", "shapes-vit"]) Assert.Matches($"^{vit} bundled .* ViT ready$", Row(vit));
        Assert.Matches("^shapes-llama bundled .* Llama ready$", Row("shapes-llama"));
        Assert.Matches("^shapes-detr bundled .* DETR ready$", Row("shapes-detr"));
        Assert.EndsWith("t5 family not supported yet", Row("org/other"));
        Assert.Contains(" broken: ", Row("org/mixed"));
        Assert.EndsWith("broken: no snapshot; pull it again", Row("org/empty"));
        Assert.Contains(" broken: ", Row("org/circle"));
        Assert.DoesNotContain("data", output.ToString());
        Assert.Contains($"Cache: {_hub.Cache}", output.ToString());
    }

    [Fact]
    public async Task What_is_only_partly_there_is_not_opened()
    {
        RepositoryId id = RepositoryId.Parse("org/vit");
        HubCache cache = new(_hub.Cache);
        Assert.Null(cache.Find(id));
        _hub.OnStorage = _ => new Reply(404) { Headers = { ["X-Error-Code"] = "EntryNotFound" } };
        await _hub.Fails("is not there any more");
        Assert.Contains("is only partly in the cache; 'translucent models pull org/vit' goes on",
            Assert.Throws<TranslucentException>(() => cache.Find(id)).Message);
        _hub.OnStorage = _ => null;
        await _hub.Succeeds();
        Assert.Equal(_hub.Snapshot, cache.Find(id));
        File.Delete(_hub.Blob("model.safetensors"));
        Assert.Contains("model.safetensors leads to a file that is gone; 'translucent models pull org/vit' fetches",
            Assert.Throws<TranslucentException>(() => cache.Find(id)).Message);
    }

    [Fact]
    public void A_name_that_is_let_through_stays_in_its_folder()
    {
        string root = Path.GetFullPath("/cache/models--a--b/snapshots/c");
        string[] parts = ["..", ".", "/", "\\", "a", "b.json", "~", "\0", "\n", ":", "", " "];
        Gen<string> names = Gen.Elements(parts).ArrayOf().Select(string.Concat);
        Check.QuickThrowOnFailure(Prop.ForAll(names.ToArbitrary(), name =>
            !SafeName.StaysInside(name) || (Path.GetFullPath(Path.Combine(root, name)).StartsWith(root + "/", StringComparison.Ordinal)
                && !name.Contains('\n'))));
    }

    static RepositoryListing Listing(string names) => new(FakeHub.Commit, names.Split(' ').ToDictionary(n => n, n => new ListedFile(n, 1, FakeHub.Commit)));
}
