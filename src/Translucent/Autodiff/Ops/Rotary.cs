// Rotary positions of queries and keys (Su et al. 2021, arXiv:2104.09864), in either layout: number i of a head paired with number i + D/2 (Hugging Face,
// DINOv3), or number 2i with 2i + 1 (as in the paper; EVA-02).

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

/// <summary>Every pair (a, b) of a head turns by the angle of its token: (a·cos − b·sin, b·cos + a·sin).</summary>
/// <remarks>
/// <code>
/// x, y [B, N, H·D]   token n stands at position first + n
/// pull  the same with −sin: a turn back
/// </code>
/// A linear map of each token, so relevance in the form of gradient × input passes by the pull.
/// </remarks>
/// <param name="angles">The angles.</param>
/// <param name="first">The position of the first token, behind tokens of earlier passes.</param>
/// <param name="neighbours">Whether neighbours are pairs, (2i, 2i + 1); otherwise number i is paired with number i + D/2.</param>
sealed unsafe class Rotary(IRotaryAngles angles, int first = 0, bool neighbours = false) : Op
{
    /// <summary>The same turns for tokens behind <paramref name="position"/> others.</summary>
    public Rotary From(int position) => new(angles, position, neighbours);

    internal override int[] OutputShape(ReadOnlySpan<Tensor> x) => x[0].Shape.ToArray();

    internal override Tensor Forward(ReadOnlySpan<Tensor> x, Arena arena, out Tensor[] kept)
    {
        kept = [];
        Tensor input = x[0], y = arena.Rent(input.Shape);
        if (input.Width % angles.HeadWidth != 0)
            throw new ArgumentException($"rotary: heads of {angles.HeadWidth} numbers need rows of a multiple of that, found {input}.");
        int tokens = input.Shape[^2];
        Turn(arena.Compute, input, y, Tables(tokens), row => row % tokens, sign: 1, accumulate: false);
        return y;
    }

    internal override void Pull(Call call, Cotangent g, Walk walk)
    {
        int tokens = call.X[0].Value.Shape[^2];
        using Walk.Sink gx = walk.Open(call.X[0], g);
        Turn(walk.Compute, g.Values, gx.Values, Tables(tokens), row => g.SourceRow(row, tokens) % tokens, sign: -1, gx.Accumulate);
    }

    (Tensor Cos, Tensor Sin) Tables(int tokens) => angles.For(first + tokens);

    void Turn(Compute compute, Tensor x, Tensor y, (Tensor Cos, Tensor Sin) table, Func<int, int> token, float sign, bool accumulate)
    {
        int width = x.Width, depth = angles.HeadWidth, half = depth / 2;
        compute.ForRows(x.Rows, (begin, end) =>
        {
            for (int r = begin; r < end; r++)
            {
                int at = (first + token(r)) * half;
                float* from = x.Pointer + (long)r * width, into = y.Pointer + (long)r * width;
                for (int head = 0; head < width; head += depth)
                    if (neighbours) Kernels.TurnNeighbours(from + head, table.Cos.Pointer + at, table.Sin.Pointer + at, sign, into + head, half, accumulate);
                    else Kernels.Turn(from + head, table.Cos.Pointer + at, table.Sin.Pointer + at, sign, into + head, half, accumulate);
            }
        });
    }

    internal override PreciseMatrix PreciseForward(PreciseCall call) => Turn(call.Compute, call.X[0], call.X[0].Rows, sign: 1);

    internal override PreciseMatrix?[] PrecisePull(PreciseCall call, PreciseMatrix g) => [Turn(call.Compute, g, call.X[0].Rows, sign: -1)];

    PreciseMatrix Turn(Compute compute, PreciseMatrix x, int tokens, double sign) => PreciseMatrix.Map(compute, x.Rows, x.Width, (row, into) =>
    {
        ReadOnlySpan<double> from = x.Row(row);
        int half = angles.HeadWidth / 2;
        for (int i = 0; i < into.Length; i++)
        {
            int within = i % angles.HeadWidth, step = neighbours ? 1 : half;
            (double cos, double sin) = angles.At(first + row % tokens, neighbours ? within / 2 : within % half);
            bool lower = neighbours ? within % 2 == 0 : within < half;
            into[i] = lower ? from[i] * cos - sign * from[i + step] * sin : from[i] * cos + sign * from[i - step] * sin;
        }
    });
}
