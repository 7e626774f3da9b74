// A named array in the encoding of its file: bytes where they lie, widened to float32 only when asked.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Checkpoints;

/// <summary>A named array as stored: row-major, little-endian, in its own element type.</summary>
/// <remarks>
/// One from a file points into the mapped file, at any address: files of other tools need not align their data, and the processors .NET
/// runs on (x86, Arm) load unaligned numbers; all reads here and in the matrix product are such loads.
/// A tensor does not keep its file open: when the file is disposed, reading throws <see cref="ObjectDisposedException"/>. Any number of
/// threads may read the same tensor.
/// </remarks>
sealed unsafe partial class StoredTensor
{
    const int MostNumbers = 0x7FFF_FF00; // of one tensor: the longest array, less room for alignment

    readonly object _owner; // what keeps the bytes in place: a mapped file, a tensor, or a pinned array
    readonly byte* _data;
    readonly LateBytes? _late; // when the bytes do not lie in the file as they are needed
    readonly long _lateStart;
    readonly int[] _shape;

    internal StoredTensor(string name, int[] shape, StoredType type, object owner, byte* data)
        : this(name, shape, type, owner) => _data = data;

    /// <summary>A tensor whose bytes are made when they are first touched.</summary>
    internal StoredTensor(string name, int[] shape, StoredType type, object owner, LateBytes late, long lateStart)
        : this(name, shape, type, owner) => (_late, _lateStart) = (late, lateStart);

    StoredTensor(string name, int[] shape, StoredType type, object owner)
    {
        (Name, StoredName, _shape, Type, _owner) = (name, name, shape, type, owner);
        Count = 1;
        foreach (int axis in shape) Count = checked(Count * axis);
        ByteCount = checked(Count * type.Size());
    }

    /// <summary>The name in the file, or the one that Hugging Face has for it.</summary>
    public string Name { get; }

    /// <summary>The name in the file.</summary>
    public string StoredName { get; private init; }

    /// <summary>The length of each axis; none for a single number.</summary>
    public ReadOnlySpan<int> Shape => _shape;

    /// <summary>The encoding of one element.</summary>
    public StoredType Type { get; }

    /// <summary>How many elements there are.</summary>
    public long Count { get; }

    /// <summary>How many bytes they take.</summary>
    public long ByteCount { get; }

    /// <summary>A copy of the elements as stored.</summary>
    /// <exception cref="TranslucentException">They take 2 GiB or more, too many for one array.</exception>
    /// <exception cref="ObjectDisposedException">The file is disposed.</exception>
    public ReadOnlySpan<byte> Bytes
    {
        get
        {
            CheckOneSpan();
            using Lease lease = Hold();
            return new ReadOnlySpan<byte>(Pointer, (int)ByteCount).ToArray();
        }
    }

    /// <summary>The first byte, at any alignment; the caller holds a lease.</summary>
    internal byte* Pointer => _late is null ? _data : _late.Pointer + _lateStart;

    /// <summary>Keeps the bytes in place until it is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    internal Lease Hold()
    {
        (_owner as Tensor)?.ThrowIfReturned();
        return new Lease(Memory, _owner is Tensor ? _owner : this);
    }

    LeasedMemory? Memory => (_owner as MappedFile)?.Memory;

    /// <summary>The path of the file that holds the tensor, or "memory".</summary>
    internal string Source => (_owner as MappedFile)?.Path ?? "memory";

    /// <summary>A tensor to be written: the numbers of <paramref name="values"/> (not copied) as float32.</summary>
    public static StoredTensor From(string name, Tensor values) => new(name, values.Shape.ToArray(), StoredType.F32, values, (byte*)values.Pointer);

    /// <summary>A tensor to be written: a copy of values already encoded as <paramref name="type"/>, row-major, little-endian.</summary>
    /// <exception cref="ArgumentException">The number of bytes is not the product of the shape times the size of the type.</exception>
    public static StoredTensor From(string name, ReadOnlySpan<int> shape, StoredType type, ReadOnlySpan<byte> bytes)
    {
        foreach (int axis in shape) ArgumentOutOfRangeException.ThrowIfNegative(axis, nameof(shape));
        byte[] copy = GC.AllocateUninitializedArray<byte>(bytes.Length, pinned: true);
        bytes.CopyTo(copy);
        StoredTensor made = new(name, shape.ToArray(), type, copy, (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(copy)));
        if (made.ByteCount != bytes.Length)
            throw new ArgumentException(
                $"{Describe.Name(name)}: {bytes.Length} bytes given, but shape {Describe.Shape(shape)} of {type} takes {made.ByteCount}.");
        return made;
    }

    /// <summary>A tensor to be written: a copy of values of a type that files know (float, double, Half, bool, or an integer).</summary>
    /// <exception cref="ArgumentException">The number of values is not the product of the shape, or files do not know the type.</exception>
    public static StoredTensor From<T>(string name, ReadOnlySpan<int> shape, ReadOnlySpan<T> values) where T : unmanaged =>
        From(name, shape, StoredTypes.Of<T>(), MemoryMarshal.AsBytes(values));

