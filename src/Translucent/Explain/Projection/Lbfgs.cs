// Limited-memory BFGS (Nocedal and Wright, Numerical Optimization, 2nd edition, algorithms 7.4 and 7.5), for smooth convex functions.

namespace Translucent.Explain.Projection;

/// <summary>Minimises a smooth convex function of many variables.</summary>
static class Lbfgs
{
    const int Pairs = 10;            // steps that it remembers
    const int Halvings = 40;         // of a step that does not lower the function enough
    const double Decrease = 1e-4;    // of the decrease that the slope promises
    const double Flatter = 0.9;      // share of the slope that must be left behind where values cannot be told apart
    const double Rounding = 1e-15;   // of the function

    /// <summary>Where the search ended.</summary>
    public readonly record struct Result(double Value, int Iterations, bool Converged);

    /// <summary>Walks from <paramref name="x"/>, in place, to the minimum.</summary>
    /// <param name="function">The function, which writes its gradient to its second argument.</param>
    /// <param name="x">Where to begin.</param>
    /// <param name="curvature">Positive: about how much the function bends in each variable.</param>
    /// <param name="maxIterations">At most so many steps.</param>
    /// <param name="tolerance">Ends when no |gradient| / √curvature is larger.</param>
    /// <param name="stop">Stops between steps.</param>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static Result Minimize(Func<double[], double[], double> function, double[] x, double[] curvature, int maxIterations, double tolerance,
        CancellationToken stop = default)
    {
        List<(double[] Step, double[] Change, double Product)> memory = [];
        double[] gradient = new double[x.Length], next = new double[x.Length], nextGradient = new double[x.Length];
        double value = function(x, gradient);
        for (int iteration = 0; ; iteration++)
        {
            stop.ThrowIfCancellationRequested();
            if (Size(gradient, curvature) <= tolerance) return new Result(value, iteration, true);
            if (iteration >= maxIterations) return new Result(value, iteration, false);

            double[] direction = Direction(gradient, curvature, memory);
            double slope = OrderedDot.Of(gradient, direction), length = 1;
            double nextValue = 0;
            bool found = false;
            for (int i = 0; i < Halvings && !found; i++, length /= 2)
            {
                TensorPrimitives.MultiplyAdd(direction, length, x, next);
                nextValue = function(next, nextGradient);
                found = nextValue <= value + Decrease * length * slope
                    || (Math.Abs(nextValue - value) <= Rounding * Math.Abs(value)
                        && Math.Abs(OrderedDot.Of(nextGradient, direction)) <= Flatter * Math.Abs(slope));
            }
            if (!found) return new Result(value, iteration, false);

            double[] step = new double[x.Length], change = new double[x.Length];
            TensorPrimitives.Subtract(next, x, step);
            TensorPrimitives.Subtract(nextGradient, gradient, change);
            double product = OrderedDot.Of(step, change);
            if (product > 0)
            {
                if (memory.Count == Pairs) memory.RemoveAt(0);
                memory.Add((step, change, product));
            }
            next.CopyTo(x, 0);
            nextGradient.CopyTo(gradient, 0);
            value = nextValue;
        }
    }

    /// <summary>− H·gradient, H the inverse Hessian as the remembered steps show it.</summary>
    static double[] Direction(double[] gradient, double[] curvature, List<(double[] Step, double[] Change, double Product)> memory)
    {
        double[] d = new double[gradient.Length], along = new double[memory.Count];
        TensorPrimitives.Negate(gradient, d);
        for (int i = memory.Count - 1; i >= 0; i--)
        {
            along[i] = OrderedDot.Of(memory[i].Step, d) / memory[i].Product;
            TensorPrimitives.MultiplyAdd(memory[i].Change, -along[i], d, d);
        }
        TensorPrimitives.Divide(d, curvature, d);
        if (memory.Count > 0)
        {
            double bent = 0;
            for (int j = 0; j < d.Length; j++) bent += memory[^1].Change[j] * memory[^1].Change[j] / curvature[j];
            TensorPrimitives.Multiply(d, memory[^1].Product / bent, d);
        }
        for (int i = 0; i < memory.Count; i++)
        {
            double back = OrderedDot.Of(memory[i].Change, d) / memory[i].Product;
            TensorPrimitives.MultiplyAdd(memory[i].Step, along[i] - back, d, d);
        }
        return d;
    }

    static double Size(double[] gradient, double[] curvature)
    {
        double largest = 0;
        for (int j = 0; j < gradient.Length; j++) largest = Math.Max(largest, Math.Abs(gradient[j]) / Math.Sqrt(curvature[j]));
        return largest;
    }
}
