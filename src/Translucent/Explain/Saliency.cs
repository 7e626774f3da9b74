// Saliency: the plain gradient (Simonyan, Vedaldi and Zisserman 2013, "Deep Inside Convolutional Networks", arXiv:1312.6034, section 3).

using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>∂y/∂x for every channel of every pixel: where would the smallest change of the image move the score most?</summary>
/// <remarks>Any number of classes and images in one sweep. Signed, in units of the class scalar per unit of the prepared pixels; the paper shows
/// <see cref="PixelMaps.Largest"/>.</remarks>
static class Saliency
{
    /// <summary>The gradient of every class at every image.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    /// <exception cref="TranslucentException">The model has no classes.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static PixelMaps Pixels(Trace trace, ClassTargets classes, SweepOptions? options = null)
    {
        Tensor all = new([classes.Count, .. trace.Pixels.Shape]);
        PixelSweep.Each(trace, classes, options ?? new SweepOptions(), (target, image, gradient) =>
            gradient.CopyTo(all.Span[((target * trace.Batch + image) * gradient.Length)..]));
        return new PixelMaps(all);
    }
}
