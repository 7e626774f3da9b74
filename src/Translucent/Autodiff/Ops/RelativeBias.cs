// Relative position biases of patches and a class token (BEiT: Bao et al. 2021, arXiv:2106.08254; Swin's table, Liu et al. 2021, arXiv:2103.14030, eq. 4,
// with three more entries for the class token), in the order of Hugging Face modeling_beit.py and timm beit.py.

using System.Numerics;

namespace Translucent.Autodiff.Ops;

/// <summary>b[h, i, j] by where patch j lies as seen from patch i, and three numbers for the class token.</summary>
/// <remarks>
/// <code>
/// table [(2r − 1)(2c − 1) + 3, H] for a grid of r × c patches behind the class token
/// b[h, patch (y, x), patch (v, u)] = table[(y − v + r − 1)(2c − 1) + x − u + c − 1, h]
/// b[h, class, patch] = table[−3, h]    b[h, patch, class] = table[−2, h]    b[h, class, class] = table[−1, h]
/// </code>
/// Turned around, the table holds what a query adds to one row of patches side by side, so that a row of scores is r sums.
/// </remarks>
sealed class RelativeBias : AttentionBias
{
    readonly int _heads, _rows, _columns;
    readonly double[] _precise; // [H, 2r − 1, 2c − 1] turned around, then [H, 3]
    readonly float[] _rounded;

    /// <param name="table">[(2r − 1)(2c − 1) + 3, heads], row by row.</param>
    /// <param name="heads">H.</param>
    /// <param name="rows">r.</param>
    /// <param name="columns">c.</param>
    /// <exception cref="ArgumentException">The table is for another grid.</exception>
    public RelativeBias(ReadOnlySpan<double> table, int heads, int rows, int columns)
    {
        (_heads, _rows, _columns) = (heads, rows, columns);
        int distances = Distances(rows, columns);
        if (table.Length != (distances + 3) * heads)
            throw new ArgumentException($"relative biases: {table.Length} numbers, expected {distances + 3} x {heads} for {rows} x {columns} patches.");
        _precise = new double[table.Length];
        for (int head = 0; head < heads; head++)
        {
            for (int i = 0; i < distances; i++) _precise[head * distances + i] = table[(distances - 1 - i) * heads + head];
            for (int i = 0; i < 3; i++) _precise[heads * distances + head * 3 + i] = table[(distances + i) * heads + head];
        }
        _rounded = Array.ConvertAll(_precise, v => (float)v);
    }

    /// <summary>(2r − 1)(2c − 1): how many ways one patch may lie as seen from another.</summary>
    public static int Distances(int rows, int columns) => (2 * rows - 1) * (2 * columns - 1);

    internal override void Check(int heads, int queries, int keys)
    {
        int tokens = 1 + _rows * _columns;
        if (heads != _heads || queries != tokens || keys != tokens)
            throw new ArgumentException($"relative biases: for {_heads} heads and {tokens} tokens, but there are {heads}, {queries} queries and {keys} keys.");
    }

    internal override void AddTo(int head, int query, Span<float> row) => Add(_rounded, head, query, row);

    internal override void AddTo(int head, int query, Span<double> row) => Add(_precise, head, query, row);

    void Add<T>(ReadOnlySpan<T> turned, int head, int query, Span<T> row) where T : INumber<T>
    {
        int distances = Distances(_rows, _columns), wide = 2 * _columns - 1;
        ReadOnlySpan<T> ofClass = turned.Slice(_heads * distances + head * 3, 3);
        row[0] += query == 0 ? ofClass[2] : ofClass[1];
        if (query == 0)
        {
            TensorPrimitives.Add(row[1..], ofClass[0], row[1..]);
            return;
        }
        (int y, int x) = ((query - 1) / _columns, (query - 1) % _columns);
        ReadOnlySpan<T> table = turned.Slice(head * distances, distances);
        for (int v = 0, at = 1; v < _rows && at < row.Length; v++, at += _columns)
        {
            int count = Math.Min(_columns, row.Length - at);
            // entry (y − v + r − 1)(2c − 1) + x − u + c − 1 for u = 0 .. stands at (r − 1 − y + v)(2c − 1) + c − 1 − x + u when turned around
            Span<T> patches = row.Slice(at, count);
            TensorPrimitives.Add(patches, table.Slice((_rows - 1 - y + v) * wide + _columns - 1 - x, count), patches);
        }
    }
}
