using System.Text.Json;
using Translucent.Evaluate.Jobs;
using Translucent.Evaluate.Perturb;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Text;

namespace Translucent.Cli.Tests.Jobs;

/// <summary>evaluate text: what it measures is what the library measures, in any number of shards, whatever ended an earlier run.</summary>
public sealed class TextJobTests : IDisposable
{
    const string Words = "text\tlabel\nred\tgood\nfar\tbad\nbox\tgood\nbox\tbad\na red box\tbad\n"; // the box has two labels, the last is no word

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    string[] Line(bool summaries, params string[] more) =>
    [
        "evaluate", "text", _folder.Add(summaries ? "data.jsonl" : "data.tsv", summaries
            ? "{\"context\":\"The red box stood here.\",\"summary\":\"A box.\"}\n\n{\"context\":\"Two dogs ran far away.\",\"summary\":\"Dogs ran.\"}\n"
            : "sentence\tlabel\nThe red box stood far away.\tgood\nTwo dogs ran far away.\t1\n"),
        "--model", summaries ? TextModels.Llama(_folder, $"llama{more.Length}") : TextModels.Bert(_folder, $"bert{more.Length}"), .. more,
    ];

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task An_evaluation_goes_on_where_it_was_ended(bool summaries)
    {
        string[] line = Line(summaries, "--method", "gae,raw", "--out", _folder["out"]);
        CliRun run = await CliRun.Succeeds(line);
        Assert.Contains($"text: 2 texts of data.{(summaries ? "jsonl" : "tsv")}.", run.Output);
        Assert.Matches("(?m)^method +comprehensiveness +low +high +sufficiency", run.Output);
        Assert.Matches("(?m)^random +-?[0-9]", run.Output);
        string log = _folder["out/shard-1-of-1.jsonl"];
        string[] lines = File.ReadAllLines(log);
        byte[] results = File.ReadAllBytes(_folder["out/results.json"]);
        File.WriteAllText(log, $"{lines[0]}\n{lines[1][..20]}");
        Assert.Contains("; 1 were done before", (await CliRun.Succeeds(line)).Output);
        Assert.Equal(lines, File.ReadAllLines(log));
        Assert.Equal(results, File.ReadAllBytes(_folder["out/results.json"]));
        string report = File.ReadAllText(_folder["out/report.html"]);
        Assert.Contains("2 texts of data.", report);
        Assert.DoesNotContain("dogs", report); // texts of a data set are no part of results
        _folder.Add(Path.GetFileName(line[2]), "{\"text\":5}");
        CliRun wrong = await CliRun.Of(line);
        Assert.Equal((2, true), (wrong.Code, wrong.Error.Contains("line 1: expected ")));
    }

    [Theory]
    [InlineData(true, "--measure", "joint"), InlineData(false, "--words", "WORDS")]
    public async Task Shards_merge_to_the_bytes_of_a_single_run(bool summaries, string option, string value)
    {
        string[] line = Line(summaries, "--method", "gae,raw", "--erase", "replace,delete", option, value == "WORDS" ? _folder.Add("words.tsv", Words) : value);
        await CliRun.Succeeds([.. line, "--out", _folder["one"]]);
        await CliRun.Succeeds([.. line, "--out", _folder["two"], "--shard", "2/2"]);
        await CliRun.Succeeds([.. line, "--out", _folder["two"], "--shard", "1/2"]);
        Assert.DoesNotContain("without pictures", (await CliRun.Succeeds("evaluate", "merge", _folder["two"])).Error);
        foreach (string name in (string[])["results.json", "results.csv", "report.html"])
            Assert.Equal(File.ReadAllBytes(_folder[$"one/{name}"]), File.ReadAllBytes(_folder[$"two/{name}"]));
        JobSettings settings = JobFile.In(_folder["one"])!.Settings;
        Assert.Equal(EvaluationPresets.Text.Choices.Select(c => c.Name).Order(), settings.Choices.Keys.Order());
        Assert.Equal((summaries ? "product of p of the summary" : "probability of the predicted class", "replace, delete"),
            (settings.Choices["measure"], settings.Choices["erase"]));
    }

