// Angles of rotary positions on a grid with learned frequencies: every pair of every head turns by a sum of its patch's row and column, each times a number of
// its own (RoPE-Mixed: Heo et al. 2024, arXiv:2403.13298, section 3.2).

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

/// <summary>angle[patch (y, x), i] = x·f₀ᵢ + y·f₁ᵢ for pair i of the heads side by side, rows and columns counted from 0; tokens before the patches do not
/// turn.</summary>
/// <remarks>Heads turn otherwise than each other, so all numbers of a token count as one head here.</remarks>
/// <param name="prefix">How many tokens come before the patches.</param>
/// <param name="rows">Rows of patches.</param>
/// <param name="columns">Columns of patches.</param>
/// <param name="frequencies">f [2, H·D/2], radians per column, then per row.</param>
sealed class MixedAngles(int prefix, int rows, int columns, Tensor frequencies) : IRotaryAngles
{
    readonly Lazy<(Tensor Cos, Tensor Sin)> _tables = new(() =>
    {
        int tokens = prefix + rows * columns;
        Tensor cos = new(tokens, frequencies.Width), sin = new(tokens, frequencies.Width);
        for (int token = 0; token < tokens; token++)
            for (int i = 0; i < frequencies.Width; i++)
            {
                (double s, double c) = Math.SinCos(Angle(prefix, columns, frequencies, token, i));
                (cos.Row(token)[i], sin.Row(token)[i]) = ((float)c, (float)s);
            }
        return (cos, sin);
    });

    public int HeadWidth => 2 * frequencies.Width;

    /// <exception cref="ArgumentException">There are more or fewer tokens than the grid has.</exception>
    public (Tensor Cos, Tensor Sin) For(int tokens) => tokens == prefix + rows * columns ? _tables.Value
        : throw new ArgumentException($"rotary: {tokens} tokens, expected {prefix} and {rows} x {columns} patches.");

    public (double Cos, double Sin) At(int token, int i)
    {
        (double sin, double cos) = Math.SinCos(Angle(prefix, columns, frequencies, token, i));
        return (cos, sin);
    }

    static double Angle(int prefix, int columns, Tensor frequencies, int token, int i) => token < prefix ? 0
        : (token - prefix) % columns * (double)frequencies.Row(0)[i] + (token - prefix) / columns * (double)frequencies.Row(1)[i];
}
