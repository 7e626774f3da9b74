using Translucent.Explain;
using Translucent.Images;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Segment;
using Translucent.Tensors;

namespace Translucent.Tests.Explain;

/// <summary>Explanations, overlays and segments of photographs in one call, for a model that sees the middle of a photograph only.</summary>
public sealed class PhotoTests : IDisposable
{
    const int Width = 96, Height = 48, Left = 24, Right = 72, Cell = 6; // of the photograph: the model sees its middle, in 8 x 8 patches

    readonly TempFolder _folder = new();
    readonly VisionTransformer _model;
    readonly Image _photo = new(Width, Height, 3, [.. Enumerable.Range(0, Width * Height * 3).Select(i => (byte)(40 + i * 7919L % 160))]);

    public PhotoTests()
    {
        foreach (string file in Directory.GetFiles(Samples.Model("cifar10-vit"))) File.Copy(file, _folder[Path.GetFileName(file)]);
        _folder.Add("preprocessor_config.json", """
            {"image_processor_type": "CLIPImageProcessor", "size": {"shortest_edge": 32}, "crop_size": {"height": 32, "width": 32}, "do_center_crop": true}
            """);
        _model = VisionModels.Open(_folder.Path);
    }

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(7, 7)]
    [InlineData(2, 5)]
    public void The_hot_spot_lies_on_its_patch_of_the_photograph(int row, int column)
    {
        using Trace trace = _model.Forward(_photo);
        Tensor tokens = new(1, 1, 65);
        tokens.Span[1 + row * 8 + column] = 1;
        (int x, int y) = (Left + column * Cell, row * Cell);

        Tensor laid = trace.Lay(tokens);
        Assert.Equal([Height, Width], laid.Shape);
        int hottest = Enumerable.Range(0, laid.Length).MaxBy(i => float.IsNaN(laid.Span[i]) ? -1 : laid.Span[i]);
        Assert.InRange(hottest % Width, x, x + Cell - 1);
        Assert.InRange(hottest / Width, y, y + Cell - 1);
        for (int i = 0; i < laid.Length; i++) Assert.Equal(i % Width is < Left or >= Right, float.IsNaN(laid.Span[i]));

        Image over = trace.Overlay(_photo, tokens, new ColorScale(ColorMap.Turbo, 0, 1), strength: 1, fade: false);
        Assert.Equal(ColorMap.Turbo.At(laid.Span[hottest]), Canvas.Get(over, hottest));
        Assert.Equal(Canvas.Unseen(Canvas.Get(_photo, 3)), Canvas.Get(over, 3));
        Assert.Equal(over.Pixels, trace.Overlay(_photo, trace.Map(tokens), new ColorScale(ColorMap.Turbo, 0, 1), strength: 1, fade: false).Pixels);
    }

    [Fact]
    public void A_map_of_pixels_lies_where_the_pixels_do()
    {
        using Trace trace = _model.Forward(_photo);
        Tensor pixels = new(1, 1, 32, 32);
        pixels.Span[^1] = 1;
        Tensor laid = trace.Lay(pixels, Resampling.Nearest);
        Assert.Equal(1, laid[Height - 1, Right - 1].Span[0]);
        Assert.Equal(0, laid[Height - 1, Right - 3].Span[0]);
    }

    [Fact]
    public void What_cannot_be_placed_is_refused()
    {
        using Trace trace = _model.Forward(_photo), prepared = _model.Forward(trace.Pixels);
        Tensor map = new(8, 8);
        Assert.Contains("Forward(photo)", Assert.Throws<InvalidOperationException>(() => prepared.Overlay(_photo, map)).Message);
        Assert.Contains("96 x 48", Assert.Throws<ArgumentException>(() => trace.Overlay(new Image(48, 48, 1, new byte[48 * 48]), map)).Message);
        Assert.Throws<ArgumentException>(() => trace.Lay(new Tensor(8, 7)));
        Assert.Contains("index", Assert.Throws<ArgumentException>(() => trace.Lay(new Tensor(2, 1, 8, 8))).Message);
    }

    [Fact]
    public void An_explanation_is_what_the_method_says_of_the_predicted_class()
    {
        Explanation why = _model.Explain(_photo);
        using Trace trace = _model.Forward(_photo);
        IReadOnlyList<ClassPrediction> top = trace.Top(3);
        Assert.Equal(3, top.Count);
        Assert.Equal(trace.Probabilities().ToArray().OrderDescending().Take(3).Select(p => (double)p), top.Select(p => p.Probability));
        Assert.All(top, p => Assert.Equal((_model.Labels[p.Index], (double)trace.Probabilities().Span[p.Index]), (p.Label, p.Probability)));
        Assert.Equal(top, why.Predictions.Take(3));
        Assert.Equal(top[0].Label, why.Name());
        Assert.Equal("gae", why.Method.Name);
        Tensor map = trace.Map(Gae.Rows(trace, [top[0].Index]));
        Assert.Equal(map.ToArray(), why.Maps.ToArray());
        Assert.Equal(trace.Lay(map).ToArray(), why.OnPhoto.ToArray());

        why.Save(_folder["why.png"]);
        Assert.Equal(trace.Overlay(_photo, map).Pixels, ImageFile.Read(_folder["why.png"]).Pixels);
    }

    [Fact]
    public void Method_and_classes_can_be_chosen()
    {
        Explanation why = _model.Explain(_photo, "saliency", [3, new ClassTarget(5, Against: 3)]);
        Assert.Equal([2, 32, 32], why.Maps.Shape);
        Assert.Equal([2, Height, Width], why.OnPhoto.Shape);
        Assert.Equal("dog against cat", why.Name(1));
        Assert.NotEqual(why.Overlay(0).Pixels, why.Overlay(1).Pixels);
        Assert.Equal([1, 8, 8], _model.Explain(_photo, "rollout").Maps.Shape);
        Assert.Throws<ArgumentException>(() => _model.Explain(_photo, "gea"));
        Assert.Throws<ArgumentOutOfRangeException>(() => _model.Explain(_photo, targets: [10]));
    }

    [Fact]
    public void Segments_cover_what_the_model_sees()
    {
        PhotoSegments segments = _model.Segment(_photo, clusters: 4);
        Assert.Equal(Width * Height, segments.Labels.Length);
        for (int i = 0; i < segments.Labels.Length; i++) Assert.Equal(i % Width is < Left or >= Right, segments.Labels[i] == -1);
        Assert.Equal(segments.Clusters.Count, segments.Shares.Count);
        for (int k = 0; k < segments.Shares.Count; k++) Assert.Equal(segments.Labels.Count(l => l == k) / 2304.0, segments.Shares[k], 1e-12);
        Assert.NotEqual(_photo.Pixels, segments.Outlines().Pixels);
        segments.Save(_folder["segments.png"]);
        Assert.Equal(segments.Overlay().Pixels, ImageFile.Read(_folder["segments.png"]).Pixels);
    }

    [Fact]
    public void All_of_it_stops_when_asked()
    {
        CancellationToken stopped = new(canceled: true);
        Assert.Throws<OperationCanceledException>(() => _model.Forward(_photo, cancellationToken: stopped));
        Assert.Throws<OperationCanceledException>(() => _model.Explain(_photo, cancellationToken: stopped));
        Assert.Throws<OperationCanceledException>(() => _model.Segment(_photo, cancellationToken: stopped));
    }
}
