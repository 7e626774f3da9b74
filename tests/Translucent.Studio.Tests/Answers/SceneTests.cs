using System.Text.Json;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Studio.Http;
using Translucent.Studio.Scenes;
using Translucent.Studio.Work;
using Translucent.Tensors;

namespace Translucent.Studio.Tests.Answers;

/// <summary>Every kind of model opens and answers, and scenes stay within the memory that was given.</summary>
public sealed class SceneTests(RunningStudio studio)
{
    [Fact]
    public async Task A_detector_opens_and_tells_what_decided_an_object()
    {
        (string, object)[] scene = [("model", "shapes-detr"), ("image", await studio.Picture(RunningStudio.Scene))];
        JsonElement facts = (await studio.Ask("open", scene)).Facts;
        Assert.Equal("objects", facts.GetProperty("kind").GetString());
        JsonElement first = facts.GetProperty("facts").GetProperty("objects").EnumerateArray().First();
        Assert.True(first.GetProperty("score").GetDouble() > 0.5);
        Answer map = await studio.Ask("object", [.. scene, ("query", first.GetProperty("query").GetInt32()), ("method", "absolute")]);
        JsonElement grid = facts.GetProperty("facts").GetProperty("grid");
        Assert.Equal(grid.GetProperty("rows").GetInt32() * grid.GetProperty("columns").GetInt32(), map.Floats("image").Length);
        Assert.True(map.Floats("image").Max() > 0);
    }

    [Fact]
    public async Task A_question_is_answered_and_words_and_regions_light_up()
    {
        string picture = await studio.Picture(RunningStudio.Scene);
        (string, object)[] scene = [("model", "shapes-lxmert"), ("image", picture), ("question", "What color is the circle?")];
        JsonElement facts = (await studio.Ask("open", scene)).Facts;
        Assert.Equal("question", facts.GetProperty("kind").GetString());
        JsonElement seen = facts.GetProperty("facts");
        int tokens = seen.GetProperty("tokens").GetArrayLength(), regions = seen.GetProperty("regions").GetArrayLength();
        Answer answer = await studio.Ask("answer", [.. scene, ("class", 0), ("method", "absolute")]);
        Assert.Equal((tokens, regions), (answer.Floats("text").Length, answer.Floats("image").Length));
        // the detector may be named, if it is one of those that were given
        await studio.Ask("open", [.. scene, ("detector", "shapes-detr")]);
    }

    [Fact]
    public async Task A_text_opens_with_its_summary_and_says_what_each_token_came_from()
    {
        (string, object)[] scene = [("model", "shapes-llama"), ("text", File.ReadAllText(Samples.File("story-stars.txt")).Trim()), ("generate", 12)];
        JsonElement facts = (await studio.Ask("open", scene)).Facts;
        Assert.Equal("summary", facts.GetProperty("kind").GetString());
        JsonElement text = facts.GetProperty("facts");
        Assert.NotEmpty(text.GetProperty("written").GetString()!);
        Answer rows = await studio.Ask("summary", [.. scene, ("method", "ultra")]);
        Assert.Equal([text.GetProperty("summary").GetArrayLength(), text.GetProperty("tokens").GetArrayLength()], rows.Shape("rows"));
        Answer lens = await studio.Ask("lens", scene);
        Assert.Equal(lens.Facts.GetProperty("positions").GetArrayLength(), lens.Facts.GetProperty("top")[0].GetArrayLength());
    }

