// A photograph before a vision transformer.

using Translucent.Autodiff;
using Translucent.Explain;
using Translucent.Images;
using Translucent.Models;
using Translucent.Runs;
using Translucent.Studio.Http;
using Translucent.Tensors;

namespace Translucent.Studio.Scenes;

/// <summary>The scene.</summary>
sealed class VisionScene : Scene
{
    readonly VisionTransformer _model;
    readonly Tensor _pixels;
    readonly Keep _keep;
    readonly Func<string, IEnumerable<string>> _doubts;
    UltraMaps? _maps; // used by the long line of work alone, one job at a time

    VisionScene(VisionTransformer model, Image photo, MemoryCheck memory, Func<string, IEnumerable<string>> doubts)
    {
        (_model, _doubts) = (model, doubts);
        Preprocessor preprocessor = model.Preprocessor;
        ForwardForecast forecast = ForwardForecast.Of(model.Config, preprocessor, photo.Width, photo.Height);
        memory.Check(forecast, "this picture");
        Geometry = preprocessor.Geometry(photo).Covered(model.Config.Patch);
        Tensor pixels = preprocessor.Apply(photo);
        _pixels = pixels.Reshape([1, .. pixels.Shape]);
        _keep = forecast.Choose(memory.Bytes / 2);
    }

    /// <summary>A scene, with classes given as texts where the question names some.</summary>
    public static VisionScene Of(VisionTransformer model, Image photo, Query query, string folder, MemoryCheck memory)
    {
        IEnumerable<string> OfModel(string name) => ModelDoubts.OfSettings(name, model.UnreadSettings);
        if (query.Find("classes") is not { } classes) return new VisionScene(model, photo, memory, OfModel);
        ClassTexts texts = new([.. classes.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)]);
        return new VisionScene(model.WithTexts(folder, texts), photo, memory,
            name => [.. OfModel(name), .. ModelDoubts.OfTexts(name, folder, texts, "texts as classes")]);
    }

    public override Model Model => _model;

    public override string Kind => "vision";

    public override IEnumerable<string> Doubts(string name) => _doubts(name);

    /// <summary>Where the patches lie on the whole photograph.</summary>
    public InputGeometry Geometry { get; }

    /// <summary>ULTra maps of all patches of a layer, kept until another layer is asked for: a page that cuts the tree again needs the same.</summary>
    /// <param name="layer">2 .. L+1.</param>
    /// <param name="find">Computes them.</param>
    public UltraMaps TokenMaps(int layer, Func<UltraMaps> find) => _maps is { } known && known.Layer == layer ? known : _maps = find();

    protected override Trace Forward(CancellationToken stop) => _model.Forward(_pixels, _keep, cancellationToken: stop);

    public override object Facts(Trace trace) => new
    {
        Grid = GridFacts.Of(trace, Geometry),
        Classes = trace.Readout is { Classes: > 0 } readout ? Enumerable.Range(0, readout.Classes).Select(readout.Label) : [],
        Probabilities = trace.Readout is { Classes: > 0 } ? trace.Probabilities().ToArray() : [],
        Meaning = (trace.Readout?.Meaning ?? ScoreMeaning.OneOf).ToString(),
        _model.TakesTexts,
        Projects = trace.Readout is { Classes: > 0, Averaged: null },
    };
}

/// <summary>A grid of patches on a photograph, as pages know it: edges in shares of the photograph.</summary>
sealed record GridFacts(int Rows, int Columns, int Prefix, double Left, double Top, double Right, double Bottom)
{
    public static GridFacts Of(Trace trace, InputGeometry g) => new(trace.Grid.Rows, trace.Grid.Columns, trace.Grid.Prefix,
        g.Left / g.PhotoWidth, g.Top / g.PhotoHeight, g.Right / g.PhotoWidth, g.Bottom / g.PhotoHeight);
}
