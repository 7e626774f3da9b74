using System.Text.Json;
using System.Text.RegularExpressions;
using Translucent.Checkpoints;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Tensors;
using Translucent.Tests.Models;
using Translucent.Tests.Pictures;
using Translucent.Text;

namespace Translucent.Cli.Tests;

/// <summary>The verb tokens on detectors, on questions about pictures and on texts: rows are those of the library, pages hold maps, regions and words.
/// </summary>
public sealed class StreamTokensTests : IDisposable
{
    const string Colour = "what is the colour of the cat?";

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Rows of a layer and, where they were asked for, of all layers, over every stream.</summary>
    static void Same(Trace trace, string folder, string? stream, int layer, int[] tokens, TokenFunction function = TokenFunction.S, bool across = true)
    {
        TokenStream of = stream is null ? trace.Stream : trace.StreamOf(stream);
        int layers = trace.Blocks.Count(b => b.Stream == of);
        foreach (TokenStream over in trace.Streams)
        {
            Tensor found = CliRun.Numbers(folder, $"tokens.{over.Name}.npy");
            Assert.Equal([tokens.Length, over.Length], found.Shape.ToArray());
            CliRun.SameNumbers(StreamUltra.Explain(trace, layer, tokens, function, of.Name)[over.Name].Span, found);
            Assert.Equal(across, File.Exists(Path.Combine(folder, $"tokens-layers.{over.Name}.npy")));
            if (!across) continue;
            Tensor all = CliRun.Numbers(folder, $"tokens-layers.{over.Name}.npy");
            Assert.Equal([tokens.Length, layers, over.Length], all.Shape.ToArray());
            for (int l = 2; l <= layers + 1; l++)
            {
                StreamUltra expected = StreamUltra.Explain(trace, l, tokens, function, of.Name);
                for (int t = 0; t < tokens.Length; t++) Assert.Equal(expected[over.Name].Row(t).ToArray(), all.Row(t * layers + l - 2).ToArray());
            }
        }
    }

    [Theory]
    [InlineData("--token 3,1", "queries", 4, new[] { 3, 1 }, TokenFunction.S)]
    [InlineData("--stream queries --layer 2 --token 5 --function e --no-layers", "queries", 2, new[] { 5 }, TokenFunction.E)]
    [InlineData("--stream image --layer 3 --token 1,2 2,1", "image", 3, new[] { 1, -1 }, TokenFunction.S)]
    public async Task Of_detectors_queries_and_cells_are_explained(string words, string stream, int layer, int[] tokens, TokenFunction function)
    {
        string model = StreamModels.Detector(_folder), photo = StreamModels.Picture(_folder);
        using Detr detr = Detr.Open(model);
        using Trace trace = detr.Forward(ImageFile.Read(photo));
        int columns = trace.Grid.Columns;
        tokens = Array.ConvertAll(tokens, t => t < 0 ? columns : t); // 2,1 is the first of the second row
        await CliRun.Succeeds([.. $"tokens {photo} --model {model} --out {_folder["out"]}".Split(' '), .. words.Split(' ')]);
        Same(trace, _folder["out"], stream, layer, tokens, function, across: !words.Contains("--no-layers", StringComparison.Ordinal));
        JsonElement result = StreamModels.Complete(_folder["out"]);
        Assert.Equal("tokens", result.GetProperty("verb").GetString());
        Assert.Equal(function == TokenFunction.E ? "e" : "s", result.GetProperty("settings").GetProperty("function").GetString());
        foreach (int token in tokens)
        {
            string name = stream == "queries" ? $"token-query-{token}" : $"token-{token / columns + 1}-{token % columns + 1}";
            string[] files = [.. Directory.GetFiles(_folder["out"], $"{name}*").Select(f => Path.GetFileName(f))];
            Assert.Contains(files, f => f.EndsWith(".png", StringComparison.Ordinal)); // the map over the photograph
            Assert.Equal(stream == "queries", files.Any(f => f.EndsWith(".queries.svg", StringComparison.Ordinal))); // an encoder reads no queries
        }
        string page = File.ReadAllText(_folder["out/tokens.html"]);
        Assert.Contains("data:image/png;base64,", page, StringComparison.Ordinal);
        Assert.Contains("beside itself: image ", page, StringComparison.Ordinal);
        if (stream == "queries") Assert.Matches(@"class='part[^']*' style='--s:", page); // queries, coloured
    }

