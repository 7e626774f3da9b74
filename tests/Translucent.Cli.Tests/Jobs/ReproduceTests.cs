using System.CommandLine;
using System.Text.Json;
using Translucent.Cli.Jobs;
using Translucent.Evaluate.Jobs;
using Translucent.Images;
using Translucent.Pictures;

namespace Translucent.Cli.Tests.Jobs;

/// <summary>Tables of papers: what can be run is run and held against the paper, and what cannot says why.</summary>
public sealed class ReproduceTests : IDisposable
{
    static readonly string s_vit = Golden.File("vision/vit");

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    string[] Line(params string[] words) => ["evaluate", "reproduce", .. words, "--out", _folder["out"]];

    JsonElement Table(string name) => JsonDocument.Parse(File.ReadAllBytes(_folder[$"out/{name}.json"])).RootElement;

    /// <summary>Three pictures in the layout of CIFAR-10.</summary>
    void Cifar()
    {
        byte[] rgb = Resize.To(ImageFile.Read(CliRun.Photo), 32, 32).Pixels.ToArray();
        List<byte> records = [];
        foreach (byte label in (byte[])[3, 3, 5])
            records.AddRange([label, .. Enumerable.Range(0, 3).SelectMany(plane => Enumerable.Range(0, 1024).Select(i => (byte)(rgb[3 * i + plane] + label)))]);
        Directory.CreateDirectory(_folder["cifar"]);
        _folder.Add("cifar/test_batch.bin", [.. records]);
        _folder.Add("cifar/batches.meta.txt", "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n");
    }

    [Fact]
    public async Task What_is_at_hand_is_run_and_goes_on_and_the_rest_says_why_not()
    {
        Cifar();
        _folder.Add("paper.tsv", "tokentm-table2\tCIFAR-10: tokentm\tpositive, predicted class\t12.5\n\n"
            + "tokentm-table2\tImageNet, ViT-B/16: tokentm\tpositive, predicted class\t77.25\n");
        string[] line = Line("tokentm-table2", "--data", $"cifar10={_folder["cifar"]}", "--model", $"vit-cifar10={s_vit}", "--paper", _folder["paper.tsv"]);
        CliRun run = await CliRun.Succeeds(line);
        JsonElement[] numbers = [.. Table("tokentm-table2").GetProperty("numbers").EnumerateArray()];
        Assert.Equal(7 * 4, numbers.Length); // six methods and the random order, four tests
        JsonElement one = Assert.Single(numbers, n => n.GetProperty("paper").ValueKind == JsonValueKind.Number);
        Assert.Equal(("CIFAR-10: tokentm", "positive, predicted class", 12.5), (one.GetProperty("row").GetString(), one.GetProperty("column").GetString(),
            one.GetProperty("paper").GetDouble()));
        Assert.Equal((JsonValueKind.Null, "3 images, the paper has 10000", "cifar-10 (3 images), vit"), (one.GetProperty("difference").ValueKind,
            one.GetProperty("note").GetString(), one.GetProperty("on").GetString()));
        string csv = File.ReadAllText(Assert.Single(Directory.GetFiles(_folder["out/runs"], "results.csv", SearchOption.AllDirectories)));
        Assert.Contains(FormattableString.Invariant($",tokentm,\"positive, predicted class\",{one.GetProperty("ours").GetDouble():R}\n"), csv);

        JsonElement[] left = [.. Table("tokentm-table2").GetProperty("not_run").EnumerateArray()];
        Assert.Equal(["ImageNet, ViT-B/16", "ImageNet, ViT-L/16"], left.Select(l => l.GetProperty("about").GetString()));
        string[] why = [.. left[0].GetProperty("why").EnumerateArray().Select(w => w.GetString()!)];
        Assert.StartsWith("the data 'imagenet' are not given (ImageNet 2012 val in folders of classes): ", why[0]);
        Assert.EndsWith("translucent models pull google/vit-base-patch16-224, then --model vit-b16=FOLDER", why[1]);
        string markdown = File.ReadAllText(_folder["out/tokentm-table2.md"]);
        foreach (string text in (string[])[run.Output, markdown])
        {
            Assert.Contains("12.50", text);
            Assert.Contains("not at hand", text);
            Assert.DoesNotContain("77.25", text); // the paper's number where ours is missing
        }

        CliRun again = await CliRun.Succeeds(line);
        Assert.Contains("; 3 were done before.", again.Output);
        Assert.Equal(markdown, File.ReadAllText(_folder["out/tokentm-table2.md"]));
        Assert.Single(Directory.GetDirectories(_folder["out/runs"]));
        await CliRun.Succeeds([.. line, "--limit", "2"]); // is another job
        Assert.Equal(2, Directory.GetDirectories(_folder["out/runs"]).Length);
        Assert.Contains("cifar-10 (2 images)", File.ReadAllText(_folder["out/tokentm-table2.md"]));
    }

