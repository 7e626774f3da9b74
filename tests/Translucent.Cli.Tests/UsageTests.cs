using Translucent.Runs;

namespace Translucent.Cli.Tests;

public class UsageTests
{
    public static TheoryData<string, string> Wrong => new()
    {
        { "frobnicate", "Unrecognized command or argument 'frobnicate'" },
        { "explain", "Required argument 'IMAGE' missing" },
        { "explain PHOTO --colour", "--colour: there is no such option" },
        { "explain PHOTO --method gae,lime", "--method lime: expected all, or some of raw, rollout, ultra, gradcam, gae," },
        { "explain PHOTO --target kat", "--target kat: is not among the 10 classes of cifar10-vit, which are airplane," },
        { "explain PHOTO --target cat-cat", "--target cat-cat: a class minus itself is nothing" },
        { "explain PHOTO --target cat-kat", "--target cat-kat: is not among the 10 classes" },
        { "explain PHOTO --method projection_importance --target cat-dog", "--method projection_importance: it explains single classes only" },
        { "compare PHOTO --target top11", "--target top11: cifar10-vit has 10 classes" },
        { "compare PHOTO --scale half", "--scale half: expected own or shared" },
        { "explain PHOTO --target 10", "--target 10: cifar10-vit has classes 0 to 9" },
        { "explain PHOTO --target ,", "--target: names no class, expected top, an index, a label or all" },
        { "explain PHOTO --method ,", "--method: expected the name of a method" },
        { "explain PHOTO --scalar odds", "--scalar odds: expected logit or probability" },
        { "explain PHOTO --memory 5X", "--memory 5X: expected a size such as 512M or 2G" },
        { "explain PHOTO --threads 0", "--threads 0: expected a whole number from 1 to 1024" },
        { "explain PHOTO --model nope", "--model nope: there is no such folder, and the bundled models are cifar10-vit" },
        { "tokens", "IMAGE: name at least one file or folder" },
        { "tokens PHOTO --layer 1", "--layer 1: cifar10-vit has layers 2 to 7" },
        { "tokens PHOTO --layer 8", "--layer 8: cifar10-vit has layers 2 to 7" },
        { "tokens PHOTO --token 9,1", "--token 9,1: the image has 8 rows and 8 columns of patches" },
        { "tokens PHOTO --token 0,1", "--token 0,1: rows and columns of patches are counted from 1" },
        { "tokens PHOTO --token x", "--token x: expected ROW,COL (counted from 1), cls or all" },
        { "tokens PHOTO --function w", "--function w: needs --w FILE" },
        { "tokens PHOTO --w a.npy", "--w: is used by --function w only, not by s" },
        { "tokens PHOTO --function w --w a.npy", "--w a.npy: there is no such file" },
        { "layers PHOTO --token all", "--token all: name tokens by row and column" },
        { "layers PHOTO --token 9,1", "--token 9,1: the image has 8 rows and 8 columns of patches" },
        { "layers PHOTO --layers 1", "--layers 1: cifar10-vit has layers 2 to 7" },
        { "layers PHOTO --function w", "--function w: needs --w FILE" },
        { "project PHOTO --layers 5-8", "--layers 5-8: cifar10-vit has layers 1 to 7" },
        { "project PHOTO --layers 99999999999", "--layers 99999999999: expected layers such as 2,5,8-12" },
        { "project PHOTO --layers top", "--layers top: expected layers such as 2,5,8-12" },
        { "project PHOTO --layers ,", "--layers: names no layer, expected layers such as 2,5,8-12" },
        { "project PHOTO --target ,", "--target: names no class" },
        { "project PHOTO --target kat", "--target kat: is not among the 10 classes" },
        { "project PHOTO --top 0", "--top 0: expected a whole number from 1 to 100" },
        { "project PHOTO --perturb nothing", "--perturb nothing: expected self-only or no-cls" },
        { "project PHOTO --scores some", "--scores some: expected all or top" },
        { "segment PHOTO --clusters 3 --threshold 0.2", "--clusters and --threshold: give one of the two" },
        { "segment PHOTO --clusters 0", "--clusters 0: expected 1 to the number of patches" },
        { "segment PHOTO --clusters 65", "--clusters 65: the image has 64 patches" },
        { "segment PHOTO --threshold -1", "--threshold -1: expected a distance, 0 or more" },
        { "segment PHOTO --tau 1.5", "--tau 1.5: expected 0 to 1" },
        { "segment PHOTO --linkage ward --metric cosine", "--linkage ward is defined for --metric euclidean only" },
        { "segment PHOTO --clusters many", "many" },
        { "verify nope", "MODEL nope: there is no such folder" },
        { "verify cifar10-vit --tolerance 1", "--tolerance 1: expected a share from 0 to less than 1" },
    };

