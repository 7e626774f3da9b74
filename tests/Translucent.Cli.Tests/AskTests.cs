using System.Text.Json;
using Translucent.Checkpoints;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Text;

namespace Translucent.Cli.Tests;

/// <summary>The verb ask.</summary>
public sealed class AskTests : IDisposable
{
    const string Asked = "What is the colour of the cat?";

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    string[] Line(params string[] more) => ["ask", Asked, "--model", Directory.Exists(_folder["answering"]) ? _folder["answering"]
        : StreamModels.Answering(_folder), "--out", _folder["out"], .. more];

    [Fact]
    public async Task The_answer_and_what_decided_it_are_those_of_the_library()
    {
        CliRun run = await CliRun.Succeeds(Line("--features", StreamModels.Archive(_folder), "--image", StreamModels.Picture(_folder)));
        JsonElement result = StreamModels.Complete(_folder["out"]), ask = result.GetProperty("ask");
        using Lxmert model = Lxmert.Open(_folder["answering"]);
        (Tensor features, Tensor boxes) = StreamModels.Regions();
        EncodedText tokens = Tokenizer.Open(_folder["answering"]).Encode(Asked);
        Assert.Equal(["[CLS]", "what", "is", "the", "colour", "of", "the", "cat", "?", "[SEP]"], tokens.Tokens);
        using Trace trace = model.Forward([new Question([.. tokens.Ids], features, boxes)]);
        ClassPrediction top = trace.Top(1)[0];
        Assert.Equal(top.Label, ask.GetProperty("answers")[0].GetProperty("label").GetString());
        Assert.Contains(top.Label, StreamModels.Answers);
        Assert.Equal(top.Label, ask.GetProperty("explained").GetString());
        foreach (string name in (string[])["absolute", "gae"])
        {
            StreamRelevance relevance = StreamMethods.Named(name).Explain(trace, new ClassTargets([top.Index]));
            CliRun.SameNumbers(relevance["text"].Span, CliRun.Numbers(_folder["out"], $"{name}.text.npy"));
            CliRun.SameNumbers(relevance["image"].Span, CliRun.Numbers(_folder["out"], $"{name}.image.npy"));
        }
        Assert.Equal(10, ask.GetProperty("words").GetArrayLength());
        JsonElement box = ask.GetProperty("regions")[0].GetProperty("box");
        Assert.Equal(boxes.Span[0] * 90, box.GetProperty("left").GetDouble(), 2e-3);
        Assert.Equal(boxes.Span[3] * 60, box.GetProperty("bottom").GetDouble(), 2e-3);
        Assert.Matches(@"(?m)^answer +index +probability", run.Output);
        Assert.Contains("absolute: [CLS] what is the colour of the cat ? [SEP]", run.Output);
        string page = File.ReadAllText(_folder["out/index.html"]);
        Assert.Contains($"<p class='answer'>{top.Label}</p>", page);
        Assert.Contains("gae.regions.svg", page);
    }

    /// <summary>Six columns as bottom-up attention writes them, ten as LXMERT; both in pixels.</summary>
    [Theory]
    [InlineData(6)]
    [InlineData(10)]
    public async Task Regions_come_from_both_forms_of_tsv(int columns)
    {
        (Tensor features, Tensor boxes) = StreamModels.Regions();
        Tensor pixels = new(boxes.Shape);
        for (int i = 0; i < pixels.Length; i++) pixels.Span[i] = boxes.Span[i] * (i % 2 == 0 ? 90 : 60);
        string Row(string id, Tensor f) => string.Join('\t', columns == 6 ? [id, "90", "60", "5", Base64(pixels), Base64(f)]
            : (string[])[id, "60", "90", "x", "x", "x", "x", "5", Base64(pixels), Base64(f)]);
        _folder.Add("regions.tsv", Row("41", new Tensor(5, 24)) + "\n" + Row("42", features) + "\n");
        string photo = StreamModels.Picture(_folder, "COCO_val2014_000000000042.png");
        await CliRun.Succeeds(Line("--features", _folder["regions.tsv"], "--image", photo));
        float[] image = CliRun.Numbers(_folder["out"], "absolute.image.npy").ToArray();
        await CliRun.Succeeds(Line("--features", StreamModels.Archive(_folder), "--image", photo));
        // of float32: pixels and back
        Assert.Equal(CliRun.Numbers(_folder["out"], "absolute.image.npy").ToArray(), image, (a, b) => Math.Abs(a - b) <= 1e-5 * Math.Abs(b));
        (await CliRun.Of(Line("--features", _folder["regions.tsv"], "--image", StreamModels.Picture(_folder))))
            .EndsWith(1, "none of its 2 lines is of the picture 'photo'");
    }

