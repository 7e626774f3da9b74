// What all checks of trust ask of a forward pass: that it is of one image.

using Translucent.Models;

namespace Translucent.Evaluate.Trust;

static class OneImage
{
    /// <exception cref="ArgumentException">It is a pass of several images.</exception>
    public static void Check(Trace trace)
    {
        if (trace.Batch != 1) throw new ArgumentException($"trace: a pass of {trace.Batch} images, expected one; run the images one by one.");
    }
}
