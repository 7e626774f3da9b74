// What a pickle may be made of here: inert values. Nothing in a pickle is looked up, imported or called.

namespace Translucent.Checkpoints.Torch;

/// <summary>The name of a Python class or function; only a name.</summary>
sealed record PickleGlobal(string Module, string Name)
{
    /// <summary>As in <c>torch._utils._rebuild_tensor_v2</c>.</summary>
    public string FullName { get; } = $"{Module}.{Name}";
}

/// <summary>A value whose content no tensor needs: a list, a set, bytes, a very large integer.</summary>
sealed record PickleOpaque(string What);

/// <summary>A list whose items were asked for.</summary>
sealed record PickleList(List<object?> Items);

/// <summary>Bytes, or a long text of Python 2, where they were asked for: not copied, but found in the pickle.</summary>
/// <param name="Start">The first of them, from the start of the pickle.</param>
/// <param name="Length">How many.</param>
sealed record PickleBytes(int Start, int Length);

/// <summary>A tuple.</summary>
sealed record PickleTuple(object?[] Items)
{
    public static readonly PickleTuple Empty = new([]);
}

/// <summary>A dict, or a class that is one: its entries in order, of which a later one replaces an earlier of the same key.</summary>
sealed class PickleTable
{
    public List<(object? Key, object? Value)>? Entries { get; private set; }

    public void Set(object? key, object? value) => (Entries ??= []).Add((key, value));
}

/// <summary>An object of a class that is not known here, as argparse.Namespace: its name, and the attributes it was given.</summary>
sealed class PickleObject(PickleGlobal type)
{
    public PickleGlobal Type => type;

    public PickleTable? Attributes { get; set; }

    /// <summary>What the object was built of, whatever it is.</summary>
    public object? State { get; set; }
}

/// <summary>The flat memory behind tensors: an entry <c>data/{key}</c> of the archive.</summary>
/// <param name="Type">The encoding of its elements; null for a byte array, whose tensors state theirs.</param>
/// <param name="TypeName">The class of the storage, as in <c>FloatStorage</c>.</param>
/// <param name="Key">The name of the entry.</param>
/// <param name="Count">Elements.</param>
sealed record TorchStorage(StoredType? Type, string TypeName, string Key, long Count);

/// <summary>A view on a storage.</summary>
/// <param name="Storage">The memory.</param>
/// <param name="Type">The encoding of the elements; null for one that is not read.</param>
/// <param name="Start">The first element, counted from the start of the storage.</param>
/// <param name="Shape">The length of each axis.</param>
/// <param name="Strides">Elements from one index of an axis to the next.</param>
sealed record TorchTensor(TorchStorage Storage, StoredType? Type, long Start, int[] Shape, long[] Strides);
