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

    Tensor Table { get; }

    int Positioned { get; }

    public Var Forward(Var pixels, int rows, int columns)
    {
        Tensor positions = Positions(rows, columns);
        int width = positions.Width, n = rows * columns;
        Tensor prefix = new(Prefix.Shape);
        TensorPrimitives.Add(Prefix.Span, positions.Span[..prefix.Length], prefix.Span);
        if (Registers is not null)
        {
            Tensor with = new(prefix.Shape[0] + Registers.Shape[0], width);
            prefix.Row(0).CopyTo(with.Row(0));
            Registers.Span.CopyTo(with.Span[width..]);
            prefix = with;
        }
        Var x = Projection.Apply(new Patches(_patch).Apply(pixels));                          // [B, n, C]
        x = new Embed(prefix, new Tensor([n, width], positions.Span[(Positioned * width)..])).Apply(x); // [B, P + n, C]
        return Norm is null ? x : Norm.Apply(x);
    }

    /// <summary>[k + rows·columns, C].</summary>
    public Tensor Positions(int rows, int columns)
    {
        if (rows == _base && columns == _base) return Table;
        int width = Table.Width;
        Tensor all = new(Positioned + rows * columns, width);
        Table.Span[..(Positioned * width)].CopyTo(all.Span);
        Tensor grid = new([_base * _base, width], Table.Span[(Positioned * width)..]);
        Interpolate.Grid(grid, (_base, _base), (rows, columns), Resampling.Bicubic, Antialias).Span.CopyTo(all.Span[(Positioned * width)..]);
        return all;
    }
}
