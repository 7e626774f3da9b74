using System.Globalization;
using System.Xml.Linq;
using Translucent.Cli.Runs;
using Translucent.Explain.Projection;
using Translucent.Images;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Tensors;
using Translucent.Tests.Pictures;

namespace Translucent.Cli.Tests;

public class ProjectTests
{
    [Fact]
    public async Task The_numbers_are_those_of_the_library()
    {
        using TempFolder folder = new();
        await CliRun.Succeeds("project", CliRun.Photo, "--out", folder.Path, "--target", "cat,dog", "--render-size", "80", "--layers", "1,3-4,7");
        using VisionTransformer model = CliRun.Model();
        using Trace trace = CliRun.Trace(model, CliRun.Photo);
        Tensor hidden = ClassProjection.Layers(trace), mlp = ClassProjection.Scores(trace, TokenState.Mlp);
        int part = 65 * 10;
        CliRun.SameNumbers([.. hidden.Span[..part], .. hidden.Span.Slice(2 * part, 2 * part), .. hidden.Span.Slice(6 * part, part)],
            CliRun.Numbers(folder.Path, "scores-hidden.npy"));
        CliRun.SameNumbers([.. mlp.Span.Slice(part, 2 * part), .. mlp.Span.Slice(5 * part, part)], CliRun.Numbers(folder.Path, "scores-mlp.npy"));
        Tensor identifiability = CliRun.Numbers(folder.Path, "identifiability.npy");
        Assert.Equal([2, 7, 65], identifiability.Shape);
        CliRun.SameNumbers(Identifiability.Of(hidden, 5).Span, new Tensor([7 * 65], identifiability.Span[(7 * 65)..]));
        CliRun.SameNumbers(Identifiability.Rate(hidden, 5, 1).Span, new Tensor([7], CliRun.Numbers(folder.Path, "identifiability-rate.npy").Row(1)));
        CliRun.SameNumbers(Identifiability.ChangeRate(hidden, 3, 1).Span, new Tensor([6], CliRun.Numbers(folder.Path, "class-change-rate.npy").Row(0)));
        CliRun.SameNumbers(ProjectionImportance.PerBlock(trace, [3, 5]).Span, CliRun.Numbers(folder.Path, "importance.npy"));
        foreach (int layer in (int[])[1, 3, 4, 7]) Assert.Equal(80, SvgFile.Read(folder[$"classes-layer-{layer}.svg"]).Pictures[0].Width);
        Assert.False(File.Exists(folder["classes-layer-2.svg"]));
    }

    [Fact]
    public async Task The_tables_agree_with_the_prediction_and_with_the_library()
    {
        using TempFolder folder = new();
        CliRun run = await CliRun.Succeeds("project", CliRun.Photo, "--out", folder.Path, "--top", "3", "--perturb", "self-only,no-cls", "--render-size", "80");
        Assert.Contains("cat 69.5 %", run.Output);
        string[][] tokens = Csv(folder["tokens.csv"]);
        Assert.Equal(1 + 7 * 65 * 3, tokens.Length);
        string[] last = tokens.First(row => row[0] == "7" && row[1] == "cls");
        Assert.Equal(["7", "cls", "", "", "1", "3", "cat"], last[..7]);
        Assert.Equal(0.695, double.Parse(last[8], CultureInfo.InvariantCulture), 3);
        Assert.Equal(["7", "patch", "8", "8", "3"], tokens[^1][..5]);

        using VisionTransformer model = CliRun.Model();
        using Trace trace = CliRun.Trace(model, CliRun.Photo);
        using Trace alone = CliRun.Masked(model, CliRun.Photo, ContextPerturbation.ImageTokensAlone(trace));
        Tensor rate = Identifiability.Rate(ClassProjection.Layers(alone), 3, 1);
        string[][] curves = Csv(folder["curves.csv"]);
        string[] perturbed = [.. curves.Where(row => row[1] == "3" && row[3] == "self-only").Select(row => row[6])];
        Assert.Equal(rate.ToArray().Select(r => r.ToString(CultureInfo.InvariantCulture)), perturbed);
        Assert.Equal(1 + 7 * 5 * 3, curves.Length);
        Assert.All(curves, row => Assert.Equal(curves[0].Length, row.Length));

        Memories memories = Memories.Of(trace, TokenState.Mlp, 5);
        Memory strongest = memories.Strongest(memories.Coefficients(trace).Row(0), 3, 1)[0];
        string[][] table = Csv(folder["memories.csv"]);
        Assert.Equal(1 + 5 * 6 * 2 * 2 * 3, table.Length);
        string[] row = table.First(r => r[0] == "3" && r[2] == "6" && r[3] == "mlp" && r[4] == "cls");
        Assert.Equal($"{strongest.Index}", row[6]);
        Assert.Equal(strongest.Contribution, float.Parse(row[8], CultureInfo.InvariantCulture), 1e-5f);
        Assert.Contains($"#{strongest.Index} ", run.Output);
    }

