using System.Text.Json.Serialization;
using Translucent.Runs;

namespace Translucent.Tests.Runs;

sealed record LoggedPart(string Name, double Score, int[]? Size = null);

sealed record LoggedItem(int Number, IReadOnlyList<LoggedPart> Parts, IReadOnlyDictionary<string, IReadOnlyList<double>> Curves);

[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(LoggedItem))]
sealed partial class LoggedJson : JsonSerializerContext;

/// <summary>A job that was ended goes on behind the last line that is whole; what is not a line of its own is done again.</summary>
public sealed class JobLogTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    string Log => _folder["out/items.jsonl"];

    JobLog<LoggedItem> Open(string settings = """{"score":0.5}""", Predicate<LoggedItem>? fits = null) =>
        JobLog<LoggedItem>.Open(_folder["out"], settings, LoggedJson.Default.LoggedItem, fits);

    static LoggedItem Item(int number) => new(number, [new LoggedPart("ä", 0.1), new LoggedPart("b", 1e-300, [2, 3])],
        new Dictionary<string, IReadOnlyList<double>> { ["up"] = [0, 1.0 / 3] });

    /// <summary>A log of three items.</summary>
    string[] Three()
    {
        using (JobLog<LoggedItem> log = Open())
            for (int i = 0; i < 3; i++) log.Add(Item(i));
        return File.ReadAllLines(Log);
    }

    [Fact]
    public void It_goes_on_where_it_was()
    {
        using (JobLog<LoggedItem> log = Open())
        {
            Assert.Empty(log.Done);
            log.Add(Item(0));
            Assert.Equal(2, File.ReadAllLines(Log).Length); // on disk before the next item begins
            log.Add(Item(1));
        }
        byte[] whole = File.ReadAllBytes(Log);
        using (JobLog<LoggedItem> log = Open())
        {
            Assert.Equal([0, 1], log.Done.Select(item => item.Number));
            Assert.Equal(1.0 / 3, log.Done[1].Curves["up"][1]);
            Assert.Equal([2, 3], log.Done[1].Parts[1].Size!);
            Assert.Null(log.Done[1].Parts[0].Size);
        }
        Assert.Equal(whole, File.ReadAllBytes(Log));
    }

    [Fact]
    public void Other_settings_begin_anew()
    {
        Three();
        using (JobLog<LoggedItem> log = Open("""{"score":0.6}""")) Assert.Empty(log.Done);
        Assert.Equal(["""{"score":0.6}"""], File.ReadAllLines(Log));
    }

    [Fact]
    public void A_line_that_was_cut_anywhere_is_done_again()
    {
        string[] lines = Three();
        string before = string.Join('\n', lines[..3]) + "\n";
        for (int length = 0; length < lines[3].Length; length++)
        {
            File.WriteAllText(Log, before + lines[3][..length]);
            using (JobLog<LoggedItem> log = Open())
            {
                Assert.Equal([0, 1], log.Done.Select(item => item.Number));
                log.Add(Item(2));
            }
            Assert.Equal(lines, File.ReadAllLines(Log));
        }
        File.WriteAllText(Log, before + lines[3]); // all but the line feed
        using (JobLog<LoggedItem> log = Open()) Assert.Equal(3, log.Done.Count);
        Assert.Equal(lines, File.ReadAllLines(Log));
    }

    [Fact]
    public void A_first_line_that_was_cut_begins_anew()
    {
        string[] lines = Three();
        File.WriteAllText(Log, lines[0][..^1]);
        using (JobLog<LoggedItem> log = Open()) Assert.Empty(log.Done);
        Assert.Equal([lines[0]], File.ReadAllLines(Log));
        File.WriteAllText(Log, "");
        using (JobLog<LoggedItem> log = Open()) Assert.Empty(log.Done);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("\0\0\0\0")]
    [InlineData("""{"Number":9,"Parts":null,"Curves":{}}""")]
    [InlineData("""{"Number":9,"Parts":[null],"Curves":{}}""")]
    [InlineData("""{"Number":9,"Parts":[{"Name":"a","Score":1},null],"Curves":{}}""")]
    [InlineData("""{"Number":9,"Parts":[{"Name":null,"Score":1}],"Curves":{}}""")]
    [InlineData("""{"Number":9,"Parts":[],"Curves":{"up":null}}""")]
    [InlineData("""{"Number":9,"Parts":[],"Curves":{"up":[null]}}""")]
    [InlineData("""{"Number":9,"Parts":[{"Name":"\ud800","Score":1}],"Curves":{}}""")]
    [InlineData("""{"Number":9,"Parts":[],"Curves":{"\ud800":[]}}""")]
    [InlineData("""{"Number":9,"Parts":[],"Curves":{}} {}""")]
    public void From_a_line_that_is_not_ours_on_the_work_is_done_again(string strange)
    {
        string[] lines = Three();
        File.WriteAllText(Log, string.Join('\n', lines[0], lines[1], strange, lines[2]) + "\n");
        using (JobLog<LoggedItem> log = Open()) Assert.Equal([0], log.Done.Select(item => item.Number));
        Assert.Equal(lines[..2], File.ReadAllLines(Log));
    }

    [Fact]
    public void An_item_that_the_job_could_not_have_written_is_done_again()
    {
        Three();
        using JobLog<LoggedItem> log = Open(fits: item => item.Number != 1);
        Assert.Equal([0], log.Done.Select(item => item.Number));
    }
}
