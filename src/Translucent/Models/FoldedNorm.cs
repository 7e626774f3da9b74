// The linear part of a layer with a layer normalisation before or behind it: y = (x − mean) / deviation ⊙ w + b is linear in x but for the deviation.

using Translucent.Autodiff.Ops;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>Layers whose products are to be divided by the deviation that a normalisation finds, and lack what does not depend on the input.</summary>
/// <remarks>
/// <code>
/// before   W·norm(x) = F·x / deviation(x) + W·b              F = W·diag(w)·(I − 11ᵀ/In)
/// behind   norm(W·x + c) = F·x / deviation(W·x + c) + ..     F = diag(w)·(I − 11ᵀ/Out)·W
/// </code>
/// </remarks>
static class FoldedNorm
{
    /// <summary>F of a normalisation before a layer; LayerScale stays.</summary>
    public static Linear Before(LayerNorm norm, Linear layer)
    {
        Tensor weight = layer.Weight.ToTensor();
        for (int r = 0; r < weight.Rows; r++)
        {
            Span<float> row = weight.Row(r);
            TensorPrimitives.Multiply(row, norm.Weight.Span, row);
            double sum = 0;
            foreach (float v in row) sum += v;
            TensorPrimitives.Subtract(row, (float)(sum / row.Length), row);
        }
        return new Linear(new Matrix(weight, weight.Rows, weight.Width), scale: layer.Scale);
    }

    /// <summary>F of a normalisation behind a layer without LayerScale.</summary>
    public static Linear Behind(Linear layer, LayerNorm norm)
    {
        Tensor weight = layer.Weight.ToTensor();
        double[] mean = new double[weight.Width];
        for (int r = 0; r < weight.Rows; r++)
            for (int c = 0; c < mean.Length; c++) mean[c] += (double)weight.Row(r)[c] / weight.Rows;
        for (int r = 0; r < weight.Rows; r++)
            for (int c = 0; c < mean.Length; c++) weight.Row(r)[c] = (float)((weight.Row(r)[c] - mean[c]) * norm.Weight.Span[r]);
        return new Linear(new Matrix(weight, weight.Rows, weight.Width));
    }
}
