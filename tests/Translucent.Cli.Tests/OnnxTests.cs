using System.Text.Json;
using Translucent.Checkpoints;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tests.Checkpoints;
using Translucent.Tests.Models;

namespace Translucent.Cli.Tests;

/// <summary>ONNX files as users give them to the verbs: a file, or a folder with one.</summary>
public sealed class OnnxTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static string File(string name) => Golden.File($"onnx/{name}.onnx");

    [Fact]
    public async Task A_photograph_is_explained_by_an_onnx_file_alone()
    {
        await CliRun.Succeeds("explain", CliRun.Photo, "--model", File("vit"), "--method", "gae", "--out", _folder["out"], "--no-segmentation",
            "--render-size", "64");
        JsonElement result = CliRun.Result(_folder["out"]);
        Assert.Equal("ViT", result.GetProperty("model").GetProperty("family").GetString());
        Assert.Equal("vit.onnx", result.GetProperty("model").GetProperty("name").GetString());
        using VisionTransformer model = VisionModels.Open(File("vit"));
        using Trace trace = CliRun.Trace(model, CliRun.Photo);
        string row = Path.GetFileName(Directory.GetFiles(_folder["out"], "gae-*.row.npy").Single());
        CliRun.SameNumbers(Gae.Rows(trace, [trace.Top(1)[0].Index]).Span, CliRun.Numbers(_folder["out"], row));
        await CliRun.Succeeds("tokens", CliRun.Photo, "--model", File("vit-qdq"), "--token", "1,1", "--layer", "2", "--out", _folder["tokens"]);
    }

    [Fact]
    public async Task Texts_are_classified_and_embedded_with_the_tokenizer_beside_the_file()
    {
        string[] words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "fine", "day", "film", .. Enumerable.Range(9, 51).Select(i => $"w{i}")];
        Directory.CreateDirectory(_folder["onnx"]);
        System.IO.File.Copy(File("bert"), _folder["onnx/model.onnx"]);
        _folder.Add("config.json", """{"id2label":{"0":"bad","1":"fair","2":"good"}}""");
        _folder.Add("tokenizer.json", BertTokenizer.Of(words).ToJsonString());
        using LanguageModel plain = LanguageModels.Open(File("bert"));
        using Trace trace = plain.Forward([new[] { 2, 5, 6, 7, 3 }]);
        string best = ((string[])["bad", "fair", "good"])[trace.Top(1)[0].Index];
        foreach (string model in (string[])[_folder.Path, _folder["onnx/model.onnx"]])
        {
            CliRun run = await CliRun.Succeeds("classify", "a fine day", "--model", model, "--method", "gae", "--out", _folder[$"out{model.Length}"]);
            Assert.Equal(best, CliRun.Result(_folder[$"out{model.Length}"]).GetProperty("predictions")[0].GetProperty("label").GetString());
        }
        Assert.Contains("1.000", (await CliRun.Succeeds("embed", "a fine day", "a fine day", "--model", _folder.Path)).Output);
    }

    [Fact]
    public async Task Inspect_says_what_it_recognised_or_names_what_it_does_not()
    {
        string output = (await CliRun.Succeeds("models", "inspect", File("bert-qdq"))).Output;
        foreach (string part in (string[])["ONNX (opset 14, pytorch 1.13.0), 1 file", "17 tensors dequantised to float32", "2, each of 4 heads",
            "This model opens."])
            Assert.Contains(part, output);
        JsonElement json = JsonDocument.Parse((await CliRun.Succeeds("models", "inspect", File("bert-qdq"), "--json")).Output).RootElement;
        Assert.Equal(2, json.GetProperty("recognised").GetArrayLength());
        string other = _folder.Add("other.onnx", OnnxBuilder.Model(OnnxBuilder.Node("LSTM", ["x"], ["y"])));
        CliRun refused = await CliRun.Of("models", "inspect", other);
        Assert.Equal(1, refused.Code);
        Assert.Contains("has the operator 'LSTM' of opset 14", refused.Output);
    }

    [Fact]
    public async Task An_onnx_file_becomes_safetensors()
    {
        await CliRun.Succeeds("convert", File("vit-qdq"), "--out", _folder["model.safetensors"]);
        using TensorFile from = TensorFile.Open(File("vit-qdq")), to = TensorFile.Open(_folder["model.safetensors"]);
        Assert.Equal(from.Names.Order(), to.Names.Order());
        Assert.All(from.Tensors, t => Assert.Equal(t.Bytes, to[t.Name].Bytes));
    }
}
