// The loss that trains ULTra_W (Hosseini et al. 2024, arXiv:2411.12589, eq. 13): what is changed outside a segment should not move the projection of the
// tokens inside. w = theta / |theta|, and for a token with z before and z' after the change the loss is <w, z - z'>^2.

namespace Translucent.Explain;

/// <summary>The loss of one token.</summary>
static class SelfConsistency
{
    /// <summary>Adds the derivative of the loss with respect to theta.</summary>
    /// <param name="theta">[C], of any length above 0.</param>
    /// <param name="difference">[C]: z - z'.</param>
    /// <param name="gradient">[C]: 2 p (z - z' - p w) / |theta| is added to it, with p = ⟨w, z - z'⟩: turning w changes the loss, stretching theta does
    /// not.</param>
    /// <returns>The loss.</returns>
    public static double Add(ReadOnlySpan<float> theta, ReadOnlySpan<float> difference, Span<float> gradient)
    {
        double square = 0, product = 0;
        for (int i = 0; i < theta.Length; i++) (square, product) = (square + (double)theta[i] * theta[i], product + (double)theta[i] * difference[i]);
        double length = Math.Sqrt(square), along = product / length;
        for (int i = 0; i < theta.Length; i++) gradient[i] += (float)(2 * along / length * (difference[i] - along * theta[i] / length));
        return along * along;
    }
}
