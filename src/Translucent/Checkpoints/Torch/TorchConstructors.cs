// The few constructors that tensors need, as torch.save writes them (github.com/pytorch/pytorch, torch/_utils.py, torch/serialization.py).
// This is the whole list: any other name in a pickle becomes an inert PickleObject, which is no tensor and does nothing.

using Translucent.Files;

namespace Translucent.Checkpoints.Torch;

/// <summary>Makes inert values of the names and arguments in a pickle.</summary>
static class TorchConstructors
{
    const int MostAxes = 64;
    const string FromType = "torch._tensor._rebuild_from_type_v2"; // (constructor, class, arguments, state)

    static readonly Dictionary<string, StoredType> s_storages = new(StringComparer.Ordinal)
    {
        ["DoubleStorage"] = StoredType.F64,
        ["FloatStorage"] = StoredType.F32,
        ["HalfStorage"] = StoredType.F16,
        ["BFloat16Storage"] = StoredType.BF16,
        ["LongStorage"] = StoredType.I64,
        ["IntStorage"] = StoredType.I32,
        ["ShortStorage"] = StoredType.I16,
        ["CharStorage"] = StoredType.I8,
        ["ByteStorage"] = StoredType.U8,
        ["BoolStorage"] = StoredType.BOOL,
    };

    static readonly Dictionary<string, StoredType> s_types = new(StringComparer.Ordinal)
    {
        ["float64"] = StoredType.F64,
        ["float32"] = StoredType.F32,
        ["float16"] = StoredType.F16,
        ["bfloat16"] = StoredType.BF16,
        ["int64"] = StoredType.I64,
        ["int32"] = StoredType.I32,
        ["int16"] = StoredType.I16,
        ["int8"] = StoredType.I8,
        ["uint64"] = StoredType.U64,
        ["uint32"] = StoredType.U32,
        ["uint16"] = StoredType.U16,
        ["uint8"] = StoredType.U8,
        ["bool"] = StoredType.BOOL,
    };

    static readonly Dictionary<string, Func<object?[], object?>> s_constructors = new(StringComparer.Ordinal)
    {
        ["collections.OrderedDict"] = _ => new PickleTable(),
        ["collections.defaultdict"] = _ => new PickleTable(),
        ["builtins.dict"] = _ => new PickleTable(),
        ["__builtin__.dict"] = _ => new PickleTable(),
        ["torch.Size"] = arguments => arguments is [PickleTuple size] ? size : PickleTuple.Empty,
        ["torch._utils._rebuild_tensor"] = arguments => Tensor(arguments, typed: false),
        ["torch._utils._rebuild_tensor_v2"] = arguments => Tensor(arguments, typed: false),
        ["torch._utils._rebuild_tensor_v3"] = arguments => Tensor(arguments, typed: true),
        ["torch._utils._rebuild_parameter"] = Inner,
        ["torch._utils._rebuild_parameter_with_state"] = Inner,
        [FromType] = arguments => arguments is [PickleGlobal { FullName: not FromType } inner, _, PickleTuple { Items: var its }, ..] ? Call(inner, its)
            : throw Bad(),
    };

    /// <summary>What calling <paramref name="type"/> would make, without calling anything of it.</summary>
    /// <exception cref="TranslucentException">The arguments are not those of this constructor.</exception>
    public static object? Call(PickleGlobal type, object?[] arguments) =>
        s_constructors.TryGetValue(type.FullName, out Func<object?[], object?>? make) ? make(arguments) : new PickleObject(type);

    /// <summary>Whether a name is one of these constructors, a storage or an element type.</summary>
    public static bool IsKnown(PickleGlobal type) => s_constructors.ContainsKey(type.FullName)
        || (type.Module is "torch" or "torch.cuda" or "torch.storage"
            && (type.Name.EndsWith("Storage", StringComparison.Ordinal) || s_types.ContainsKey(type.Name)));

    /// <summary>The storage that a persistent id names: ('storage', class, key, device, elements).</summary>
    /// <exception cref="TranslucentException">It is no such tuple.</exception>
    public static TorchStorage Storage(object? id) =>
        id is PickleTuple { Items: ["storage", PickleGlobal type, string key, string, long count, ..] } && count >= 0
            && type.Name.EndsWith("Storage", StringComparison.Ordinal)
            ? new TorchStorage(s_storages.TryGetValue(type.Name, out StoredType known) ? known : null, type.Name, key, count)
            : throw new TranslucentException("a persistent id is not ('storage', class, key, device, count) with a class named ..Storage");

    static TorchTensor Tensor(object?[] arguments, bool typed)
    {
        if (arguments is not [TorchStorage storage, long start, PickleTuple { Items: var shape }, PickleTuple { Items: var strides }, ..] || start < 0
            || shape.Length != strides.Length || shape.Length > MostAxes || (typed && arguments.Length < 7))
            throw new TranslucentException("a tensor is not made of storage, offset, shape and strides");
        StoredType? type = storage.Type;
        if (typed) type = arguments[6] is PickleGlobal { Module: "torch" } named && s_types.TryGetValue(named.Name, out StoredType stated) ? stated : null;
        return new TorchTensor(storage, type, start, Array.ConvertAll(shape, v => (int)Size(v, int.MaxValue)),
            Array.ConvertAll(strides, v => Size(v, long.MaxValue)));
    }

    static long Size(object? value, long most) => value is long size && size >= 0 && size <= most
        ? size
        : throw new TranslucentException($"a shape or stride of a tensor is not a whole number from 0 to {most}");

    /// <summary>A parameter is the tensor inside it.</summary>
    static object? Inner(object?[] arguments) => arguments is [TorchTensor data, ..] ? data : throw Bad();

    static TranslucentException Bad() => new("a parameter or a subclass of tensors is made of no tensor");
}
