// The gradient in float64: a rulebook whose rules are the operations' own pulls (docs/autodiff.md), from the scores down to the tokens.

using Translucent.Autodiff.Ops;
using Translucent.Tensors;

namespace Translucent.Autodiff.Precise;

/// <summary>Cotangents, carried by a <see cref="RelevanceWalk"/> in the place of relevance; those of several uses add up.</summary>
static class GradientRules
{
    public static RelevanceRulebook Book { get; } = new RelevanceRulebook { Join = Sum }
        .On<Linear>((op, call, g) => [Linear(op, call.X[0], g)])
        .On<LayerNorm>((op, call, g) => [LayerNorm(op, call.X[0], g)])
        .On<Attention>(Attention)
        .On<Add>((_, _, g) => [g, g])
        .On<Normalize>((_, call, g) => [Normalize(call.X[0], call.Y, g)])
        .On<Select>(Select)
        .On<ClassAndMean>(ClassAndMean)
        .On<Embed>((_, _, _) => []) // nobody asks for what is below the tokens
        .On<Patches>((_, _, _) => []);

    static PreciseMatrix Sum(PreciseMatrix x, IReadOnlyList<PreciseMatrix> parts) => StableRatio.Map(parts[0], (row, into) =>
    {
        into.Clear();
        foreach (PreciseMatrix part in parts) TensorPrimitives.Add(into, part.Row(row), into);
    });

    /// <summary>(g ⊙ act′ ⊙ λ)·W, the slopes computed once for all targets.</summary>
    static PreciseMatrix Linear(Linear op, PreciseMatrix x, PreciseMatrix g)
    {
        if (op.Activation != Activation.None)
        {
            PreciseMatrix slopes = PreciseForward.Affine(op, x);
            Autodiff.Op.ForRows(slopes.Rows, (first, end) => PreciseActivation.Slopes(op.Activation, slopes.RowSpan(first, end - first)));
            g = StableRatio.Map(g, (row, into) => TensorPrimitives.Multiply(g.Row(row), slopes.Row(row % slopes.Rows), into));
        }
        else if (op.Scale is not null)
        {
            double[] scale = PreciseForward.Wide(op.Scale);
            g = StableRatio.Map(g, (row, into) => TensorPrimitives.Multiply(g.Row(row), scale, into));
        }
        PreciseMatrix gx = PreciseMatrix.Uninitialized(g.Rows, x.Width);
        PreciseProduct.Multiply(g.View, new PreciseView(op.Weight), gx.View);
        return gx;
    }

    /// <summary>r·(g⊙w − mean(g⊙w) − x̂·mean(g⊙w⊙x̂)).</summary>
    static PreciseMatrix LayerNorm(LayerNorm op, PreciseMatrix x, PreciseMatrix g)
    {
        double[] weight = PreciseForward.Wide(op.Weight);
        PreciseMatrix gx = PreciseMatrix.Uninitialized(g.Rows, x.Width);
        return StableRatio.Map(gx, (row, into) =>
        {
            double[] normal = new double[x.Width];
            double deviation = PreciseForward.Standardize(op, x.Row(row % x.Rows), normal);
            TensorPrimitives.Multiply(g.Row(row), weight, into);
            double mean = TensorPrimitives.Sum<double>(into) / into.Length, along = TensorPrimitives.Dot<double>(into, normal) / into.Length;
            for (int i = 0; i < into.Length; i++) into[i] = (into[i] - mean - normal[i] * along) / deviation;
        });
    }

    /// <summary>G = g·vᵀ, S = A ⊙ (G − ⟨G, A⟩)/√D; gq = S·k, gk = Sᵀ·q, gv = Aᵀ·g. G [T·H·Q, K] goes to the watch.</summary>
    static PreciseMatrix[] Attention(Attention op, RelevanceCall call, PreciseMatrix g)
    {
        PreciseMatrix q = call.X[0], k = call.X[1], v = call.X[2];
        int depth = q.Width / op.Heads, queries = q.Rows, keys = k.Rows;
        PreciseMatrix gq = PreciseMatrix.Uninitialized(call.Targets * queries, q.Width);
        PreciseMatrix gk = PreciseMatrix.Uninitialized(call.Targets * keys, k.Width), gv = PreciseMatrix.Uninitialized(call.Targets * keys, v.Width);
        PreciseMatrix? all = call.Watch.Attention is null ? null : PreciseMatrix.Uninitialized(call.Targets * op.Heads * queries, keys);
        Threads.For(op.Heads, head =>
        {
            PreciseView Head(PreciseMatrix x, int target, int rows) => x.Block(target * rows, rows, head * depth, depth);
            PreciseView qh = Head(q, 0, queries), kh = Head(k, 0, keys), vh = Head(v, 0, keys);
            PreciseMatrix a = PreciseForward.Probabilities(qh, kh), s = PreciseMatrix.Uninitialized(queries, keys);
            for (int t = 0; t < call.Targets; t++)
            {
                PreciseProduct.MultiplySerial(Head(g, t, queries), vh.Transposed, s.View);
                PreciseProduct.MultiplySerial(a.View.Transposed, Head(g, t, queries), Head(gv, t, keys));
                if (all is not null) s.Span.CopyTo(all.RowSpan((t * op.Heads + head) * queries, queries));
                for (int i = 0; i < queries; i++)
                {
                    Span<double> row = s.Row(i), probabilities = a.Row(i);
                    TensorPrimitives.Subtract(row, TensorPrimitives.Dot<double>(row, probabilities), row);
                    TensorPrimitives.Multiply(row, probabilities, row);
                    TensorPrimitives.Divide(row, Math.Sqrt(depth), row);
                }
                PreciseProduct.MultiplySerial(s.View, kh, Head(gq, t, queries));
                PreciseProduct.MultiplySerial(s.View.Transposed, qh, Head(gk, t, keys));
            }
        });
        if (all is not null) call.Watch.Attention!(call.Site ?? "", all);
        return [gq, gk, gv];
    }

    /// <summary>(g − y⟨g, y⟩) / |x|.</summary>
    static PreciseMatrix Normalize(PreciseMatrix x, PreciseMatrix y, PreciseMatrix g) => StableRatio.Map(g, (row, into) =>
    {
        ReadOnlySpan<double> from = g.Row(row), unit = y.Row(row % y.Rows);
        TensorPrimitives.Multiply(unit, -TensorPrimitives.Dot(from, unit), into);
        TensorPrimitives.Add(into, from, into);
        TensorPrimitives.Divide(into, Math.Sqrt(PreciseForward.SumOfSquares(x.Row(row % x.Rows))), into);
    });

    static PreciseMatrix[] Select(Select op, RelevanceCall call, PreciseMatrix g)
    {
        PreciseMatrix x = call.X[0], gx = new(call.Targets * x.Rows, x.Width);
        for (int t = 0; t < call.Targets; t++) g.Row(t).CopyTo(gx.RowSpan(t * x.Rows, op.Count));
        return [gx];
    }

    static PreciseMatrix[] ClassAndMean(ClassAndMean op, RelevanceCall call, PreciseMatrix g)
    {
        PreciseMatrix x = call.X[0], gx = new(call.Targets * x.Rows, x.Width);
        for (int t = 0; t < call.Targets; t++)
        {
            g.Row(t)[..x.Width].CopyTo(gx.Row(t * x.Rows));
            for (int i = op.Prefix; i < x.Rows; i++) TensorPrimitives.Divide(g.Row(t)[x.Width..], x.Rows - op.Prefix, gx.Row(t * x.Rows + i));
        }
        return [gx];
    }
}
