// Rows of the relevance matrix on their way down: r ← r·(I + mean over heads of (G)⁺ ⊙ A), one attention after another.
// Chefer, Gur and Wolf 2021 (arXiv:2103.15679) eqs. 5, 6; Hosseini et al. 2024 (arXiv:2411.12589) eqs. 4, 5.

using Translucent.Autodiff;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>Carries S relevance rows per target and image through the attentions of a sweep.</summary>
/// <remarks>The row of a product of matrices needs no matrix: r·C(L)·…·C(1) from left to right, in the order in which a sweep meets the layers.</remarks>
sealed unsafe class RelevanceRows : AttentionObserver
{
    readonly Arena _arena;
    readonly int _rows;
    Tensor? _partial; // [T, B, H, S, N]: what each head adds; rows are as long as whole vectors
    AttentionShape _shape;

    /// <param name="rows">[T, B, S, N]: the rows at the top, changed in place.</param>
    public RelevanceRows(Tensor rows, Arena arena) => (Rows, _arena, _rows) = (rows, arena, rows.Shape[2]);

    /// <summary>[T, B, S, N].</summary>
    public Tensor Rows { get; }

    /// <summary>[B, H, N]: what the columns of each head are scaled by (TokenTM), or null.</summary>
    public Tensor? Columns { get; init; }

    /// <summary>[B, N]: what the rows are scaled by before they enter the layer (TokenTM's feed-forward step), or null.</summary>
    public Tensor? Entering { get; init; }

    public override void Begin(in AttentionShape shape)
    {
        _shape = shape;
        for (int i = 0; Entering is not null && i < Rows.Rows; i++)
            TensorPrimitives.Multiply(Rows.Row(i), Entering.Row(i / _rows % shape.Images), Rows.Row(i));
        _partial = _arena.RentZeroed(shape.Targets, shape.Images, shape.Heads, _rows, Kernels.WholeVectors(shape.Keys));
    }

    public override void Tile(in AttentionTile tile)
    {
        int pair = tile.Target * _shape.Images + tile.Image, n = tile.Keys;
        fixed (float* g = tile.Gradient, a = tile.Probabilities)
            for (int s = 0; s < _rows; s++)
            {
                ReadOnlySpan<float> entering = Rows.Row(pair * _rows + s).Slice(tile.FirstQuery, tile.Rows);
                float* into = _partial!.Pointer + ((long)(pair * _shape.Heads + tile.Head) * _rows + s) * _partial.Width;
                for (int q = 0; q < tile.Rows; q++)
                    if (entering[q] != 0) Kernels.AddPositiveProduct(g + q * n, a + q * n, entering[q], into, n);
            }
    }

    public override void End()
    {
        int heads = _shape.Heads, rows = _rows, keys = _shape.Keys;
        for (int i = 0; i < Rows.Rows; i++)
        {
            Span<float> sum = _partial!.Row(i / rows * heads * rows + i % rows)[..keys], row = Rows.Row(i);
            for (int h = 0; h < heads; h++)
            {
                Span<float> part = _partial.Row((i / rows * heads + h) * rows + i % rows)[..keys];
                if (Columns is not null) TensorPrimitives.Multiply(part, Columns.Row(i / rows % _shape.Images * heads + h), part);
                if (h > 0) TensorPrimitives.Add(sum, part, sum);
            }
            TensorPrimitives.MultiplyAdd(sum, 1f / heads, row, row);
        }
        _arena.Return(_partial!);
    }
}
