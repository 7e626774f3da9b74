using System.Text.Json;
using Translucent.Files;
using Translucent.Runs;
using Translucent.Runs.Records;

namespace Translucent.Tests.Runs;

/// <summary>What an earlier run left is found complete only where nothing that decides about its files has changed, and goes only where it is stale.</summary>
public sealed class EarlierRunTests : IDisposable
{
    static readonly ObjectSettings s_settings = new(0.5, null, null, null, null, null, 64);

    readonly TempFolder _folder = new();

    public EarlierRunTests() => _folder.Add("cat.png", "pixels");

    public void Dispose() => _folder.Dispose();

    string Image => _folder["cat.png"];

    string Out => _folder["out"];

    static RunIdentity Same => new("1.0", "detect", "m0", RecordJson.Element(s_settings));

    bool Holds(RunIdentity run) => EarlierRun.Holds(Out, run, Image);

    /// <summary>A run that writes some files, named by their content.</summary>
    void Run(RunIdentity run, params string[] files)
    {
        RunFolder folder = new(Out);
        foreach (string file in files) folder.Text(file + ".txt", file, "a text");
        Finish(run, folder);
    }

    void Finish(RunIdentity run, RunFolder folder) => RunRecord.Finish(folder, new ResultRecord(
        run.Verb, "2026-01-01T00:00:00Z", ImageRecord.Of(Image, (2, 3), ImageFingerprint.Of(Image)), new ModelRecord("m", "models/m", "ViT", run.ModelHash, 5),
        run.Settings, VersionsRecord.Of(run.Version), new Dictionary<string, double> { ["total"] = 0.5 }));

    [Fact]
    public void The_same_run_is_found_complete()
    {
        Assert.False(Holds(Same));
        Run(Same, "a", "b");
        Assert.True(Holds(Same));
        Run(Same); // nothing to write is complete too
        Assert.True(Holds(Same));
    }

    [Fact]
    public void Verbs_that_end_at_once_in_one_folder_keep_all_records()
    {
        string[] verbs = [.. Enumerable.Range(0, 12).Select(i => $"verb{i}")];
        Parallel.ForEach(verbs, new ParallelOptions { MaxDegreeOfParallelism = verbs.Length }, verb => Run(Same with { Verb = verb }, verb));
        Assert.Equal(verbs.Order(), EarlierRun.In(Out).Select(run => run.Verb).Order());
        Assert.All(verbs, verb => Assert.True(Holds(Same with { Verb = verb })));
    }

    public static TheoryData<string> Changes => ["version", "verb", "model", "settings", "image", "missing", "longer", "record"];

    [Theory, MemberData(nameof(Changes))]
    public void A_change_makes_it_another_run(string what)
    {
        Run(Same, "a", "b");
        RunIdentity now = what switch
        {
            "version" => Same with { Version = "1.1" },
            "verb" => Same with { Verb = "explain" },
            "model" => Same with { ModelHash = "m1" },
            "settings" => Same with { Settings = RecordJson.Element(s_settings with { Score = 0.6 }) },
            _ => Same,
        };
        if (what == "image") _folder.Add("cat.png", "pixel!");
        if (what == "missing") File.Delete(Path.Combine(Out, "b.txt"));
        if (what == "longer") File.AppendAllText(Path.Combine(Out, "a.txt"), " ");
        if (what == "record") File.Delete(Path.Combine(Out, "result.json"));
        Assert.False(Holds(now));
    }

    [Fact]
    public void An_image_that_was_only_touched_is_the_same()
    {
        Run(Same, "a");
        File.SetLastWriteTimeUtc(Image, DateTime.UnixEpoch);
        Assert.True(Holds(Same));
        File.Delete(Image);
        Assert.False(Holds(Same));
    }

