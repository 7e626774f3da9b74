using Translucent.Files;
using Translucent.Studio.Exports;
using Translucent.Studio.Http;
using Translucent.Studio.Scenes;
using Translucent.Studio.Work;

namespace Translucent.Studio.Tests.Work;

/// <summary>However many exports there are, the studio keeps so many of so many bytes, and never lets go what is being written or looked at.</summary>
public sealed class KeptExportsTests : IDisposable
{
    readonly TempFolder _folder = new();
    readonly Clock _clock = new();
    readonly Jobs _jobs = new();
    readonly List<ModelShelf> _models = [];
    TaskCompletionSource? _hold; // what the command waits for
    int _bytes = 10;

    public void Dispose()
    {
        _jobs.Dispose();
        foreach (ModelShelf models in _models) models.Dispose();
        _folder.Dispose();
    }

    sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UtcNow;

        public override DateTimeOffset GetUtcNow() => Now;
    }

    ExportShelf Shelf(int most = 3, long bytes = 1000)
    {
        StudioSettings settings = RunningStudio.Settings(_folder.Path) with
        {
            MostKeptExports = most,
            MostExportBytes = bytes,
            Command = async (arguments, say, stop) =>
            {
                if (_hold is { } hold) await hold.Task.WaitAsync(stop);
                if (_bytes < 0) { say("error: no"); return 1; }
                File.WriteAllBytes(Path.Combine(arguments[Array.IndexOf(arguments, "--out") + 1], "page.html"), new byte[_bytes]);
                return 0;
            },
        };
        _models.Add(new ModelShelf(settings));
        return new ExportShelf(settings, _jobs, _models[^1], new PictureShelf(settings), _clock);
    }

    static Query View(string view = "lens", string text = "a text") => new(new Dictionary<string, string>
    {
        ["view"] = view,
        ["model"] = "shapes-llama",
        ["text"] = text,
    });

    static async Task<string> Exported(ExportShelf shelf)
    {
        (Job job, string name) = shelf.Start(View());
        await job.Answer.WaitAsync(TimeSpan.FromSeconds(60));
        return name;
    }

    string[] Names(string of = "exports") => Directory.Exists(_folder[of])
        ? [.. Directory.GetDirectories(_folder[of]).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)] : [];

    void Later() => _clock.Now += KeptExports.InUse + TimeSpan.FromSeconds(1);

    [Fact]
    public async Task The_oldest_makes_room_and_the_list_of_jobs_says_so()
    {
        ExportShelf shelf = Shelf();
        for (int i = 1; i <= 3; i++) Assert.Equal($"lens-{i}", await Exported(shelf));
        Later();
        Assert.Equal("lens-4", await Exported(shelf));
        Assert.Equal(["lens-2", "lens-3", "lens-4"], Names());
        Job first = _jobs.Shown.Single(j => j.Title.EndsWith("lens-1", StringComparison.Ordinal)), last = _jobs.Shown[0];
        Assert.Equal((null, "removed to make room for newer exports"), (first.Export, first.Note));
        Assert.Equal(("lens-4", "lens-1 made room for it"), (last.Export, last.Note));
        Assert.Contains("made room", Assert.Throws<TranslucentException>(() => shelf.Files("lens-1")).Message, StringComparison.Ordinal);
        Assert.Equal("page.html", Assert.Single(shelf.Files("lens-4")).Name);
    }

    [Fact]
    public async Task What_somebody_looks_at_stays_and_when_all_is_looked_at_nothing_new_is_taken()
    {
        ExportShelf shelf = Shelf();
        for (int i = 1; i <= 3; i++) await Exported(shelf);
        Later();
        shelf.File("lens-1", "page.html"); // a page of it is open
        await Exported(shelf);
        Assert.Equal(["lens-1", "lens-3", "lens-4"], Names());
        shelf.Files("lens-3");
        Assert.Contains("3 exports are kept, and all of them", Assert.Throws<TranslucentException>(() => shelf.Start(View())).Message,
            StringComparison.Ordinal);
        Assert.Equal(["lens-1", "lens-3", "lens-4"], Names());
        Later();
        await Exported(shelf);
        Assert.Equal(["lens-3", "lens-4", "lens-5"], Names()); // the oldest first, whenever it was looked at
    }

    [Fact]
    public async Task Bytes_are_bounded_too_and_the_latest_stays_however_large_it_is()
    {
        ExportShelf shelf = Shelf(most: 20, bytes: 1000);
        _bytes = 400;
        for (int i = 0; i < 6; i++)
        {
            await Exported(shelf);
            Later();
        }
        Assert.Equal(["lens-5", "lens-6"], Names());
        _bytes = 4000;
        await Exported(shelf);
        Assert.Equal(["lens-7"], Names());
    }

    [Fact]
    public async Task What_is_being_written_stays()
    {
        ExportShelf shelf = Shelf(most: 2);
        _hold = new TaskCompletionSource();
        (Job one, _) = shelf.Start(View());
        (Job two, _) = shelf.Start(View()); // it waits for the first
        Later();
        Assert.Throws<TranslucentException>(() => shelf.Start(View()));
        Assert.Equal(["lens-1", "lens-2"], Names());
        two.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => two.Answer);
        for (int i = 0; i < 200 && Names().Length > 1; i++) await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.Equal(["lens-1"], Names()); // it never began
        _hold.SetResult();
        await one.Answer;
        Assert.Equal(["lens-1"], Names());
    }

    [Fact]
    public async Task What_failed_is_removed_and_so_are_the_inputs_of_all()
    {
        ExportShelf shelf = Shelf();
        await Exported(shelf);
        Assert.Empty(Names("inputs"));
        _bytes = -1;
        (Job job, _) = shelf.Start(View());
        await Assert.ThrowsAsync<TranslucentException>(() => job.Answer);
        Assert.Equal(["lens-1"], Names());
        Assert.Empty(Names("inputs"));
        Assert.Throws<TranslucentException>(() => shelf.Start(View("nothing")));
        Assert.Throws<TranslucentException>(() => shelf.Start(new Query(new Dictionary<string, string> { ["view"] = "lens", ["model"] = "shapes-llama" })));
        Assert.Equal(["lens-1"], Names());
    }

    [Fact]
    public async Task Those_of_an_earlier_studio_count_and_other_folders_are_left_alone()
    {
        Directory.CreateDirectory(_folder["exports/mine"]);
        Directory.CreateDirectory(_folder["exports/lens-old"]);
        for (int i = 1; i <= 5; i++)
        {
            Directory.CreateDirectory(_folder[$"exports/tokens-{i}"]);
            Directory.SetLastWriteTimeUtc(_folder[$"exports/tokens-{i}"], DateTime.UtcNow.AddHours(i - 10));
        }
        Directory.CreateDirectory(_folder["inputs/text-1"]);
        Directory.SetLastWriteTimeUtc(_folder["inputs/text-1"], DateTime.UtcNow.AddDays(-2));
        ExportShelf shelf = Shelf();
        Assert.Equal(["lens-old", "mine", "tokens-3", "tokens-4", "tokens-5"], Names());
        Assert.Empty(Names("inputs"));
        await Exported(shelf);
        Assert.Equal(["lens-1", "lens-old", "mine", "tokens-4", "tokens-5"], Names());
    }
}