    [Fact]
    public async Task Objects_that_are_found_are_explained_when_no_token_is_named_and_all_cells_make_a_sheet()
    {
        string model = Samples.Model("shapes-detr"), photo = Directory.GetFiles(Samples.File("shapes/images")).Order(StringComparer.Ordinal).First();
        using Detr detr = Detr.Open(model);
        using Trace trace = detr.Forward(ImageFile.Read(photo));
        int[] found = [.. trace.Objects!.Found(0.5).Select(d => d.Query)];
        CliRun run = await CliRun.Succeeds("tokens", photo, "--model", model, "--no-layers", "--out", _folder["out"]);
        Same(trace, _folder["out"], "queries", trace.Blocks.Count(b => b.Stream.Name == "queries") + 1, found, across: false);
        Assert.Contains("formed most by", run.Output, StringComparison.Ordinal);
        await CliRun.Succeeds("tokens", photo, "--model", model, "--stream", "image", "--layer", "2", "--out", _folder["cells"]);
        Same(trace, _folder["cells"], "image", 2, [.. Enumerable.Range(0, trace.Grid.Count)], across: false);
        Assert.True(SvgFile.Read(_folder["cells/all.svg"]).Width > 300);
        string page = File.ReadAllText(_folder["cells/tokens.html"]);
        Assert.Contains($"data-rows='{trace.Grid.Rows}' data-columns='{trace.Grid.Columns}' data-seen='[", page, StringComparison.Ordinal);
        Assert.Equal(trace.Grid.Count * trace.Grid.Count, Convert.FromBase64String(Regex.Match(page, "data-maps='([^']*)'").Groups[1].Value).Length);
        StreamModels.Complete(_folder["cells"]);
    }

    [Fact]
    public async Task Of_questions_words_and_regions_are_explained_over_both_streams()
    {
        string model = StreamModels.Answering(_folder), photo = StreamModels.Picture(_folder), regions = StreamModels.Archive(_folder);
        using Lxmert lxmert = Lxmert.Open(model);
        (Tensor features, Tensor boxes) = StreamModels.Regions();
        EncodedText tokens = Tokenizer.Open(model).Encode(Colour);
        using Trace trace = lxmert.Forward([new Question([.. tokens.Ids], features, boxes)]);
        int top = trace.Blocks.Count(b => b.Stream.Name == "text") + 1;

        await CliRun.Succeeds("tokens", photo, Colour, "--features", regions, "--model", model, "--out", _folder["all"]);
        Same(trace, _folder["all"], "text", top, [.. Enumerable.Range(0, tokens.Count)], across: false);
        string page = File.ReadAllText(_folder["all/tokens.html"]);
        Assert.Contains("id='explorer'", page, StringComparison.Ordinal);
        foreach (string word in (string[])["colour", "region 4"]) Assert.Contains($">{word}</span>", page, StringComparison.Ordinal);
        foreach (string table in (string[])["tokens-text.svg", "tokens-image.svg"]) Assert.True(SvgFile.Read(Path.Combine(_folder["all"], table)).Width > 100);
        StreamModels.Complete(_folder["all"]);

        int cat = tokens.Tokens.ToList().IndexOf("cat");
        await CliRun.Succeeds("tokens", photo, "--features", regions, "--model", model, "--out", _folder["cat"], "--token", "cat", Colour);
        Same(trace, _folder["cat"], "text", top, [cat]);
        Assert.True(File.Exists(_folder[$"cat/token-{cat}-cat.image.png"])); // regions over the picture
        string words = File.ReadAllText(_folder[$"cat/token-{cat}-cat.text.svg"]);
        Assert.Contains(">colour</text>", words, StringComparison.Ordinal);
        Assert.Equal(top - 1, words.Split("ULTra s, layer ").Length - 1);
        StreamModels.Complete(_folder["cat"]);

        await CliRun.Succeeds("tokens", Colour, "--features", regions, "--model", model, "--out", _folder["region"], "--stream", "image", "--token", "2",
            "--function", "e");
        Same(trace, _folder["region"], "image", trace.Blocks.Count(b => b.Stream.Name == "image") + 1, [2], TokenFunction.E);
        Assert.True(File.Exists(_folder["region/token-region-2.image.svg"])); // no picture, so they are words
        Assert.False(File.Exists(_folder["region/token-region-2.image.png"]));
    }

