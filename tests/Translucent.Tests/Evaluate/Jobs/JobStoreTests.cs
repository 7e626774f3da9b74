using Translucent.Evaluate.Jobs;
using Translucent.Files;

namespace Translucent.Tests.Evaluate.Jobs;

/// <summary>The folder of a job: nothing is lost, nothing is done twice, nothing of another job is taken for a result.</summary>
public sealed class JobStoreTests : IDisposable
{
    static readonly JobSource s_source = new("data", "model");

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static JobSettings Settings(int items = 5, string preset = "test", string model = "aa", string choice = "black") =>
        new(preset, "1.0", new HashedName("m", model), new HashedName("d", "bb"), items,
            new Dictionary<string, string> { ["removal"] = choice }, ["cat", "dog"]);

    JobStore Open(Shard? shard = null, JobSettings? settings = null) => JobStore.Open(_folder.Path, settings ?? Settings(), s_source, shard ?? Shard.Whole);

    string Results(JobSettings? settings = null) => string.Join(" ", JobItems.In(_folder.Path, settings ?? Settings())
        .Results(TestJson.Default.Int32).Select(r => $"{r.Item}:{r.Key}={r.Result}"));

    [Fact]
    public void Items_come_back_in_their_order_whichever_shard_did_them()
    {
        using (JobStore two = Open(new Shard(2, 2)))
        using (JobStore one = Open(new Shard(1, 2)))
        {
            two.Add(3, "d", "30");
            one.Add(4, "é\"\n", "40");
            one.Add(0, "a", "0");
            two.Fail(1, "b", "it is \"broken\"");
        }
        Assert.Equal("0:a=0 3:d=30 4:é\"\n=40", Results());
        JobItems items = JobItems.In(_folder.Path, Settings());
        Assert.Equal((5, 4, 0), (items.Count, items.Done, items.Damaged));
        Assert.Equal([new JobFailure(1, "b", "it is \"broken\"")], items.Failures());
        Assert.False(items.HasResult(2) || items.HasFailed(2));
        Assert.True(items.HasResult(3) && items.HasFailed(1) && !items.HasResult(1));
    }

    [Fact]
    public void A_line_cut_off_anywhere_is_taken_off_and_its_item_is_missing()
    {
        using (JobStore store = Open())
        {
            store.Add(0, "a", "1");
            store.Add(1, "b", "2");
        }
        string path = _folder["shard-1-of-1.jsonl"];
        byte[] whole = File.ReadAllBytes(path);
        int first = Array.IndexOf(whole, (byte)'\n') + 1;
        for (int length = first; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Equal("0:a=1", Results());
            using (JobStore store = Open())
            {
                Assert.True(store.Before.HasResult(0) && !store.Before.HasResult(1));
                Assert.Equal(first, new FileInfo(path).Length);
                store.Add(1, "b", "2");
            }
            Assert.Equal(whole, File.ReadAllBytes(path));
        }
    }

    [Fact]
    public void A_byte_that_changed_takes_the_line_out_and_no_other()
    {
        using (JobStore store = Open())
            for (int i = 0; i < 3; i++) store.Add(i, "k", $"{10 + i}");
        string path = _folder["shard-1-of-1.jsonl"];
        byte[] whole = File.ReadAllBytes(path);
        int first = Array.IndexOf(whole, (byte)'\n') + 1, second = Array.IndexOf(whole, (byte)'\n', first);
        for (int at = first; at < second; at++)
        {
            byte[] changed = [.. whole];
            changed[at] ^= 1;
            File.WriteAllBytes(path, changed);
            Assert.Equal("0:k=10 2:k=12", Results());
            Assert.Equal(1, JobItems.In(_folder.Path, Settings()).Damaged);
        }
    }

