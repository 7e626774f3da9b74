using System.Text.Json;
using Translucent.Checkpoints;

namespace Translucent.Cli.Tests;

/// <summary>The verb verify as a user runs it: what it prints, and how it ends.</summary>
public sealed class VerifyTests : IDisposable
{
    const string Vit = "vision/vit";

    readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Goldens_that_hold_end_with_0_and_a_table()
    {
        (int code, string output, string error) = await Run(Golden.File(Vit), Input(Vit), Expected(Vit));
        Assert.Equal(0, code);
        Assert.Empty(error);
        Assert.Matches(@"ViT, 4 blocks, 17 tokens \(4 x 4 patches\)\. Comparing \d+ of ", output);
        string row = Assert.Single(output.Split('\n'), l => l.StartsWith("ultra/s/l5/rows ", StringComparison.Ordinal));
        Assert.Matches(@"^ultra/s/l5/rows +\[17, 17\] +[0-9.e-]+ +[0-9.e-]+ +1\.0e-5 +pass$", row.TrimEnd());
        Assert.Contains("tokentm/c0/full/matrix", output);
        Assert.Matches(@"(\d+) compared: \1 pass, 0 fall short, 0 failed; ", output);
    }

    [Fact]
    public async Task Files_in_the_model_folder_need_no_options()
    {
        CliRun run = await CliRun.Succeeds("verify", Path.GetDirectoryName(Input("vision/dino"))!);
        Assert.Matches(@"(\d+) compared: \1 pass, 0 fall short, 0 failed", run.Output);
        CliRun none = await CliRun.Of("verify", "cifar10-vit");
        Assert.Equal(1, none.Code);
        Assert.Contains("input.safetensors: there is no such file", none.Error);
    }

    [Fact]
    public async Task The_bundled_model_passes_by_its_name()
    {
        (int code, string output, _) = await Run("cifar10-vit", Input("trained/cifar10-vit-chelsea"), Expected("trained/cifar10-vit-chelsea"));
        Assert.Equal(0, code);
        Assert.Matches(@"(\d+) compared: \1 pass, 0 fall short, 0 failed", output);
    }

    [Fact]
    public async Task A_model_with_one_wrong_weight_ends_with_1()
    {
        string folder = CopyOfVit(t => t.Name.EndsWith("layer.2.output.dense.weight", StringComparison.Ordinal) ? Changed(t) : t);
        (int code, string output, string error) = await Run(folder, Input(Vit), Expected(Vit));
        Assert.Equal(1, code);
        Assert.Empty(error);
        Assert.Matches(@"(?m)^logits .* falls short\r?$", output);
        Assert.Matches(@"(?m)^position_embeddings_used .* pass\r?$", output);
        Assert.DoesNotMatch(@"(\d+) compared: \1 pass", output);
    }

    [Fact]
    public async Task A_golden_file_of_unknown_names_ends_with_1()
    {
        string golden = Write("golden", [StoredTensor.From<float>("something/else", [1], [1])]);
        (int code, string output, _) = await Run(Golden.File(Vit), Input(Vit), golden);
        Assert.Equal(1, code);
        Assert.Contains("something/else", output);
        Assert.Contains("nothing compared", output);
    }

    [Fact]
    public async Task A_shape_that_differs_is_a_failure_with_both_shapes()
    {
        string golden = Write("golden", [StoredTensor.From<float>("logits", [3], [1, 2, 3])]);
        (int code, string output, _) = await Run(Golden.File(Vit), Input(Vit), golden);
        Assert.Equal(1, code);
        Assert.Contains("logits: golden is [3], found [10]", output);
        Assert.Contains("1 compared: 0 pass, 0 fall short, 1 failed; 0 not covered.", output);
    }

    [Fact]
    public async Task Tolerance_holds_where_none_is_stated()
    {
        using Safetensors expected = Safetensors.Open(Expected(Vit));
        double[] logits = expected["logits"].ToDoubles();
        logits[0] += 1e-3 * logits.Max(Math.Abs);
        string golden = Write("golden", [StoredTensor.From<double>("logits", [10], logits)]);
        Assert.Equal(1, (await Run(Golden.File(Vit), Input(Vit), golden)).Code);
        Assert.Equal(0, (await Run(Golden.File(Vit), Input(Vit), golden, "--tolerance", "0.01")).Code);
    }

