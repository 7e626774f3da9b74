// The numbers of a TensorProto: raw or packed in the model file, or in a file of their own beside it (onnx.proto, TensorProto; the keys location, offset
// and length of external_data: "External Data" in the documents of onnx). What lies row-major and little-endian stays where it lies.

using System.Buffers.Binary;
using Google.Protobuf;
using Translucent.Files;

namespace Translucent.Checkpoints.Onnx;

/// <summary>Places tensors of a model file.</summary>
/// <param name="file">The model.</param>
/// <param name="folder">The folder that files of data must lie in: that of the model, or, for <c>onnx/model.onnx</c>, the one above it.</param>
sealed unsafe class OnnxData(MappedFile file, string folder) : IDisposable
{
    const int MostFiles = 1000;

    // TensorProto.DataType, by number
    static readonly (int Number, StoredType Type)[] s_types =
    [
        (1, StoredType.F32), (2, StoredType.U8), (3, StoredType.I8), (4, StoredType.U16), (5, StoredType.I16), (6, StoredType.I32), (7, StoredType.I64),
        (9, StoredType.BOOL), (10, StoredType.F16), (11, StoredType.F64), (12, StoredType.U32), (13, StoredType.U64), (16, StoredType.BF16),
    ];

    static readonly Dictionary<int, string> s_others = new()
    {
        [8] = "texts",
        [14] = "complex numbers",
        [15] = "complex numbers",
        [17] = "floats of 8 bits",
        [18] = "floats of 8 bits",
        [19] = "floats of 8 bits",
        [20] = "floats of 8 bits",
        [21] = "integers of 4 bits",
        [22] = "integers of 4 bits",
        [23] = "floats of 4 bits",
    };

    readonly Dictionary<string, OnnxDataFile> _files = new(StringComparer.Ordinal);

    /// <summary>Files of data, in ordinal order of their names.</summary>
    public IEnumerable<OnnxDataFile> Files => _files.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => f.Value);

    /// <summary>Bytes of all files.</summary>
    public long Bytes => file.Length + _files.Values.Sum(f => f.Bytes);

    /// <summary>A tensor where it lies, under the name of the value that it is.</summary>
    /// <exception cref="TranslucentException">It is of a type that is not read, or its numbers are not there.</exception>
    public StoredTensor Place(OnnxTensor tensor, string name)
    {
        if (Array.Find(s_types, t => t.Number == tensor.Type) is not { Number: > 0, Type: StoredType type })
            throw Bad(tensor, $"holds {s_others.GetValueOrDefault(tensor.Type, $"numbers of the unknown type {tensor.Type}")}",
                "expected floats, or integers of 8 bits or more; export the model in float32");
        Int128 count = 1;
        foreach (long axis in tensor.Shape)
            if (axis is < 0 or > int.MaxValue || (count *= axis) > long.MaxValue / 8) throw Bad(tensor, "has an impossible shape", "the file is damaged");
        int[] shape = [.. tensor.Shape.Select(a => (int)a)];
        long expected = (long)count * type.Size();
        if (tensor.External.Count > 0) return Outside(tensor, name, shape, type, expected);
        if (tensor.Varints is { } varints && tensor.Raw is null) return Numbers(tensor, name, shape, type, (long)count, varints.Content(file));
        ByteRange found = tensor.Raw?.Content(file) ?? default;
        if (found.Length != expected) throw Bad(tensor, $"has {found.Length} bytes of data, but {Describe.Shape(shape)} of {type} takes {expected}",
            "the file is damaged, export it again");
        return new StoredTensor(name, shape, type, file, file.Pointer + found.Start);
    }

    public void Dispose()
    {
        foreach (OnnxDataFile part in _files.Values) part.Dispose();
    }

    /// <summary>Numbers that are stored as varints: integers, and float16 and bfloat16 as their bits.</summary>
    StoredTensor Numbers(OnnxTensor tensor, string name, int[] shape, StoredType type, long count, ByteRange varints)
    {
        if (count > varints.Length || type is StoredType.F32 or StoredType.F64)
            throw Bad(tensor, $"has {varints.Length} bytes of packed integers, but {Describe.Shape(shape)} of {type}", "the file is damaged, export it again");
        byte[] bytes = new byte[count * type.Size()];
        Span<byte> eight = stackalloc byte[8];
        using CodedInputStream input = new(file.Bytes(varints.Start, (int)varints.Length).ToArray());
        try
        {
            for (int at = 0; at < bytes.Length; at += type.Size())
            {
                BinaryPrimitives.WriteInt64LittleEndian(eight, input.ReadInt64());
                eight[..type.Size()].CopyTo(bytes.AsSpan(at));
            }
        }
        catch (InvalidProtocolBufferException)
        {
            throw Bad(tensor, "ends before its numbers do", "the file is damaged, export it again");
        }
        return StoredTensor.From(name, shape, type, bytes);
    }

    StoredTensor Outside(OnnxTensor tensor, string name, int[] shape, StoredType type, long expected)
    {
        string location = Entry("location") ?? "";
        OnnxDataFile part = Open(tensor, location);
        long offset = Number("offset", 0), length = Number("length", part.Bytes - offset);
        if (offset < 0 || offset > part.Bytes || expected > part.Bytes - offset || expected != length) throw Bad(tensor,
            $"takes {expected} bytes, but it lies at {offset} to {(Int128)offset + length} in {Describe.Name(location)}, which holds {part.Bytes}",
            "fetch both files again");
        return new StoredTensor(name, shape, type, part.Mapped, part.Mapped.Pointer + offset);

        string? Entry(string key) => tensor.External.Find(e => e.Key == key)?.Value;
        long Number(string key, long fallback) => Entry(key) is not { } text ? fallback
            : long.TryParse(text, out long number) ? number : throw Bad(tensor, $"has the {key} {Describe.Name(text)} in another file", "the file is damaged");
    }

    OnnxDataFile Open(OnnxTensor tensor, string location)
    {
        if (_files.TryGetValue(location, out OnnxDataFile? open)) return open;
        if (location.Length is 0 or > 255 || location[0] == '.' || location.Any(c => c is '/' or '\\' or ':' || char.IsControl(c)))
            throw Bad(tensor, $"lies in {Describe.Name(location)}", "expected the name of a file beside the model");
        if (_files.Count == MostFiles) throw Bad(tensor, $"lies in another file, beyond {MostFiles}", "save the model with one file of data");
        string path = Path.Combine(Path.GetDirectoryName(file.Path) ?? "", location);
        if (!File.Exists(path)) throw Bad(tensor, $"lies in {Describe.Name(location)}, which is not beside the model", "fetch the file");
        RealPath.CheckInside(folder, path);
        return _files[location] = new OnnxDataFile(new MappedFile(path, minimum: 0));
    }

    TranslucentException Bad(OnnxTensor tensor, string what, string advice) => new($"{file.Path}: tensor {Describe.Name(tensor.Name)} {what}; {advice}.");
}

/// <summary>A file of numbers beside a model; what they are, the model says.</summary>
sealed class OnnxDataFile : TensorFile
{
    public OnnxDataFile(MappedFile file) : base(file) => Mapped = file;

    public override string Format => "ONNX data";

    /// <summary>The bytes.</summary>
    public MappedFile Mapped { get; }
}
