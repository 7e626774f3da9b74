using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Translucent.Tensors;

namespace Translucent.Cli.Tests;

/// <summary>The verb evaluate: jobs over data sets, ended and continued.</summary>
public sealed class EvaluateTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    string Log => _folder["out/items.jsonl"];

    string[] Detr(params string[] more)
    {
        if (!Directory.Exists(_folder["detector"])) StreamModels.Detector(_folder);
        return ["evaluate", "hetero-detr", "--annotations", Path.Combine(StreamModels.Scenes(_folder), "instances.json"), "--model", _folder["detector"],
            "--out", _folder["out"], .. more];
    }

    string[] Lxmert(params string[] more)
    {
        if (!Directory.Exists(_folder["answering"])) StreamModels.Answering(_folder, features: 32);
        if (!Directory.Exists(_folder["detector"])) StreamModels.Detector(_folder);
        return ["evaluate", "hetero-lxmert", "--questions", Path.Combine(StreamModels.Scenes(_folder), "questions.jsonl"), "--model", _folder["answering"],
            "--out", _folder["out"], .. more];
    }

    [Fact]
    public async Task Masks_are_scored_and_an_ended_job_goes_on()
    {
        string[] line = Detr("--score", "0.1", "--method", "absolute,raw");
        CliRun whole = await CliRun.Succeeds(line);
        Assert.Contains("2 methods.", whole.Output);
        Assert.Matches(@"(?m)^boxes of the detector: AP [0-9.]+, AP at 0\.5 [0-9.]+\r?$", whole.Output);
        Assert.Matches(@"(?m)^method +AP +AP 50 +AP medium +AP large +AR +AR medium +AR large\r?$", whole.Output);
        byte[] table = File.ReadAllBytes(_folder["out/table.md"]);
        string[] lines = File.ReadAllLines(Log);
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("# Masks of maps against true masks, 2 pictures", File.ReadAllText(_folder["out/table.md"]));

        File.WriteAllText(Log, lines[0] + "\n" + lines[1] + "\n" + lines[2][..(lines[2].Length / 2)]); // cut off in the middle of a picture
        CliRun goesOn = await CliRun.Succeeds(line);
        Assert.Contains("; 1 pictures were done before.", goesOn.Output);
        Assert.Equal(lines, File.ReadAllLines(Log));
        Assert.Equal(table, File.ReadAllBytes(_folder["out/table.md"]));

        CliRun again = await CliRun.Succeeds(line);
        Assert.Contains("; 2 pictures were done before.", again.Output);
        Assert.Equal(table, File.ReadAllBytes(_folder["out/table.md"]));

        CliRun other = await CliRun.Succeeds(Detr("--score", "0.15", "--method", "absolute,raw"));
        Assert.DoesNotContain("done before", other.Output);
        Assert.NotEqual(lines[0], File.ReadLines(Log).First());

        string annotations = line[Array.IndexOf(line, "--annotations") + 1];
        File.AppendAllText(annotations, "\n"); // the same name, another content
        Assert.DoesNotContain("done before", (await CliRun.Succeeds(Detr("--score", "0.15", "--method", "absolute,raw"))).Output);
    }

    [Fact]
    public async Task A_log_that_is_not_ours_is_passed_over()
    {
        string[] line = Detr("--score", "0.1", "--method", "raw", "--limit", "1");
        await CliRun.Succeeds(line);
        string[] lines = File.ReadAllLines(Log);
        foreach (string strange in (string[])["{}", "null", """{"image":0}""", """{"image":0,"masks":null}""",
            """{"image":0,"masks":[null]}""", """{"image":0,"masks":[{"method":"raw","factor":1,"category":1,"score":1,"box":[1,2,3]}]}""",
            """{"image":0,"masks":[{"method":"raw","factor":1,"category":1,"score":1,"box":[1,2,3,4],"size":[3],"counts":"3"}]}""",
            """{"image":0,"masks":[{"method":"raw","factor":1,"category":1,"score":1,"box":[1,2,3,4],"counts":"3"}]}""", "[]", "\0\0\0\0"])
        {
            File.WriteAllText(Log, lines[0] + "\n" + strange + "\n");
            CliRun run = await CliRun.Succeeds(line);
            Assert.DoesNotContain("done before", run.Output);
            Assert.Equal(lines, File.ReadAllLines(Log));
        }
    }

    [Fact]
    public async Task All_methods_leave_out_what_detectors_have_not()
    {
        CliRun run = await CliRun.Succeeds(Detr("--score", "0.1", "--method", "all", "--limit", "1"));
        Assert.Contains("semantic left out", run.Output);
        Assert.Contains("integrated_gradients", File.ReadAllText(_folder["out/table.md"]));
    }

    [Fact]
    public async Task Words_and_regions_are_taken_away_and_an_ended_job_goes_on()
    {
        string[] line = Lxmert("--method", "gae,raw,odam", "--limit", "3");
        CliRun whole = await CliRun.Succeeds(line);
        Assert.Contains("3 questions, 3 methods.", whole.Output);
        Assert.Matches(@"(?m)^3 questions answered, [0-9.]+ % right\.\r?$", whole.Output);
        Assert.Matches(
            @"(?m)^method +AUC text positive +AUC text negative +AUC image positive +AUC image negative +word AUC +word P@k +region AUC +region P@k\r?$",
            whole.Output);
        Assert.Matches(@"(?m)^odam +- +- +[0-9.]+ ", whole.Output); // it says nothing about words
        byte[] table = File.ReadAllBytes(_folder["out/table.md"]);
        string[] lines = File.ReadAllLines(Log);
        Assert.Equal(4, lines.Length);
        using (JsonDocument item = JsonDocument.Parse(lines[1]))
            Assert.Equal(9, item.RootElement.GetProperty("methods")[0].GetProperty("accuracies").GetProperty("text positive").GetArrayLength());

        File.WriteAllText(Log, string.Join('\n', lines)[..^20]);
        Assert.Contains("; 2 questions were done before.", (await CliRun.Succeeds(line)).Output);
        Assert.Equal(lines, File.ReadAllLines(Log));
        Assert.Equal(table, File.ReadAllBytes(_folder["out/table.md"]));

        CliRun fast = await CliRun.Succeeds([.. line, "--no-perturbation"]);
        Assert.DoesNotContain("done before", fast.Output);
        Assert.Matches(@"(?m)^gae +- +- +- +- ", fast.Output);
    }

    [Fact]
    public async Task A_log_of_questions_that_is_not_ours_is_passed_over()
    {
        string[] line = Lxmert("--method", "raw", "--limit", "1", "--no-perturbation");
        await CliRun.Succeeds(line);
        string[] lines = File.ReadAllLines(Log);
        foreach (string methods in (string[])["[null]", """[{"method":"raw","accuracies":{"text positive":null}}]""",
            """[{"method":"raw","accuracies":{"text positive":[1,null]}}]""", """[{"method":"raw","accuracies":{"text positive":[1,1]}}]"""])
        {
            File.WriteAllText(Log, $$"""{{lines[0]}}{{"\n"}}{"question":0,"accuracy":1,"methods":{{methods}}}{{"\n"}}""");
            Assert.DoesNotContain("done before", (await CliRun.Succeeds(line)).Output);
            Assert.Equal(lines, File.ReadAllLines(Log));
        }
    }

    [Fact]
    public async Task All_methods_leave_out_what_questions_have_not()
    {
        CliRun run = await CliRun.Succeeds(Lxmert("--method", "all", "--limit", "1", "--no-perturbation"));
        Assert.Contains("noised left out", run.Output);
        Assert.Contains("integrated_gradients left out", run.Output);
    }

    [Fact]
    public async Task Questions_of_vqa_are_read_with_their_answers_and_regions_from_archives()
    {
        StreamModels.Answering(_folder, "plain", named: false);
        Directory.CreateDirectory(_folder["regions"]);
        StreamModels.Archive(_folder, Path.Combine("regions", "7.npz"));
        string questions = _folder.Add("q.json", """{"questions": [{"question_id": 1, "image_id": 7, "question": "How many cats are there?"}]}""");
        string given = string.Join(',', StreamModels.Answers.SelectMany(a => Enumerable.Repeat($$"""{"answer": "{{a}}"}""", 2)));
        string truth = _folder.Add("a.json",
            $$"""{"annotations": [{"question_id": 1, "question_type": "how many", "answers": [{{given}}]}]}""");
        string[] line = ["evaluate", "hetero-lxmert", "-q", questions, "-a", truth, "-f", _folder["regions"], "-m", _folder["plain"], "-o", _folder["out"],
            "--method", "raw"];
        (await CliRun.Of(line)).EndsWith(2, "--answers: ");
        CliRun run = await CliRun.Succeeds([.. line, "--answers", _folder.Add("answers.json", JsonSerializer.Serialize(StreamModels.Answers))]);
        Assert.Contains("1 questions answered, 66.7 % right.", run.Output); // two of the annotators gave it, whichever it is

        (Tensor seen, Tensor boxes) = StreamModels.Regions();
        string Text(Tensor t) => Convert.ToBase64String(MemoryMarshal.AsBytes(t.Span));
        _folder.Add("regions.tsv", $"6\t90\t60\t5\tx\tx\n7\t90\t60\t5\t{Text(boxes)}\t{Text(seen)}\n");
        byte[] table = File.ReadAllBytes(_folder["out/table.md"]);
        await CliRun.Succeeds([.. line.Select(w => w == _folder["regions"] ? _folder["regions.tsv"] : w), "--answers", _folder["answers.json"]]);
        Assert.Equal(table, File.ReadAllBytes(_folder["out/table.md"]));
    }

    public static TheoryData<string, int, string> Refused => new()
    {
        { "detr --method lime", 2, "--method lime: expected all, or some of absolute," },
        { "detr --method ultra", 2, "--method ultra: it explains models of one token stream" },
        { "detr --method semantic", 2, "--method semantic: it is defined where" },
        { "detr --method ,", 2, "--method: expected the name of a method" },
        { "detr --score 1", 2, "--score 1" },
        { "detr --limit 0", 2, "--limit 0" },
        { "detr --score 0.999 --method raw", 1, "no object above the score 0.999 was found in 2 pictures" },
        { "detr --images nowhere --method raw", 1, "000000.png" },
        { "detr --model cifar10-vit", 2, "expected a detector (detr)" },
        { "detr --annotations nowhere", 1, "nowhere" },
        { "detr --out file", 1, "file: is a file, expected a folder" },
        { "lxmert --method noised", 2, "--method noised: it is defined where" },
        { "lxmert --method integrated_gradients", 2, "--method integrated_gradients: it needs pixels" },
        { "lxmert --model cifar10-vit", 2, "expected a model that answers questions" },
        { "lxmert --detector cifar10-vit", 2, "--detector" },
        { "lxmert --questions nowhere", 1, "nowhere" },
        { "lxmert --questions file", 1, "file" },
        { "lxmert --features nowhere", 1, "nowhere" },
        { "lxmert --annotations file --method raw", 1, "file" },
    };

    [Theory, MemberData(nameof(Refused))]
    public async Task What_cannot_be_done_is_one_line(string options, int code, string says)
    {
        _folder.Add("file", "x");
        List<string> line = [.. options.StartsWith("detr", StringComparison.Ordinal) ? Detr() : Lxmert()];
        string[] given = [.. options.Split(' ')[1..].Select(w => w is "nowhere" or "file" ? _folder[w] : w)];
        for (int i = 0; i < given.Length; i += 2)
            if (line.IndexOf(given[i]) is >= 0 and int at) line[at + 1] = given[i + 1];
            else line.AddRange([given[i], given[i + 1]]);
        (await CliRun.Of([.. line])).EndsWith(code, says);
        Assert.False(File.Exists(_folder["out/table.md"]));
    }

    [Theory]
    [InlineData("hetero-detr", "instances.json")]
    [InlineData("hetero-lxmert", "bottom-up-attention .tsv")]
    public async Task Help_says_every_default_once(string job, string says)
    {
        CliRun run = await CliRun.Succeeds("evaluate", job, "--help");
        Assert.Contains(says, run.Output);
        Assert.All(run.Output.Split('\n'), line => Assert.True(Regex.Count(line, @"\[default:") <= 1, line));
        Assert.DoesNotContain("2147483647", run.Output);
        Assert.DoesNotContain("System.", run.Output);
    }
}