    [Fact]
    public async Task The_file_for_programs_says_the_same()
    {
        string golden = Write("golden", [StoredTensor.From<float>("logits", [3], [1, 2, 3]), StoredTensor.From<float>("else", [1], [1])]);
        await Run(Golden.File(Vit), Input(Vit), golden, "--json", _temp["report.json"]);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(_temp["report.json"]));
        Assert.False(json.RootElement.GetProperty("pass").GetBoolean());
        JsonElement result = json.RootElement.GetProperty("results")[0];
        Assert.Equal("logits", result.GetProperty("name").GetString());
        Assert.Equal("failed", result.GetProperty("verdict").GetString());
        Assert.Equal("golden is [3], found [10]", result.GetProperty("problem").GetString());
        Assert.Equal("else", json.RootElement.GetProperty("not_covered")[0].GetString());
        Assert.Equal(64, json.RootElement.GetProperty("model_hash").GetString()!.Length);
    }

    [Theory]
    [InlineData("cut", "only")]
    [InlineData("text", "not a safetensors file")]
    [InlineData("absent", "absent.safetensors")]
    public async Task Damaged_and_absent_goldens_end_with_1_and_one_line(string kind, string says)
    {
        string path = _temp[$"{kind}.safetensors"];
        if (kind == "cut") _temp.Add("cut.safetensors", File.ReadAllBytes(Expected(Vit))[..5000]);
        if (kind == "text") _temp.Add("text.safetensors", "this is no golden file at all");
        (int code, _, string error) = await Run(Golden.File(Vit), Input(Vit), path);
        Assert.Equal(1, code);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.Contains(says, error);
    }

    [Fact]
    public async Task An_input_without_pixels_ends_with_1_and_one_line()
    {
        string input = Write("input", [StoredTensor.From<float>("ultra_w", [1], [1])]);
        (int code, _, string error) = await Run(Golden.File(Vit), input, Expected(Vit));
        Assert.Equal(1, code);
        Assert.Contains("needs pixel_values", error);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("--tolerance", "-1"), InlineData("--tolerance", "much"), InlineData("--tolerance", "NaN"), InlineData("--memory", "some"),
        InlineData("--threads", "0"), InlineData("--other", "1")]
    public async Task Wrong_usage_ends_with_2(string option, string value)
    {
        (int code, _, string error) = await Run(Golden.File(Vit), Input(Vit), Expected(Vit), option, value);
        Assert.Equal(2, code);
        Assert.Contains(option, error);
    }

    [Fact]
    public async Task A_report_that_cannot_be_written_is_refused_before_the_work()
    {
        (int code, string output, string error) = await Run(Golden.File(Vit), Input(Vit), Expected(Vit), "--json", _temp["nowhere/report.json"]);
        Assert.Equal(1, code);
        Assert.Empty(output);
        Assert.Contains("its folder does not exist", error);
    }

    [Fact]
    public async Task A_model_that_is_nowhere_ends_with_2() => Assert.Equal(2, (await Run(_temp["nowhere"], Input(Vit), Expected(Vit))).Code);

    static async Task<(int Code, string Output, string Error)> Run(string model, string input, string golden, params string[] more)
    {
        using StringWriter output = new(), error = new();
        int code = await CommandLine.Run(Program.Root(), ["verify", model, "--input", input, "--golden", golden, .. more], output, error);
        return (code, output.ToString(), error.ToString());
    }

    static string Input(string fixture) => Golden.File($"{fixture}/input.safetensors");

    static string Expected(string fixture) => Golden.File($"{fixture}/golden.safetensors");

    string Write(string name, IEnumerable<StoredTensor> tensors)
    {
        Safetensors.Write(_temp[$"{name}.safetensors"], tensors);
        return _temp[$"{name}.safetensors"];
    }

    string CopyOfVit(Func<StoredTensor, StoredTensor> change)
    {
        using Safetensors weights = Safetensors.Open(Golden.File($"{Vit}/model.safetensors"));
        Write("model", weights.Tensors.Select(change));
        _temp.Add("config.json", File.ReadAllBytes(Golden.File($"{Vit}/config.json")));
        return _temp.Path;
    }

    static StoredTensor Changed(StoredTensor t)
    {
        float[] values = t.ToTensor().ToArray();
        values[7] += 0.05f;
        return StoredTensor.From<float>(t.Name, t.Shape, values);
    }
}
