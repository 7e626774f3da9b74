// Several things measured of the same images, and how they would vary on other images of the kind: the paired percentile bootstrap (Efron and Tibshirani
// 1993, chapters 13 and 15). Every sample of images is drawn once and all things are measured of it, so that differences between them have intervals too.

namespace Translucent.Evaluate.Metrics;

/// <summary>What was measured of the images as they are, and of samples of them.</summary>
sealed class PairedBootstrap
{
    readonly double[][,] _drawn; // [sample][row, column]

    PairedBootstrap(double[,] own, double[][,] drawn) => (Own, _drawn) = (own, drawn);

    /// <summary>[row, column], every image once.</summary>
    public double[,] Own { get; }

    /// <summary>Draws images with replacement, as many as there are, and measures every row of them; the same for the same seed and any threads.</summary>
    /// <param name="images">How many images.</param>
    /// <param name="rows">(how often each image is drawn): the numbers of a row, as many for every row; what is no number is not defined.</param>
    /// <param name="columns">How many numbers a row has.</param>
    /// <param name="seed">Of the drawing; <see cref="Bootstrap"/> draws the same samples.</param>
    /// <param name="times">How often they are drawn.</param>
    public static PairedBootstrap Of(int images, IReadOnlyList<Func<int[], double[]>> rows, int columns, ulong seed = 1, int times = Bootstrap.DefaultTimes)
    {
        double[,] Measured(int[] drawn)
        {
            double[,] found = new double[rows.Count, columns];
            for (int r = 0; r < rows.Count; r++)
            {
                double[] numbers = rows[r](drawn);
                for (int c = 0; c < columns; c++) found[r, c] = numbers[c];
            }
            return found;
        }
        return new PairedBootstrap(Measured([.. Enumerable.Repeat(1, images)]), Bootstrap.Samples(images, Measured, seed, times));
    }

    /// <summary>The 95 % interval of a number; NaN where it is never defined or there are fewer than two images.</summary>
    public (double Low, double High) Interval(int row, int column) => Bootstrap.Middle(_drawn.Select(d => d[row, column]));

    /// <summary>The 95 % interval of a row's number less another's, of the same samples.</summary>
    public (double Low, double High) Difference(int row, int other, int column) => Bootstrap.Middle(_drawn.Select(d => d[row, column] - d[other, column]));

    /// <summary>The mean of numbers, one for every image, if the images were drawn so often; those that are no number are left out.</summary>
    public static double Mean(IReadOnlyList<double> values, int[] drawn)
    {
        double sum = 0;
        long all = 0;
        for (int i = 0; i < drawn.Length; i++)
            if (!double.IsNaN(values[i])) (sum, all) = (sum + drawn[i] * values[i], all + drawn[i]);
        return all > 0 ? sum / all : double.NaN;
    }
}
