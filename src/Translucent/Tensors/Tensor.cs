// A dense float32 array with a shape, row-major, on 64-byte aligned pinned memory.
// Pinned so that kernels may keep pointers across threads; owned by the garbage collector so that nothing can dangle.

using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Translucent.Files;

namespace Translucent.Tensors;

/// <summary>A float32 array with a shape, stored row-major.</summary>
/// <remarks>
/// Axis letters used throughout: T targets, B batch, H heads, N tokens, C width, D head width.
/// A tensor of no axes holds one number. Memory starts on a 64-byte boundary and never moves.
/// </remarks>
public sealed unsafe class Tensor
{
    readonly float[] _store;
    readonly int[] _shape;
    readonly int _start; // of the first number in _store
    readonly Loan? _loan;
    readonly float* _pointer;

    /// <summary>A tensor of zeros.</summary>
    /// <param name="shape">The length of each axis; no axis may be negative.</param>
    public Tensor(params ReadOnlySpan<int> shape) : this(shape, Allocate(Count(shape)), loan: null) => Span.Clear();

    /// <summary>A tensor holding a copy of <paramref name="values"/>.</summary>
    /// <param name="shape">The length of each axis.</param>
    /// <param name="values">In row-major order.</param>
    /// <exception cref="ArgumentException">The number of values is not the product of the shape.</exception>
    public Tensor(ReadOnlySpan<int> shape, ReadOnlySpan<float> values) : this(shape, Allocate(Count(shape)), loan: null)
    {
        if (values.Length != Length)
            throw new ArgumentException($"values: {values.Length} numbers, but shape {this} holds {Length}.");
        values.CopyTo(Span);
    }

