using System.Text.Json;
using Translucent.Cli.Language;
using Translucent.Evaluate.Perturb;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Cli.Tests;

/// <summary>The verb text: scores, files and page are those of the library, whatever the script.</summary>
public sealed class TextTests : IDisposable
{
    const string Context = "The red box stood on the table. 你好 世界 👩‍🚀 and مرحبا <b>&amp;</b>\nThe dog slept.",
        Summary = "A red box; a 👩‍🚀.";

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    string[] Line(params string[] more) => ["text", "--model", Directory.Exists(_folder["llama"]) ? _folder["llama"] : TextModels.Llama(_folder), "--context",
        _folder.Add("context.txt", Context), "--out", _folder["out"], .. more];

    string[] Given(params string[] more) => Line(["--summary", _folder.Add("summary.txt", Summary), .. more]);

    [Theory]
    [InlineData("ultra"), InlineData("ultra", "--layer", "2", "--function", "e"), InlineData("ultra", "--order", "literal"), InlineData("attn_lrp"),
        InlineData("gae"), InlineData("raw")]
    public async Task Scores_are_those_of_the_library(string method, params string[] more)
    {
        CliRun run = await CliRun.Succeeds(Given(["--method", method, .. more]));
        using LanguageModel model = LanguageModels.Open(_folder["llama"]);
        SummaryLayout layout = SummaryLayout.Of(model, Context, LanguageModels.DefaultSeparator, Summary);
        using Trace trace = model.Forward([new TextInput(layout.Ids, null)]);
        Tensor rows = method == "ultra"
            ? TokenContributions.Of(trace, layout.Summary, layout.Context, more.Contains("2") ? 2 : null,
                more.Contains("e") ? TokenFunction.E : TokenFunction.S,
                more.Contains("literal") ? UltraOrder.Literal : UltraOrder.Flow).Rows
            : StreamMethods.Named(method).Explain(trace, new NextTokenTargets([.. layout.Summary.Select(s => new NextToken(layout.Ids[s], s - 1))],
                TokenScalar.LogProbability))["text"];
        CliRun.SameNumbers(rows.Span, CliRun.Numbers(_folder["out"], "rows.npy"));
        float[] lambda = CliRun.Numbers(_folder["out"], "lambda.npy").ToArray();
        for (int i = 0; i < lambda.Length; i++)
            Assert.Equal(Enumerable.Range(0, rows.Rows).Average(s => (double)rows.Row(s)[layout.Context[i]]), lambda[i], 1e-6);

        ErasureResult erasure = TextErasure.OfSummary(model, layout.Ids, layout.Context, layout.Summary, lambda);
        JsonElement result = StreamModels.Complete(_folder["out"]), text = result.GetProperty("text");
        Assert.Equal(erasure.ComprehensivenessAopc, text.GetProperty("erasure").GetProperty("comprehensiveness_aopc").GetDouble(), 2e-6);
        Assert.Equal(3, text.GetProperty("erasure").GetProperty("random_orders").GetInt32());
        Assert.Matches(@"(?m)^ +top +words +comprehensiveness +random +sufficiency +random", run.Output);
        Assert.Contains("against 3 random orders:", run.Output);
        Assert.Contains("你好 世界 👩‍🚀", run.Output);
    }

    [Fact]
    public async Task Every_token_stands_at_its_place_and_characters_are_whole()
    {
        await CliRun.Succeeds(Given());
        using JsonDocument scores = JsonDocument.Parse(File.ReadAllText(_folder["out/scores.json"]));
        int[] points = [.. Context.EnumerateRunes().Select(r => r.Value)];
        JsonElement[] tokens = [.. scores.RootElement.GetProperty("context").EnumerateArray()];
        Assert.Equal(tokens.Length, File.ReadLines(_folder["out/context.csv"]).Count(l => l.Length > 0 && char.IsAsciiDigit(l[0])) is var lines
            && lines >= tokens.Length - 1 ? tokens.Length : -1);
        bool[] covered = new bool[points.Length];
        foreach (JsonElement t in tokens)
        {
            (int start, int end) = (t.GetProperty("start").GetInt32(), t.GetProperty("end").GetInt32());
            Assert.Equal(string.Concat(points[start..end].Select(char.ConvertFromUtf32)), t.GetProperty("text").GetString());
            covered.AsSpan(start..end).Fill(true);
        }
        Assert.Equal(Context.EnumerateRunes().Count(r => r.Value is not (' ' or '\n')), covered.Zip(Context.EnumerateRunes()).Count(p => p.First
            && p.Second.Value is not (' ' or '\n')));

        string page = File.ReadAllText(_folder["out/index.html"]);
        Assert.Contains("Content-Security-Policy", page);
        Assert.Contains(">👩‍🚀<", page.Replace("&#128105;&#8205;&#128640;", "👩‍🚀").Replace("&#128105;", "👩").Replace("&#128640;", "🚀"));
        Assert.DoesNotContain('\uFFFD', page);
        Assert.DoesNotContain("<b>&amp;</b>", page);
        Assert.DoesNotMatch("(src|href)=['\"]https?:", page);
    }

    [Fact]
    public async Task The_model_writes_the_summary_and_a_run_is_not_done_twice()
    {
        CliRun run = await CliRun.Succeeds(Line("--generate", "6", "--separator", "\\nIn short:", "--random", "1"));
        Assert.Contains("the model writes:", run.Output);
        using LanguageModel model = LanguageModels.Open(_folder["llama"]);
        int[] written = [.. TextGeneration.Continue(model, model.Encode($"{Context}\nIn short:").Ids, new GenerationSettings { Tokens = 6 })];
        using (JsonDocument scores = JsonDocument.Parse(File.ReadAllText(_folder["out/scores.json"])))
            Assert.Equal(written, scores.RootElement.GetProperty("summary").EnumerateArray().Select(t => t.GetProperty("id").GetInt32()));
        byte[] record = File.ReadAllBytes(_folder["out/result.json"]);
        CliRun again = await CliRun.Succeeds(Line("--generate", "6", "--separator", "\\nIn short:", "--random", "1"));
        Assert.Contains("done before with these settings", again.Output);
        Assert.Equal(record, File.ReadAllBytes(_folder["out/result.json"]));
        Assert.DoesNotContain("done before", (await CliRun.Succeeds(Line("--generate", "5", "--separator", "\\nIn short:", "--random", "1"))).Output);
    }

    [Fact]
    public async Task What_is_wrong_is_said_in_a_line()
    {
        await Wrong("expected either --summary FILE or --generate N", Line());
        await Wrong("expected either --summary FILE or --generate N", Given("--generate", "4"));
        await Wrong("--method odam: expected one of", Given("--method", "odam"));
        await Wrong("--layer 4: llama has layers 2 to 3", Given("--layer", "4"));
        await Wrong("--layer: is of ULTra's tokens", Given("--method", "gae", "--layer", "2"));
        await Wrong("--function w: needs --w FILE", Given("--function", "w"));
        await Wrong("there is no such file", Line("--summary", _folder["none.txt"]));
        CliRun little = await CliRun.Of(Given("--memory", "10K"));
        Assert.Equal((1, true), (little.Code, little.Error.Contains("Give more with --memory, or a shorter text")));

        static async Task Wrong(string message, string[] line)
        {
            CliRun run = await CliRun.Of(line);
            Assert.Contains(message, run.Error);
            Assert.Equal(2, run.Code);
        }
    }
}
