// The obvious in one line: a model and a photograph in, a map with its numbers out.

using Translucent.Files;
using Translucent.Images;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>Why a model says what it says about a photograph. It holds copies: nothing in it depends on the model any more.</summary>
/// <param name="Photo">What was explained.</param>
/// <param name="Method">How.</param>
/// <param name="Targets">What: T classes, or pairs of classes.</param>
/// <param name="Predictions">All classes, the most probable first; empty when the model has none.</param>
/// <param name="Maps">
/// [T, h, w] on the patch grid, or on the pixels of the model's input; in the method's own units. T is 1 for methods that do not tell classes apart.
/// </param>
/// <param name="OnPhoto">[T, photo height, photo width]: the maps where they belong on the photograph; NaN where the model does not see it.</param>
public sealed record Explanation(Image Photo, ClassMethod Method, ClassTargets Targets, IReadOnlyList<ClassPrediction> Predictions, Tensor Maps, Tensor OnPhoto)
{
    /// <summary>What map <paramref name="target"/> explains: the names of its class and of the class it is held against.</summary>
    /// <param name="target">Index of the map, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such target.</exception>
    public string Name(int target = 0)
    {
        if (target < 0 || target >= Maps.Shape[0])
            throw new ArgumentOutOfRangeException(nameof(target), $"target {target}: there are maps 0 to {Maps.Shape[0] - 1}.");
        if (!Method.TellsClassesApart) return "all classes";
        ClassTarget what = Targets[target];
        return what.Against is { } other ? $"{Label(what.Class)} against {Label(other)}" : Label(what.Class);
    }

    string Label(int index) => Predictions.First(p => p.Index == index).Label;
}

/// <summary>Explains photographs in one call.</summary>
public static class Explanations
{
    /// <summary>Runs a model on a photograph and explains classes.</summary>
    /// <param name="model">The model.</param>
    /// <param name="photo">Any size and channels.</param>
    /// <param name="method">The name of one of <see cref="ClassMethods.All"/>.</param>
    /// <param name="targets">The classes; the predicted one when null.</param>
    /// <param name="cancellationToken">Ends it between two operations.</param>
    /// <exception cref="ArgumentException">There is no such method.</exception>
    /// <exception cref="TranslucentException">The method does not fit the model or the targets.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static Explanation Explain(this VisionTransformer model, Image photo, string method = "gae",
        ClassTargets? targets = null, CancellationToken cancellationToken = default) =>
        model.Explain(photo, ClassMethods.Named(method), targets, cancellationToken);

    /// <summary>The same by a method that need not be in the table.</summary>
    /// <inheritdoc cref="Explain(VisionTransformer, Image, string, ClassTargets?, CancellationToken)"/>
    public static Explanation Explain(this VisionTransformer model, Image photo, ClassMethod method,
        ClassTargets? targets = null, CancellationToken cancellationToken = default)
    {
        using Trace trace = model.Forward(photo, cancellationToken: cancellationToken);
        IReadOnlyList<ClassPrediction> predictions = model.Classes > 0 ? trace.Top(model.Classes) : [];
        targets ??= predictions.Count > 0 ? [predictions[0].Index] : [];
        Tensor maps = method.Explain(trace, targets, new SweepOptions { Stop = cancellationToken }).Maps; // [T, 1, h, w]
        maps = maps.Reshape(maps.Shape[0], maps.Shape[2], maps.Shape[3]);
        Tensor laid = new(maps.Shape[0], photo.Height, photo.Width);
        for (int t = 0; t < maps.Shape[0]; t++) trace.Lay(maps[t]).Span.CopyTo(laid.Span[(t * photo.Height * photo.Width)..]);
        return new Explanation(photo, method, targets, predictions, maps, laid);
    }
}
