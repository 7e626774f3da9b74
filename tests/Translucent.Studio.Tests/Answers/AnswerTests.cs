using System.Text.Json;
using Translucent.Evaluate.Trust;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Segment;
using Translucent.Tensors;

namespace Translucent.Studio.Tests.Answers;

/// <summary>What the studio answers is what the library computes, bit for bit.</summary>
public sealed class AnswerTests(RunningStudio studio) : IDisposable
{
    const int Token = 28;

    readonly VisionTransformer _model = VisionModels.Open(Samples.Model("cifar10-vit"));
    Trace? _trace;

    public void Dispose()
    {
        _trace?.Dispose();
        _model.Dispose();
    }

    Trace Pass => _trace ??= Forward();

    Trace Forward()
    {
        Tensor pixels = _model.Preprocessor.Apply(ImageFile.Read(Samples.File("chelsea.png")));
        return _model.Forward(pixels.Reshape([1, .. pixels.Shape]));
    }

    async Task<Answer> Ask(string kind, params (string, object)[] words) =>
        await studio.Ask(kind, [("model", "cifar10-vit"), ("image", await studio.Picture("chelsea.png")), .. words]);

    [Fact]
    public async Task Opening_tells_what_the_model_predicts()
    {
        JsonElement facts = (await Ask("open")).Facts;
        Assert.Equal("vision", facts.GetProperty("kind").GetString());
        Assert.Equal(Pass.Blocks.Count + 1, facts.GetProperty("layers").GetInt32());
        float[] told = [.. facts.GetProperty("facts").GetProperty("probabilities").EnumerateArray().Select(p => p.GetSingle())];
        Assert.Equal(Pass.Probabilities().ToArray(), told);
        Assert.Equal(ClassMethods.All.Select(m => m.Name), facts.GetProperty("methods").EnumerateArray().Select(m => m.GetProperty("name").GetString()));
    }

    [Theory]
    [InlineData("s", TokenFunction.S)]
    [InlineData("e", TokenFunction.E)]
    public async Task The_token_at_the_pointer_is_ultra_in_every_layer(string function, TokenFunction of)
    {
        Answer answer = await Ask("token-exact", ("token", Token), ("function", function));
        Assert.True(answer.Facts.GetProperty("exact").GetBoolean());
        Assert.Equal([Pass.Blocks.Count, Pass.Tokens], answer.Shape("rows"));
        float[] rows = answer.Floats("rows");
        for (int layer = 2; layer <= Pass.Blocks.Count + 1; layer++)
            Assert.Equal(Ultra.Explain(Pass, layer, of, [Token]).Rows.ToArray(), rows[((layer - 2) * Pass.Tokens)..((layer - 1) * Pass.Tokens)]);
    }

    [Fact]
    public async Task While_the_pointer_moves_a_few_rows_are_taken()
    {
        Answer answer = await Ask("token", ("token", Token));
        Assert.False(answer.Facts.GetProperty("exact").GetBoolean());
        Assert.Equal(UltraLayers.Rows(Pass, Token, options: new SweepOptions { Rows = 8 }).ToArray(), answer.Floats("rows"));
    }

    [Theory]
    [InlineData("gae", 3, null)]
    [InlineData("rollout", 3, null)]
    [InlineData("gae", 3, 5)]
    public async Task A_class_map_is_that_of_its_method(string name, int cls, int? against)
    {
        Answer answer = await Ask("map", [("method", name), ("class", cls), .. against is { } other ? [("against", (object)other)] : ((string, object)[])[]]);
        ClassMethod method = ClassMethods.Find(name)!;
        ClassMaps maps = method.Explain(Pass, new ClassTargets((IReadOnlyList<ClassTarget>)[new ClassTarget(cls, against)]));
        Assert.Equal(maps.Maps[0, 0].ToArray(), answer.Floats("map"));
        Assert.Equal(maps.Maps.Shape[^2..].ToArray(), answer.Shape("map"));
        Assert.Equal(method.IsSigned, answer.Facts.GetProperty("signed").GetBoolean());
    }

    [Fact]
    public async Task Attention_is_that_of_the_pass()
    {
        Answer answer = await Ask("heads", ("step", 2), ("token", Token));
        AttentionStep step = Pass.Steps[2];
        Tensor all = Pass.Attention(step);
        Assert.Equal([step.Heads, Pass.Tokens], answer.Shape("heads"));
        for (int head = 0; head < step.Heads; head++)
            Assert.Equal(all.Row(head * Pass.Tokens + Token).ToArray(), answer.Floats("heads")[(head * Pass.Tokens)..((head + 1) * Pass.Tokens)]);
    }

    [Fact]
    public async Task Painting_nothing_changes_nothing_and_painting_all_hides_the_cat()
    {
        float[] whole = (await Ask("paint")).Floats("probabilities");
        Assert.Equal(Pass.Probabilities().ToArray(), whole);
        float[] gone = (await Ask("paint", ("patches", string.Join(',', Enumerable.Range(0, Pass.Grid.Count))))).Floats("probabilities");
        int cat = TensorPrimitivesIndex(whole);
        Assert.True(gone[cat] < whole[cat] - 0.2f, $"{whole[cat]} and, without any patch, {gone[cat]}");
        float[] one = (await Ask("paint", ("patches", "20,20,21"))).Floats("probabilities");
        MaskedImages images = MaskedImages.Of(Pass, new PerturbationSettings());
        Assert.Equal(images.Probabilities([new PatchMask([20, 21], Insertion: false)], new SweepOptions(), before: 0).ToArray(), one);
    }

