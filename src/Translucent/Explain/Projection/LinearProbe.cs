// A linear probe: multinomial logistic regression with an L2 penalty, trained on the tokens of one layer, for the comparison with
// class-embedding projection (Vilas et al. 2023, arXiv:2310.18969, section 6; the paper's own probe is a ridge regression).

using Translucent.Tensors;

namespace Translucent.Explain.Projection;

/// <summary>How a probe is trained.</summary>
sealed record ProbeOptions
{
    /// <summary>λ of the penalty (λ/2)‖W‖²; positive. As 1/(S·C) with scikit-learn's C and S samples.</summary>
    public double L2 { get; init; } = 1e-2;

    /// <summary>At most so many steps.</summary>
    public int MaxIterations { get; init; } = 1000;

    /// <summary>Training ends when no entry of the gradient, each divided by the square root of its curvature, is larger.</summary>
    public double Tolerance { get; init; } = 1e-8;
}

/// <summary>A trained probe: scores = W·x + b.</summary>
/// <remarks>
/// The minimum of mean over samples of −log softmax(W x + b)[label] + (λ/2)‖W‖², b not penalised: strictly convex up to a constant
/// in b, which sums to 0 here, so there is one answer. Full batch, float64, from zero, no random numbers: the same bits every time
/// and for any number of threads. Each step costs 4·S·Classes·D operations.
/// </remarks>
sealed class LinearProbe
{
    readonly double[] _parameters; // [Classes, D + 1], the bias last

    LinearProbe(double[] parameters, int classes, int width) => (_parameters, Classes, Width) = (parameters, classes, width);

    /// <summary>How many classes.</summary>
    public int Classes { get; }

    /// <summary>D, numbers per sample.</summary>
    public int Width { get; }

    /// <summary>Steps that training took.</summary>
    public int Iterations { get; private init; }

    /// <summary>Whether training reached its tolerance.</summary>
    public bool Converged { get; private init; }

    /// <summary>What training minimised, at its end.</summary>
    public double Loss { get; private init; }

    /// <summary>Row c of W, [D].</summary>
    public ReadOnlySpan<double> Weights(int cls) => _parameters.AsSpan(cls * (Width + 1), Width);

    /// <summary>b of class c.</summary>
    public double Bias(int cls) => _parameters[cls * (Width + 1) + Width];

    /// <summary>Trains a probe.</summary>
    /// <param name="features">[S, D], one row for every sample.</param>
    /// <param name="labels">[S], the class of every sample, from 0.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="options">Penalty, and when training is done.</param>
    /// <param name="cancellationToken">Ends it between two steps.</param>
    /// <exception cref="ArgumentException">Shapes do not fit, a label is no class, a feature is not finite, or the penalty is not positive.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static LinearProbe Fit(Tensor features, IReadOnlyList<int> labels, int classes, ProbeOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new ProbeOptions();
        if (features.Shape.Length != 2 || features.Length == 0)
            throw new ArgumentException($"features: {features}, expected [samples, width] with one or more of each.");
        if (labels.Count != features.Shape[0])
            throw new ArgumentException($"labels: {labels.Count}, expected {features.Shape[0]}, one for every row of features.");
        if (classes < 2) throw new ArgumentException($"classes: {classes}, expected 2 or more.");
        if (!(options.L2 > 0) || double.IsInfinity(options.L2))
            throw new ArgumentException($"L2: {options.L2}, expected a positive number; without a penalty separable classes have no best probe.");
        for (int s = 0; s < labels.Count; s++)
            if (labels[s] < 0 || labels[s] >= classes) throw new ArgumentException($"label {labels[s]} of sample {s}: expected 0 to {classes - 1}.");
        int bad = features.Span.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
        if (bad >= 0) throw new ArgumentException($"features: {features.Span[bad]} in sample {bad / features.Width}, expected finite numbers.");

        LogisticLoss loss = new(features, [.. labels], classes, options.L2);
        double[] parameters = new double[classes * (features.Width + 1)];
        Lbfgs.Result result = Lbfgs.Minimize(loss.Evaluate, parameters, loss.Curvature(), options.MaxIterations, options.Tolerance, cancellationToken);
        loss.Uncentre(parameters);
        return new LinearProbe(parameters, classes, features.Width) { Iterations = result.Iterations, Converged = result.Converged, Loss = result.Value };
    }

    /// <summary>Scores of samples, [S, Classes] for [S, D]; <see cref="Identifiability.Of"/> and <see cref="Identifiability.Predicted"/> take them.</summary>
    /// <exception cref="ArgumentException">The rows have another width.</exception>
    public Tensor Scores(Tensor features)
    {
        if (features.Width != Width) throw new ArgumentException($"features: {features}, expected rows of {Width} numbers.");
        Tensor scores = new(features.Rows, Classes);
        Compute.Default.For(features.Rows, s =>
        {
            double[] x = Array.ConvertAll(features.Row(s).ToArray(), v => (double)v);
            for (int c = 0; c < Classes; c++) scores.Row(s)[c] = (float)(OrderedDot.Of(Weights(c), x) + Bias(c));
        });
        return scores;
    }

    /// <summary>The share of samples whose highest score is that of their label.</summary>
    /// <exception cref="ArgumentException">There is not one label for every row.</exception>
    public double Accuracy(Tensor features, IReadOnlyList<int> labels)
    {
        if (labels.Count != features.Rows || labels.Count == 0)
            throw new ArgumentException($"labels: {labels.Count}, expected {features.Rows}, one for every row of features.");
        return Identifiability.Predicted(Scores(features)).Zip(labels, (p, l) => p == l ? 1.0 : 0.0).Average();
    }
}