    Tensor(ReadOnlySpan<int> shape, float[] store, Loan? loan)
    {
        (_store, _loan) = (store, loan);
        _shape = shape.ToArray();
        Length = Count(shape);
        float* first = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(store));
        _pointer = (float*)(((nint)first + 63) & ~(nint)63);
        _start = (int)(_pointer - first);
    }

    /// <summary>A shape without numbers, for plans; reading it throws.</summary>
    internal static Tensor Planned(params ReadOnlySpan<int> shape) => new(shape, [], loan: null);

    /// <summary>A tensor over memory that <see cref="Allocate"/> made, with what is in it, until the loan ends.</summary>
    internal static Tensor Lent(float[] store, params ReadOnlySpan<int> shape) => new(shape, store, new Loan());

    /// <summary>A tensor of whatever its memory holds, for results that will be written whole.</summary>
    internal static Tensor Uninitialized(params ReadOnlySpan<int> shape) => new(shape, Allocate(Count(shape)), loan: null);

    /// <summary>The length of each axis.</summary>
    public ReadOnlySpan<int> Shape => _shape;

    /// <summary>How many numbers the tensor holds.</summary>
    public int Length { get; }

    /// <summary>The length of the last axis (1 for a tensor of no axes).</summary>
    public int Width => _shape.Length == 0 ? 1 : _shape[^1];

    /// <summary>How many rows of <see cref="Width"/> numbers the tensor holds.</summary>
    public int Rows => Width == 0 ? 0 : Length / Width;

    /// <summary>All numbers, row-major.</summary>
    /// <exception cref="ObjectDisposedException">The tensor is a value of a trace or tape that is disposed.</exception>
    public Span<float> Span
    {
        get
        {
            ThrowIfReturned();
            return _store.AsSpan(_start, Length);
        }
    }

    /// <summary>The first number; valid only as long as the tensor, or a span of it, is reachable.</summary>
    internal float* Pointer
    {
        get
        {
            ThrowIfReturned();
            return _pointer;
        }
    }

    /// <summary>Takes the memory behind a tensor that was lent; it and every reshape of it refuse to be read from now on. Null for a tensor of its own
    /// memory.</summary>
    internal float[]? EndLoan()
    {
        ThrowIfReturned();
        if (_loan is null) return null;
        _loan.Ended = true;
        return _store;
    }

    /// <exception cref="ObjectDisposedException">The memory was lent and is given back.</exception>
    internal void ThrowIfReturned()
    {
        if (_loan is { Ended: true }) ThrowReturned();
    }

    [DoesNotReturn]
    void ThrowReturned() => throw new ObjectDisposedException(objectName: null,
        $"tensor {this}: belongs to a trace or tape that is disposed, whose memory later passes use again; copy what you need (ToArray) before.");

    /// <summary>Row <paramref name="index"/> of the tensor seen as [Rows, Width].</summary>
    /// <param name="index">From 0; all axes but the last count as one.</param>
    public Span<float> Row(int index) => Span.Slice(index * Width, Width);

    /// <summary>A copy of the part at some places of the first axes: of maps [T, B, N], <c>maps[t]</c> is [B, N] and <c>maps[t, b]</c> is [N].</summary>
    /// <param name="places">A place on each of the first axes, from 0; all axes give a tensor of no axes.</param>
    /// <exception cref="ArgumentException">There are more places than axes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A place is not on its axis.</exception>
    public Tensor this[params ReadOnlySpan<int> places]
    {
        get
        {
            if (places.Length > _shape.Length) throw new ArgumentException($"places: {places.Length}, but {this} has {_shape.Length} axes.", nameof(places));
            int part = 0;
            for (int axis = 0; axis < places.Length; axis++)
            {
                if (places[axis] < 0 || places[axis] >= _shape[axis])
                    throw new ArgumentOutOfRangeException(nameof(places), $"place {places[axis]} on axis {axis} of {this}: expected 0 to {_shape[axis] - 1}.");
                part = part * _shape[axis] + places[axis];
            }
            ReadOnlySpan<int> rest = Shape[places.Length..];
            int length = Count(rest);
            return new Tensor(rest, Span.Slice(part * length, length));
        }
    }

    /// <summary>The same memory under another shape of equal length.</summary>
    /// <param name="shape">The length of each axis.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public Tensor Reshape(params ReadOnlySpan<int> shape)
    {
        if (Count(shape) != Length)
            throw new ArgumentException($"reshape: {this} holds {Length} numbers, [{string.Join(", ", shape.ToArray())}] needs {Count(shape)}.");
        return new Tensor(shape, _store, _loan);
    }

    /// <summary>The same memory from its beginning, under a shape of at most its length.</summary>
    internal Tensor First(params ReadOnlySpan<int> shape) => Count(shape) <= Length ? new Tensor(shape, _store, _loan)
        : throw new ArgumentException($"first: {this} holds {Length} numbers, [{string.Join(", ", shape.ToArray())}] needs {Count(shape)}.");

    /// <summary>The numbers as an array of their own.</summary>
    public float[] ToArray() => Span.ToArray();

    /// <summary>The shape, as in <c>[2, 197, 768]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", _shape)}]";

    /// <summary>Uninitialised memory for <paramref name="count"/> aligned numbers.</summary>
    internal static float[] Allocate(int count) => GC.AllocateUninitializedArray<float>(checked(count + Padding), pinned: true);

    /// <summary>How many aligned numbers fit in memory made by <see cref="Allocate"/>.</summary>
    internal static int Capacity(float[] store) => store.Length - Padding;

    const int Padding = 15; // numbers that may lie before the first 64-byte boundary

    static int Count(ReadOnlySpan<int> shape)
    {
        long count = 1;
        foreach (int axis in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(axis);
            count *= axis;
            if (count > Array.MaxLength - Padding)
                throw new TranslucentException($"[{string.Join(", ", shape.ToArray())}] holds more numbers than one tensor can ({Array.MaxLength - Padding}).");
        }
        return (int)count;
    }

    /// <summary>The time for which an <see cref="Arena"/> lends memory: shared by a tensor and its reshapes.</summary>
    sealed class Loan
    {
        public bool Ended;
    }
}
