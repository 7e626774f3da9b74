using Translucent.Evaluate.Metrics;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Tests.Pictures;

namespace Translucent.Cli.Tests;

public class CompareTests
{
    [Fact]
    public async Task Methods_stand_beside_each_other_with_their_agreement()
    {
        using TempFolder folder = new();
        await CliRun.Succeeds("compare", CliRun.Photo, "--out", folder.Path, "--methods", "rollout,gae", "--methods", "Attn-LRP", "--target", "top,cat-dog",
            "--render-size", "200");
        using VisionTransformer model = CliRun.Model();
        using Trace trace = CliRun.Trace(model, CliRun.Photo);
        Tensor rollout = trace.Map(Rollout.Rows(trace)), gae = trace.Map(Gae.Rows(trace, [new ClassTarget(3, 5)])), lrp = trace.Map(AttnLrp.Rows(trace, [3]));
        CliRun.SameNumbers(gae.Span, CliRun.Numbers(folder.Path, "compare-gae-cat-minus-dog.map.npy"));
        CliRun.SameNumbers(lrp.Span, CliRun.Numbers(folder.Path, "compare-attn_lrp-cat.map.npy"));

        string[] lines = File.ReadAllLines(folder["agreement-cat.csv"]);
        Assert.Equal(["method,rollout,gae,attn_lrp", "rollout", "gae", "attn_lrp"], lines.Select((l, i) => i == 0 ? l : l.Split(',')[0]));
        Assert.Equal(RankCorrelation.Spearman(rollout.Span, lrp.Span),
            double.Parse(lines[1].Split(',')[3], System.Globalization.CultureInfo.InvariantCulture), 4);
        Assert.Equal("1", lines[3].Split(',')[3]);
        Assert.True(File.Exists(folder["agreement-cat-minus-dog.svg"]));
        string page = File.ReadAllText(folder["compare.html"]);
        Assert.Equal(5, System.Text.RegularExpressions.Regex.Count(page, "class='photo map'"));
        Assert.Contains($">{lines[1].Split(',')[3][..4]}", page, StringComparison.Ordinal);
        SvgFile sheet = SvgFile.Read(folder["compare.svg"]);
        Assert.InRange(sheet.Width, 2 * 200, 2 * 200 + 60);
        Assert.Equal(5, sheet.Pictures.Length);
        Assert.All((string[])["rollout", "gae", "attn_lrp", "all classes", "cat"], text => Assert.Contains(text, sheet.Texts));
        Assert.Equal(["rollout", "gae", "attn_lrp"], CliRun.Result(folder.Path).GetProperty("settings").GetProperty("methods").EnumerateArray()
            .Select(m => m.GetString()));
    }

    [Fact]
    public async Task All_methods_take_the_targets_they_can()
    {
        using TempFolder folder = new();
        CliRun run = await CliRun.Succeeds("compare", CliRun.Photo, "--model", Golden.File("vision/vit"), "--out", folder.Path, "--methods", "all", "--target",
            "label_3,label_5,label_3-label_5", "--scale", "shared", "--render-size", "96");
        Assert.Contains("projection_importance left out: it explains single classes only", run.Output);
        foreach (ClassMethod method in ClassMethods.All)
            Assert.True(File.Exists(folder[$"compare-{method.Name}{(method.TellsClassesApart ? "-label-3-3" : "")}.map.npy"]), method.Name);
        Assert.Equal(ClassMethods.All.Count + 1, File.ReadAllLines(folder["agreement-label-3-3.csv"]).Length);
        Assert.Equal(ClassMethods.All.Count, File.ReadAllLines(folder["agreement-label-3-3-minus-label-5-5.csv"]).Length);
        SvgFile sheet = SvgFile.Read(folder["compare.svg"]);
        Assert.InRange(sheet.Width, 3 * 3 * 96, 3 * 3 * 170); // three blocks of three targets, as wide as names need
        Assert.Equal("shared", CliRun.Result(folder.Path).GetProperty("settings").GetProperty("scale").GetString());
    }
}
