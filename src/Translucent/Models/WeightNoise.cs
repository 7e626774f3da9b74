// Random weights in the place of trained ones, for the randomisation check (Adebayo et al. 2018, arXiv:1810.03292; docs/trust.md).

using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>Makes layers of the same sizes whose every tensor is normal noise with the mean and deviation of the one it replaces.</summary>
/// <remarks>
/// Keeping the two moments keeps activations in the range that the layers above can take, so that what changes is what was learned and
/// not the scale; a gain of a normalisation near 1 stays near 1, a bias of zeros stays zero. The n-th tensor asked for gets the same
/// noise whatever its size.
/// </remarks>
sealed class WeightNoise(ulong seed)
{
    ulong _made;

    public Linear Like(Linear layer) =>
        new(Like(layer.Weight), layer.Bias is null ? null : Like(layer.Bias), layer.Activation, layer.Scale is null ? null : Like(layer.Scale));

    public LayerNorm Like(LayerNorm norm) => new(Like(norm.Weight), Like(norm.Bias), norm.Epsilon);

    public Op Like(Op norm) => norm is RmsNorm rms ? new RmsNorm(Like(rms.Weight), rms.Epsilon) : Like((LayerNorm)norm);

    public Tensor Like(Tensor weights) => InPlace(new Tensor(weights.Shape, weights.Span));

    Matrix Like(Matrix weights) => new(InPlace(weights.ToTensor()), weights.Rows, weights.Columns);

    /// <summary>Overwrites a tensor with noise of its own mean and deviation.</summary>
    Tensor InPlace(Tensor t)
    {
        double sum = 0, squares = 0;
        foreach (float x in t.Span) sum += x;
        double mean = sum / Math.Max(1, t.Length);
        foreach (float x in t.Span) squares += (x - mean) * (x - mean);
        NormalNoise.Fill(t, SplitMix.At(seed, _made++), mean, Math.Sqrt(squares / Math.Max(1, t.Length)));
        return t;
    }
}
