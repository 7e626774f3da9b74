// The gate of SwiGLU feed-forward layers (Shazeer 2020, arXiv:2002.05202).

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

/// <summary>y = act(g) ⊙ u for x = [g | u].</summary>
/// <remarks>
/// <code>
/// x [.., 2·M]   y [.., M]
/// pull  gx = [gy ⊙ u ⊙ act′(g) | gy ⊙ act(g)]
/// </code>
/// </remarks>
sealed class Gate(Activation activation) : Op
{
    /// <summary>act.</summary>
    public Activation Activation => activation;

    internal override int[] OutputShape(ReadOnlySpan<Tensor> x) => [.. x[0].Shape[..^1], x[0].Width / 2];

    internal override long KeptNumbers(ReadOnlySpan<Tensor> x) => x[0].Length;

    internal override Tensor Forward(ReadOnlySpan<Tensor> x, Arena arena, out Tensor[] kept)
    {
        int rows = x[0].Rows, m = x[0].Width / 2;
        Tensor y = arena.Rent([.. x[0].Shape[..^1], m]), value = arena.Rent(rows, m), slope = arena.Rent(rows, m), input = x[0];
        kept = [value, slope];
        arena.Compute.ForRows(rows, (first, end) =>
        {
            for (int r = first; r < end; r++)
            {
                input.Row(r)[..m].CopyTo(value.Row(r));
                activation.Run(value.Row(r), slope.Row(r));
                TensorPrimitives.Multiply(value.Row(r), input.Row(r)[m..], y.Row(r));
            }
        });
        return y;
    }

    internal override void Pull(Call call, Cotangent g, Walk walk) => Pull(call, g, walk, halves: false);

    /// <summary>Both halves share relevance equally (Achtibat et al. 2024, eq. 7), and act counts as x times the constant act(x)/x (eq. 9).</summary>
    internal void Halve(Call call, Cotangent g, Walk walk) => Pull(call, g, walk, halves: true);

    static void Pull(Call call, Cotangent g, Walk walk, bool halves)
    {
        Tensor x = call.X[0].Value, value = call.Kept[0], slope = call.Kept[1];
        int m = value.Width, tokens = x.Shape[^2];
        Tensor gx = walk.Arena.Rent([.. g.Values.Shape[..^1], 2 * m]);
        walk.Compute.ForRows(g.Values.Rows, (first, end) =>
        {
            for (int r = first; r < end; r++)
            {
                int source = g.SourceRow(r, tokens);
                Span<float> gate = gx.Row(r)[..m], up = gx.Row(r)[m..];
                TensorPrimitives.Multiply(g.Values.Row(r), x.Row(source)[m..], gate);
                TensorPrimitives.Multiply(g.Values.Row(r), value.Row(source), up);
                if (!halves)
                {
                    TensorPrimitives.Multiply(gate, slope.Row(source), gate);
                    continue;
                }
                ReadOnlySpan<float> before = x.Row(source), after = value.Row(source), at = slope.Row(source);
                for (int i = 0; i < m; i++) gate[i] *= before[i] == 0 ? at[i] : after[i] / before[i];
                TensorPrimitives.Multiply(gx.Row(r), 0.5f, gx.Row(r));
            }
        });
        walk.Give(call.X[0], new Cotangent(gx, g.Tokens));
    }

    internal override PreciseMatrix PreciseForward(PreciseCall call)
    {
        PreciseMatrix x = call.X[0];
        return PreciseMatrix.Map(call.Compute, x.Rows, x.Width / 2, (row, into) =>
        {
            x.Row(row)[..into.Length].CopyTo(into);
            PreciseActivation.Run(activation, into);
            TensorPrimitives.Multiply(into, x.Row(row)[into.Length..], into);
        });
    }

    internal override PreciseMatrix?[] PrecisePull(PreciseCall call, PreciseMatrix g)
    {
        PreciseMatrix x = call.X[0];
        int m = x.Width / 2;
        return [PreciseMatrix.Map(call.Compute, g.Rows, x.Width, (row, into) =>
        {
            Span<double> gate = into[..m], up = into[m..], from = x.Row(row % x.Rows);
            from[..m].CopyTo(gate);
            from[..m].CopyTo(up);
            PreciseActivation.Slopes(activation, gate);
            PreciseActivation.Run(activation, up);
            TensorPrimitives.Multiply(gate, from[m..], gate);
            TensorPrimitives.Multiply(gate, g.Row(row), gate);
            TensorPrimitives.Multiply(up, g.Row(row), up);
        })];
    }
}
