// Angles of rotary positions on a grid: half of a head's pairs turn by the row of a patch, the other half by its column (axial; EVA-02: Fang et al. 2023,
// arXiv:2303.11331; DINOv3: Siméoni et al. 2025, arXiv:2508.10104, section 3.2).

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

/// <summary>angle[patch (y, x)] = [row_y·f | column_x·f]; tokens before the patches do not turn.</summary>
/// <param name="prefix">How many tokens come before the patches.</param>
/// <param name="rows">Where each row of patches stands, in the unit of the frequencies.</param>
/// <param name="columns">Where each column stands.</param>
/// <param name="frequencies">f [D/4], radians per unit.</param>
/// <param name="columnsFirst">Whether the columns have the first half.</param>
sealed class GridAngles(int prefix, double[] rows, double[] columns, double[] frequencies, bool columnsFirst = false) : IRotaryAngles
{
    readonly Lazy<(Tensor Cos, Tensor Sin)> _tables = new(() =>
    {
        int tokens = prefix + rows.Length * columns.Length, pairs = 2 * frequencies.Length;
        Tensor cos = new(tokens, pairs), sin = new(tokens, pairs);
        for (int token = 0; token < tokens; token++)
            for (int i = 0; i < pairs; i++)
                (sin.Row(token)[i], cos.Row(token)[i]) = Rounded(Math.SinCos(Angle(prefix, rows, columns, frequencies, columnsFirst, token, i)));
        return (cos, sin);
    });

    public int HeadWidth => 4 * frequencies.Length;

    /// <exception cref="ArgumentException">There are more tokens than the grid has.</exception>
    public (Tensor Cos, Tensor Sin) For(int tokens) => tokens == prefix + rows.Length * columns.Length ? _tables.Value
        : throw new ArgumentException($"rotary: {tokens} tokens, expected {prefix} and {rows.Length} x {columns.Length} patches.");

    public (double Cos, double Sin) At(int token, int i)
    {
        (double sin, double cos) = Math.SinCos(Angle(prefix, rows, columns, frequencies, columnsFirst, token, i));
        return (cos, sin);
    }

    static double Angle(int prefix, double[] rows, double[] columns, double[] frequencies, bool columnsFirst, int token, int i)
    {
        if (token < prefix) return 0;
        int patch = token - prefix, half = frequencies.Length;
        return ((i < half) == columnsFirst ? columns[patch % columns.Length] : rows[patch / columns.Length]) * frequencies[i % half];
    }

    static (float Sin, float Cos) Rounded((double Sin, double Cos) exact) => ((float)exact.Sin, (float)exact.Cos);
}
