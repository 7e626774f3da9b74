// Matrix products as the engine runs them, of random numbers and any shape: to be held against FmaPeak.

namespace Translucent.Tensors;

/// <summary>A product [M, K]·[K, N], or many small ones, for the caller to time.</summary>
/// <remarks>
/// One product is shared by all threads, as in a linear layer. Of heads × targets products each is done by one thread, and the
/// targets of a head share their right operand, as in the pull of attention.
/// </remarks>
sealed unsafe class SampleProduct
{
    readonly int _m, _n, _k, _heads, _targets;
    readonly bool _transposed;
    readonly Tensor _a, _b, _c;

    [ThreadStatic] static PackedOperand? t_packed;

    /// <param name="m">Rows of the result.</param>
    /// <param name="n">Columns of the result.</param>
    /// <param name="k">Terms of a sum.</param>
    /// <param name="transposed">Whether the right operand is stored as [N, K].</param>
    /// <param name="heads">How many right operands.</param>
    /// <param name="targets">How many products with each.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive.</exception>
    public SampleProduct(int m, int n, int k, bool transposed = false, int heads = 1, int targets = 1)
    {
        foreach (int size in (ReadOnlySpan<int>)[m, n, k, heads, targets]) ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        (_m, _n, _k, _transposed, _heads, _targets) = (m, n, k, transposed, heads, targets);
        Random random = new(1);
        _a = Draw(random, heads * targets * m, k);
        _b = Draw(random, heads * k, n);
        _c = new Tensor(heads * targets * m, n);
    }

    /// <summary>Floating-point operations of one run.</summary>
    public double Flops => 2.0 * _m * _n * _k * _heads * _targets;

    /// <summary>Bytes of all operands and results.</summary>
    public long Bytes => 4L * (_a.Length + _b.Length + _c.Length);

    /// <summary>Computes everything once.</summary>
    /// <param name="compute">Threads and kernel; the default when null.</param>
    public void Run(Compute? compute = null)
    {
        compute ??= Compute.Default;
        if (_heads * _targets == 1) Gemm.Multiply(compute, _m, _n, _k, new Operand(_a.Pointer, _k), Right(0), _c.Pointer, _n);
        else
            compute.For(_heads, head =>
            {
                PackedOperand packed = t_packed ??= new();
                packed.Pack(_k, _n, Right(head), compute.Gemm);
                for (long i = (long)head * _targets; i < (head + 1L) * _targets; i++)
                    Gemm.MultiplySerial(_m, _n, _k, new Operand(_a.Pointer + i * _m * _k, _k), packed, _c.Pointer + i * _m * _n, _n, accumulate: false);
            });
    }

    Operand Right(int head)
    {
        float* start = _b.Pointer + (long)head * _k * _n;
        return _transposed ? new Operand(start, _k).Transposed : new Operand(start, _n);
    }

    static Tensor Draw(Random random, int rows, int columns)
    {
        Tensor t = new(rows, columns);
        foreach (ref float x in t.Span) x = random.NextSingle() - 0.5f;
        return t;
    }
}