    [Fact]
    public async Task Deletion_goes_in_the_order_of_the_map()
    {
        Answer answer = await Ask("deletion", ("method", "gae"), ("class", 3));
        float[] map = ClassMethods.Find("gae")!.Explain(Pass, new ClassTargets((IReadOnlyList<ClassTarget>)[new ClassTarget(3)])).Maps[0, 0].ToArray();
        int[] order = answer.Ints("order");
        Assert.Equal(Enumerable.Range(0, Pass.Grid.Count), order.Order());
        if (map.Length == order.Length) Assert.Equal(map.Max(), map[order[0]]);
        int[] counts = answer.Ints("counts");
        Assert.Equal([counts.Length, 10], answer.Shape("probabilities"));
        Assert.Equal((0, order.Length), (counts[0], counts[^1]));
        float[] probabilities = answer.Floats("probabilities");
        MaskedImages images = MaskedImages.Of(Pass, new PerturbationSettings());
        for (int i = 0; i < counts.Length; i++) // a picture by itself: the same bits
            Assert.Equal(images.Probabilities([new PatchMask(order[..counts[i]], Insertion: false)], new SweepOptions(), 0).ToArray(),
                probabilities[(10 * i)..(10 * i + 10)]);
    }

    [Fact]
    public async Task Deletion_is_told_point_by_point_while_it_is_computed()
    {
        string words = $"model=cifar10-vit&image={await studio.Picture("chelsea.png")}&method=rollout&class=3&shown=3,5";
        string[] events = (await studio.Inside.GetStringAsync($"/api/follow/deletion?{words}")).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("event: done\ndata: {}", events[^1]);
        JsonElement[] parts = [.. events[..^1].Select(e => JsonDocument.Parse(e["event: part\ndata: ".Length..]).RootElement)];
        Assert.InRange(parts.Length, 5, 21);
        Answer answer = await Ask("deletion", ("method", "rollout"), ("class", 3), ("shown", "3,5"));
        int[] counts = answer.Ints("counts");
        float[] whole = answer.Floats("probabilities");
        float[] Told(Func<JsonElement, JsonElement> line) => [.. parts.SelectMany(p => line(p).EnumerateArray()).Select(v => v.GetSingle())];
        Assert.Equal(counts.Select(c => c / 64f), Told(p => p.GetProperty("shares")));
        Assert.Equal(counts.Select((_, i) => whole[10 * i + 3]), Told(p => p.GetProperty("probabilities")[0]));
        Assert.Equal(counts.Select((_, i) => whole[10 * i + 5]), Told(p => p.GetProperty("probabilities")[1]));
        Assert.Equal(1, parts[^1].GetProperty("done").GetDouble());
    }

    [Fact]
    public async Task Segments_are_those_of_the_library_and_leave_as_labels()
    {
        Answer answer = await Ask("segments", ("layer", 5), ("k", 4)), tree = await Ask("tree", ("layer", 5));
        UltraMaps maps = Segmentation.TokenMaps(Pass, 5, new SweepOptions());
        Images.Image photo = ImageFile.Read(Samples.File("chelsea.png"));
        Segmentation found = Segmentation.Of(maps, Pass.Grid, _model.Preprocessor.Geometry(photo).Covered(_model.Config.Patch),
            SegmentSettings.Default(5) with { Clusters = 4 });
        Assert.Equal(4, answer.Facts.GetProperty("count").GetInt32());
        Assert.Equal(found.TokenLabels, answer.Ints("tokens"));
        Assert.Equal(found.Tree.Merges.ToArray().Select(m => (float)m.Height), tree.Floats("heights"));
        string words = $"model=cifar10-vit&image={await studio.Picture("chelsea.png")}&layer=5&k=4";
        Images.Image png = ImageFile.Decode(await studio.Inside.GetByteArrayAsync($"/api/labels.png?{words}"));
        Assert.Equal((photo.Width, photo.Height), (png.Width, png.Height));
        using JsonDocument coco = JsonDocument.Parse(await studio.Inside.GetStringAsync($"/api/labels.json?{words}"));
        Assert.Equal(4, coco.RootElement.GetProperty("categories").GetArrayLength());
    }

    [Fact]
    public async Task Projection_reads_every_token_of_every_layer()
    {
        Answer answer = await Ask("project", ("class", 3));
        Tensor scores = Translucent.Explain.Projection.ClassProjection.Layers(Pass);
        int rows = scores.Shape[0] * Pass.Tokens;
        Assert.Equal([scores.Shape[0], Pass.Tokens], answer.Shape("best"));
        Assert.Equal(Enumerable.Range(0, rows).Select(i => TensorPrimitivesIndex(scores.Row(i).ToArray())), answer.Ints("best"));
        Assert.Equal(Enumerable.Range(0, rows).Select(i => scores.Row(i).ToArray().Count(v => v > scores.Row(i)[3])), answer.Ints("rank"));
    }

    static int TensorPrimitivesIndex(float[] values) => System.Numerics.Tensors.TensorPrimitives.IndexOfMax<float>(values);
}
