// The derivative of every target with respect to one value: dense or, above the topmost attention, a few rows, or, just below it, factors.

using Translucent.Tensors;

namespace Translucent.Autodiff;

/// <summary>Cotangents of one value for T targets.</summary>
/// <remarks>
/// <code>
/// dense    Values [T, ..shape of the value]
/// sparse   Values [T, B, R, C], all other rows zero; row j of target t belongs to token Tokens[t·R + j] of a value [B, N, C]
/// factors  dense, but its numbers are made from outer products when they are first read
/// </code>
/// </remarks>
sealed class Cotangent
{
    readonly Arena? _arena;
    Tensor? _values;
    int _owners = 1;

    /// <summary>A cotangent over <paramref name="values"/>, which it takes over.</summary>
    internal Cotangent(Tensor values, int[]? tokens = null) => (_values, Tokens, Targets) = (values, tokens, values.Shape[0]);

    /// <summary>A cotangent over <paramref name="factors"/>, which it takes over.</summary>
    internal Cotangent(OuterProducts factors, Arena arena) => (Factors, _arena, Targets) = (factors, arena, factors.Targets);

    /// <summary>The numbers. Made from factors on first use, which one thread must do alone.</summary>
    public Tensor Values => _values ??= Factors!.Dense(_arena!);

    /// <summary>The numbers as outer products, or null.</summary>
    internal OuterProducts? Factors { get; private set; }

    /// <summary>Which token each row belongs to, or null when every row is there.</summary>
    public int[]? Tokens { get; }

    /// <summary>How many targets.</summary>
    public int Targets { get; }

    /// <summary>The row of a value with <paramref name="tokens"/> tokens per image to which row <paramref name="row"/> of this cotangent belongs.</summary>
    internal int SourceRow(int row, int tokens)
    {
        if (Tokens is null) return row % (Values.Rows / Targets);
        int rows = Values.Shape[2], images = Values.Shape[1];
        int image = row / rows % images, target = row / (rows * images);
        return image * tokens + Tokens[target * rows + row % rows];
    }

    /// <summary>Whether this is the only reference to the cotangent, so that it may be changed in place.</summary>
    internal bool Sole => _owners == 1;

    internal Cotangent Retain()
    {
        _owners++;
        return this;
    }

    internal void Release(Arena arena)
    {
        if (--_owners > 0) return;
        if (_values is not null) arena.Return(_values);
        Factors?.Release(arena);
    }

    /// <summary>The rows of some tokens alone, of a cotangent of a few rows: [T, B, R′, C], zeros where it has none.</summary>
    internal Cotangent Narrowed(int[] tokens, Arena arena)
    {
        int count = tokens.Length / Targets, rows = Values.Shape[2], images = Values.Shape[1];
        Tensor narrow = arena.RentZeroed(Targets, images, count, Values.Width);
        for (int t = 0; t < Targets; t++)
        {
            ReadOnlySpan<int> own = Tokens.AsSpan(t * rows, rows);
            for (int n = 0; n < count; n++)
                if (own.IndexOf(tokens[t * count + n]) is >= 0 and int at)
                    for (int b = 0; b < images; b++) Values.Row((t * images + b) * rows + at).CopyTo(narrow.Row((t * images + b) * count + n));
        }
        return new Cotangent(narrow, tokens);
    }

    /// <summary>The numbers alone, which may then be changed.</summary>
    internal void Settle()
    {
        _ = Values;
        Factors?.Release(_arena!);
        Factors = null;
    }

    /// <summary>Adds a few rows to this cotangent, which is dense or has factors; it must be <see cref="Sole"/>.</summary>
    internal void Add(Cotangent few)
    {
        if (Factors is null) few.AddTo(Values);
        else Add(OuterProducts.Of(few, Factors.Tokens, _arena!));
    }

    /// <summary>Adds outer products, which it takes over, to this cotangent, which has factors; it must be <see cref="Sole"/>.</summary>
    internal void Add(OuterProducts factors)
    {
        Factors = Factors!.Join(factors, _arena!);
        if (_values is not null) _arena!.Return(_values);
        _values = null;
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
