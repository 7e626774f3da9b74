// The derivative of every target with respect to one value, dense or, above the topmost attention, a few rows only.

using Translucent.Tensors;

namespace Translucent.Autodiff;

/// <summary>Cotangents of one value for T targets.</summary>
/// <remarks>
/// <code>
/// dense    Values [T, ..shape of the value]
/// sparse   Values [T, B, R, C], all other rows zero; row j of target t belongs to token Tokens[t·R + j] of a value [B, N, C]
/// </code>
/// </remarks>
public sealed class Cotangent
{
    int _owners = 1;

    /// <summary>A cotangent over <paramref name="values"/>, which it takes over.</summary>
    internal Cotangent(Tensor values, int[]? tokens = null) => (Values, Tokens) = (values, tokens);

    /// <summary>The numbers.</summary>
    public Tensor Values { get; }

    /// <summary>Which token each row belongs to, or null when every row is there.</summary>
    public int[]? Tokens { get; }

    /// <summary>How many targets.</summary>
    public int Targets => Values.Shape[0];

    /// <summary>The row of a value with <paramref name="tokens"/> tokens per image to which row <paramref name="row"/> of this cotangent belongs.</summary>
    internal int SourceRow(int row, int tokens)
    {
        if (Tokens is null) return row % (Values.Rows / Targets);
        int rows = Values.Shape[2], images = Values.Shape[1];
        int image = row / rows % images, target = row / (rows * images);
        return image * tokens + Tokens[target * rows + row % rows];
    }

    /// <summary>Whether both have the same rows, so that their numbers may be added one to one.</summary>
    internal bool SameRows(Cotangent other) =>
        Tokens is null ? other.Tokens is null : other.Tokens is not null && Tokens.AsSpan().SequenceEqual(other.Tokens);

    /// <summary>Whether nobody else holds this cotangent, so that it may be changed in place.</summary>
    internal bool Sole => _owners == 1;

    internal Cotangent Retain()
    {
        _owners++;
        return this;
    }

    internal void Release(Arena arena)
    {
        if (--_owners == 0) arena.Return(Values);
    }

    /// <summary>Adds the rows of this cotangent to <paramref name="dense"/> [T, B, N, C].</summary>
    internal void AddTo(Tensor dense)
    {
        if (Tokens is null)
        {
            TensorPrimitives.Add(dense.Span, Values.Span, dense.Span);
            return;
        }
        int tokens = dense.Shape[^2], images = dense.Shape[^3], perTarget = images * Values.Shape[2];
        for (int row = 0; row < Values.Rows; row++)
        {
            Span<float> into = dense.Row(row / perTarget * images * tokens + SourceRow(row, tokens));
            TensorPrimitives.Add(into, Values.Row(row), into);
        }
    }
}
