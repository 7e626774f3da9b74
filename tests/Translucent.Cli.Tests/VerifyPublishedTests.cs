using System.Text.Json;
using Translucent.Images;
using Translucent.Pictures;

namespace Translucent.Cli.Tests;

/// <summary>verify --published: on tiny models under the names of published ones, which are told apart.</summary>
public sealed class VerifyPublishedTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    string Model(string name)
    {
        Directory.CreateDirectory(_folder[name]);
        foreach (string file in (string[])["config.json", "model.safetensors"])
            File.Copy(Golden.File($"vision/vit/{file}"), Path.Combine(_folder[name], file), overwrite: true);
        return _folder[name];
    }

    string Photo() => _folder.Add("cats.png", ImageFile.Encode(Resize.To(ImageFile.Read(CliRun.Photo), 640, 480)));

    [Fact]
    public async Task Another_model_of_the_name_says_in_one_line_what_does_not_fit()
    {
        CliRun run = await CliRun.Of("verify", Model("vit-base-patch16-224"), "--published", "--image", Photo(), "--json", _folder["report.json"]);
        Assert.Equal("1: ", $"{run.Code}: {run.Error}");
        Assert.Contains("google/vit-base-patch16-224, ViT: 1 published fact about the photograph.", run.Output);
        Assert.Single(run.Output.Split('\n').Select(l => l.TrimEnd()), l => l ==
            "logits[0, :3]: is [1, 1000] in google/vit-base-patch16-224, found [1, 10]; the model is another one");
        Assert.Contains("1 compared: 0 pass, 0 fall short, 1 failed; 0 not covered.", run.Output);
        Assert.Contains("source: huggingface/transformers, tests/models/vit/test_modeling_vit.py", run.Output);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(_folder["report.json"]));
        Assert.False(json.RootElement.GetProperty("pass").GetBoolean());
        Assert.Equal("logits[0, :3]", json.RootElement.GetProperty("results")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task The_name_may_be_given_where_the_folder_is_called_otherwise()
    {
        CliRun run = await CliRun.Of("verify", Model("mine"), "--published", "facebook/detr-resnet-50", "--image", Photo());
        Assert.Equal(1, run.Code);
        Assert.Contains("labels above 0.3[:]: needs a detector, and this is ViT", run.Output);
        Assert.Contains("6 compared: 0 pass, 0 fall short, 6 failed", run.Output);
    }

    [Fact]
    public async Task Random_inputs_need_no_picture()
    {
        CliRun run = await CliRun.Of("verify", StreamModels.Answering(_folder, "lxmert-base-uncased"), "--published");
        Assert.Equal("1: ", $"{run.Code}: {run.Error}");
        Assert.Contains("language_output[0, :3, :3]: question: features [10, 2048] and boxes [10, 4], expected [R, 24] and [R, 4].", run.Output);
    }

    public static TheoryData<string, int, string> Refused => new()
    {
        { "MINE --published", 2, "--published mine: nothing is known to be published about it; name one of google/vit-base-patch16-224, facebook/dino-vits8" },
        { "MINE --published resnet", 2, "--published resnet: nothing is known" },
        { "MINE --published dinov2-base", 2, "--image: what is published about facebook/dinov2-base is about a photograph; give COCO val2017 000000039769" },
        { "MINE --published dinov2-base --image SMALL", 2, "the photograph is 90 x 60 pixels, expected 640 x 480" },
        { "MINE --published dinov2-base --image NONE", 1, "none.png: there is no such file" },
        { "MINE --published dinov2-base --image CATS --golden NONE", 2, "--golden: is for golden tensors; --published brings its inputs" },
        { "MINE --published dinov2-base --image CATS --json NOWHERE", 1, "its folder does not exist" },
        { "MINE --image CATS", 2, "--image: is for --published" },
    };

    [Theory, MemberData(nameof(Refused))]
    public async Task What_cannot_be_done_is_one_line(string line, int code, string says)
    {
        (string mine, string cats, string small) = (Model("mine"), Photo(), StreamModels.Picture(_folder));
        CliRun run = await CliRun.Of(["verify", .. line.Split(' ').Select(w => w switch
        {
            "MINE" => mine, "CATS" => cats, "SMALL" => small, "NONE" => _folder["none.png"], "NOWHERE" => _folder["nowhere/r.json"], _ => w,
        })]);
        run.EndsWith(code, says);
    }

    [Fact]
    public async Task Help_names_the_models_and_the_picture()
    {
        CliRun run = await CliRun.Succeeds("verify", "--help");
        string text = string.Join(' ', run.Output.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("unc-nlp/lxmert-base-uncased", text);
        Assert.Contains("COCO val2017 000000039769", text);
    }
}