    [Fact]
    public void Settings_that_differ_are_named_and_nothing_is_written()
    {
        Open().Dispose();
        byte[] job = File.ReadAllBytes(_folder[JobFile.Name]);
        void Refused(JobSettings other, string said) =>
            Assert.Contains($"made with other settings: {said}; choose another folder", Assert.Throws<TranslucentException>(() => Open(null, other)).Message);
        Refused(Settings(choice: "mean"), "removal is black, and here it is mean");
        Refused(Settings(items: 6), "the number of items is 5, and here it is 6");
        Refused(Settings(model: "ab"), "the model is m (aa), and here it is m (ab)");
        Refused(Settings(preset: "other"), "the preset is test, and here it is other");
        Assert.Equal(job, File.ReadAllBytes(_folder[JobFile.Name]));
        Open(null, Settings() with { Model = new HashedName("another name", "aa") }).Dispose(); // where it lies does not count
    }

    [Fact]
    public void Lines_of_other_settings_are_no_results_even_in_the_right_file()
    {
        using (JobStore store = Open()) store.Add(0, "a", "1");
        Assert.Equal("", Results(Settings(choice: "mean")));
        Assert.Equal("0:a=1", Results(Settings() with { Data = new HashedName("elsewhere", "bb") }));
    }

    [Fact]
    public void Two_processes_never_write_one_shard()
    {
        using JobStore first = Open(new Shard(1, 2));
        Assert.Contains("another process writes shard 1/2", Assert.Throws<TranslucentException>(() => Open(new Shard(1, 2))).Message);
        using JobStore other = Open(new Shard(2, 2));
    }

    [Fact]
    public void A_result_replaces_a_failure_and_a_failure_never_a_result()
    {
        using (JobStore store = Open())
        {
            store.Fail(0, "a", "memory");
            store.Add(0, "a", "1");
            store.Add(1, "b", "2");
            store.Fail(1, "b", "memory");
        }
        Assert.Equal("0:a=1 1:b=2", Results());
        Assert.Empty(JobItems.In(_folder.Path, Settings()).Failures());
    }

    [Fact]
    public void What_a_killed_run_has_left_goes_and_what_another_writes_stays()
    {
        _folder.Add(".abcdefgh.ijk.tmp", "left");
        using FileStream held = new(_folder[".lmnopqrs.tuv.tmp"], FileMode.CreateNew, FileAccess.Write, FileShare.Delete);
        Open().Dispose();
        Assert.False(File.Exists(_folder[".abcdefgh.ijk.tmp"]));
        Assert.True(File.Exists(_folder[".lmnopqrs.tuv.tmp"]));
    }

    [Fact]
    public void A_job_file_that_is_none_is_named()
    {
        _folder.Add(JobFile.Name, "{}");
        Assert.Contains("is not what a job has written", Assert.Throws<TranslucentException>(() => Open()).Message);
    }

    [Theory]
    [InlineData("1/1", 1, 1)]
    [InlineData("3/8", 3, 8)]
    public void Shards_are_counted_from_one(string text, int number, int count)
    {
        Assert.True(Shard.TryParse(text, out Shard shard));
        Assert.Equal(new Shard(number, count), shard);
        Assert.Equal(text, shard.ToString());
    }

    [Theory]
    [InlineData("0/2")]
    [InlineData("3/2")]
    [InlineData("1")]
    [InlineData("1/2/3")]
    [InlineData("-1/2")]
    [InlineData("a/b")]
    public void What_is_no_shard_is_refused(string text) => Assert.False(Shard.TryParse(text, out _));

    [Fact]
    public void Every_item_is_in_one_shard()
    {
        foreach (int count in (int[])[1, 2, 3, 7])
        {
            Shard[] shards = [.. Enumerable.Range(1, count).Select(i => new Shard(i, count))];
            Assert.All(Enumerable.Range(0, 10), item => Assert.Single(shards, s => s.Has(item)));
            Assert.All(shards, s => Assert.Equal(Enumerable.Range(0, 10).Count(s.Has), s.Of(10)));
        }
        Assert.True(new Shard(1, 3).Has(0) && new Shard(1, 3).Has(3));
    }
}

[System.Text.Json.Serialization.JsonSerializable(typeof(int))]
sealed partial class TestJson : System.Text.Json.Serialization.JsonSerializerContext;