    [Theory, InlineData("llama"), InlineData("bert"), InlineData("shapes-llama")]
    public async Task Of_texts_words_are_explained_and_may_be_named_as_they_read(string name)
    {
        const string text = "A red circle and a red square";
        string model = name switch { "llama" => TextModels.Llama(_folder), "bert" => TextModels.Bert(_folder), _ => Samples.Model(name) };
        using LanguageModel language = LanguageModels.Open(model);
        EncodedText tokens = language.Tokenizer!.Encode(text);
        using Trace trace = language.Forward([new TextInput(tokens.Ids, tokens.TypeIds)]);
        int top = trace.Blocks.Count + 1;
        await CliRun.Succeeds("tokens", text, "--model", model, "--out", _folder["all"]);
        Same(trace, _folder["all"], null, top, [.. Enumerable.Range(0, tokens.Count)], across: false);
        string page = File.ReadAllText(_folder["all/tokens.html"]);
        Assert.Contains("id='explorer'", page, StringComparison.Ordinal);
        Assert.Contains(" was formed most by: ", page, StringComparison.Ordinal);
        StreamModels.Complete(_folder["all"]);
        await CliRun.Succeeds("tokens", "--model", model, "--token", "3", text, "--function", "e", "--out", _folder["one"]);
        Same(trace, _folder["one"], null, top, [3], TokenFunction.E);
        CliRun.SameNumbers(Ultra.Explain(trace, top, TokenFunction.E, [3]).Rows.Span, CliRun.Numbers(_folder["one"], "tokens.text.npy"));
        Assert.Matches(@"class='part chosen' style='--s:1'", File.ReadAllText(_folder["one/tokens.html"])); // itself, as large as the largest of the others
        Assert.Single(Directory.GetFiles(_folder["one"], "token-3-*.text.svg"));
    }

    [Fact]
    public async Task Of_the_text_tower_of_a_CLIP_words_are_explained_where_its_stream_is_named()
    {
        string model = ClipFolder.Small().Write(_folder["clip"]);
        await CliRun.Succeeds("tokens", "a cat", "--model", model, "--stream", "text", "--layer", "2", "--out", _folder["out"]);
        using ClipText tower = ClipText.Open(model);
        using Trace trace = tower.Forward([[.. Tokenizer.Open(model).Encode("a cat").Ids]]);
        Same(trace, _folder["out"], null, 2, [.. Enumerable.Range(0, trace.Tokens)], across: false);
        (await CliRun.Of("tokens", "a cat", "--model", model, "--out", _folder["none"])).EndsWith(1, "a cat: there is no such file");
    }

    [Fact]
    public async Task Vectors_and_sparse_sweeps_are_those_of_the_library()
    {
        string model = TextModels.Llama(_folder);
        const string text = "A red circle and a red square";
        using LanguageModel llama = LanguageModels.Open(model);
        using Trace trace = llama.Forward(text);
        Tensor w = new(trace.Tokens, trace.Blocks[0].Width);
        for (int i = 0; i < w.Length; i++) w.Span[i] = (i * 7 % 11 - 5) / 5f;
        Npy.Write(_folder["w.npy"], w);
        await CliRun.Succeeds("tokens", text, "--model", model, "--function", "w", "--w", _folder["w.npy"], "--out", _folder["w"]);
        int[] all = [.. Enumerable.Range(0, trace.Tokens)];
        CliRun.SameNumbers(StreamUltra.Explain(trace, trace.Blocks.Count + 1, all, TokenFunction.W, w: w)["text"].Span,
            CliRun.Numbers(_folder["w"], "tokens.text.npy"));
        await CliRun.Succeeds("tokens", text, "--model", model, "--rows", "1", "--check", "2", "--out", _folder["few"]);
        CliRun.SameNumbers(StreamUltra.Explain(trace, trace.Blocks.Count + 1, all, options: new SweepOptions { Rows = 1 })["text"].Span,
            CliRun.Numbers(_folder["few"], "tokens.text.npy"));
        Assert.Equal(1, CliRun.Result(_folder["few"]).GetProperty("sweeps").GetProperty("rows").GetInt32());
        Npy.Write(_folder["short.npy"], new Tensor(2, 3));
        (await CliRun.Of("tokens", text, "--model", model, "--function", "w", "--w", _folder["short.npy"], "--out", _folder["x"]))
            .EndsWith(2, $"[2, 3], expected [{trace.Tokens}, {trace.Blocks[0].Width}]");
    }

