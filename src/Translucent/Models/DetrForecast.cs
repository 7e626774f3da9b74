// What a forward pass of a detector over one image will take, told from sizes alone.

using Translucent.Autodiff;

namespace Translucent.Models;

/// <summary>Memory of a detector's forward pass.</summary>
static class DetrForecast
{
    const double Widest = 2.5; // images of a backbone's first stage that are in memory at once, each as large as its stem's output

    /// <summary>Bytes at the highest point: what the pass keeps, or the first stage of the backbone, whichever is more; and the input.</summary>
    /// <param name="model">The detector.</param>
    /// <param name="height">Rows of the prepared image.</param>
    /// <param name="width">Its columns.</param>
    public static double Bytes(Detr model, int height, int width)
    {
        using Trace plan = model.Plan(height, width);
        double stem = sizeof(float) * (height / 2.0) * (width / 2.0) * 64, kept = plan.Tape.Calls.Where(call => call.Op is not Recomputed)
            .Sum(call => sizeof(float) * (call.Outputs.Sum(y => (double)y.Value.Length) + call.Op.KeptNumbers([.. call.X.Select(x => x.Value)])));
        return sizeof(float) * 3.0 * height * width + Math.Max(kept, Widest * stem) + stem;
    }
}