    [Fact]
    public void Where_two_verbs_wrote_a_file_its_content_decides()
    {
        RunIdentity other = Same with { Verb = "segment" };
        Run(Same, "a");
        RunFolder folder = new(Out);
        folder.Text("a.txt", "b", "the same name and size");
        Finish(other, folder);
        Assert.True(Holds(other));
        Assert.False(Holds(Same));
        File.WriteAllText(Path.Combine(Out, "a.txt"), "a");
        Assert.True(Holds(Same));
        Assert.False(Holds(other));
    }

    [Fact]
    public void What_the_verb_does_not_write_again_goes_unless_it_was_changed_or_another_verb_lists_it()
    {
        Run(Same, "kept", "stale", "edited", "shared", "own");
        File.WriteAllText(Path.Combine(Out, "edited.txt"), "EDITED"); // the same size
        Run(Same with { Verb = "segment" }, "shared");
        _folder.Add("out/mine.txt", "not of a run");
        Run(Same, "kept");
        Assert.Equal(["edited.txt", "kept.txt", "mine.txt", "result.json", "shared.txt"],
            Directory.GetFiles(Out).Select(Path.GetFileName).Where(name => name != FolderLock.Name).Order(StringComparer.Ordinal));
        Assert.Equal(["detect", "segment"], EarlierRun.In(Out).Select(run => run.Verb));
    }

    [Fact]
    public void Other_verbs_keep_their_latest_record_without_those_of_others()
    {
        Run(Same, "a");
        Run(Same with { Verb = "segment" }, "b");
        Run(Same with { Verb = "layers" }, "c");
        Run(Same with { Verb = "segment", ModelHash = "m1" }, "d");
        IReadOnlyList<EarlierRun> runs = EarlierRun.In(Out);
        Assert.Equal(["segment", "layers", "detect"], runs.Select(run => run.Verb));
        Assert.All(runs, run => Assert.DoesNotContain(RunRecord.OtherVerbs, run.Record.Keys));
        Assert.Equal("m1", runs[0].Record["model"].GetProperty("hash").GetString());
    }

    const string Facts = """ "verb": "detect", "model": {"hash": "m0"}, "settings": {}, "versions": {"translucent": "1.0"}""";

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{")]
    [InlineData("{" + Facts + "}")]
    [InlineData("{" + Facts + """, "files": null}""")]
    [InlineData("{" + Facts + """, "files": [null]}""")]
    [InlineData("{" + Facts + """, "files": [{"name": null, "bytes": 1, "sha256": "", "what": ""}]}""")]
    [InlineData("{" + Facts + """, "files": [], "other_verbs": {"segment": null}}""")]
    [InlineData("{" + Facts + """, "files": [], "image": {"bytes": 1, "modified": null, "sha256": ""}}""")]
    [InlineData("{" + Facts + """, "files": [], "\ud800": 1}""")]
    [InlineData("""{"verb": "\ud800", "model": {"hash": "m0"}, "settings": {}, "versions": {"translucent": "1.0"}, "files": []}""")]
    [InlineData("""{"verb": null, "model": null, "settings": null, "versions": null, "files": []}""")]
    public void A_record_that_no_run_wrote_counts_as_none(string json)
    {
        Directory.CreateDirectory(Out);
        _folder.Add("out/result.json", json);
        Assert.Empty(EarlierRun.In(Out));
        Assert.False(Holds(Same));
        Run(Same, "a");
        Assert.True(Holds(Same));
    }

    [Theory]
    [InlineData("../cat.png")]
    [InlineData("/etc/hostname")]
    [InlineData("NUL")]
    [InlineData("")]
    public void A_record_does_not_lead_out_of_its_folder(string name)
    {
        Run(Same, "a");
        string path = Path.Combine(Out, "result.json"), json = File.ReadAllText(path).Replace("\"a.txt\"", JsonSerializer.Serialize(name));
        string sha256 = FileHash.Of("pixels"u8);
        File.WriteAllText(path, json.Replace(FileHash.Of("a"u8), sha256).Replace("\"bytes\": 1,", "\"bytes\": 6,"));
        Assert.Single(EarlierRun.In(Out));
        Assert.False(Holds(Same));
        Run(Same);
        Assert.True(File.Exists(Image));
    }
}
