using System.Text.Json;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Tensors;
using Translucent.Text;

namespace Translucent.Cli.Tests;

/// <summary>The verb attention on detectors, on questions about pictures and on texts: rows are those of the library's pass.</summary>
public sealed class StreamAttentionTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Rows of chosen tokens in every head, behind their mean, as the command has them.</summary>
    static void Same(Trace trace, string site, int[] tokens, Tensor found)
    {
        AttentionStep step = trace.Steps.Single(s => s.Site == site);
        Tensor all = trace.Attention(step);
        int n = step.Queries.Length, k = step.Values.Length;
        Assert.Equal([1 + step.Heads, tokens.Length, k], found.Shape.ToArray());
        for (int t = 0; t < tokens.Length; t++)
        {
            for (int h = 0; h < step.Heads; h++)
                Assert.Equal(all.Row(h * n + tokens[t]).ToArray(), found.Row((1 + h) * tokens.Length + t).ToArray());
            for (int j = 0; j < k; j++) Assert.Equal(Enumerable.Range(0, step.Heads).Average(h => all.Row(h * n + tokens[t])[j]), found.Row(t)[j], 1e-6);
            Assert.Equal(1, found.Row(t).ToArray().Sum(), 1e-5);
        }
    }

    [Theory]
    [InlineData("", "decoder", ".cross.probs", -1, "3,1", new[] { 3, 1 })]
    [InlineData("--site decoder.cross --layer 2", "decoder", ".cross.probs", 0, "5", new[] { 5 })]
    [InlineData("--site decoder.self --layer 3", "decoder", ".self.probs", 1, "0,4", new[] { 0, 4 })]
    [InlineData("--site decoder.1.self.probs", "decoder", ".self.probs", 1, "all", null)]
    [InlineData("--site encoder", "encoder", ".probs", -1, "1,2", new[] { 1 })]
    public async Task Of_detectors_queries_and_cells_are_shown(string site, string begins, string ends, int index, string token, int[]? tokens)
    {
        string model = StreamModels.Detector(_folder), photo = StreamModels.Picture(_folder);
        using Detr detr = Detr.Open(model);
        using Trace trace = detr.Forward(ImageFile.Read(photo));
        AttentionStep[] steps = [.. trace.Steps.Where(s => s.Site.StartsWith(begins, StringComparison.Ordinal)
            && s.Site.EndsWith(ends, StringComparison.Ordinal))];
        string expected = steps[index < 0 ? steps.Length - 1 : index].Site;
        await CliRun.Succeeds([.. $"attention {photo} --model {model} --out {_folder["out"]} --render-size 64 --token {token}".Split(' '),
            .. site.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Same(trace, expected, tokens ?? [.. Enumerable.Range(0, trace.Steps.Single(s => s.Site == expected).Queries.Length)],
            CliRun.Numbers(_folder["out"], "attention.npy"));
        bool maps = trace.Steps.Single(s => s.Site == expected).Values.Layout is PatchGrid;
        Assert.Equal(maps, Directory.GetFiles(_folder["out"], "*.maps.npy").Length > 0);
        Assert.Equal(!maps, File.Exists(_folder["out/attention-head-0.svg"]));
        JsonElement result = StreamModels.Complete(_folder["out"]);
        Assert.Equal("attention", result.GetProperty("verb").GetString());
        Assert.Contains("Content-Security-Policy", File.ReadAllText(_folder["out/attention.html"]));
    }

    [Theory]
    [InlineData("cross.text_from_image", "text")]
    [InlineData("cross.image_from_text", "image")]
    [InlineData("cross.text", "text")]
    [InlineData("cross.image", "image")]
    [InlineData("text", "text")]
    [InlineData("image", "image")]
    public async Task Of_questions_words_and_regions_read_each_other(string site, string reads)
    {
        string model = StreamModels.Answering(_folder), photo = StreamModels.Picture(_folder);
        await CliRun.Succeeds("attention", photo, "what is the colour of the cat?", "--features", StreamModels.Archive(_folder), "--model", model, "--site",
            site, "--token", "1", "--out", _folder["out"]);
        using Lxmert lxmert = Lxmert.Open(model);
        (Tensor features, Tensor boxes) = StreamModels.Regions();
        using Trace trace = lxmert.Forward([new Question([.. Tokenizer.Open(model).Encode("what is the colour of the cat?").Ids], features, boxes)]);
        string[] parts = site.Split('.');
        AttentionStep last = trace.Steps.Last(s => s.Site.StartsWith(parts[0], StringComparison.Ordinal)
            && s.Site.EndsWith(parts.Length > 1 ? $".{parts[1]}.probs" : ".probs", StringComparison.Ordinal));
        Assert.Equal(reads, last.Queries.Name);
        Same(trace, last.Site, [1], CliRun.Numbers(_folder["out"], "attention.npy"));
        Assert.Equal(last.Values.Name == "image", Directory.GetFiles(_folder["out"], "attention-*-head-0.png").Length > 0);
        StreamModels.Complete(_folder["out"]);
    }

    /// <summary>In small letters and filled up, as the tower was trained, and as texts are compared with images.</summary>
    [Fact]
    public async Task A_text_of_siglip_is_read_as_it_is_scored()
    {
        await CliRun.Succeeds("attention", "A Cat!", "--site", "text", "--model", Golden.File("siglip"), "--out", _folder["siglip"]);
        using ClipText tower = ClipText.Open(Golden.File("siglip"));
        using Trace trace = tower.Forward([tower.Filled([.. Tokenizer.Open(Golden.File("siglip")).Encode("a cat").Ids])]);
        Same(trace, "blocks.1.attn.probs", [.. Enumerable.Range(0, 12)], CliRun.Numbers(_folder["siglip"], "attention.npy"));
    }

    [Fact]
    public async Task Of_texts_words_are_rows_and_may_be_named_as_they_read()
    {
        string model = Samples.Model("shapes-llama");
        await CliRun.Succeeds("attention", "A red circle and a red square", "--model", model, "--layer", "3", "--out", _folder["all"]);
        using LanguageModel llama = LanguageModels.Open(model);
        EncodedText tokens = llama.Tokenizer!.Encode("A red circle and a red square");
        using Trace trace = llama.Forward("A red circle and a red square");
        Same(trace, "blocks.1.attn.probs", [.. Enumerable.Range(0, tokens.Count)], CliRun.Numbers(_folder["all"], "attention.npy"));
        string page = File.ReadAllText(_folder["all/attention.html"]);
        Assert.Contains("id='explorer'", page);
        Assert.Contains("data-reads=' reads most of: '", page);
        int[] red = [.. Enumerable.Range(0, tokens.Count).Where(i => llama.Tokenizer.Decode([tokens.Ids[i]]).Trim() == "red")];
        Assert.Equal(2, red.Length);
        await CliRun.Succeeds("attention", "--model", model, "--token", "red", "A red circle and a red square", "--layer", "3", "--out", _folder["red"]);
        Same(trace, "blocks.1.attn.probs", red, CliRun.Numbers(_folder["red"], "attention.npy"));
    }

    [Theory]
    [InlineData("--site decoder.crss", "--site decoder.crss (did you mean 'decoder.cross'?): this DETR has encoder, decoder.self, decoder.cross")]
    [InlineData("--layer 9", "--layer 9: decoder.cross of this DETR has layers 2 to")]
    [InlineData("--token 900", "--token 900: the queries stream has tokens 0 to")]
    [InlineData("--head 77", "--head 77: decoder.cross of this DETR has heads 0 to")]
    [InlineData("--site encoder", "--token: expected the cells of the picture")]
    [InlineData("--features x.npz", "--features: is for questions about pictures")]
    public async Task What_a_detector_does_not_have_is_said(string words, string expected)
    {
        CliRun run = await CliRun.Of(["attention", StreamModels.Picture(_folder), "--model", StreamModels.Detector(_folder), "--out", _folder["out"],
            .. words.Split(' ')]);
        Assert.Equal(2, run.Code);
        Assert.Contains(expected, run.Error);
    }
}
