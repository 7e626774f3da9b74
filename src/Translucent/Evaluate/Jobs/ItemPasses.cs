// The forward pass over an image of a job, all in the same memory.

using Translucent.Evaluate.DataSets;
using Translucent.Files;
using Translucent.Images;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Evaluate.Jobs;

/// <summary>Runs a model on the images of a job.</summary>
/// <param name="model">The model.</param>
/// <param name="check">Refuses a pass that takes more memory than is allowed, given its forecast and the key of the image; null for no limit.</param>
sealed class ItemPasses(VisionTransformer model, Action<ForwardForecast, string>? check = null)
{
    Arena _arena = new();

    /// <summary>The model.</summary>
    public VisionTransformer Model => model;

    /// <summary>Lets the memory of earlier images go, when there is no more.</summary>
    public void Forget() => _arena = new Arena();

    /// <summary>A pass over an image, which knows where it lies on the photograph.</summary>
    /// <param name="key">Of the image.</param>
    /// <param name="photo">Its pixels.</param>
    /// <param name="options">Memory, cancelling.</param>
    /// <exception cref="TranslucentException">It takes too much memory, or what comes out is no number.</exception>
    public Trace Of(string key, Image photo, Explain.SweepOptions options)
    {
        ForwardForecast forecast = ForwardForecast.Of(model.Config, model.Preprocessor, photo.Width, photo.Height);
        check?.Invoke(forecast, key);
        Tensor pixels = model.Preprocessor.Apply(photo);
        Trace trace = model.Forward(pixels.Reshape([1, .. pixels.Shape]), forecast.Choose(options.MemoryBytes), _arena, cancellationToken: options.Stop);
        trace.Geometry = model.Preprocessor.Geometry(photo);
        foreach (float value in trace.Tape["norm"].Value.Span)
            if (!float.IsFinite(value))
            {
                trace.Dispose();
                throw new TranslucentException($"the model makes {value} of it, expected finite numbers; its weights or settings are not those it was trained "
                    + "with.");
            }
        return trace;
    }

    /// <summary>The same of an image of the data set.</summary>
    public Trace Of(LabelledImage image, Explain.SweepOptions options) => Of(image.Key, image.Read(), options);
}
