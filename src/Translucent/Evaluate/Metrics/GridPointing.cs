// The grid pointing game (Böhle, Fritz, Schiele, CVPR 2021, arXiv:2104.00032, section 5.2): pictures of different classes stand in a grid; the score of a map
// of one of the classes is the share of its positive relevance that lies on the picture of that class.

namespace Translucent.Evaluate.Metrics;

/// <summary>Where the relevance of a map lies on a grid of pictures.</summary>
static class GridPointing
{
    /// <summary>The share of the positive relevance on every picture, [side · side] row by row; a number of the map belongs where its centre lies.</summary>
    /// <param name="map">[rows · columns]; what is negative, or no number, counts nothing.</param>
    /// <param name="rows">Of the map, at least <paramref name="side"/>.</param>
    /// <param name="columns">Of the map, at least <paramref name="side"/>.</param>
    /// <param name="side">Pictures in a row of the grid.</param>
    /// <returns>Sums to 1; null where no number is positive.</returns>
    /// <exception cref="ArgumentException">The map is smaller than the grid, or of another size.</exception>
    public static double[]? Shares(ReadOnlySpan<float> map, int rows, int columns, int side)
    {
        if (map.Length != rows * columns || rows < side || columns < side)
            throw new ArgumentException($"map: {map.Length} numbers, expected {rows} x {columns}, at least {side} x {side}.", nameof(map));
        double[] shares = new double[side * side];
        double all = 0;
        for (int i = 0; i < map.Length; i++)
        {
            if (!(map[i] > 0)) continue;
            shares[Cell(i, rows, columns, side)] += map[i];
            all += map[i];
        }
        if (all == 0) return null;
        for (int c = 0; c < shares.Length; c++) shares[c] /= all;
        return shares;
    }

    /// <summary>The picture on which a number of the map lies.</summary>
    public static int Cell(int place, int rows, int columns, int side)
    {
        int y = place / columns, x = place % columns;
        return (2 * y + 1) * side / (2 * rows) * side + (2 * x + 1) * side / (2 * columns);
    }
}
