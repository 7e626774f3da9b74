using Translucent.Models;

namespace Translucent.Cli.Tests;

/// <summary>The verb generate.</summary>
public sealed class GenerateTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_text_is_that_of_the_library()
    {
        string folder = TextModels.Llama(_folder);
        using LanguageModel model = LanguageModels.Open(folder);
        string likeliest = string.Concat(TextGeneration.Continue(model, "The sun", new GenerationSettings { Tokens = 12 }));
        CliRun run = await CliRun.Succeeds("generate", "The sun", "--model", folder, "--tokens", "12");
        Assert.StartsWith("The sun", run.Output);
        Assert.Matches(@"\[[0-9]+ tokens read in .*; [0-9]+ written.*, [0-9.]+ a second\]", run.Output);
        CliRun quiet = await CliRun.Succeeds("generate", "--file", _folder.Add("prompt.txt", "The sun"), "--model", folder, "--tokens", "12", "--quiet",
            "--threads", "1");
        Assert.Equal(Visible.Text(likeliest), quiet.Output.TrimEnd('\r', '\n').PadRight(Visible.Text(likeliest).Length, '\n'));

        string[] draws = ["generate", "The sun", "--model", folder, "--tokens", "12", "--quiet", "--temperature", "1.5", "--top-k", "50", "--top-p", "0.9"];
        CliRun one = await CliRun.Succeeds([.. draws, "--seed", "4"]), two = await CliRun.Succeeds([.. draws, "--seed", "4"]),
            three = await CliRun.Succeeds([.. draws, "--seed", "5"]);
        Assert.Equal(one.Output, two.Output);
        Assert.NotEqual(one.Output, three.Output);
    }

    [Theory]
    [InlineData(2, "expected a text in quotes", "generate", "--model", "llama"), InlineData(2, "a text and --file", "generate", "a", "--file", "x", "--model",
        "llama")]
    [InlineData(2, "--temperature -1: expected a number from 0", "generate", "a", "--model", "llama", "--temperature", "-1")]
    [InlineData(2, "--top-p 0: expected a number above 0 to 1", "generate", "a", "--model", "llama", "--top-p", "0")]
    [InlineData(2, "--top-k: is about draws", "generate", "a", "--model", "llama", "--top-k", "3"), InlineData(2, "--file x: there is no such file",
        "generate", "--file", "x", "--model", "llama")]
    [InlineData(2, "is of type vit, expected a language model", "generate", "a", "--model", "vit"), InlineData(1, "predicts no tokens", "generate", "a",
        "--model", "bert")]
    public async Task What_is_wrong_is_said_in_a_line(int code, string message, params string[] line)
    {
        Dictionary<string, string> folders = new()
        {
            ["llama"] = TextModels.Llama(_folder),
            ["bert"] = TextModels.Bert(_folder),
            ["vit"] = Golden.File("vision/vit")
        };
        CliRun run = await CliRun.Of([.. line.Select((word, i) => i > 0 && line[i - 1] == "--model" ? folders[word] : word)]);
        Assert.Contains(message, run.Error);
        Assert.Equal(code, run.Code);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("generate"), InlineData("text"), InlineData("classify"), InlineData("lens"), InlineData("embed"), InlineData("evaluate", "text")]
    public async Task Help_has_examples(params string[] verb)
    {
        CliRun run = await CliRun.Succeeds([.. verb, "--help"]);
        Assert.Contains($"Examples:{Environment.NewLine}  translucent {string.Join(' ', verb)} ", run.Output);
    }
}
