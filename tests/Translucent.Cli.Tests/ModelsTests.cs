using System.Text.Json;
using Translucent.Checkpoints;
using Translucent.Explain;
using Translucent.Tests.Checkpoints;
using Translucent.Tests.Models;

namespace Translucent.Cli.Tests;

/// <summary>The verbs models and convert, as users type them.</summary>
public sealed class ModelsTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Inspect_shows_a_bundled_model()
    {
        CliRun run = await CliRun.Succeeds("models", "inspect", "cifar10-vit");
        foreach (string part in (string[])["safetensors, 1 file", "Hugging Face", "6, each of 4 heads", "192, 384 in the MLP", "F16 (104)",
            "32 x 32 pixels, patches of 4 x 4", "65, 1 of them before the patches", "ready, 10 classes", "This model opens."])
            Assert.Contains(part, run.Output);
        Assert.DoesNotContain("issing", run.Output);
        Assert.DoesNotContain("classifier.weight", run.Output);
        Assert.Contains("classifier.weight", (await CliRun.Succeeds("models", "inspect", "cifar10-vit", "--tensors")).Output);
    }

    /// <summary>What a model opens with is copied beside the weights, and nothing is replaced.</summary>
    [Fact]
    public async Task What_was_converted_opens()
    {
        string source = new OpenClipSiglipFolder().Write(_folder["siglip"]), to = _folder["other"];
        Directory.CreateDirectory(to);
        File.WriteAllText(Path.Combine(to, "tokenizer_config.json"), "{}");
        CliRun run = await CliRun.Succeeds("convert", source, "--out", Path.Combine(to, "model.safetensors"), "--dtype", "f16");
        Assert.Contains("copied beside it, so that it opens: open_clip_config.json, tokenizer.json.", run.Output);
        Assert.Equal("{}", File.ReadAllText(Path.Combine(to, "tokenizer_config.json")));
        Assert.Contains("This model opens.", (await CliRun.Succeeds("models", "inspect", to)).Output);
        run = await CliRun.Succeeds("convert", source, "--out", Path.Combine(source, "again.safetensors"));
        Assert.DoesNotContain("copied", run.Output);
    }

    /// <summary>Methods that a way of pooling leaves out are said to be so.</summary>
    [Fact]
    public async Task Inspect_says_what_pools()
    {
        CliRun run = await CliRun.Succeeds("models", "inspect", Golden.File("siglip"));
        foreach (string part in (string[])["SigLIP", "2, each of 4 heads", "16, 0 of them before the patches", "ready, with texts as classes (--classes)"])
            Assert.Contains(part, run.Output);
        Assert.Matches(@"(?m)^projection_importance +classes, a class token +its patches are pooled by attention", run.Output);
        run = await CliRun.Succeeds("models", "inspect", new OpenClipSiglipFolder().Write(_folder["siglip"]));
        Assert.Matches(@"(?m)^names +open_clip SigLIP", run.Output);
        run = await CliRun.Succeeds("models", "inspect", Golden.File("families/beit"));
        Assert.Matches(@"(?m)^ultra, gradcam, lrp_last_layer, projection_importance +classes, read from one token +its classes are read from the mean",
            run.Output);
    }

    [Fact]
    public async Task Inspect_speaks_json()
    {
        CliRun run = await CliRun.Succeeds("models", "inspect", Golden.File("vision/dinov2_reg"), "--json");
        JsonElement json = JsonDocument.Parse(run.Output).RootElement;
        Assert.True(json.GetProperty("opens").GetBoolean());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("problem").ValueKind);
        Assert.Equal((4, 4, 32, 14, 4), (json.GetProperty("layers").GetInt32(), json.GetProperty("heads").GetInt32(), json.GetProperty("width").GetInt32(),
            json.GetProperty("patch").GetInt32(), json.GetProperty("prefix_tokens").GetInt32()));
        Assert.Equal("ready, 10 classes", json.GetProperty("verbs").GetProperty("explain").GetString());
        Assert.Equal(ClassMethods.All.Select(m => m.Name), json.GetProperty("methods").EnumerateObject().Select(p => p.Name));
        Assert.NotEmpty(json.GetProperty("tensors").EnumerateArray());
    }

    [Fact]
    public async Task Inspect_diagnoses_what_does_not_open_with_exit_code_1()
    {
        CliRun run = await CliRun.Of("models", "inspect", Golden.File("torch/training.pth"));
        Assert.Equal((1, ""), (run.Code, run.Error));
        Assert.Contains("This model does not open: ", run.Output);
        Assert.Contains("argparse.Namespace", run.Output);
        Assert.Equal(2, (await CliRun.Of("models", "inspect", _folder["none"])).Code);

        using (Safetensors source = Safetensors.Open(Golden.File("vision/vit/model.safetensors")))
            Safetensors.Write(_folder["model.safetensors"], source.Tensors.Where(t => !t.Name.Contains(".2.")));
        File.Copy(Golden.File("vision/vit/config.json"), _folder["config.json"]);
        run = await CliRun.Of("models", "inspect", _folder.Path);
        Assert.Equal(1, run.Code);
        Assert.Contains("vit.encoder.layer.2.layernorm_before.weight", run.Output);
        Assert.Contains("... 16 missing in all; --json lists them", run.Output);
        Assert.Contains("16 tensors are missing or of another shape", run.Output);
    }

    [Fact]
    public async Task Names_from_a_file_cannot_command_the_terminal()
    {
        using (Safetensors source = Safetensors.Open(Golden.File("vision/vit/model.safetensors")))
            Safetensors.Write(_folder["model.safetensors"], [.. source.Tensors, StoredTensor.From<float>("\e[2Jx\r", [1], [1])]);
        File.Copy(Golden.File("vision/vit/config.json"), _folder["config.json"]);
        foreach (string option in (string[])["--tensors", "--json"])
        {
            CliRun run = await CliRun.Of("models", "inspect", _folder.Path, option);
            Assert.Equal(1, run.Code);
            Assert.DoesNotContain('\e', run.Output);
            Assert.Contains("[2Jx", run.Output);
        }
    }

    [Fact]
    public async Task A_family_that_is_not_read_yet_is_named_and_its_tensors_are_listed()
    {
        const string tensor = "encoder.block.0.layer.0.SelfAttention.q.weight";
        Safetensors.Write(_folder["model.safetensors"], [StoredTensor.From<float>(tensor, [2], [1, 2])]);
        _folder.Add("config.json", """{"model_type":"t5","hidden_size":2}""");
        CliRun run = await CliRun.Of("models", "inspect", _folder.Path);
        Assert.Equal((1, ""), (run.Code, run.Error));
        Assert.Contains("'t5' is not a family that is read; these are: vit, deit, ", run.Output);
        Assert.Contains("--tensors lists the 1 tensors in its files.", run.Output);
        Assert.Contains(tensor, (await CliRun.Of("models", "inspect", _folder.Path, "--tensors")).Output);
    }

    [Theory]
    [InlineData("shapes-llama", "generate ")]
    [InlineData("shapes-detr", "detect ")]
    [InlineData("shapes-lxmert", "ask ")]
    public async Task Models_that_are_no_classifiers_of_images_are_told_with_the_verbs_that_read_them(string name, string verb)
    {
        CliRun run = await CliRun.Of("models", "inspect", Samples.Model(name));
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("This model opens.", run.Output);
        Assert.Matches($"(?m)^{verb}.* ready\\s*$", run.Output);
        using JsonDocument json = JsonDocument.Parse((await CliRun.Of("models", "inspect", Samples.Model(name), "--json")).Output);
        Assert.True(json.RootElement.GetProperty("opens").GetBoolean());
        Assert.Equal("ready", json.RootElement.GetProperty("verbs").GetProperty(verb.Trim()).GetString());
        if (name == "shapes-detr") return; // which explain reads too
        run = await CliRun.Of("explain", "--model", Samples.Model(name), Samples.File("chelsea.png"), "--out", _folder["out"]);
        Assert.Contains($"'translucent {(name == "shapes-llama" ? "text" : "ask")}'", run.Error);
    }

    [Fact]
    public async Task A_file_is_a_model_too()
    {
        using (Safetensors source = Safetensors.Open(Golden.File("vision/vit/model.safetensors")))
            File.WriteAllBytes(_folder["vit.pth"], TorchFiles.Checkpoint([.. source.Tensors]));
        File.Copy(Golden.File("vision/vit/config.json"), _folder["config.json"]);
        Assert.Contains("PyTorch, 1 file", (await CliRun.Succeeds("models", "inspect", _folder["vit.pth"])).Output);
        await CliRun.Succeeds("explain", CliRun.Photo, "--model", _folder["vit.pth"], "--out", _folder["out"], "--no-segmentation", "--render-size", "64");
        Assert.Equal("vit.pth", CliRun.Result(_folder["out"]).GetProperty("model").GetProperty("name").GetString());
    }

    [Fact]
    public async Task Convert_writes_what_torch_saved()
    {
        string to = _folder["x.safetensors"];
        CliRun run = await CliRun.Succeeds("convert", Golden.File("torch/training.pth"), "--only", "teacher.", "--out", to);
        Assert.Contains("x.safetensors: 7 tensors, 21 numbers", run.Output);
        Assert.Contains("from PyTorch, F32, I64", run.Output);
        using TensorFile from = TensorFile.Open(Golden.File("torch/training.pth")), made = TensorFile.Open(to);
        Assert.Equal(["blocks.0.bias", "blocks.0.weight", "blocks.1.bias", "blocks.1.weight", "layer.bias", "layer.weight", "steps"],
            made.Names.Order(StringComparer.Ordinal));
        foreach (StoredTensor t in made.Tensors) Assert.True(from["teacher." + t.Name].Bytes.SequenceEqual(t.Bytes));
        Assert.Equal("pt", made.Metadata["format"]);

        CliRun again = await CliRun.Of("convert", Golden.File("torch/types.pt"), "--out", to);
        Assert.Equal(2, again.Code);
        Assert.Contains("is there already; replace it with --force", again.Error);
        Assert.Contains("floats now F16", (await CliRun.Succeeds("convert", Golden.File("torch/types.pt"), "--out", to, "--dtype", "f16", "--force")).Output);
        using TensorFile half = TensorFile.Open(to);
        Assert.Equal((StoredType.F16, StoredType.I32), (half["f64"].Type, half["i32"].Type));
    }

    [Fact]
    public async Task Convert_joins_shards_and_writes_npz()
    {
        Safetensors.Write(_folder["s1.safetensors"], [StoredTensor.From<float>("a", [1], [1])]);
        Safetensors.Write(_folder["s2.safetensors"], [StoredTensor.From<float>("b", [1], [2])]);
        _folder.Add("model.safetensors.index.json", """{"weight_map":{"a":"s1.safetensors","b":"s2.safetensors"}}""");
        await CliRun.Succeeds("convert", _folder.Path, "--out", _folder["x.npz"]);
        using TensorFile file = TensorFile.Open(_folder["x.npz"]);
        Assert.Equal("NumPy", file.Format);
        Assert.Equal([2f], file["b"].ToTensor().ToArray());
    }

    [Fact]
    public async Task Convert_gives_every_format_and_the_model_still_computes_the_same()
    {
        using (Safetensors source = Safetensors.Open(Golden.File("vision/vit/model.safetensors")))
            File.WriteAllBytes(_folder["vit.bin"], TorchFiles.Checkpoint([.. source.Tensors]));
        Directory.CreateDirectory(_folder["m"]);
        File.Copy(Golden.File("vision/vit/config.json"), _folder["m/config.json"]);
        foreach ((string from, string to) in (IEnumerable<(string, string)>)[("vit.bin", "m/vit.npz"), ("m/vit.npz", "m/model.safetensors")])
            await CliRun.Succeeds("convert", _folder[from], "--out", _folder[to]);
        using Safetensors made = Safetensors.Open(_folder["m/model.safetensors"]), original = Safetensors.Open(Golden.File("vision/vit/model.safetensors"));
        Assert.Equal(original.Names.Order(StringComparer.Ordinal), made.Names.Order(StringComparer.Ordinal));
        foreach (StoredTensor t in original.Tensors) Assert.True(t.Bytes.SequenceEqual(made[t.Name].Bytes), t.Name);
        Assert.Contains("This model opens.", (await CliRun.Succeeds("models", "inspect", _folder["m"])).Output);
    }

    [Fact]
    public async Task Convert_that_is_stopped_leaves_nothing_and_replaces_nothing()
    {
        string big = SparseArchive.Write(_folder["big.pt"], 13_000_000_000), to = _folder.Add("x.safetensors", "the old file");
        using CancellationTokenSource stop = new(TimeSpan.FromMilliseconds(200));
        CliRun run = await CliRun.Of(stop.Token, "convert", big, "--out", to, "--dtype", "bf16", "--force");
        Assert.Equal(130, run.Code);
        Assert.Contains("cancelled", run.Error);
        Assert.Equal("the old file", File.ReadAllText(to));
        Assert.Equal(["big.pt", "x.safetensors"], Directory.GetFileSystemEntries(_folder.Path).Select(p => Path.GetFileName(p)!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Inspect_says_what_texts_as_classes_need()
    {
        string clip = ClipFolder.Small().Write(_folder["clip"]);
        Assert.Contains("ready, with texts as classes (--classes)", (await CliRun.Succeeds("models", "inspect", clip)).Output);
        File.Delete(Path.Combine(clip, "tokenizer.json"));
        Assert.Contains("no texts as classes: tokenizer.json missing", (await CliRun.Succeeds("models", "inspect", clip)).Output);
        Assert.Contains("text_projection.weight", (await CliRun.Succeeds("models", "inspect", Golden.File("vision/clip_vision"))).Output);
    }

    [Theory]
    [InlineData("convert TYPES --out TEMP/x.bin", 2, "expected a name that ends in .safetensors or .npz")]
    [InlineData("convert TYPES --out TEMP/x.safetensors --dtype f8", 2, "--dtype f8: expected f32, f16 or bf16")]
    [InlineData("convert TYPES --out TEMP/x.safetensors --only zz", 2, "--only zz: no name in")]
    [InlineData("convert TEMP/none.pt --out TEMP/x.safetensors", 1, "none.pt: there is no such file")]
    [InlineData("convert TYPES --out TEMP/none/x.safetensors", 1, "there is no folder")]
    [InlineData("convert TYPES --out TEMP/x.npz", 1, "NumPy has no BF16")]
    [InlineData("models inspect", 2, "Required argument 'MODEL' missing")]
    public async Task What_cannot_be_done_is_one_line(string line, int code, string expected)
    {
        CliRun run = await CliRun.Of([.. line.Split(' ').Select(w => w.Replace("TEMP", _folder.Path).Replace("TYPES", Golden.File("torch/types.pt")))]);
        Assert.Equal(code, run.Code);
        Assert.Contains(expected, run.Error);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }
}
