namespace Translucent.Tests.Reference;

/// <summary>Multinomial logistic regression by plain gradient descent, and its gradient, written for reading.</summary>
static class PlainProbe
{
    /// <summary>[W | b] of the minimum of mean −log softmax(W x + b)[label] + (λ/2)‖W‖², after so many small steps from zero.</summary>
    public static double[][] Fit(double[][] x, int[] labels, int classes, double l2, double step, int steps)
    {
        double[][] w = [.. Enumerable.Range(0, classes).Select(_ => new double[x[0].Length + 1])];
        for (int i = 0; i < steps; i++)
        {
            double[][] g = Gradient(w, x, labels, l2);
            for (int c = 0; c < classes; c++)
                for (int d = 0; d < w[c].Length; d++) w[c][d] -= step * g[c][d];
        }
        return w;
    }

    public static double[][] Gradient(double[][] w, double[][] x, int[] labels, double l2)
    {
        int width = x[0].Length;
        double[][] g = [.. w.Select(row => row.Select((v, d) => d < width ? l2 * v : 0).ToArray())];
        for (int s = 0; s < x.Length; s++)
        {
            double[] e = [.. w.Select(row => Math.Exp(row[width] + x[s].Select((v, d) => v * row[d]).Sum()))];
            for (int c = 0; c < w.Length; c++)
            {
                double error = (e[c] / e.Sum() - (labels[s] == c ? 1 : 0)) / x.Length;
                for (int d = 0; d < width; d++) g[c][d] += error * x[s][d];
                g[c][width] += error;
            }
        }
        return g;
    }
}