    [Fact]
    public async Task One_answer_is_held_against_another_with_signs()
    {
        string regions = StreamModels.Archive(_folder);
        await CliRun.Succeeds(Line("--features", regions, "--answer", "Red", "--against", "3"));
        Assert.Equal("red against 3", StreamModels.Complete(_folder["out"]).GetProperty("ask").GetProperty("explained").GetString());
        float[] one = CliRun.Numbers(_folder["out"], "full.image.npy").ToArray();
        Assert.Contains(one, v => v < 0);
        await CliRun.Succeeds(Line("--features", regions, "--answer", "6", "--against", "red", "--method", "gradient_x_input"));
        float[] there = CliRun.Numbers(_folder["out"], "gradient_x_input.image.npy").ToArray();
        // "2" and "6": an answer of that name, or else the index
        await CliRun.Succeeds(Line("--features", regions, "--answer", "2", "--against", "6", "--method", "gradient_x_input"));
        await CliRun.Succeeds(Line("--features", regions, "--answer", "red", "--against", "6", "--method", "gradient_x_input"));
        float[] back = CliRun.Numbers(_folder["out"], "gradient_x_input.image.npy").ToArray();
        Assert.Equal(there, [.. back.Select(v => -v)], (a, b) => Math.Abs(a - b) <= 1e-6 * there.Max(Math.Abs));
        Assert.False(File.Exists(_folder["out/full.image.npy"]));
    }

    [Fact]
    public async Task What_words_mean_on_their_own_is_shown_when_asked_for()
    {
        CliRun run = await CliRun.Succeeds(Line("--features", StreamModels.Archive(_folder), "--semantic"));
        Assert.Contains("  semantic: [CLS]", run.Output);
        Assert.Equal(10, CliRun.Numbers(_folder["out"], "semantic.text.npy").Length);
        Assert.True(File.Exists(_folder["out/absolute.text.npy"]));
        CliRun all = await CliRun.Succeeds(Line("--features", _folder["regions.npz"], "--method", "all"));
        Assert.Contains("noised left out: it is defined where one stream reads another that never reads it", all.Output);
        Assert.Contains("integrated_gradients left out: it needs pixels", all.Output);
        JsonElement word = StreamModels.Complete(_folder["out"]).GetProperty("ask").GetProperty("words")[0];
        Assert.Equal(StreamMethods.All.Count - 3, word.GetProperty("relevance").EnumerateObject().Count()); // odam speaks of regions alone
    }

    [Fact]
    public async Task A_detector_finds_the_regions_that_are_not_given()
    {
        StreamModels.Detector(_folder);
        string photo = StreamModels.Picture(_folder), model = StreamModels.Answering(_folder, features: 32);
        CliRun run = await CliRun.Succeeds("ask", photo, Asked, "--model", model, "--out", _folder["out"]);
        JsonElement region = StreamModels.Complete(_folder["out"]).GetProperty("ask").GetProperty("regions")[0];
        Assert.StartsWith("class_", region.GetProperty("label").GetString());
        Assert.Contains("class_", run.Output);
        await CliRun.Succeeds("ask", Asked, "--image", photo, "--model", model, "--detector", _folder["detector"], "--out", _folder["out"]);
    }

    [Fact]
    public async Task A_picture_without_regions_is_answered_from_the_words()
    {
        NumpyArchive.Write(_folder["none.npz"], [StoredTensor.From("features", new Tensor(0, 24)), StoredTensor.From("boxes", new Tensor(0, 4))]);
        await CliRun.Succeeds(Line("--features", _folder["none.npz"], "--image", StreamModels.Picture(_folder)));
        Assert.Equal(0, StreamModels.Complete(_folder["out"]).GetProperty("ask").GetProperty("regions").GetArrayLength());
    }

    [Fact]
    public async Task Names_of_answers_are_shown_without_what_a_terminal_obeys()
    {
        _folder.Add("answers.json", JsonSerializer.Serialize(Enumerable.Range(0, 8).Select(i => $"a\u001b[2J\n{i}<b>")));
        CliRun run = await CliRun.Succeeds(Line("--features", StreamModels.Archive(_folder), "--answers", _folder["answers.json"]));
        Assert.DoesNotContain('\u001b', run.Output);
        Assert.DoesNotContain("0<b>", File.ReadAllText(_folder["out/index.html"]));
    }

    [Fact]
    public async Task A_detector_that_takes_more_than_the_memory_is_refused_before_it_runs()
    {
        CliRun run = await CliRun.Of("ask", CliRun.Photo, "What colour is the star?", "--memory", "1M", "--out", _folder["out"]);
        Assert.Equal(1, run.Code);
        Assert.Matches(@"chelsea\.png: the model's input is \d+ x \d+ pixels; a forward pass takes .* --memory allows 1\.0 MiB", run.Error);
        Assert.False(Directory.Exists(_folder["out"]));
    }

