using Translucent.Evaluate.DataSets;
using Translucent.Tests.Pictures;

namespace Translucent.Cli.Tests;

/// <summary>The verbs data shapes and data preview.</summary>
[Collection(nameof(Alone))]
public sealed class DataTests : IDisposable
{
    readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    string[] Shapes(params string[] more) =>
        ["data", "shapes", "--count", "20", "--seed", "3", "--size", "48,32", "--objects", "1,3", "--out", _temp["set"], .. more];

    [Fact]
    public async Task A_split_set_is_written_continued_and_shown()
    {
        CliRun run = await CliRun.Succeeds(Shapes("--split", "3:1", "--bias", "disc=red:0.9,star=blue"));
        Assert.Contains("20 scenes, 20 made in ", run.Output);
        foreach ((string part, int count) in (ReadOnlySpan<(string, int)>)[("train", 15), ("val", 5)])
        {
            string[] files = [.. Directory.GetFileSystemEntries(_temp[$"set/{part}"]).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];
            Assert.Equal(["images", "instances.json", "labels", "questions.jsonl", "scenes.jsonl", "stories.jsonl"], files);
            Assert.Equal(count, Directory.GetFiles(_temp[$"set/{part}/images"]).Length);
            Assert.Equal(count, File.ReadLines(_temp[$"set/{part}/scenes.jsonl"]).Count());
        }
        Assert.Contains("15 scenes of 48 x 32 pixels, with the colour bias", File.ReadAllText(_temp["set/README.md"]));
        Assert.Contains("\"bias\": \"disc=red:0.9,star=blue:1\"", File.ReadAllText(_temp["set/dataset.json"]));
        Assert.Contains("20 scenes, 20 were there", (await CliRun.Succeeds(Shapes("--split", "3:1", "--bias", "disc=red:0.9,star=blue"))).Output);

        run = await CliRun.Succeeds("data", "preview", _temp["set"], "--split", "val", "-n", "4", "--columns", "2", "--out", _temp["sheet.svg"]);
        Assert.Contains("4 scenes", run.Output);
        SvgFile sheet = SvgFile.Read(_temp["sheet.svg"]);
        Assert.True(sheet.Width > 2 * 2 * 48 && sheet.Height > 2 * 32);
        await CliRun.Succeeds("data", "preview", _temp["set"], "--from", "14"); // train is what is shown by default
        Assert.True(File.Exists(_temp["set/preview.svg"]));
    }

    public static TheoryData<string, string> Wrong => new()
    {
        { "data", "Required command" },
        { "data shapes", "'--count' is required" },
        { "data shapes --count 0 --out X", "--count 0: expected a whole number from 1 to 10000000" },
        { "data shapes --count 5 --out X --seed -1", "--seed -1: expected a whole number from 0" },
        { "data shapes --count 5 --out X --size 31,128", "--size 31,128: expected two whole numbers from 32 to 2048" },
        { "data shapes --count 5 --out X --size 128", "--size 128: expected" },
        { "data shapes --count 5 --out X --objects 4,2", "--objects 4,2: expected two whole numbers from 0 to 8, the smaller one first" },
        { "data shapes --count 5 --out X --split 0:1", "--split 0:1: expected two whole numbers such as 9:1" },
        { "data shapes --count 5 --out X --split 9:1", "split: 9:1 of 5 scenes leaves none for validation" },
        { "data shapes --count 5 --out X --kinds disc,cube", "--kinds cube: expected disc, square," },
        { "data shapes --count 5 --out X --bias disc=brown", "--bias disc=brown: expected KIND=COLOUR" },
        { "data shapes --count 5 --out X --bias disc=red:2", "--bias disc=red:2: expected" },
        { "data shapes --count 5 --out X --bias disc=red --kinds star", "no discs among the kinds" },
        { "data shapes --count 5 --out X --min-size 0.5", "smallest size: 0.5, expected 0.05 to 0.42" },
        { "data shapes --count 5 --out X --min-visible 0", "--min-visible 0: expected a number from 0.1 to 1" },
        { "data shapes --count 5 --out X --noise NaN", "--noise NaN: expected" },
        { "data preview", "Required argument" },
        { "data preview X --split test", "--split test: expected train or val" },
    };