    [Fact]
    public async Task Classes_are_measured_as_the_library_does()
    {
        string[] line = Line(false, "--method", "attn_lrp,integrated_gradients", "--erase", "delete,replace", "--fill", "[UNK]", "--words",
            _folder.Add("words.tsv", Words), "--out", _folder["out"]);
        Assert.Contains("2 words of known polarity.", (await CliRun.Succeeds(line)).Output);
        JsonElement item = JsonDocument.Parse(File.ReadLines(_folder["out/shard-1-of-1.jsonl"]).First()).RootElement.GetProperty("result");
        const string Text = "The red box stood far away.";
        using LanguageModel model = LanguageModels.Open(line[4]);
        using Trace trace = model.Forward(Text);
        int top = trace.Top(1)[0].Index;
        EncodedText encoded = model.Tokenizer!.Encode(Text);
        int[] tokens = [.. Enumerable.Range(1, encoded.Count - 2)];
        float[] row = ClassMethods.Named("attn_lrp").Explain(trace, new ClassTargets([top])).Tokens!.Row(0).ToArray();
        ErasureResult Erased(Erasure how) => TextErasure.OfClass(model, model.Encode(Text), tokens, [.. tokens.Select(t => row[t])], top, how,
            model.Tokenizer.IdOf("[UNK]"));
        JsonElement method = item.GetProperty("methods")[0];
        foreach ((Erasure how, int place) in ((Erasure, int)[])[(Erasure.Delete, 0), (Erasure.Replace, 1)])
        {
            JsonElement erased = method.GetProperty("erased")[place];
            Assert.Equal(Erased(how).Comprehensiveness, erased.GetProperty("comprehensiveness").EnumerateArray().Select(v => v.GetDouble()));
            Assert.Equal(Erased(how).Sufficiency, erased.GetProperty("sufficiency").EnumerateArray().Select(v => v.GetDouble()));
        }
        double Of(string word) => Enumerable.Range(0, encoded.Count).Where(i => encoded.Sequences[i] == 0
            && Text[encoded.Utf16Offsets[i].Start..encoded.Utf16Offsets[i].End] is var part && word.Contains(part)
            && encoded.Utf16Offsets[i].Start >= Text.IndexOf(word, StringComparison.Ordinal)
            && encoded.Utf16Offsets[i].End <= Text.IndexOf(word, StringComparison.Ordinal) + word.Length).Sum(i => (double)row[i]);
        bool red = top == 0, far = top == 1; // whether each is of the predicted class
        double agree = ((red ? Of("red") > 0 : Of("red") < 0) ? 0.5 : 0) + ((far ? Of("far") > 0 : Of("far") < 0) ? 0.5 : 0);
        Assert.Equal(agree, method.GetProperty("polarity").GetProperty("agree").GetDouble());
        Assert.Equal(red != far, method.GetProperty("polarity").TryGetProperty("area", out JsonElement area));
        if (red != far) Assert.Equal((red ? Of("red") > Of("far") : Of("far") > Of("red")) ? 1 : 0, area.GetDouble());
        Assert.Equal(2, item.GetProperty("known").GetInt32());
        Assert.Equal(top == 0, item.GetProperty("right").GetBoolean());
        float[] other = StreamMethods.Named("integrated_gradients").Explain(trace, new ClassTargets([top]))["text"].ToArray();
        Assert.Equal(TextErasure.OfClass(model, model.Encode(Text), tokens, [.. tokens.Select(t => other[t])], top).Sufficiency,
            item.GetProperty("methods")[1].GetProperty("erased")[0].GetProperty("sufficiency").EnumerateArray().Select(v => v.GetDouble()));
    }

    public static TheoryData<bool, string, string> Refused => new()
    {
        { false, "--erase burn", "--erase burn: expected delete, replace, or both" },
        { false, "--fill [MASK]", "--fill: is for --erase replace" },
        { false, "--erase replace --fill nothing-like-it", "--fill nothing-like-it: is no token" },
        { false, "--method odam", "--method odam: expected some of raw, rollout" },
        { false, "--words NONE", "none.tsv: there is no such file" },
        { false, "--words DATA", "no text in it is a single word" },
        { true, "--words DATA", "--words: is for texts with labels" },
        { true, "--measure most", "--measure most" },
    };

    [Theory, MemberData(nameof(Refused))]
    public async Task What_cannot_be_done_is_one_line(bool summaries, string words, string says)
    {
        string[] line = Line(summaries);
        (await CliRun.Of([.. line, "--out", _folder["out"],
            .. words.Split(' ').Select(w => w switch { "NONE" => _folder["none.tsv"], "DATA" => line[2], _ => w })]))
            .EndsWith(2, says);
    }

    /// <summary>A text that cannot be read is recorded, and the others go on.</summary>
    [Fact]
    public async Task A_text_that_is_too_long_fails_alone()
    {
        string[] line = Line(false, "--method", "raw", "--out", _folder["out"]);
        File.AppendAllText(line[2], $"{string.Concat(Enumerable.Repeat("far ", 80))}\tgood\n");
        CliRun run = await CliRun.Of(line);
        Assert.Equal(1, run.Code);
        Assert.Contains("text 3: ", run.Error);
        Assert.Contains("1 of 3 texts failed and are not part of the results", run.Error);
    }
}