    /// <summary>The numbers as float32: F32 as they are, F16 and BF16 exactly, F64 to the nearest (ties to even; too large becomes infinite).</summary>
    /// <exception cref="TranslucentException">The tensor holds integers, which <see cref="ToInt64s"/> reads, or more numbers than a tensor can.</exception>
    public Tensor ToTensor()
    {
        if (!Type.IsFloat()) throw new TranslucentException($"{this}: holds {Type}, expected F64, F32, F16 or BF16; read integers as integers.");
        long count = 1;
        foreach (int axis in _shape)
        {
            count *= axis; // also before an axis of length 0
            if (count > MostNumbers) throw new TranslucentException($"{this}: is too large for one float32 tensor, which holds at most {MostNumbers} numbers.");
        }
        using Lease lease = Hold();
        Tensor made = Tensor.Uninitialized(_shape);
        FloatEncoding.Decode(Type, Pointer, made.Span);
        return made;
    }

    /// <summary>The tensor as the matrix [first axis, all others] of a product, left where it lies in its own encoding; F64 is copied to float32.</summary>
    /// <exception cref="TranslucentException">It holds integers, has no axes, or rows of more than 2^31 numbers.</exception>
    public Matrix ToMatrix()
    {
        if (!Type.IsFloat()) throw new TranslucentException($"{this}: holds {Type}, expected F64, F32, F16 or BF16.");
        if (_shape.Length == 0) throw new TranslucentException($"{this}: is a single number, expected a matrix.");
        long columns = _shape[0] == 0 ? 0 : Count / _shape[0];
        if (columns > int.MaxValue) throw new TranslucentException($"{this}: has rows of {columns} numbers, expected at most {int.MaxValue}.");
        if (Type == StoredType.F64) return new Matrix(ToTensor(), _shape[0], (int)columns);
        ElementType element = Type switch
        {
            StoredType.F16 => ElementType.Float16,
            StoredType.BF16 => ElementType.BFloat16,
            _ => ElementType.Float32,
        };
        using Lease lease = Hold();
        return new Matrix(Pointer, element, _shape[0], (int)columns, _owner is Tensor ? _owner : this, Memory);
    }

    /// <summary>Every element as a double: floats exactly, integers beyond 2^53 to the nearest.</summary>
    public double[] ToDoubles()
    {
        if (Type != StoredType.BF16) return Convert<double>();
        return Array.ConvertAll(ToTensor().ToArray(), v => (double)v);
    }

    /// <summary>Every element of a tensor of integers or booleans.</summary>
    /// <exception cref="TranslucentException">The tensor holds floats, or a number of 2^63 or more.</exception>
    public long[] ToInt64s() => Type.IsFloat()
        ? throw new TranslucentException($"{this}: holds {Type}, expected integers; read floats as floats.")
        : Convert<long>();

    /// <summary>Every element of a tensor of U8 or BOOL.</summary>
    /// <exception cref="TranslucentException">The tensor holds another type.</exception>
    public byte[] ToBytes() => Type is StoredType.U8 or StoredType.BOOL
        ? Convert<byte>()
        : throw new TranslucentException($"{this}: holds {Type}, expected U8 or BOOL.");

    /// <summary>The name in quotes, with the one in the file where that is another.</summary>
    internal string Label => Name == StoredName ? Describe.Name(Name) : $"{Describe.Name(Name)} (stored as {Describe.Name(StoredName)})";

    /// <summary>File, name and shape, as in <c>model.safetensors: 'cls_token' [1, 1, 768]</c>.</summary>
    public override string ToString() => $"{Source}: {Label} {Describe.Shape(_shape)}";

    T[] Convert<T>() where T : struct, INumberBase<T> => Type switch
    {
        StoredType.F64 => Convert<double, T>(),
        StoredType.F32 => Convert<float, T>(),
        StoredType.F16 => Convert<Half, T>(),
        StoredType.I64 => Convert<long, T>(),
        StoredType.I32 => Convert<int, T>(),
        StoredType.I16 => Convert<short, T>(),
        StoredType.I8 => Convert<sbyte, T>(),
        StoredType.U64 => Convert<ulong, T>(),
        StoredType.U32 => Convert<uint, T>(),
        StoredType.U16 => Convert<ushort, T>(),
        _ => Convert<byte, T>(),
    };

    TTo[] Convert<TFrom, TTo>() where TFrom : unmanaged, INumberBase<TFrom> where TTo : struct, INumberBase<TTo>
    {
        CheckOneSpan();
        using Lease lease = Hold();
        ReadOnlySpan<TFrom> from = MemoryMarshal.Cast<byte, TFrom>(new ReadOnlySpan<byte>(Pointer, (int)ByteCount));
        TTo[] made = new TTo[from.Length];
        try
        {
            TensorPrimitives.ConvertChecked(from, made);
        }
        catch (OverflowException)
        {
            throw new TranslucentException($"{this}: holds a number that does not fit {typeof(TTo).Name}.");
        }
        return made;
    }

    void CheckOneSpan()
    {
        if (ByteCount > int.MaxValue) throw new TranslucentException($"{this}: {ByteCount} bytes are too many to read at once (at most {int.MaxValue}).");
    }
}
