namespace Translucent.Cli.Tests;

/// <summary>Behind -- words are words, whatever they begin with; before it, those that are no options are refused.</summary>
public sealed class DashTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("attention --out OUT --model LLAMA -- TEXT")]
    [InlineData("attention --token 1 --out OUT --model LLAMA -- TEXT")]
    [InlineData("attention --out OUT --model LLAMA --token 1 -- TEXT")]
    [InlineData("tokens --out OUT --model LLAMA --token 1 -- TEXT")]
    [InlineData("lens --out OUT --model LLAMA -- TEXT")]
    [InlineData("classify --out OUT --model BERT -- TEXT")]
    [InlineData("classify --out OUT --model BERT --pair x -- TEXT")]
    public async Task A_text_that_begins_with_a_dash_is_read(string line)
    {
        await CliRun.Succeeds(Words(line));
        Assert.Contains("--out 5", System.Net.WebUtility.HtmlDecode(string.Concat(Directory.GetFiles(_folder["out"], "*.html").Select(File.ReadAllText))),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("generate --tokens 2 --model LLAMA -- TEXT")]
    [InlineData("tokens-of --model LLAMA -- TEXT")]
    [InlineData("tokens-of --model LLAMA -- --help")]
    [InlineData("generate --tokens 2 --model LLAMA -- --version")]
    [InlineData("embed --model LLAMA -- TEXT -x")]
    [InlineData("embed --model LLAMA -x -- --y")]
    public async Task And_where_nothing_is_written(string line)
    {
        CliRun run = await CliRun.Succeeds(Words(line));
        Assert.DoesNotContain("Usage:", run.Output, StringComparison.Ordinal);
        Assert.NotEmpty(run.Output);
    }

    [Fact]
    public async Task A_question_that_begins_with_a_dash_is_asked()
    {
        string model = StreamModels.Answering(_folder), photo = StreamModels.Picture(_folder), regions = StreamModels.Archive(_folder);
        foreach (string verb in (string[])["ask", "attention", "tokens"])
        {
            await CliRun.Succeeds(verb, "--features", regions, "--model", model, "--out", _folder[verb], "--", photo, "--what is it?");
            await CliRun.Succeeds(verb, photo, "--features", regions, "--model", model, "--out", _folder[verb], "--", "-what is it?");
        }
    }

    [Fact]
    public async Task A_picture_whose_name_begins_with_a_dash_is_no_option_behind_it()
    {
        (await CliRun.Of("explain", "--out", _folder["out"], "--", "-none.png")).EndsWith(1, "-none.png: there is no such file");
        (await CliRun.Of("explain", "--out", _folder["out"], "-none.png")).EndsWith(2, "-none.png: there is no such option; behind -- it is a word");
    }

    [Theory]
    [InlineData("attention --out OUT --model LLAMA -5", "-5: there is no such option; behind -- it is a word")]
    [InlineData("tokens x --out OUT --model LLAMA --laier 3", "--laier (did you mean '--layer'?): there is no such option")]
    [InlineData("classify --modle BERT -- --model", "--modle (did you mean '--model'?)")]
    public async Task Before_it_options_are_options(string line, string expected) => (await CliRun.Of(Words(line))).EndsWith(2, expected);

    string[] Words(string line) => [.. line.Split(' ').Select(word => word switch
    {
        "LLAMA" => TextModels.Llama(_folder),
        "BERT" => TextModels.Bert(_folder),
        "TEXT" => "--out 5 degrees",
        "OUT" => _folder["out"],
        _ => word,
    })];
}