    [Theory, InlineData("tokens"), InlineData("attention")]
    public async Task The_record_of_a_text_goes_to_another_program(string verb)
    {
        CliRun run = await CliRun.Succeeds(verb, "A red circle", "--model", TextModels.Llama(_folder), "--json", "--out", _folder["out"]);
        using JsonDocument line = JsonDocument.Parse(run.Output);
        Assert.Equal(verb, line.RootElement.GetProperty("verb").GetString());
        Assert.Equal(CliRun.Result(_folder["out"]).GetRawText().Length > 100, line.RootElement.TryGetProperty("files", out _));
    }

    [Fact]
    public async Task Tokens_and_attention_of_a_text_share_a_folder_and_link_to_each_other()
    {
        string model = TextModels.Llama(_folder);
        foreach (string verb in (string[])["tokens", "attention"]) await CliRun.Succeeds(verb, "A red circle", "--model", model, "--out", _folder["out"]);
        Assert.Contains("<a href='attention.html'>attention</a>", File.ReadAllText(_folder["out/tokens.html"]), StringComparison.Ordinal);
        Assert.Contains("<a href='tokens.html'>tokens</a>", File.ReadAllText(_folder["out/attention.html"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--stream quries", "--stream quries (did you mean 'queries'?): this DETR has image, queries")]
    [InlineData("--layer 9", "--layer 9: the queries stream of this DETR has layers 2 to 4")]
    [InlineData("--layer 1", "--layer 1: the queries stream of this DETR has layers 2 to 4")]
    [InlineData("--token 900", "--token 900: the queries stream has tokens 0 to")]
    [InlineData("--stream image --token 99,1", "--token 99,1: the image has")]
    [InlineData("--stream image --token cls", "--token cls: this DETR has no class token")]
    [InlineData("--features x.npz", "--features: is for questions about pictures")]
    [InlineData("--rows 3", "--rows: is for models of one token stream")]
    [InlineData("--function w", "--function w: needs --w FILE")]
    [InlineData("--function w --w nope.npy", "--w nope.npy: there is no such file")]
    public async Task What_a_detector_does_not_have_is_said(string words, string expected) =>
        (await CliRun.Of(["tokens", StreamModels.Picture(_folder), "--model", StreamModels.Detector(_folder), "--out", _folder["out"], .. words.Split(' ')]))
            .EndsWith(2, expected);

    [Theory]
    [InlineData("--score 0.4", "--score: is for detectors")]
    [InlineData("--stream image", "--stream image: this Llama has text")]
    [InlineData("--cells", "--cells: is for patches of a picture")]
    [InlineData("--token blue", "--token blue: the text stream has tokens 0 to")]
    [InlineData("--layer 4", "--layer 4: the text stream of this Llama has layers 2 to 3")]
    [InlineData("another", "tokens: 2 texts, expected one, in quotes")]
    public async Task What_a_text_does_not_have_is_said(string words, string expected) =>
        (await CliRun.Of(["tokens", "A red circle", "--model", TextModels.Llama(_folder), "--out", _folder["out"], .. words.Split(' ')])).EndsWith(2, expected);

    [Fact]
    public async Task Of_patches_streams_are_refused() =>
        (await CliRun.Of("tokens", CliRun.Photo, "--stream", "image", "--out", _folder["out"])).EndsWith(2, "--stream: is for detectors, questions");
}
