// A cotangent in factors. Below an attention of which only a few rows matter, every token has its share of the same few rows: so
// what flows into keys, values, and through the layers before them is a sum of outer products, and stays one until an activation.

using Translucent.Tensors;

namespace Translucent.Autodiff;

/// <summary>G = Σ_r Columns[r] ⊗ Rows[r] + diag(Scale)·Shared, for every target and image.</summary>
/// <remarks>
/// <code>
/// G       [T, B, N, C]
/// Columns [T, B, R, N]   Rows [T, B, R, C]
/// Scale   [T, B, N]      Shared [B, N, C]     both or neither
/// </code>
/// A product G·W needs R rows per target, and N rows once for all targets, in place of N rows per target.
/// </remarks>
sealed unsafe class OuterProducts(Tensor columns, Tensor rows, Tensor? scale = null, Tensor? shared = null)
{
    const int ColumnsPerItem = 768;

    public Tensor Columns => columns;

    public Tensor Rows => rows;

    public Tensor? Scale => scale;

    public Tensor? Shared => shared;

    /// <summary>T.</summary>
    public int Targets => columns.Shape[0];

    /// <summary>B.</summary>
    public int Images => columns.Shape[1];

    /// <summary>R.</summary>
    public int Count => columns.Shape[2];

    /// <summary>N.</summary>
    public int Tokens => columns.Shape[3];

    /// <summary>Whether factors save work: R rows per target, and what they need beside the products, against N.</summary>
    public static bool Pay(int count, int tokens) => 4 * count <= tokens;

    /// <summary>A few rows, as they are.</summary>
    public static OuterProducts Of(Cotangent few, int tokens, Arena arena)
    {
        Tensor values = few.Values, rows = arena.Rent(values.Shape), columns = arena.RentZeroed(values.Shape[0], values.Shape[1], values.Shape[2], tokens);
        values.Span.CopyTo(rows.Span);
        for (int r = 0; r < columns.Rows; r++) columns.Row(r)[few.SourceRow(r, tokens) % tokens] = 1;
        return new OuterProducts(columns, rows);
    }

    /// <summary>The sum of both, which it takes over; one of them has no shared part.</summary>
    public OuterProducts Join(OuterProducts other, Arena arena)
    {
        OuterProducts sum = new(Join(columns, other.Columns, arena), Join(rows, other.Rows, arena), scale ?? other.Scale, shared ?? other.Shared);
        foreach (Tensor t in (ReadOnlySpan<Tensor>)[columns, rows, other.Columns, other.Rows]) arena.Return(t);
        return sum;
    }

    static Tensor Join(Tensor a, Tensor b, Arena arena)
    {
        Tensor both = arena.Rent(a.Shape[0], a.Shape[1], a.Shape[2] + b.Shape[2], a.Width);
        int mine = a.Shape[2] * a.Width, others = b.Shape[2] * b.Width;
        for (int i = 0; i < a.Shape[0] * a.Shape[1]; i++)
        {
            Span<float> into = both.Span.Slice(i * (mine + others), mine + others);
            a.Span.Slice(i * mine, mine).CopyTo(into);
            b.Span.Slice(i * others, others).CopyTo(into[mine..]);
        }
        return both;
    }

    /// <summary>G·W for rows of W [C, Out] that <paramref name="weight"/> reads, each number of G scaled first if there is a factor [C].</summary>
    public OuterProducts Multiply(int outs, Operand weight, Tensor? factor, Arena arena)
    {
        Tensor Product(Tensor left)
        {
            Tensor product = arena.Rent([.. left.Shape[..^1], outs]);
            Operand a = factor is null ? new(left.Pointer, left.Width) : new(left.Pointer, ElementType.Float32, left.Width, 1, factor.Pointer);
            Gemm.Multiply(arena.Compute, left.Rows, outs, left.Width, a, weight, product.Pointer, outs);
            return product;
        }
        return new OuterProducts(Copy(columns, arena), Product(rows), scale is null ? null : Copy(scale, arena), shared is null ? null : Product(shared));
    }

    static Tensor Copy(Tensor t, Arena arena)
    {
        Tensor copy = arena.Rent(t.Shape);
        t.Span.CopyTo(copy.Span);
        return copy;
    }

    /// <summary>G.</summary>
    public Tensor Dense(Arena arena)
    {
        int n = Tokens, width = rows.Width, pieces = (width + ColumnsPerItem - 1) / ColumnsPerItem;
        Tensor dense = arena.Rent(Targets, Images, n, width);
        arena.Compute.For(Targets * Images * pieces, item =>
        {
            int pair = item / pieces, column = item % pieces * ColumnsPerItem, count = Math.Min(ColumnsPerItem, width - column);
            float* into = dense.Pointer + (long)pair * n * width + column;
            Gemm.MultiplySerial(arena.Compute.Gemm, n, count, Count, new Operand(columns.Pointer + (long)pair * Count * n, n).Transposed,
                new Operand(rows.Pointer + (long)pair * Count * width + column, width), into, width, accumulate: false);
            for (int i = 0; scale is not null && i < n; i++)
            {
                Span<float> row = new(into + (long)i * width, count);
                TensorPrimitives.MultiplyAdd(shared!.Row(pair % Images * n + i).Slice(column, count), scale.Row(pair)[i], row, row);
            }
        });
        return dense;
    }

    public void Release(Arena arena)
    {
        foreach (Tensor? t in (ReadOnlySpan<Tensor?>)[columns, rows, scale, shared])
            if (t is not null) arena.Return(t);
    }
}
