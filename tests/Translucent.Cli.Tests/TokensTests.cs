using Translucent.Checkpoints;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Tests.Pictures;

namespace Translucent.Cli.Tests;

public class TokensTests
{
    [Fact]
    public async Task Chosen_tokens_get_a_figure_and_their_maps_in_every_layer()
    {
        using TempFolder folder = new();
        await CliRun.Succeeds("tokens", CliRun.Photo, "--out", folder.Path, "--layer", "5", "--function", "e", "--token", "4,4", "--token", "cls",
            "--render-size", "200");
        using VisionTransformer model = CliRun.Model();
        using Trace trace = CliRun.Trace(model, CliRun.Photo);
        int[] tokens = [1 + 3 * 8 + 3, 0];
        UltraMaps maps = Ultra.Explain(trace, 5, TokenFunction.E, tokens);
        CliRun.SameNumbers(maps.Maps.Span, CliRun.Numbers(folder.Path, "chosen.maps.npy"));
        CliRun.SameNumbers(maps.Rows.Span, CliRun.Numbers(folder.Path, "chosen.rows.npy"));
        Tensor layers = CliRun.Numbers(folder.Path, "token-4-4-layers.npy");
        Assert.Equal([6, 8, 8], layers.Shape);
        CliRun.SameNumbers(layers.Span.Slice(3 * 64, 64), new Tensor([64], maps.Maps.Row(0))); // layer 5 is the fourth from 2
        foreach (string name in (string[])["token-4-4.svg", "token-4-4-layers.svg", "token-cls.svg", "token-cls-layers.svg"])
            Assert.True(SvgFile.Read(folder[name]).Width > 300, name);
        Assert.False(File.Exists(folder["all.svg"]));
    }

    [Fact]
    public async Task The_token_on_one_eye_stands_for_both()
    {
        using TempFolder folder = new();
        await CliRun.Succeeds("tokens", CliRun.Photo, "--out", folder.Path, "--token", "4,4", "--no-layers", "--render-size", "100");
        Tensor map = CliRun.Numbers(folder.Path, "chosen.maps.npy");
        float otherEye = map.Span[3 * 8 + 5];
        Assert.Equal(otherEye, map.ToArray().Max());
        Assert.False(File.Exists(folder["token-4-4-layers.svg"]));
    }

    [Fact]
    public async Task Without_a_choice_all_patches_are_on_one_sheet()
    {
        using TempFolder folder = new();
        await CliRun.Succeeds("tokens", CliRun.Photo, "--out", folder.Path, "--render-size", "100");
        Assert.Equal([64, 8, 8], CliRun.Numbers(folder.Path, "all.maps.npy").Shape);
        Assert.Equal([64, 65], CliRun.Numbers(folder.Path, "all.rows.npy").Shape);
        Assert.True(SvgFile.Read(folder["all.svg"]).Width > 800);
    }

    [Fact]
    public async Task Tokens_can_be_projected_on_given_vectors()
    {
        using TempFolder folder = new();
        Tensor ones = new(65, 192);
        ones.Span.Fill(1);
        Npy.Write(folder["w.npy"], ones);
        await CliRun.Succeeds("tokens", CliRun.Photo, "--out", folder["w"], "--function", "w", "--w", folder["w.npy"], "--token", "3,3", "--no-layers",
            "--render-size", "100");
        await CliRun.Succeeds("tokens", "--token", "3,3", CliRun.Photo, "--out", folder["s"], "--no-layers", "--render-size", "100");
        CliRun.SameNumbers(CliRun.Numbers(folder["s"], "chosen.maps.npy").Span, CliRun.Numbers(folder["w"], "chosen.maps.npy"));

        Npy.Write(folder["small.npy"], new Tensor(64, 192));
        CliRun wrong = await CliRun.Of("tokens", CliRun.Photo, "--out", folder["x"], "--function", "w", "--w", folder["small.npy"]);
        Assert.Equal(2, wrong.Code);
        Assert.Contains("[64, 192], expected [65, 192]", wrong.Error);
    }
}
