// A photograph before a detector.

using Translucent.Images;
using Translucent.Models;
using Translucent.Runs;

namespace Translucent.Studio.Scenes;

/// <summary>The scene.</summary>
sealed class ObjectScene : Scene
{
    readonly Detr _model;
    readonly Image _photo;

    public ObjectScene(Detr model, Image photo, MemoryCheck memory)
    {
        memory.Check(model, photo, "this picture");
        (_model, _photo) = (model, photo);
    }

    public override Model Model => _model;

    public override string Kind => "objects";

    protected override Trace Forward(CancellationToken stop) => _model.Forward(_photo, cancellationToken: stop);

    public override object Facts(Trace trace) => new
    {
        Grid = GridFacts.Of(trace, trace.Geometry!),
        Objects = Boxes(trace.Objects!.Found(0.5)),
        Weaker = Boxes(trace.Objects!.Found(0.1).Where(d => d.Score <= 0.5)),
    };

    /// <summary>Objects as pages know them: corners in shares of the photograph.</summary>
    static IEnumerable<object> Boxes(IEnumerable<Detection> found) => found.Select(d => new
    {
        d.Query,
        d.Label,
        d.Score,
        Left = d.Box.CenterX - d.Box.Width / 2,
        Top = d.Box.CenterY - d.Box.Height / 2,
        d.Box.Width,
        d.Box.Height,
    });
}
