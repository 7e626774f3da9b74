// The lowest layer: the z^B rule for inputs between two bounds (Montavon et al., Pattern Recognition 65, 2017, arXiv:1512.02479, section 4.3),
// as in class Conv2d of Chefer's Transformer-Explainability.

using Translucent.Autodiff.Ops;
using Translucent.Tensors;

namespace Translucent.Autodiff.Precise;

static class PixelRule
{
    /// <summary>R_x from R_y for y = x·Wᵀ of patches x, with l and u the smallest and the largest pixel.</summary>
    /// <remarks>
    /// <code>
    /// Z = (x − l)·W⁺ᵀ + (x − u)·W⁻ᵀ + 1e-9      S = R_y / Z      R_x = (x − l) ⊙ (S·W⁺) + (x − u) ⊙ (S·W⁻)
    /// </code>
    /// This is x·Wᵀ − l·W⁺ᵀ − u·W⁻ᵀ and its like, with nothing left that could cancel: every term of Z is at least zero.
    /// </remarks>
    public static PreciseMatrix Relevance(Matrix w, PreciseMatrix x, PreciseMatrix r)
    {
        PreciseMatrix above = Shifted(x, TensorPrimitives.Min<double>(x.Span)), below = Shifted(x, TensorPrimitives.Max<double>(x.Span));
        PreciseView positive = new(w, SignPart.Positive), negative = new(w, SignPart.Negative);
        PreciseMatrix z = PreciseMatrix.Uninitialized(x.Rows, w.Rows);
        PreciseProduct.Multiply(above.View, positive.Transposed, z.View);
        PreciseProduct.Multiply(below.View, negative.Transposed, z.View, accumulate: true);
        PreciseMatrix s = StableRatio.Map(r, (row, into) =>
        {
            Span<double> from = r.Row(row), total = z.Row(row % z.Rows);
            for (int i = 0; i < into.Length; i++) into[i] = from[i] / (total[i] + StableRatio.Epsilon);
        });
        PreciseMatrix g = PreciseMatrix.Uninitialized(r.Rows, x.Width), h = PreciseMatrix.Uninitialized(r.Rows, x.Width);
        PreciseProduct.Multiply(s.View, positive, g.View);
        PreciseProduct.Multiply(s.View, negative, h.View);
        return StableRatio.Map(g, (row, into) =>
        {
            TensorPrimitives.Multiply(above.Row(row % x.Rows), g.Row(row), into);
            TensorPrimitives.MultiplyAdd(below.Row(row % x.Rows), h.Row(row), into, into);
        });
    }

    /// <summary>Patches back to pixels, the channels added up: [T·H', W'], H' and W' whole patches.</summary>
    public static PreciseMatrix[] Lay(Patches op, RelevanceCall call, PreciseMatrix r)
    {
        int size = op.Size, across = call.X[0].Width / size, patches = call.Y.Rows, height = patches / across * size;
        PreciseMatrix pixels = new(call.Targets * height, across * size);
        for (int i = 0; i < r.Rows; i++)
        {
            int top = i / patches * height + i % patches / across * size, left = i % patches % across * size;
            for (int line = 0; line < 3 * size; line++) // channel, row
            {
                Span<double> into = pixels.Row(top + line % size).Slice(left, size);
                TensorPrimitives.Add(into, r.Row(i).Slice(line * size, size), into);
            }
        }
        return [pixels];
    }

    static PreciseMatrix Shifted(PreciseMatrix x, double bound)
    {
        PreciseMatrix shifted = PreciseMatrix.Uninitialized(x.Rows, x.Width);
        TensorPrimitives.Subtract(x.Span, bound, shifted.Span);
        return shifted;
    }
}