    [Theory]
    [InlineData("queries", 3, 5, 3)]
    [InlineData("image", 2, 9, 1)]
    public async Task A_token_of_any_stream_is_that_of_the_library(string stream, int layer, int token, int step)
    {
        (string, object)[] scene = [("model", "shapes-detr"), ("image", await studio.Picture(RunningStudio.Scene))];
        using Detr model = Detr.Open(Samples.Model("shapes-detr"));
        using Trace trace = model.Forward(ImageFile.Read(Samples.File(RunningStudio.Scene)));
        Answer answer = await studio.Ask("token", [.. scene, ("stream", stream), ("layer", layer), ("token", token)]);
        IReadOnlyList<Tensor> rows = Sweep.StreamRows(trace, new TokenTargets(layer, [token], TokenFunction.S) { Stream = stream });
        foreach ((TokenStream s, Tensor row) in trace.Streams.Zip(rows)) Assert.Equal(row.ToArray(), answer.Floats(s.Name));
        Answer heads = await studio.Ask("heads", [.. scene, ("step", step), ("token", token)]);
        AttentionStep read = trace.Steps[step];
        Assert.Equal((read.Queries.Name, stream), (heads.Facts.GetProperty("queries").GetString(), stream));
        Assert.Equal([read.Heads, read.Values.Length], heads.Shape("heads"));
        Assert.All(heads.Floats("heads").Chunk(read.Values.Length), row => Assert.Equal(1, row.Sum(), 1e-5));
    }

    [Fact]
    public void Scenes_that_nobody_looks_at_make_room()
    {
        using TempFolder folder = new();
        byte[] photo = File.ReadAllBytes(Samples.File(RunningStudio.Scene));
        string[] photos = [.. Enumerable.Range(0, 12).Select(i => folder.Add($"{i}.png", photo))];
        StudioSettings settings = RunningStudio.Settings(folder.Path) with { MemoryBytes = 24 << 20, Pictures = photos };
        using ModelShelf models = new(settings);
        PictureShelf pictures = new(settings);
        using SceneStore store = new(settings, models, pictures);
        long most = 0, one = 0;
        int opened = 0;
        foreach (ShelvedPicture picture in pictures.All.Take(12))
        {
            store.With(Of(picture), scene => { scene.Pass(Lane.Long, default); return one = Math.Max(one, scene.Bytes); });
            most = Math.Max(most, store.Bytes);
            opened++;
        }
        Assert.True(opened > 4 && one > 0);
        Assert.True(most <= Math.Max(settings.MemoryBytes / 2, one), $"{most} bytes of {settings.MemoryBytes}");
        Assert.InRange(store.Count, 1, opened - 1);
        // the one that was looked at last is still open: no pass is made again
        Assert.Equal(one, store.With(Of(pictures.All[Math.Min(11, pictures.All.Count - 1)]), scene => scene.Bytes));
    }

    [Fact]
    public void A_pass_outlives_the_question_that_made_it()
    {
        using TempFolder folder = new();
        StudioSettings settings = RunningStudio.Settings(folder.Path);
        using ModelShelf models = new(settings);
        PictureShelf pictures = new(settings);
        using SceneStore store = new(settings, models, pictures);
        using CancellationTokenSource first = new();
        Trace made = store.With(Of(pictures.All[0]), scene => scene.Pass(Lane.Point, first.Token));
        first.Cancel(); // the pointer has moved on while the pass was there and the answer was not
        Trace again = store.With(Of(pictures.All[0]), scene => scene.Pass(Lane.Point, default));
        Assert.Same(made, again);
        Assert.Equal(again.Blocks.Count, UltraLayers.Rows(again, 3, options: new SweepOptions { Rows = 8 }).Rows);
        using CancellationTokenSource gone = new();
        gone.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => store.With(Of(pictures.All[1]), scene => scene.Pass(Lane.Point, gone.Token)));
        Assert.NotNull(store.With(Of(pictures.All[1]), scene => scene.Pass(Lane.Point, default)));
    }

    [Fact]
    public void A_scene_that_cannot_be_made_is_tried_again()
    {
        using TempFolder folder = new();
        StudioSettings settings = RunningStudio.Settings(folder.Path);
        using ModelShelf models = new(settings);
        using SceneStore store = new(settings, models, new PictureShelf(settings));
        Query query = new(new Dictionary<string, string> { ["model"] = "cifar10-vit", ["image"] = "none" });
        for (int i = 0; i < 2; i++) Assert.Throws<Translucent.Files.TranslucentException>(() => store.With(query, scene => 0));
        Assert.Equal(0, store.Count);
    }

    static Query Of(ShelvedPicture picture) => new(new Dictionary<string, string> { ["model"] = "shapes-vit", ["image"] = picture.Id });
}