    [Theory]
    [InlineData("vision/dinov2", true)]
    [InlineData("vision/vit", false)]
    public async Task Where_the_answer_is_not_that_of_the_class_token_the_page_says_so(string model, bool says)
    {
        using TempFolder folder = new();
        await CliRun.Succeeds("project", CliRun.Photo, "--model", Golden.File(model), "--out", folder.Path, "--render-size", "80", "--layers", "5");
        Assert.Equal(says, File.ReadAllText(folder["project.html"]).Contains("does not read its answer off the class token alone", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_many_scores_the_best_are_written()
    {
        using TempFolder folder = new();
        await CliRun.Succeeds("project", CliRun.Photo, "--out", folder.Path, "--scores", "top", "--top", "4", "--layers", "7", "--render-size", "80");
        Assert.False(File.Exists(folder["scores-hidden.npy"]));
        Tensor top = CliRun.Numbers(folder.Path, "scores-attention.top.npy");
        Assert.Equal([1, 65, 4], top.Shape);
        using VisionTransformer model = CliRun.Model();
        using Trace trace = CliRun.Trace(model, CliRun.Photo);
        Tensor all = ClassProjection.Scores(trace, TokenState.Attention);
        float[] token = all.Row(5 * 65 + 9).ToArray();
        Assert.Equal(token.OrderDescending().Take(4), top.Row(9).ToArray());
    }

    [Fact]
    public void Equal_scores_come_in_the_order_of_classes_and_probabilities_add_up()
    {
        TopClasses top = new(new Tensor([2, 4], [1, 3, 3, 2, 100, 100, -1e30f, 100]), 4);
        Assert.Equal([1, 2, 3, 0], top[0].ToArray().Select(t => t.Class));
        Assert.Equal(1, top[0].ToArray().Sum(t => t.Probability), 5);
        Assert.Equal(Math.E / (2 * Math.E + 1 + 1 / Math.E), top[0][0].Probability, 5);
        Assert.Equal([0, 1, 3, 2], top[1].ToArray().Select(t => t.Class));
        Assert.Equal(1 / 3.0, top[1][2].Probability, 5);
    }

    [Fact]
    public void A_chart_is_well_formed_whatever_the_labels_are()
    {
        ChartLine line = new("<a> & \"b\"\u0001 'c'", Rgb.Black, "7 5", 1, [float.MinValue / 1e30f, 0, 5]);
        string svg = LineChart.Draw([new Chart("<title>", "&", [line], Share: false), new Chart("one layer", "", [line with { Values = [1] }])],
            [(Rgb.White, "<x>")], [("", "&")], 3);
        XElement root = XElement.Parse(svg);
        Assert.Equal(4, root.Descendants().Count(e => e.Name.LocalName == "circle"));
        Assert.DoesNotContain("NaN", svg);
    }

    [Theory]
    [InlineData("vision/dino", "DINO")]
    [InlineData("vision/clip_vision", "CLIP")]
    public async Task A_model_without_classes_is_told_apart(string model, string family)
    {
        using TempFolder folder = new();
        CliRun run = await CliRun.Of("project", CliRun.Photo, "--model", Golden.File(model), "--out", folder.Path);
        Assert.Equal(2, run.Code);
        Assert.Contains($"this {family} checkpoint has no classifier", run.Error);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData("vision/deit")]
    [InlineData("vision/dinov2_reg")]
    public async Task Tokens_before_the_patches_are_no_image_tokens(string model)
    {
        using TempFolder folder = new();
        await CliRun.Succeeds("project", CliRun.Photo, "--model", Golden.File(model), "--out", folder.Path, "--perturb", "no-cls", "--render-size", "64");
        string[][] tokens = Csv(folder["tokens.csv"]);
        Assert.Contains(tokens, row => row[1] == "prefix 1");
        Assert.DoesNotContain(tokens, row => row[1] == "prefix 0");
        Assert.Equal(["1", "1"], tokens.First(row => row[1] == "patch")[2..4]);
    }

    static string[][] Csv(string path) => [.. File.ReadAllText(path).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(','))];
}