    [Fact]
    public void Differences_are_of_the_same_images_only_and_of_nothing_that_is_missing()
    {
        ResultTable table = new("Areas, times 100", "method", ["a", "b"], [new ResultRow("gae", [40, null]), new ResultRow("raw", [50, 60])]);
        PaperRun run = new("here", "x", Table: "Areas", Columns: ["a", "b"], Rows: ["gae"]);
        double? Paper(string row, string column) => column == "a" ? 42.5 : 7;
        ReproducedNumber one = Assert.Single(ReproducedTable.Compare(run, new FoundTables("on", 100, [table]), 100, Paper));
        Assert.Equal(new ReproducedNumber("here: gae", "a", 42.5, 40, -2.5, "on", null), one);
        Assert.Equal(new ReproducedNumber("here: gae", "a", 42.5, 40, null, "on", "99 images, the paper has 100"),
            Assert.Single(ReproducedTable.Compare(run, new FoundTables("on", 99, [table]), 100, Paper)));
        Assert.Equal(new ReproducedNumber("here: gae", "a", null, 40, null, "on", null),
            Assert.Single(ReproducedTable.Compare(run, new FoundTables("on", 99, [table]), 100, (_, _) => null)));
        Assert.Equal(3, ReproducedTable.Compare(run with { Rows = null, Columns = null }, new FoundTables("on", null, [table]), null, Paper).Count());
    }

    [Fact]
    public void Every_command_of_every_table_is_one_that_can_be_typed()
    {
        string[] names = [.. PaperFile.Every.Select(t => t.Table.Name)];
        Assert.Equal([.. Enumerable.Range(1, 8).Select(i => $"ultra-table{i}"), .. Enumerable.Range(1, 7).Select(i => $"tokentm-table{i}"), "hetero-table1",
            "hetero-table2"], names);
        foreach ((PaperFile paper, PaperTable table) in PaperFile.Every)
            foreach (PaperRun run in table.Runs)
            {
                Assert.NotEqual(run.Command is null, run.Missing is null);
                if (run.Command is null) continue;
                ParseResult parse = Program.Root().Parse(["evaluate", .. run.Command.Split(' ').Select(w => w.StartsWith('{') ? "here" : w), "--out", "o",
                    "--limit", "3", "--memory", "1000", "--threads", "1"]);
                Assert.True(parse.Errors.Count == 0, $"{table.Name}: {string.Join("; ", parse.Errors)}");
                Assert.NotEmpty(paper.NeedsOf(run));
                Assert.All(run.Command.Split(' ').Where(w => w.StartsWith('{')), w => Assert.Contains(paper.Needs, n => n.Name == w.Trim('{', '}', '?')));
            }
    }

    [Theory]
    [InlineData("tokentm-table1", "vit-b16", "imagenet-segmentation", 3)]
    [InlineData("tokentm-table5", "vit-b16", "imagenet-segmentation", 3)]
    [InlineData("ultra-table3", "clip-b32", "imagenet-segmentation", 2)]
    [InlineData("ultra-table4", "clip-b32", "imagenet-segmentation", 1)]
    [InlineData("ultra-table6", "clip-b32", "imagenet-segmentation", 2)]
    public async Task The_columns_of_the_tables_are_those_of_the_results(string table, string model, string data, int columns)
    {
        Directory.CreateDirectory(_folder["set/images"]);
        Directory.CreateDirectory(_folder["set/masks"]); // in the layout of ImageNet-Segmentation
        ImageFile.Write(_folder["set/images/a.png"], Resize.To(ImageFile.Read(CliRun.Photo), 48, 32));
        ImageFile.Write(_folder["set/masks/a.png"], new Image(48, 32, 1, [.. Enumerable.Range(0, 48 * 32).Select(i => (byte)(i % 48 / 24))]));
        await CliRun.Succeeds(Line(table, "--model", $"{model}={s_vit}", "--data", $"{data}={_folder["set"]}"));
        string[] found = [.. Table(table).GetProperty("numbers").EnumerateArray().Select(n => n.GetProperty("column").GetString()!).Distinct()];
        Assert.True(found.Length >= columns, string.Join(", ", found));
        PaperRun run = PaperFile.Every.First(t => t.Table.Name == table).Table.Runs[0];
        if (run.Columns is { } wanted) Assert.Equal(wanted.Order(), found.Order());
    }

