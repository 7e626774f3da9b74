using Translucent.Images;
using Translucent.Pictures;

namespace Translucent.Cli.Tests;

/// <summary>The verb evaluate sparse: a study that says what it will take, stays within its memory, and goes on where it was ended.</summary>
public sealed class EvaluateSparseTests : IDisposable
{
    readonly TempFolder _folder = new();

    public EvaluateSparseTests()
    {
        Image photo = ImageFile.Read(CliRun.Photo);
        _folder.Add("a.png", ImageFile.Encode(Resize.To(photo, 64, 48)));
        _folder.Add("b.png", ImageFile.Encode(Resize.To(photo, 48, 64)));
    }

    public void Dispose() => _folder.Dispose();

    string Log => _folder["out/items.jsonl"];

    string[] Line(params string[] more) =>
        ["evaluate", "sparse", _folder["a.png"], _folder["b.png"], "--model", Golden.File("vision/vit"), "--out", _folder["out"], .. more];

    [Fact]
    public async Task It_says_what_it_will_take_and_goes_on_where_it_was_ended()
    {
        CliRun whole = await CliRun.Succeeds(Line());
        Assert.Matches(@"^2 pictures, [0-9]+ lines of them\.\r?\nabout [0-9.]+ (s|min) in all, [0-9.]+ [MG]iB of memory\.\r?\n", whole.Output);
        string[] lines = File.ReadAllLines(Log);
        byte[] table = File.ReadAllBytes(_folder["out/sparse.md"]);
        Assert.Matches("(?m)^## b.png: latent tokens by layer, function S\r?$", File.ReadAllText(_folder["out/sparse.md"]));

        string plot = File.ReadAllText(_folder["out/latent-tokens-by-layer--function-S-rho.svg"]);
        Assert.Contains("layer 2, 0: 1<", plot); // whose rows the sparse sweep has exactly
        Assert.Equal(5 * 4, plot.Split("<circle").Length - 1); // K of 0, 4, 8, 16, 32 for four layers

        File.WriteAllText(Log, string.Join('\n', lines[..4]) + "\n" + lines[4][..(lines[4].Length / 2)]); // cut off in the middle of the fourth line
        CliRun goesOn = await CliRun.Succeeds(Line());
        Assert.Contains("; 3 lines were done before.", goesOn.Output);
        Assert.Contains(" in all, ", goesOn.Output);
        Assert.Equal(lines, File.ReadAllLines(Log));
        Assert.Equal(table, File.ReadAllBytes(_folder["out/sparse.md"]));

        CliRun again = await CliRun.Succeeds(Line());
        Assert.Contains($"; {lines.Length - 1} lines were done before.", again.Output);
        Assert.DoesNotContain(" in all, ", again.Output); // nothing is left
        Assert.Equal(table, File.ReadAllBytes(_folder["out/sparse.md"]));

        _folder.Add("b.png", File.ReadAllBytes(_folder["a.png"])); // the same name, another content: that of the first
        CliRun other = await CliRun.Succeeds(Line());
        Assert.Contains($"; {lines.Length - 1} lines were done before.", other.Output);
        Assert.NotEqual(table, File.ReadAllBytes(_folder["out/sparse.md"]));
    }

    [Fact]
    public async Task Memory_changes_no_number_and_too_little_is_refused()
    {
        await CliRun.Succeeds(Line());
        string[] lines = File.ReadAllLines(Log);
        Directory.Delete(_folder["out"], recursive: true);
        await CliRun.Succeeds(Line("--memory", "400K"));
        Assert.Equal(lines, File.ReadAllLines(Log));
        Directory.Delete(_folder["out"], recursive: true);
        (await CliRun.Of(Line("--memory", "1K"))).EndsWith(1, "and --memory allows 1.0 KiB. Give more with --memory; no input fits in that.");
    }

    [Fact]
    public async Task A_line_that_is_not_of_the_study_is_done_again()
    {
        string[] line = ["evaluate", "sparse", _folder["a.png"], "--model", Golden.File("vision/vit"), "--out", _folder["out"]]; // every line takes time
        await CliRun.Succeeds(line);
        string[] lines = File.ReadAllLines(Log);
        string picture = lines[1][..lines[1].IndexOf(',')];
        foreach (string strange in (string[])["""{"checks":[null]}""", picture + ""","table":"segments","name":"6 clusters","checks":[]}""",
            picture + ""","table":"logits of classes","name":"GAE","agreement":[1,1,1,1,1]}""",
            picture + ""","table":"logits of classes","name":"GAE","checks":[null,null,null,null,null]}"""])
        {
            File.WriteAllText(Log, lines[0] + "\n" + lines[1] + "\n" + strange + "\n");
            Assert.Contains("; 1 lines were done before.", (await CliRun.Succeeds(line)).Output);
            Assert.Equal(lines, File.ReadAllLines(Log));
        }
    }
}
