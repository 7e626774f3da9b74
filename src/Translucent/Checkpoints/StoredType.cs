// The element types of a safetensors file and their sizes (github.com/huggingface/safetensors, safetensors/src/tensor.rs, `Dtype`).

namespace Translucent.Checkpoints;

/// <summary>How the elements of a stored tensor are encoded, little-endian; names as in the file.</summary>
enum StoredType
{
    /// <summary>IEEE 754 binary64.</summary>
    F64,

    /// <summary>IEEE 754 binary32.</summary>
    F32,

    /// <summary>IEEE 754 binary16.</summary>
    F16,

    /// <summary>The upper half of a binary32.</summary>
    BF16,

    /// <summary>Signed, 64 bits.</summary>
    I64,

    /// <summary>Signed, 32 bits.</summary>
    I32,

    /// <summary>Signed, 16 bits.</summary>
    I16,

    /// <summary>Signed, 8 bits.</summary>
    I8,

    /// <summary>Unsigned, 64 bits.</summary>
    U64,

    /// <summary>Unsigned, 32 bits.</summary>
    U32,

    /// <summary>Unsigned, 16 bits.</summary>
    U16,

    /// <summary>Unsigned, 8 bits.</summary>
    U8,

    /// <summary>One byte, 0 or 1.</summary>
    BOOL,
}

/// <summary>Facts about stored types.</summary>
static class StoredTypes
{
    /// <summary>Bytes per element.</summary>
    public static int Size(this StoredType type) => type switch
    {
        StoredType.F64 or StoredType.I64 or StoredType.U64 => 8,
        StoredType.F32 or StoredType.I32 or StoredType.U32 => 4,
        StoredType.F16 or StoredType.BF16 or StoredType.I16 or StoredType.U16 => 2,
        _ => 1,
    };

    /// <summary>Whether the type is a float that the library computes with.</summary>
    public static bool IsFloat(this StoredType type) => type <= StoredType.BF16;

    /// <summary>The type of this name, exactly as written in a file.</summary>
    public static bool TryParse(string name, out StoredType type)
    {
        foreach (StoredType candidate in s_all)
        {
            if (candidate.ToString() != name) continue;
            type = candidate;
            return true;
        }
        type = default;
        return false;
    }

    /// <summary>The type that stores values of <typeparamref name="T"/>.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static StoredType Of<T>() where T : unmanaged => default(T) switch
    {
        double => StoredType.F64,
        float => StoredType.F32,
        Half => StoredType.F16,
        long => StoredType.I64,
        int => StoredType.I32,
        short => StoredType.I16,
        sbyte => StoredType.I8,
        ulong => StoredType.U64,
        uint => StoredType.U32,
        ushort => StoredType.U16,
        byte => StoredType.U8,
        bool => StoredType.BOOL,
        _ => throw new ArgumentException($"{typeof(T).Name} is not one of the types that files know: {Known}."),
    };

    /// <summary>All names, for messages.</summary>
    public static string Known => string.Join(", ", s_all);

    static readonly StoredType[] s_all = Enum.GetValues<StoredType>();
}