    [Fact]
    public async Task Segmentation_and_detectors_have_the_columns_of_their_tables()
    {
        await CliRun.Succeeds("evaluate", "shapes", "--data", "shapes:2,size=32,objects=1-2", "--model", s_vit, "--out", _folder["seg"]);
        PaperRun run = PaperFile.Every.First(t => t.Table.Name == "ultra-table1").Table.Runs[0];
        Assert.Equal(4, ReproducedTable.Compare(run, FoundTables.In(_folder["seg"])!, null, (_, _) => null).Count()); // two labellings, two columns

        string scenes = StreamModels.Scenes(_folder);
        CliRun both = await CliRun.Succeeds(Line("hetero-table1", "hetero-table2", "--data", $"coco={Path.Combine(scenes, "instances.json")}", "--model",
            "detr-r50=shapes-detr", "--limit", "1"));
        Assert.Single(Directory.GetDirectories(_folder["out/runs"])); // both tables rest on one run
        Assert.Contains("1 pictures were done before", both.Output);
        string[] titles = [.. FoundTables.In(Directory.GetDirectories(_folder["out/runs"])[0])!.Tables.Select(t => t.Title)];
        Assert.Equal(4, titles.Distinct().Count());
        foreach (string name in (string[])["hetero-table1", "hetero-table2"])
            Assert.Contains(Table(name).GetProperty("numbers").EnumerateArray(), n => n.GetProperty("row").GetString() == "COCO val, DETR R50: absolute"
                && n.GetProperty("column").GetString() == "AP");
    }

    [Fact]
    public async Task A_run_that_fails_is_a_reason_and_old_results_are_not_taken_for_its_own()
    {
        Cifar();
        string[] line = Line("tokentm-table2", "--data", $"cifar10={_folder["cifar"]}", "--model", $"vit-cifar10={s_vit}");
        await CliRun.Succeeds(line);
        _folder.Add("cifar/test_batch.bin", "cut short");
        CliRun run = await CliRun.Of(line);
        Assert.Equal(1, run.Code);
        Assert.Empty(Table("tokentm-table2").GetProperty("numbers").EnumerateArray());
        Assert.Contains(Table("tokentm-table2").GetProperty("not_run").EnumerateArray(), l => l.GetProperty("about").GetString() == "CIFAR-10"
            && l.GetProperty("why")[0].GetString()!.Contains("it is cut short or another file", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "TABLE: none is given, expected some of ultra-table1, ")]
    [InlineData("ultra-table9", "TABLE ultra-table9: there is none of this name")]
    [InlineData("ultra-table1 --data voc", "--data voc: expected NAME=FOLDER with a name of coco-stuff, ")]
    [InlineData("ultra-table1 --data clip-b32=x", "no table needs 'clip-b32', expected one of coco-stuff, ")]
    [InlineData("ultra-table1 --data voc=a --data voc=b", "'voc' is given twice")]
    [InlineData("ultra-table1 --paper nothing.tsv", "--paper nothing.tsv: there is no such file")]
    public async Task Wrong_words_are_wrong_usage(string words, string said)
    {
        CliRun run = await CliRun.Of(Line(words.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Equal(2, run.Code);
        Assert.Contains(said, run.Error);
    }

    [Fact]
    public async Task The_list_shows_every_table_and_how_to_get_what_it_takes()
    {
        CliRun run = await CliRun.Succeeds("evaluate", "reproduce", "--list");
        Assert.All(PaperFile.Every, t => Assert.Contains($"{t.Table.Name}: {t.Table.Title}. {t.Table.Known}", run.Output));
        Assert.All(PaperFile.All.SelectMany(p => p.Needs), n => Assert.Contains(n.Get, run.Output));
    }
}
