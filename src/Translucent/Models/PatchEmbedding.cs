// From pixels to tokens: patch projection, prefix tokens, position embeddings resized to the image (docs/models.md).

using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Images;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>The lower end of a vision transformer.</summary>
sealed class PatchEmbedding
{
    readonly int _patch, _base;

    /// <param name="patch">Side of a patch, in pixels.</param>
    /// <param name="positions">[k + base², C]: the positions of the first k prefix tokens, then of a square grid of patches.</param>
    /// <param name="positioned">k, how many prefix tokens have a position.</param>
    public PatchEmbedding(int patch, Tensor positions, int positioned)
    {
        _patch = patch;
        _base = (int)Math.Round(Math.Sqrt(positions.Shape[0] - positioned));
        (Table, Positioned) = (positions, positioned);
    }

    public required Linear Projection { get; init; }

    /// <summary>[k, C]: class and distillation token, without positions.</summary>
    public required Tensor Prefix { get; init; }

    /// <summary>[R, C] tokens without positions, inserted after the class token; or null.</summary>
    public Tensor? Registers { get; init; }

    /// <summary>Normalisation before the first block (CLIP), or null.</summary>
    public LayerNorm? Norm { get; init; }

    /// <summary>Whether other image sizes resize the positions with the antialiased filter.</summary>
    public bool Antialias { get; init; }

    /// <summary>The filter that resizes the positions for other grids.</summary>
    public Resampling Filter { get; init; } = Resampling.Bicubic;

    /// <summary>Whether the positions of another grid are those of the square over its longer side, of which the grid is the corner at the top left
    /// (pos_embed_ar_preserving of timm), so that rows and columns are enlarged alike.</summary>
    public bool KeepsShape { get; init; }

    /// <summary>The same end of a model over noise.</summary>
    public PatchEmbedding Like(WeightNoise noise) => new(_patch, noise.Like(Table), Positioned)
    {
        Projection = noise.Like(Projection),
        Prefix = noise.Like(Prefix),
        Registers = Registers is null ? null : noise.Like(Registers),
        Norm = Norm is null ? null : noise.Like(Norm),
        Antialias = Antialias,
        Filter = Filter,
        KeepsShape = KeepsShape,
    };

    Tensor Table { get; }

    int Positioned { get; }

    public Var Forward(Var pixels, int rows, int columns)
    {
        Var x = Projection.Apply(new Patches(_patch, pixels.Value.Shape[1]).Apply(pixels));   // [B, n, C]
        bool stored = rows == _base && columns == _base;
        Tensor positions = pixels.Tape.IsPlan ? Tensor.Planned(Positioned + rows * columns, Table.Width) : Positions(rows, columns);
        x = new Embed(Prefix, positions, Registers) { Interpolated = stored ? null : () => Interpolated(rows, columns) }.Apply(x); // [B, P + n, C]
        return Norm is null ? x : Norm.Apply(x);
    }

    /// <summary>[k + rows·columns, C].</summary>
    public Tensor Positions(int rows, int columns)
    {
        if (rows == _base && columns == _base) return Table;
        PreciseMatrix precise = Interpolated(rows, columns);
        Tensor positions = new(precise.Rows, precise.Width);
        TensorPrimitives.ConvertTruncating(precise.Span, positions.Span);
        return positions;
    }

    /// <summary>The positions of another grid before they are rounded: as the table has them for prefix tokens, interpolated for patches.</summary>
    PreciseMatrix Interpolated(int rows, int columns)
    {
        int width = Table.Width;
        PreciseMatrix all = PreciseMatrix.Uninitialized(Positioned + rows * columns, width);
        Tensor grid = new([_base * _base, width], Table.Span[(Positioned * width)..]);
        TensorPrimitives.ConvertTruncating<float, double>(Table.Span[..(Positioned * width)], all.Span);
        (int, int) to = KeepsShape ? (Math.Max(rows, columns), Math.Max(rows, columns)) : (rows, columns);
        Interpolate.PreciseGrid(grid, (_base, _base), to, Filter, Antialias, (rows, columns)).CopyTo(all.RowSpan(Positioned, rows * columns));
        return all;
    }
}
