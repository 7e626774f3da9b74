// From normalised tokens to class scores: what differs between the vision families at their upper end.

using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>Scores = score(pool(final-normalised tokens)).</summary>
/// <param name="Classes">How many scores.</param>
/// <param name="Pool">From tokens [B, N, C] to the input of the classifier, site <c>pooled</c>.</param>
/// <param name="Score">From there to the scores [B, Classes], site <c>logits</c>.</param>
sealed record ClassHead(int Classes, Op[] Pool, Op[] Score)
{
    public Var Apply(Var tokens)
    {
        foreach (Op op in Pool) tokens = op.Apply(tokens);
        tokens.At("pooled");
        foreach (Op op in Score) tokens = op.Apply(tokens);
        return tokens.At("logits");
    }

    /// <summary>A classifier on the class token.</summary>
    public static ClassHead OnClassToken(Linear classifier) => new(classifier.Weight.Rows, [new Select(1)], [classifier]);

    /// <summary>Classes as vectors: the score is ⟨f₀, t_c⟩ (DINO, which has no classes of its own).</summary>
    public static ClassHead OfVectors(Tensor vectors) => OnClassToken(new Linear(new Matrix(vectors, vectors.Shape[0], vectors.Width)));

    /// <summary>Classes as vectors compared by cosine: exp(logitScale)·⟨e/|e|, t_c/|t_c|⟩ with e = projection(f₀) (Radford et al. 2021, arXiv:2103.00020).</summary>
    public static ClassHead OfCosines(Linear projection, Tensor vectors, float logitScale)
    {
        Tensor scaled = new(vectors.Shape, vectors.Span);
        for (int c = 0; c < scaled.Rows; c++)
            TensorPrimitives.Multiply(scaled.Row(c), MathF.Exp(logitScale) / TensorPrimitives.Norm<float>(scaled.Row(c)), scaled.Row(c));
        return new ClassHead(scaled.Rows, [new Select(1), projection], [Normalize.Op, new Linear(new Matrix(scaled, scaled.Rows, scaled.Width))]);
    }
}
