// The verb tokens-of: its table, its JSON, and what it says when something is wrong.

using System.Text.Json;

namespace Translucent.Cli.Tests;

public class TokensOfTests
{
    static readonly string s_clip = Golden.File("tokenizers/clip_bpe"), s_bert = Golden.File("tokenizers/wordpiece");

    [Fact]
    public async Task A_table_shows_tokens_ids_offsets_and_text()
    {
        CliRun run = await CliRun.Succeeds("tokens-of", "The  Model", "--model", s_clip);
        string[] lines = run.Output.ReplaceLineEndings("\n").TrimEnd().Split('\n');
        Assert.Equal(["#", "token", "id", "offsets", "text"], Words(lines[0]));
        Assert.Equal(["0", "<|startoftext|>", "1312", "added"], Words(lines[1]));
        Assert.Equal(["2", "mode", "1251", "[5,", "9)", "Mode"], Words(lines[3]));
        Assert.Contains("1314 in the vocabulary; offsets count code points.", lines[^1]);
    }

    [Fact]
    public async Task Json_holds_what_the_cases_hold()
    {
        foreach (string file in new[] { s_bert, Path.Combine(s_bert, "tokenizer.json") })
        {
            CliRun run = await CliRun.Succeeds("tokens-of", "the 🙂 model", "--pair", "reads", "--model", file, "--json");
            using JsonDocument json = JsonDocument.Parse(run.Output);
            JsonElement root = json.RootElement;
            Assert.Equal(["[CLS]", "the", "🙂", "mode", "##l", "[SEP]"], root.GetProperty("tokens").EnumerateArray().Take(6).Select(t => t.GetString()));
            Assert.Equal("[[0,0],[0,3],[4,5],[6,10],[10,11]]",
                $"[{string.Join(',', root.GetProperty("offsets").EnumerateArray().Take(5).Select(o => o.GetRawText()))}]");
            Assert.Equal("[7,11]", root.GetProperty("utf16_offsets")[3].GetRawText());
            Assert.Equal(1, root.GetProperty("type_ids")[6].GetInt32());
            Assert.True(root.GetProperty("special")[0].GetBoolean());
            Assert.Equal("the 🙂 model reads", root.GetProperty("decoded").GetString());
        }
    }

    [Fact]
    public async Task Characters_that_a_terminal_would_obey_are_written_as_numbers()
    {
        CliRun run = await CliRun.Succeeds("tokens-of", "a\u001b[31mb\u202e", "--plain", "--model", Golden.File("tokenizers/llama2_bpe"));
        Assert.Contains("\\u001b", run.Output);
        Assert.DoesNotContain('\u001b', run.Output);
        Assert.DoesNotContain('\u202e', run.Output);
    }

    [Fact]
    public async Task A_long_text_is_read_from_a_file()
    {
        using TempFolder folder = new();
        string text = string.Concat(Enumerable.Repeat("the model reads\n", 1000));
        CliRun run = await CliRun.Succeeds("tokens-of", "--file", folder.Add("long.txt", text), "--model", s_bert, "--plain", "--json");
        using JsonDocument json = JsonDocument.Parse(run.Output);
        Assert.Equal(5000, json.RootElement.GetProperty("ids").GetArrayLength());
        Assert.Equal($"[{text.Length - 2},{text.Length - 1}]", json.RootElement.GetProperty("offsets")[4999].GetRawText());
    }

    public static TheoryData<string[], int, string> Wrong => new()
    {
        { ["tokens-of", "a"], 2, "--model" },
        { ["tokens-of", "--model", Golden.File("tokenizers/clip_bpe")], 2, "expected a TEXT, - for standard input, or --file FILE" },
        { ["tokens-of", "a", "--file", "b", "--model", Golden.File("tokenizers/clip_bpe")], 2, "has a TEXT and --file, expected one of them" },
        { ["tokens-of", "--file", "no such file", "--model", Golden.File("tokenizers/clip_bpe")], 1, "no such file" },
        { ["tokens-of", "a", "--model", "nope"], 2, "--model nope: there is no such folder" },
        { ["tokens-of", "a", "--model", "cifar10-vit"], 1, "has no tokenizer.json, expected it or the vocab.json and merges.txt of GPT-2 or CLIP" },
        { ["tokens-of", "a", "--model", Golden.File("tokenizers/clip_bpe/cases.json")], 1, "cases.json: has no 'model', expected an object" },
    };

    [Theory, MemberData(nameof(Wrong))]
    public async Task What_is_wrong_is_said_in_one_line(string[] args, int code, string message)
    {
        CliRun run = await CliRun.Of(args);
        Assert.Equal(code, run.Code);
        Assert.Contains(message, run.Error);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
