// The best one-to-one assignment of rows to columns: shortest augmenting paths with dual prices (Jonker and Volgenant, Computing 38, 1987;
// Crouse, IEEE TAES 52, 2016, for rectangular tables).

using Translucent.Tensors;

namespace Translucent.Evaluate.Metrics;

/// <summary>The Hungarian problem.</summary>
static class Assignment
{
    /// <summary>The assignment of largest sum: every row gets a column of its own, or, where there are fewer columns, -1.</summary>
    /// <param name="gain">[rows, columns], finite.</param>
    /// <returns>The column of each row.</returns>
    /// <exception cref="ArgumentException">An entry is not finite.</exception>
    public static int[] Largest(Tensor gain)
    {
        if (gain.Span.ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
            throw new ArgumentException("gain: an entry is not a finite number.", nameof(gain));
        return Largest(gain.Rows, gain.Width, (i, j) => gain.Row(i)[j]);
    }

    /// <summary>The same of gains in float64, so that counts of pixels are exact up to 2^53.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="columns">How many columns.</param>
    /// <param name="gain">(row, column), finite.</param>
    public static int[] Largest(int rows, int columns, Func<int, int, double> gain)
    {
        if (rows <= columns) return Solve(rows, columns, (i, j) => -gain(i, j));
        int[] byColumn = Solve(columns, rows, (j, i) => -gain(i, j)), byRow = new int[rows];
        Array.Fill(byRow, -1);
        for (int j = 0; j < columns; j++) byRow[byColumn[j]] = j;
        return byRow;
    }

    /// <summary>The column of every row at least cost; at least as many columns as rows.</summary>
    static int[] Solve(int rows, int columns, Func<int, int, double> cost)
    {
        double[] rowPrice = new double[rows], columnPrice = new double[columns], distance = new double[columns];
        int[] columnOf = new int[rows], rowOf = new int[columns], from = new int[columns];
        Array.Fill(columnOf, -1);
        Array.Fill(rowOf, -1);
        for (int start = 0; start < rows; start++)
        {
            Array.Fill(distance, double.PositiveInfinity);
            bool[] done = new bool[columns];
            int row = start, end = -1;
            double length = 0;
            while (end < 0) // Dijkstra over reduced costs, to the nearest free column
            {
                int nearest = -1;
                for (int j = 0; j < columns; j++)
                {
                    if (done[j]) continue;
                    double through = length + cost(row, j) - rowPrice[row] - columnPrice[j];
                    if (through < distance[j]) (distance[j], from[j]) = (through, row);
                    if (nearest < 0 || distance[j] < distance[nearest]) nearest = j;
                }
                length = distance[nearest];
                done[nearest] = true;
                if (rowOf[nearest] < 0) end = nearest;
                else row = rowOf[nearest];
            }
            rowPrice[start] += length;
            for (int j = 0; j < columns; j++)
            {
                if (!done[j] || j == end) continue;
                rowPrice[rowOf[j]] += length - distance[j];
                columnPrice[j] -= length - distance[j];
            }
            for (int j = end; j >= 0;) // turn the path over
            {
                int i = from[j], next = columnOf[i];
                (rowOf[j], columnOf[i]) = (i, j);
                j = i == start ? -1 : next;
            }
        }
        return columnOf;
    }
}
