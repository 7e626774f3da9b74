using System.Text.Json;
using Translucent.Cli.Verbs;

namespace Translucent.Cli.Tests;

/// <summary>The verb benchmark, on shapes small enough for a test.</summary>
public sealed class BenchmarkTests : IDisposable
{
    readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Products_are_measured_against_the_peak()
    {
        (int code, string output, JsonElement[] rows) = await Run("engine", "--shapes", "64x96x32,32x48x16t,2*3*17x17x8");
        Assert.Equal(0, code);
        Assert.Contains("of memory", output); // said before
        Assert.Contains("64x96x32 ", output);
        JsonElement[] peaks = [.. rows.Where(r => r.GetProperty("name").GetString() == "fma peak")];
        Assert.NotEmpty(peaks);
        foreach (JsonElement row in rows.Except(peaks))
        {
            Assert.Equal("engine", row.GetProperty("suite").GetString());
            Assert.InRange(row.GetProperty("gflops").GetDouble(), 1e-4, 1e6);
            Assert.InRange(row.GetProperty("share_of_peak").GetDouble(), 1e-6, 3); // other tests run beside it
        }
    }

    [Fact]
    public async Task A_few_tokens_of_a_model_are_measured_and_counted()
    {
        (int code, string output, JsonElement[] rows) = await Run("ultra", "--shapes", "s16", "--tokens", "2", "--layer", "3");
        Assert.Equal(0, code);
        Assert.Contains("2 of 197", output);
        JsonElement row = Assert.Single(rows);
        double n = 197, c = 384, m = 4 * c, r = 2 * 6 + 1; // outer products: keys and values of 6 heads, and the query's row
        double top = 2 * (2 * c * m) + 2 * c * c + 4 * n * c + 2 * r * c * (c + n), between = 2 * (r + 1) * (c * m + n * (c + m)), shared = 2 * n * c * m;
        double bottom = n * (2 * c * m + 2 * c * c) + 2 * n * n * c;
        Assert.Equal((2 * (top + between + bottom) + shared) / 1e9, row.GetProperty("gflop").GetDouble(), 1e-9);
        Assert.Equal(3, row.GetProperty("layer").GetInt32());
        double seconds = row.GetProperty("seconds").GetDouble();
        Assert.Equal(seconds / 2 * 197, row.GetProperty("seconds_for_all").GetDouble(), seconds * 1e-3);
        Assert.InRange(row.GetProperty("peak_memory_bytes").GetDouble(), 50e6, 1e11);
    }

    [Fact]
    public async Task Forward_passes_are_measured()
    {
        (int code, _, JsonElement[] rows) = await Run("forward", "--shapes", "s16");
        Assert.Equal(0, code);
        Assert.Equal(9.2, Assert.Single(rows).GetProperty("gflop").GetDouble(), 0.05);
    }

    [Fact]
    public async Task Tokenizers_read_a_text()
    {
        string text = _temp.Add("text.txt", string.Concat(Enumerable.Repeat("The model reads.\n", 500)));
        (int code, string output, JsonElement[] rows) = await Run("tokenizers", "--tokenizer", Golden.File("tokenizers/bytelevel_bpe"),
            Golden.File("tokenizers/wordpiece/tokenizer.json"), "--text", text);
        Assert.Equal(0, code);
        Assert.Contains("bytelevel_bpe ", output);
        Assert.Equal(2, rows.Length);
        Assert.All(rows, row => Assert.Equal(8500, row.GetProperty("bytes").GetDouble()));
        Assert.All(rows, row => Assert.InRange(row.GetProperty("tokens").GetDouble(), 2000, 8500));
        Assert.All(rows, row => Assert.InRange(row.GetProperty("megabytes_per_second").GetDouble(), 1e-4, double.MaxValue));
    }

    [Fact]
    public async Task A_language_model_reads_and_writes()
    {
        (int code, string output, JsonElement[] rows) = await Run("language", "--shape", "stories260k", "--tokens", "8");
        Assert.Equal(0, code);
        Assert.Contains("stories260k ", output);
        JsonElement row = Assert.Single(rows);
        Assert.Equal(2 * (5 * (64 * 8 * 2 * 12 + 3 * 64 * 172) + 512 * 64), row.GetProperty("weight_bytes").GetDouble());
        Assert.InRange(row.GetProperty("tokens_written_per_second").GetDouble(), 1e-3, double.MaxValue);
        Assert.InRange(row.GetProperty("share_of_memory").GetDouble(), 1e-6, double.MaxValue);
    }

    [Fact]
    public async Task A_summary_is_explained()
    {
        (int code, string output, JsonElement[] rows) = await Run("summary", "--shape", "stories260k", "--tokens", "8");
        Assert.Equal(0, code);
        Assert.Contains("4 of 8 tokens explained", output);
        JsonElement row = Assert.Single(rows);
        Assert.Equal((8, 4), (row.GetProperty("tokens").GetInt32(), row.GetProperty("explained").GetInt32()));
        Assert.InRange(row.GetProperty("seconds_floor").GetDouble(), 1e-9, row.GetProperty("seconds_exact").GetDouble());
        Assert.InRange(row.GetProperty("seconds_0_rows").GetDouble(), 1e-9, double.MaxValue);
    }

    [Fact]
    public async Task Tokenizers_must_be_named_for_their_suite()
    {
        using StringWriter output = new(), error = new();
        Assert.Equal(2, await CommandLine.Run(Program.Root(), ["benchmark", "tokenizers"], output, error));
        Assert.Contains("expected --tokenizer", error.ToString());
    }

    [Theory]
    [InlineData("--shapes", "h99"), InlineData("--shapes", "1x2"), InlineData("--shapes", "0x1x1"), InlineData("--shapes", "999999x999999x999999"),
        InlineData("--shapes", ",")]
    [InlineData("--tokens", "0"), InlineData("--layer", "1")]
    public async Task Wrong_usage_ends_with_2(string option, string value)
    {
        using StringWriter output = new(), error = new();
        Assert.Equal(2, await CommandLine.Run(Program.Root(), ["benchmark", option, value], output, error));
        Assert.Contains(option, error.ToString());
        Assert.Equal(2, await CommandLine.Run(Program.Root(), ["benchmark", "everything"], output, error));
    }

    [Fact]
    public async Task Cancelling_ends_with_130()
    {
        using StringWriter output = new(), error = new();
        Assert.Equal(130, await CommandLine.Run(Program.Root(), ["benchmark", "ultra", "--shapes", "s16"], output, error,
            new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Shapes_read_back()
    {
        Assert.Equal(new ProductShape("788x3072x768t", 1, 1, 788, 3072, 768, Transposed: true), ProductShape.Of("788x3072x768t"));
        Assert.Equal(new ProductShape("12*20*197x64x197", 12, 20, 197, 64, 197, Transposed: false), ProductShape.Of("12*20*197x64x197"));
        Assert.Equal(197, ModelShape.All.Single(m => m.Name == "b16").Tokens);
        Assert.Equal(257, ModelShape.All.Single(m => m.Name == "l14").Tokens);
    }

    async Task<(int Code, string Output, JsonElement[] Rows)> Run(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        int code = await CommandLine.Run(Program.Root(), ["benchmark", .. arguments, "--quick", "--json", _temp["b.json"]], output, error);
        Assert.Empty(error.ToString());
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(_temp["b.json"]));
        Assert.Equal(Environment.ProcessorCount, json.RootElement.GetProperty("machine").GetProperty("cores").GetInt32());
        return (code, output.ToString(), [.. json.RootElement.GetProperty("results").EnumerateArray().Select(r => r.Clone())]);
    }
}