    [Theory, MemberData(nameof(Wrong))]
    public async Task Wrong_usage_is_one_line_and_exit_code_2(string line, string message)
    {
        CliRun run = await CliRun.Of([.. line.Split(' ').Select(w => w == "X" ? _temp["x"] : w)]);
        Assert.Equal(2, run.Code);
        Assert.Contains(message, run.Error);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
        Assert.False(Directory.Exists(_temp["x"]));
    }

    [Fact]
    public async Task An_empty_name_for_the_folder_is_wrong_usage()
    {
        CliRun run = await CliRun.Of("data", "shapes", "--count", "5", "--out", "");
        Assert.Equal((2, "translucent: --out: empty, expected the name of a folder."), (run.Code, run.Error.TrimEnd()));
    }

    [Fact]
    public async Task A_failure_is_one_line_and_exit_code_1()
    {
        await CliRun.Succeeds(Shapes());
        _temp.Add("file", "x");
        (string[] Args, string Message)[] failing =
        [
            (Shapes("--noise", "3"), "holds a data set with other settings"),
            (["data", "shapes", "--count", "5", "--out", _temp["file"]], "file"),
            (["data", "shapes", "--count", "5", "--out", _temp.Path], "is not empty and holds no data set of shapes"),
            (["data", "shapes", "--count", "5", "--out", _temp["full"], "--size", "32,32", "--objects", "8,8", "--min-size", "0.9", "--max-size", "1",
                "--min-visible", "1"], "no room for 8 objects"),
            (["data", "preview", _temp["none"]], "there is no such folder"),
            (["data", "preview", _temp.Path], "there is no instances.json"),
            (["data", "preview", _temp["set"], "--from", "20"], "there is no scene 20"),
        ];
        foreach ((string[] args, string message) in failing)
        {
            CliRun run = await CliRun.Of(args);
            Assert.Equal(1, run.Code);
            Assert.Contains(message, run.Error);
            Assert.Single(run.Error.TrimEnd().Split('\n'));
        }
    }

    [Fact]
    public async Task A_run_that_is_stopped_says_so_and_can_go_on()
    {
        using CancellationTokenSource stop = new();
        stop.Cancel();
        CliRun run = await CliRun.Of(stop.Token, Shapes());
        Assert.Equal(130, run.Code);
        Assert.Contains("20 scenes, 20 made", (await CliRun.Succeeds(Shapes())).Output);
    }

    [Fact]
    public async Task One_scene_without_objects_is_a_set_too()
    {
        CliRun run = await CliRun.Succeeds("data", "shapes", "--count", "1", "--objects", "0,0", "--size", "32,40", "--out", _temp["empty"]);
        Assert.Contains("empty: 1 scene, 1 made", run.Output);
        Assert.Empty(File.ReadAllText(_temp["empty/stories.jsonl"]));
        Assert.Contains("No objects on", File.ReadAllText(_temp["empty/scenes.jsonl"]));
        Assert.Empty(CocoInstances.Read(_temp["empty/instances.json"]).Annotations);
        await CliRun.Succeeds("data", "preview", _temp["empty"]);
        Assert.Equal((2 * 8 * 32 + 6 + 2 * 14, true), ((int)SvgFile.Read(_temp["empty/preview.svg"]).Width, File.Exists(_temp["empty/questions.jsonl"])));
    }

    [Fact]
    public async Task Help_names_every_option_with_its_default()
    {
        CliRun run = await CliRun.Succeeds("data", "shapes", "--help");
        foreach (string said in (string[])["--split", "[default: 128,128]", "[default: 0,8]", "disc,square,triangle,star,ring,cross,heart,crescent",
            "[default: 0.18]", "[default: 0.42]", "[default: 0.5]", "[default: 6]", "[default: train]", "[default: none]"])
            Assert.Contains(said, run.Output);
    }
}
