using Translucent.Checkpoints;
using Translucent.Explain;
using Translucent.Images;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Tensors;
using Translucent.Tests.Pictures;

namespace Translucent.Cli.Tests;

public class LayersTests
{
    [Fact]
    public async Task Every_token_has_a_row_and_every_layer_a_column()
    {
        using TempFolder folder = new();
        await CliRun.Succeeds("layers", CliRun.Photo, "--out", folder.Path, "--token", "4,4", "cls", "--layers", "2,5-7", "--function", "e");
        using VisionTransformer model = CliRun.Model();
        using Trace trace = CliRun.Trace(model, CliRun.Photo);
        Tensor maps = CliRun.Numbers(folder.Path, "layers.maps.npy"), rows = CliRun.Numbers(folder.Path, "layers.rows.npy");
        Assert.Equal([2, 4, 8, 8], maps.Shape);
        Assert.Equal([2, 4, 65], rows.Shape);
        UltraMaps expected = Ultra.Explain(trace, 5, TokenFunction.E, [1 + 3 * 8 + 3, 0]);
        for (int t = 0; t < 2; t++)
        {
            CliRun.SameNumbers(expected.Maps.Row(t), new Tensor([64], maps.Span.Slice((t * 4 + 1) * 64, 64)));
            CliRun.SameNumbers(expected.Rows.Row(t), new Tensor([65], rows.Row(t * 4 + 1)));
        }
        SvgFile sheet = SvgFile.Read(folder["layers.svg"]);
        Assert.True(sheet.Width > 4 * 400 && sheet.Height > 2 * 250);
        Assert.Equal(2 * 4, File.ReadAllText(folder["layers.html"]).Split("class='card'").Length - 1);
    }

    [Fact]
    public async Task Without_a_choice_it_is_the_class_token()
    {
        using TempFolder folder = new();
        await CliRun.Succeeds("layers", CliRun.Photo, "--out", folder.Path);
        Assert.Equal([1, 6, 8, 8], CliRun.Numbers(folder.Path, "layers.maps.npy").Shape);
        Assert.Equal("cls", CliRun.Result(folder.Path).GetProperty("settings").GetProperty("tokens")[0].GetString());
        Assert.DoesNotContain("class='own'", File.ReadAllText(folder["layers.html"]));
    }

    [Fact]
    public async Task Images_of_a_single_pixel_have_sheets_and_vectors_have_to_be_numbers()
    {
        using TempFolder folder = new();
        File.WriteAllBytes(folder["dot.png"], ImageFile.Encode(new Image(1, 1, 3, [200, 100, 50])));
        await CliRun.Succeeds("layers", folder["dot.png"], "--token", "1,1", "--out", folder["out"]);
        SvgFile sheet = SvgFile.Read(folder["out/layers.svg"]);
        Assert.True(sheet.Width > 7 * 40 && sheet.Texts.Contains("layer 7"), "captions can be read");

        Npy.Write<float>(folder["w.npy"], [65, 192], new float[65 * 192].Select((_, i) => i == 7 ? float.NaN : 1).ToArray());
        CliRun run = await CliRun.Of("layers", folder["dot.png"], "--function", "w", "--w", folder["w.npy"], "--out", folder["out"]);
        Assert.Equal(2, run.Code);
        Assert.Contains("w.npy: holds NaN, expected finite numbers", run.Error);
    }
}
