// The loss of multinomial logistic regression with an L2 penalty, and its gradient, in float64.

using Translucent.Tensors;

namespace Translucent.Explain.Projection;

/// <summary>mean over samples of −log softmax(W x + b)[label] + (λ/2)‖W‖², as a function of [W | b].</summary>
/// <remarks>
/// Features are centred first, which moves the minimum in b alone (<see cref="Uncentre"/> moves it back) and makes W and b nearly
/// independent. Samples are split over threads for scores, classes for the gradient: every number is summed by one thread in order.
/// </remarks>
sealed class LogisticLoss
{
    readonly int _samples, _classes, _width;
    readonly double _l2;
    readonly int[] _labels;
    readonly double[] _mean;    // [D]
    readonly double[][] _x;     // [S][D], centred
    readonly double[][] _error; // [S][Classes]: softmax − one-hot
    readonly double[] _losses;  // [S]

    public LogisticLoss(Tensor features, int[] labels, int classes, double l2)
    {
        (_samples, _width, _classes, _labels, _l2) = (features.Rows, features.Width, classes, labels, l2);
        _x = new double[_samples][];
        _mean = new double[_width];
        for (int s = 0; s < _samples; s++)
        {
            _x[s] = Array.ConvertAll(features.Row(s).ToArray(), v => (double)v);
            TensorPrimitives.Add(_mean, _x[s], _mean);
        }
        TensorPrimitives.Divide(_mean, _samples, _mean);
        foreach (double[] row in _x) TensorPrimitives.Subtract(row, _mean, row);
        _error = [.. Enumerable.Range(0, _samples).Select(_ => new double[classes])];
        _losses = new double[_samples];
    }

    /// <summary>The loss; its gradient goes to <paramref name="gradient"/> [Classes·(D + 1)].</summary>
    public double Evaluate(double[] parameters, double[] gradient)
    {
        int stride = _width + 1;
        Compute.Default.For(_samples, s =>
        {
            double[] p = _error[s];
            for (int c = 0; c < _classes; c++)
                p[c] = OrderedDot.Of(parameters.AsSpan(c * stride, _width), _x[s]) + parameters[c * stride + _width];
            double largest = TensorPrimitives.Max<double>(p), score = p[_labels[s]] - largest;
            TensorPrimitives.Subtract(p, largest, p);
            TensorPrimitives.Exp(p, p);
            double sum = 0;
            foreach (double e in p) sum += e;
            TensorPrimitives.Divide(p, sum, p);
            _losses[s] = Math.Log(sum) - score;
            p[_labels[s]] -= 1;
        });
        Compute.Default.For(_classes, c =>
        {
            Span<double> g = gradient.AsSpan(c * stride, _width);
            ReadOnlySpan<double> w = parameters.AsSpan(c * stride, _width);
            double bias = 0;
            g.Clear();
            for (int s = 0; s < _samples; s++)
            {
                TensorPrimitives.MultiplyAdd(_x[s], _error[s][c], g, g);
                bias += _error[s][c];
            }
            TensorPrimitives.Divide(g, _samples, g);
            TensorPrimitives.MultiplyAdd(w, _l2, g, g);
            gradient[c * stride + _width] = bias / _samples;
        });
        double loss = 0, squares = 0;
        foreach (double l in _losses) loss += l / _samples;
        for (int c = 0; c < _classes; c++)
        {
            ReadOnlySpan<double> w = parameters.AsSpan(c * stride, _width);
            squares += OrderedDot.Of(w, w);
        }
        return loss + _l2 / 2 * squares;
    }

    /// <summary>The curvature in each parameter where all classes are equally likely: the diagonal of the Hessian at zero.</summary>
    public double[] Curvature()
    {
        double[] variance = new double[_width], all = new double[_classes * (_width + 1)];
        foreach (double[] row in _x) TensorPrimitives.MultiplyAdd(row, row, variance, variance);
        double even = (1 - 1.0 / _classes) / _classes; // p(1 − p)
        for (int i = 0; i < all.Length; i++)
        {
            int column = i % (_width + 1);
            all[i] = column == _width ? even : even * variance[column] / _samples + _l2;
        }
        return all;
    }

    /// <summary>From the minimum for centred features to that for the given ones: b ← b − W·mean, in place.</summary>
    public void Uncentre(double[] parameters)
    {
        for (int c = 0; c < _classes; c++)
        {
            Span<double> row = parameters.AsSpan(c * (_width + 1), _width + 1);
            row[_width] -= OrderedDot.Of(row[.._width], _mean);
        }
    }
}
