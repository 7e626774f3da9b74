// The right operand of a product, packed once for many.

using Translucent.Files;

namespace Translucent.Tensors;

/// <summary>A matrix B [k, n] in the order in which the kernels read it. Its memory is kept when it is packed again.</summary>
/// <remarks>One thread packs; after that any number of threads may multiply by it.</remarks>
internal sealed unsafe class PackedOperand
{
    Tensor? _memory;
    int _padded;

    /// <summary>The shape of what was packed last.</summary>
    public int K { get; private set; }

    /// <inheritdoc cref="K"/>
    public int N { get; private set; }

    internal GemmKernel Kernel { get; private set; } = GemmKernel.All[0];

    /// <summary>Packs <paramref name="b"/> [k, n] for a kernel, in place of what was here, on the calling thread.</summary>
    public void Pack(int k, int n, Operand b, GemmKernel kernel)
    {
        Resize(k, n, kernel.Columns);
        Kernel = kernel;
        using Lease lease = b.Hold();
        Operand columns = b.Transposed;
        for (int start = 0; start < k; start += Gemm.Depth) PackPart(columns, 0, n, start, kernel.Columns);
    }

    /// <summary>Makes room for <paramref name="count"/> rows of depth <paramref name="k"/> in panels of some width.</summary>
    internal void Resize(int k, int count, int width)
    {
        _padded = checked((count + width - 1) / width * width);
        _memory = Gemm.Grow(_memory, checked(_padded * k));
        (K, N) = (k, count);
    }

    /// <summary>Packs rows <paramref name="first"/> .. + <paramref name="count"/> of the K block at depth <paramref name="start"/>; first is a multiple of the
    /// width.</summary>
    internal void PackPart(in Operand rows, int first, int count, int start, int width)
    {
        int depth = Math.Min(Gemm.Depth, K - start);
        Panels.Pack(rows, first, count, start, depth, width, At(first, start), depth);
    }

    /// <summary>Packs all rows at depths <paramref name="start"/> .. + <paramref name="depth"/>, inside one K block.</summary>
    internal void PackSlice(in Operand rows, int start, int depth, int width)
    {
        int block = start / Gemm.Depth * Gemm.Depth;
        Panels.Pack(rows, 0, N, start, depth, width, At(0, block) + (nint)(start - block) * width, Math.Min(Gemm.Depth, K - block));
    }

    /// <summary>The panel of the K block at depth <paramref name="start"/> that begins with row <paramref name="first"/>.</summary>
    internal float* At(int first, int start) =>
        _memory!.Pointer + (nint)start * _padded + (nint)first * Math.Min(Gemm.Depth, K - start);
}
