using Translucent.Files;
using Translucent.Shapes;
using Translucent.Tensors;

namespace Translucent.Tests.Shapes;

/// <summary>Data sets on disk, read back and held to a second implementation.</summary>
[Collection(nameof(Alone))]
public sealed class ShapesFolderTests : IDisposable
{
    readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    /// <summary>Scenes of the large check; docs/shapes.md tells of a run with 10,000.</summary>
    static int Scenes => int.TryParse(Environment.GetEnvironmentVariable("TRANSLUCENT_SHAPES_SCENES"), out int scenes) ? scenes : 400;

    [Fact]
    public void Every_scene_agrees_with_the_second_implementation()
    {
        ShapesFolder.Write(_temp["a"], new ShapesPlan(Scenes, 11));
        ShapesFolderCheck check = new(_temp["a"]);
        check.Run();
        Assert.Equal(SceneVocabulary.Words, File.ReadLines(_temp["a/vocabulary.txt"]));
        Assert.InRange(check.Objects, 3.5 * Scenes, 4.5 * Scenes);
        Assert.True(check.Questions > 8 * Scenes, $"{check.Questions} questions");
        Assert.True(check.Stories > 1.7 * Scenes, $"{check.Stories} stories");
        Assert.Equal(Enum.GetNames<QuestionFamily>().Select(f => f.ToLowerInvariant()).Order(), check.Answers.Keys.Order());
        foreach ((string family, Dictionary<string, int> answers) in check.Answers) // no answer can be guessed
            Assert.True(answers.Values.Max() < 0.75 * answers.Values.Sum(), $"{family}: {string.Join(", ", answers.Select(a => $"{a.Key} {a.Value}"))}");
        string[] rare = ["6", "7", "8", "five", "six", "seven", "eight"]; // so many of a kind
        Assert.Empty(SceneVocabulary.Words.Except(check.Seen).Except(rare));
        TestContext.Current.TestOutputHelper?.WriteLine($"{Scenes} scenes, {check.Objects} objects, {check.Questions} questions, {check.Stories} stories");
        foreach ((string family, Dictionary<string, int> answers) in check.Answers)
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"{family}: {string.Join(", ", answers.OrderByDescending(a => a.Value).Select(a => $"{a.Key} {a.Value}"))}");
    }

    [Theory]
    [InlineData(32, 32, 0.1), InlineData(47, 90, 0.3), InlineData(256, 64, 0.9)]
    public void Other_sizes_and_visibilities_agree_too(int width, int height, double visible)
    {
        ShapesOptions options = new() { Width = width, Height = height, MinVisible = visible, MaxObjects = 5, Noise = 0 };
        ShapesFolder.Write(_temp["a"], new ShapesPlan(60, 5) { Options = options, Split = (2, 1) });
        new ShapesFolderCheck(_temp["a/train"]).Run();
        new ShapesFolderCheck(_temp["a/val"]).Run();
    }

    [Fact]
    public void Files_are_the_same_for_any_number_of_threads_and_after_a_stop()
    {
        ShapesPlan plan = new(600, 3) { Options = new ShapesOptions { Width = 48, Height = 32 }, Split = (5, 1) };
        int threads = Compute.Default.Threads;
        try
        {
            Compute.Default = Compute.Default.WithThreads(1);
            ShapesFolder.Write(_temp["one"], plan);
            Compute.Default = Compute.Default.WithThreads(5);
            using CancellationTokenSource stop = new();
            Assert.Throws<OperationCanceledException>(() => ShapesFolder.Write(_temp["two"], plan, new Stopper(stop), stop.Token));
        }
        finally
        {
            Compute.Default = Compute.Default.WithThreads(threads);
        }
        Assert.False(File.Exists(_temp["two/train/scenes.jsonl"]));
        DateTime[] before = [.. Directory.GetFiles(_temp["two/train/images"]).Order().Select(File.GetLastWriteTimeUtc)];
        Assert.InRange(before.Length, 256, 510);
        ShapesProgress end = ShapesFolder.Write(_temp["two"], plan);
        Assert.Equal(new ShapesProgress(600, 256, 600), end);
        Same(_temp["one"], _temp["two"]);
        Assert.Equal(before[..256], Directory.GetFiles(_temp["two/train/images"]).Order().Take(256).Select(File.GetLastWriteTimeUtc)); // not made again
    }

    [Fact]
    public void Large_images_are_recorded_a_few_at_a_time()
    {
        List<int> done = [];
        ShapesPlan plan = new(9, 3) { Options = new ShapesOptions { Width = 1024, Height = 512, MaxObjects = 1, Questions = 0 } };
        ShapesFolder.Write(_temp["large"], plan, new Noting(done));
        Assert.Equal([8, 9], done);
    }

    [Fact]
    public void A_second_run_keeps_everything_and_mends_what_is_broken()
    {
        ShapesPlan plan = new(40, 3) { Options = new ShapesOptions { Width = 32, Height = 32, MaxObjects = 3 } };
        ShapesFolder.Write(_temp["one"], plan);
        ShapesFolder.Write(_temp["two"], plan);
        Assert.Equal(40, ShapesFolder.Write(_temp["two"], plan).Kept);
        File.Delete(_temp["two/images/000007.png"]);
        File.WriteAllBytes(_temp["two/labels/000009.png"], File.ReadAllBytes(_temp["two/labels/000009.png"])[..50]);
        File.Delete(_temp["two/questions.jsonl"]);
        Assert.Equal(0, ShapesFolder.Write(_temp["two"], plan).Kept);
        Same(_temp["one"], _temp["two"]);
    }

    [Fact]
    public void A_folder_with_something_else_is_refused()
    {
        ShapesPlan plan = new(3, 3) { Options = new ShapesOptions { Width = 32, Height = 32, MaxObjects = 1 } };
        ShapesFolder.Write(_temp["one"], plan);
        Assert.Contains("other settings", Assert.Throws<TranslucentException>(() => ShapesFolder.Write(_temp["one"], plan with { Seed = 4 })).Message);
        Directory.CreateDirectory(_temp["two"]);
        _temp.Add("two/letter.txt", "dear");
        Assert.Contains("not empty", Assert.Throws<TranslucentException>(() => ShapesFolder.Write(_temp["two"], plan)).Message);
        _temp.Add("file", "x");
        Assert.ThrowsAny<IOException>(() => ShapesFolder.Write(_temp["file"], plan));
    }

    static void Same(string one, string two)
    {
        string[] files = [.. Directory.GetFiles(one, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(one, f)).Order()];
        Assert.Equal(files, Directory.GetFiles(two, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(two, f)).Order());
        Assert.All(files, f => Assert.True(File.ReadAllBytes(Path.Combine(one, f)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(two, f))), f));
    }

    sealed class Noting(List<int> done) : IProgress<ShapesProgress>
    {
        public void Report(ShapesProgress value) => done.Add(value.Done);
    }

    // Stops after the first chunk.
    sealed class Stopper(CancellationTokenSource stop) : IProgress<ShapesProgress>
    {
        public void Report(ShapesProgress value) => stop.Cancel();
    }
}
