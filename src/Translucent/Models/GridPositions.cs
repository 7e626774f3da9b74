// What attention is told of where patches stand in an image, where that is not added to the tokens: turns of queries and keys, biases of scores.

using Translucent.Autodiff.Ops;
using Translucent.Images;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>Positions of patches inside attention, for any grid. What was made for the last grid is kept for the next pass and the next block.</summary>
abstract class GridPositions
{
    /// <summary>What turns queries and keys, or null.</summary>
    public virtual Rotary? Rotary(int rows, int columns) => null;

    /// <summary>What is added to scores, or null.</summary>
    public virtual AttentionBias? Bias(int rows, int columns) => null;

    /// <summary>The same positions over other weights.</summary>
    public virtual GridPositions Over(Func<Tensor, Tensor> weights) => this;
}

/// <summary>Something made for the last grid that was asked for; any threads may ask.</summary>
sealed class LastGrid<T>(Func<int, int, T> make)
{
    volatile Tuple<int, int, T>? _last;

    public T For(int rows, int columns)
    {
        if (_last is { } last && (last.Item1, last.Item2) == (rows, columns)) return last.Item3;
        T made = make(rows, columns);
        _last = Tuple.Create(rows, columns, made);
        return made;
    }
}

/// <summary>Axial rotary positions; see <see cref="GridAngles"/>.</summary>
/// <param name="angles">The angles of a grid of rows × columns patches.</param>
/// <param name="neighbours">Whether neighbours are pairs.</param>
sealed class GridRotary(Func<int, int, GridAngles> angles, bool neighbours) : GridPositions
{
    readonly LastGrid<Rotary> _last = new((rows, columns) => new Rotary(angles(rows, columns), neighbours: neighbours));

    public override Rotary Rotary(int rows, int columns) => _last.For(rows, columns);
}

/// <summary>Rotary positions with learned frequencies; see <see cref="MixedAngles"/>.</summary>
/// <param name="frequencies">[2, H·D/2], of one block.</param>
/// <param name="prefix">Tokens before the patches.</param>
sealed class MixedRotary(Tensor frequencies, int prefix) : GridPositions
{
    readonly LastGrid<Rotary> _last = new((rows, columns) => new Rotary(new MixedAngles(prefix, rows, columns, frequencies), neighbours: true));

    public override Rotary Rotary(int rows, int columns) => _last.For(rows, columns);

    public override GridPositions Over(Func<Tensor, Tensor> weights) => new MixedRotary(weights(frequencies), prefix);
}

/// <summary>Relative position biases with a class token; see <see cref="RelativeBias"/>.</summary>
/// <remarks>For another grid than the table's, its part of patches is resized bilinearly, without antialiasing, as Hugging Face does.</remarks>
/// <param name="table">[(2·side − 1)² + 3, H].</param>
/// <param name="side">Rows and columns of the grid it is for.</param>
sealed class GridBias(Tensor table, int side) : GridPositions
{
    readonly LastGrid<RelativeBias> _last = new((rows, columns) => For(table, side, rows, columns));

    public override AttentionBias Bias(int rows, int columns) => _last.For(rows, columns);

    public override GridPositions Over(Func<Tensor, Tensor> weights) => new GridBias(weights(table), side);

    static RelativeBias For(Tensor table, int side, int rows, int columns)
    {
        int heads = table.Width, stored = RelativeBias.Distances(side, side), distances = RelativeBias.Distances(rows, columns);
        double[] numbers = new double[(distances + 3) * heads];
        if ((rows, columns) == (side, side)) TensorPrimitives.ConvertTruncating<float, double>(table.Span, numbers);
        else
        {
            Tensor patches = new([stored, heads], table.Span[..(stored * heads)]);
            Interpolate.PreciseGrid(patches, (2 * side - 1, 2 * side - 1), (2 * rows - 1, 2 * columns - 1), Resampling.Bilinear, antialias: false)
                .CopyTo(numbers, 0);
            TensorPrimitives.ConvertTruncating<float, double>(table.Span[(stored * heads)..], numbers.AsSpan(distances * heads));
        }
        return new RelativeBias(numbers, heads, rows, columns);
    }
}