    public static TheoryData<string, int, string> Refused => new()
    {
        { "--features regions.npz --answer mauve", 2, "--answer mauve: is none of the 8 answers; the likeliest are " },
        { "--features regions.npz --answer 8", 2, "--answer 8: is none of the 8 answers" },
        { "--features regions.npz --answer red --against red", 2, "--against red: is the answer that is explained" },
        { "--features regions.npz --method noised", 2, "--method noised: it is defined where" },
        { "--features regions.npz --method ultra", 2, "--method ultra: it explains models of one token stream" },
        { "--features regions.npz --method lime", 2, "--method lime: expected all, or some of" },
        { "--features regions.npz --method ,", 2, "--method: expected the name of a method" },
        { "--features regions.npz --semantics", 2, "--semantics (did you mean '--semantic'?): there is no such option" },
        { "--features wide.npz", 2, "expected [R, 24] and [R, 4]" },
        { "--features nowhere.npz", 1, "nowhere.npz" },
        { "--features cut.npz", 1, "cut.npz" },
        { "--features bare.npz", 1, "bare.npz: has no features, expected an array named features, visual_feats" },
        { "--features bad.tsv", 1, "bad.tsv: line 1 has 4 characters that are not the base 64 of float32 numbers for 5 boxes" },
        { "--features short.tsv", 1, "short.tsv: line 1 has 2 columns" },
        { "--features empty.tsv", 1, "empty.tsv: is empty" },
        { "--features regions.npz --image none.png", 1, "none.png: there is no such file" },
        { "--features regions.npz --image zero.png", 1, "zero.png" },
        { "--features regions.npz --answers three.json", 1, "3 answers are given, but its head scores 8" },
        { "--features regions.npz --answers regions.npz", 1, "regions.npz: is not valid JSON" },
        { "", 2, "there is nothing to ask about; name a picture before the question, or --features" },
        { "--image photo.png", 2, "detector" },
        { "--features regions.npz --model cifar10-vit", 2,
            "--model cifar10-vit: is of type vit, expected a model that answers questions about pictures (lxmert)" },
    };

    [Theory, MemberData(nameof(Refused))]
    public async Task What_cannot_be_done_is_one_line(string options, int code, string says)
    {
        StreamModels.Archive(_folder);
        StreamModels.Archive(_folder, "wide.npz", width: 25);
        StreamModels.Picture(_folder);
        _folder.Add("cut.npz", File.ReadAllBytes(_folder["regions.npz"])[..300]);
        NumpyArchive.Write(_folder["bare.npz"], [StoredTensor.From("boxes", new Tensor(5, 4))]);
        _folder.Add("bad.tsv", "1\t90\t60\t5\tAA=A\tAA=A\n");
        _folder.Add("short.tsv", "1\t90\n");
        _folder.Add("empty.tsv", "");
        _folder.Add("three.json", """["a", "b", "c"]""");
        _folder.Add("zero.png", NoPixels());
        string[] given = [.. options.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(w => w.Contains('.') ? _folder[w] : w)];
        string[] line = given.Contains("--model") ? [.. Line(given).Where((w, i) => i is not (2 or 3))] : Line(given);
        (await CliRun.Of(line)).EndsWith(code, says);
        Assert.False(File.Exists(_folder["out/result.json"]));
    }

    [Theory]
    [InlineData("", "QUESTION: is empty")]
    [InlineData("  \t", "QUESTION: is empty")]
    public async Task An_empty_question_is_wrong_usage(string question, string says) =>
        (await CliRun.Of(["ask", question, .. Line("--features", StreamModels.Archive(_folder))[2..]])).EndsWith(2, says);

    [Fact]
    public async Task A_question_that_is_too_long_is_one_line() =>
        (await CliRun.Of(["ask", string.Join(' ', Enumerable.Repeat("cat", 60)), .. Line("--features", StreamModels.Archive(_folder))[2..]]))
            .EndsWith(2, "62 tokens, expected 1 to 48");

    [Fact]
    public async Task A_picture_is_named_once() =>
        (await CliRun.Of(["ask", StreamModels.Picture(_folder), .. Line("--image", _folder["photo.png"])[1..]])).EndsWith(2, "a picture is named twice");

    static string Base64(Tensor numbers) => Convert.ToBase64String(System.Runtime.InteropServices.MemoryMarshal.AsBytes(numbers.Span));

    /// <summary>A PNG whose header says 0 x 4 pixels.</summary>
    byte[] NoPixels()
    {
        byte[] png = File.ReadAllBytes(_folder["photo.png"]);
        for (int i = 16; i < 20; i++) png[i] = 0;
        return png;
    }
}
