// The register-blocked inner products that Gemm is built on, and the choice among them.
// The scheme is that of Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication", TOMS 34(3), 2008.

using System.Runtime.CompilerServices;
using Translucent.Files;

namespace Translucent.Tensors;

/// <summary>Multiplies some rows of A by one packed panel of B.</summary>
/// <remarks>
/// Every kernel sums each element of C over k in order, from zero, by fused multiply-adds: so all give the same bits.
/// </remarks>
internal abstract unsafe class GemmKernel(string name, int rows, int columns, int lanes)
{
    /// <summary>All kernels, best first.</summary>
    public static readonly GemmKernel[] All = [new Vector512Kernel(), new Vector256Kernel(), new ScalarKernel()];

    /// <summary>The name by which a <see cref="Compute"/> takes it.</summary>
    public string Name => name;

    /// <summary>Whether this machine runs the kernel at full speed.</summary>
    public abstract bool IsSupported { get; }

    /// <summary>How many rows of A at once.</summary>
    public int Rows { get; } = rows;

    /// <summary>The width of a panel of B.</summary>
    public int Columns { get; } = columns;

    readonly int _rest = lanes - 1; // columns are written so many at a time, a power of two

    /// <summary>C = A·B, or C += A·B, for a few rows of A and one panel of B.</summary>
    /// <param name="rows">Rows of C to write, 1 to <see cref="Rows"/>.</param>
    /// <param name="columns">Columns of C to write, 1 to <see cref="Columns"/>.</param>
    /// <param name="k">The depth of rows and panel.</param>
    /// <param name="a">[rows, k]; more are never read.</param>
    /// <param name="b">[k, <see cref="Columns"/>]</param>
    /// <param name="c">[rows, columns] with row stride <paramref name="ldc"/></param>
    /// <param name="ldc">Numbers from one row of C to the next.</param>
    /// <param name="add">Whether C keeps what it holds.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Multiply(int rows, int columns, int k, in LeftRows a, float* b, float* c, nint ldc, bool add)
    {
        if ((columns & _rest) == 0) Tile(rows, columns, k, in a, b, c, ldc, add);
        else MultiplyAside(rows, columns, k, in a, b, c, ldc, add);
    }

    /// <summary>By way of a tile of its own, since the last vectors reach beyond C.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void MultiplyAside(int rows, int columns, int k, in LeftRows a, float* b, float* c, nint ldc, bool add)
    {
        float* tile = stackalloc float[rows * Columns];
        Tile(rows, columns, k, in a, b, tile, Columns, add: false);
        for (int i = 0; i < rows; i++, tile += Columns, c += ldc)
            for (int j = 0; j < columns; j++)
                c[j] = add ? c[j] + tile[j] : tile[j];
    }

    /// <summary>As <see cref="Multiply"/>, with the columns rounded up to whole vectors.</summary>
    protected abstract void Tile(int rows, int columns, int k, in LeftRows a, float* b, float* c, nint ldc, bool add);

    /// <summary>The kernel of this name, or the best supported one if there is no name.</summary>
    /// <param name="name">The name, or null.</param>
    /// <param name="source">Where the name was given, for the message.</param>
    /// <exception cref="TranslucentException">This machine has no such kernel.</exception>
    public static GemmKernel Choose(string? name, string source = "kernel")
    {
        GemmKernel[] supported = Array.FindAll(All, kernel => kernel.IsSupported);
        if (string.IsNullOrEmpty(name)) return supported[0];
        return Array.Find(supported, kernel => kernel.Name == name)
            ?? throw new TranslucentException($"{source}: found '{name}', "
                + $"expected one of {string.Join(", ", supported.Select(kernel => kernel.Name))} on this machine.");
    }
}