    [Fact]
    public async Task Empty_names_are_wrong_usage()
    {
        CliRun image = await CliRun.Of("explain", ""), output = await CliRun.Of("explain", CliRun.Photo, "--out", ""),
            target = await CliRun.Of("explain", CliRun.Photo, "--target", "");
        Assert.Equal([2, 2, 2], [image.Code, output.Code, target.Code]);
        Assert.Contains("IMAGE: a name is empty", image.Error);
        Assert.Contains("--out: is empty, expected a folder to write to", output.Error);
        Assert.Contains("--target: names no class", target.Error);
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Wrong_usage_is_one_line_and_exit_code_2(string line, string message)
    {
        using TempFolder folder = new();
        string[] args = [.. line.Split(' ').Select(w => w == "PHOTO" ? CliRun.Photo : w)];
        CliRun run = await CliRun.Of(line.Contains("PHOTO") ? [.. args, "--out", folder["out"]] : args);
        Assert.Equal(2, run.Code);
        Assert.StartsWith("translucent: ", run.Error);
        Assert.Contains(message, run.Error);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
        Assert.False(Directory.Exists(folder["out"]) && Directory.GetFileSystemEntries(folder["out"]).Length > 0);
    }

    public static TheoryData<string, string> Failing => new()
    {
        { "explain TEMP/none.png --out TEMP/out", "none.png: there is no such file" },
        { "explain TEMP/empty --out TEMP/out", "empty: no image here" },
        { "explain TEMP/text.png --out TEMP/out", "text.png: this is a text file; PNG, JPEG, WebP, GIF and BMP images are read" },
        { "explain PHOTO --out TEMP/text.png", "text.png: is a file, expected a folder to write to; choose another" },
        { "explain PHOTO --out TEMP/text.png/deeper", "text.png: is a file, expected a folder to write to" },
        { "explain PHOTO --model TEMP/empty", "has no weights (it is empty)" },
    };

    [Theory]
    [MemberData(nameof(Failing))]
    public async Task A_failure_is_one_line_and_exit_code_1(string line, string message)
    {
        using TempFolder folder = new();
        folder.Add("text.png", "not a picture");
        Directory.CreateDirectory(folder["empty"]);
        CliRun run = await CliRun.Of([.. line.Split(' ').Select(w => w == "PHOTO" ? CliRun.Photo : w.Replace("TEMP", folder.Path))]);
        Assert.Equal(1, run.Code);
        Assert.Contains(message, run.Error);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("explain")]
    [InlineData("tokens")]
    [InlineData("segment")]
    [InlineData("layers")]
    [InlineData("project")]
    public async Task Help_names_every_option_with_its_default(string verb)
    {
        CliRun run = await CliRun.Succeeds(verb, "--help");
        Assert.Contains($"translucent {verb}", run.Output);
        Assert.Contains("[default: cifar10-vit]", run.Output);
        Assert.Contains("a quarter of the free memory", run.Output);
        Assert.Contains("[default: 1600]", run.Output);
    }

    [Fact]
    public async Task Help_says_every_default_once_and_in_words()
    {
        foreach (string verb in Program.Root().Subcommands.Select(c => c.Name))
        {
            CliRun run = await CliRun.Succeeds(verb, "--help");
            Assert.DoesNotContain("{ ", run.Output);
            Assert.All(run.Output.Split('\n'), line => Assert.True(line.Split("[default:").Length <= 2, line));
        }
        Assert.Contains("[default: gae,attn_lrp,rollout,raw]", (await CliRun.Succeeds("explain", "--help")).Output);
        Assert.Contains("[default: top2]", (await CliRun.Succeeds("compare", "--help")).Output);
    }

    [Theory]
    [InlineData("2G", 2L << 30)]
    [InlineData("512m", 512L << 20)]
    [InlineData("1.5GiB", 3L << 29)]
    [InlineData("64KB", 64L << 10)]
    [InlineData("800000000", 800000000L)]
    [InlineData("0", -1L)]
    [InlineData("-1G", -1L)]
    [InlineData("G", -1L)]
    [InlineData("1e30T", -1L)]
    public void Sizes_are_read_as_people_write_them(string text, long bytes) =>
        Assert.Equal(bytes, ByteSize.TryParse(text, out long found) ? found : -1);
}
