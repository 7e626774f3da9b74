// The same stored numbers under another name, in part, or transposed: what tables of names need (Layouts/).

using Translucent.Files;

namespace Translucent.Checkpoints;

sealed unsafe partial class StoredTensor
{
    /// <summary>This tensor under another name; nothing is copied.</summary>
    public StoredTensor WithName(string name) => View(name, _shape, 0);

    /// <summary>Some rows of the first axis, under another name; nothing is copied.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many rows.</exception>
    internal StoredTensor Rows(string name, int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)first + count, _shape.Length == 0 ? 0 : _shape[0], nameof(count));
        long rowBytes = _shape[0] == 0 ? 0 : ByteCount / _shape[0];
        return View(name, [count, .. _shape[1..]], first * rowBytes);
    }

    /// <summary>A matrix [a, b] as [b, a], under another name; copied when it is first touched.</summary>
    /// <exception cref="TranslucentException">It is no matrix.</exception>
    internal StoredTensor Transposed(string name)
    {
        if (_shape.Length != 2) throw new TranslucentException($"{this}: expected a matrix.");
        int[] shape = [_shape[1], _shape[0]];
        return new StoredTensor(name, shape, Type, _owner, new LateBytes(Gather), 0) { StoredName = StoredName };

        byte[] Gather()
        {
            using Lease lease = Hold();
            return StridedCopy.Gather(Pointer, Type.Size(), shape, [1, shape[0]]);
        }
    }

    /// <summary>The same numbers in another shape of as many.</summary>
    internal StoredTensor Reshaped(string name, params int[] shape) => View(name, shape, 0);

    /// <summary>The rows of this tensor above those of another of the same type and width, under another name; copied when they are first touched.</summary>
    internal StoredTensor Above(StoredTensor below, string name) => Remade(name, [_shape[0] + below._shape[0], .. _shape[1..]], Type, () =>
    {
        byte[] both = LateBytes.Allocate(ByteCount + below.ByteCount);
        Bytes.CopyTo(both);
        below.Bytes.CopyTo(both.AsSpan((int)ByteCount));
        return both;
    });

    /// <summary>Other numbers that are made of these when they are first touched, in a pinned array (<see cref="LateBytes.Allocate"/>).</summary>
    internal StoredTensor Remade(string name, int[] shape, StoredType type, Func<byte[]> make) =>
        new(name, shape, type, _owner, new LateBytes(make), 0) { StoredName = StoredName };

    /// <summary>Shows the first byte for one pass over all bytes; what had to be made for it is not kept.</summary>
    internal void Visit(Action<nint> look)
    {
        using Lease lease = Hold();
        if (_late is null) look((nint)Pointer);
        else
        {
            byte[] made = _late.Copy();
            fixed (byte* start = made) look((nint)(start + _lateStart));
        }
    }

    StoredTensor View(string name, int[] shape, long start) => _late is null
        ? new StoredTensor(name, shape, Type, _owner, _data + start) { StoredName = StoredName }
        : new StoredTensor(name, shape, Type, _owner, _late, _lateStart + start) { StoredName = StoredName };
}
