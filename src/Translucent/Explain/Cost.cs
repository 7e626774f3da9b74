// What passes and sweeps cost, counted before they run: floating-point operations of all products (a multiply-add is two), and bytes.

using Translucent.Autodiff;
using Translucent.Models;

namespace Translucent.Explain;

/// <summary>Floating-point operations and memory of a vision transformer of given sizes, for one image.</summary>
/// <remarks>Products only: normalisation, softmax and activations are not counted. A gated MLP costs half as much again as its counterpart here.</remarks>
public static class Cost
{
    /// <summary>Operations of a forward pass over <paramref name="tokens"/> tokens, prefix included.</summary>
    public static double ForwardFlops(VisionConfig c, int tokens) =>
        2.0 * (tokens - c.Prefix) * 3 * c.Patch * c.Patch * c.Width + c.Depth * (LinearFlops(c, tokens, 4) + MlpFlops(c, tokens) + 2 * ProductFlops(c, tokens));

    /// <summary>Operations of a sweep from above block <paramref name="blocks"/> (counted from 1) down to the first, for every target together.</summary>
    /// <remarks>
    /// As the sweep runs: above the topmost attention one row per target; the topmost attention has one query; in the first block nothing
    /// below the probabilities is wanted.
    /// </remarks>
    public static double SweepFlops(VisionConfig c, int tokens, int blocks, int targets)
    {
        if (blocks < 1) return 0;
        double one = MlpFlops(c, 1) + LinearFlops(c, 1, 1) + ProductFlops(c, tokens) / tokens;             // the row that a target starts from
        double spread = LinearFlops(c, tokens, 2) + LinearFlops(c, 1, 1);                                  // keys, values; one query
        double full = MlpFlops(c, tokens) + LinearFlops(c, tokens, 4) + 4 * ProductFlops(c, tokens);
        double last = MlpFlops(c, tokens) + LinearFlops(c, tokens, 1) + ProductFlops(c, tokens);
        return targets * (blocks == 1 ? one : one + spread + (blocks - 2) * full + last);
    }

    /// <summary>Bytes that a forward pass keeps for sweeps.</summary>
    public static long ForwardBytes(VisionConfig c, int tokens, Keep keep)
    {
        long block = 4L * tokens * (10L * c.Width + 2L * c.Hidden);
        long boundary = 4L * tokens * c.Width;
        return keep == Keep.All ? c.Depth * block : c.Depth * boundary + block;
    }

    static double LinearFlops(VisionConfig c, int tokens, int layers) => 2.0 * layers * tokens * c.Width * c.Width;

    static double MlpFlops(VisionConfig c, int tokens) => 4.0 * tokens * c.Width * c.Hidden;

    /// <summary>One of the products of attention, over all heads.</summary>
    static double ProductFlops(VisionConfig c, int tokens) => 2.0 * tokens * tokens * c.Width;
}
