using System.Text;
using Translucent.Checkpoints;

namespace Translucent.Tests.Checkpoints;

/// <summary>Writes pickles opcode by opcode, and the tables of tensors that torch.save writes.</summary>
sealed class PickleBuilder
{
    readonly MemoryStream _bytes = new();

    public PickleBuilder() => Op("\x80\x02");

    public byte[] Bytes => [.. _bytes.ToArray(), (byte)'.'];

    public PickleBuilder Op(string codes)
    {
        foreach (char c in codes) _bytes.WriteByte((byte)c);
        return this;
    }

    public PickleBuilder Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        Op("X")._bytes.Write(BitConverter.GetBytes(utf8.Length));
        _bytes.Write(utf8);
        return this;
    }

    public PickleBuilder Number(long number)
    {
        Op("\x8a\x08")._bytes.Write(BitConverter.GetBytes(number));
        return this;
    }

    public PickleBuilder Global(string module, string name) => Op($"c{module}\n{name}\n");

    public PickleBuilder Tuple(params ReadOnlySpan<long> numbers)
    {
        Op("(");
        foreach (long number in numbers) Number(number);
        return Op("t");
    }

    public PickleBuilder Storage(string type, string key, long count) =>
        Op("(").Text("storage").Global("torch", type).Text(key).Text("cpu").Number(count).Op("tQ");

    /// <summary>A tensor; strides are those of row-major order when not given.</summary>
    public PickleBuilder Tensor(string storageType, string key, long storageCount, long offset, long[] shape, long[]? strides = null)
    {
        Global("torch._utils", "_rebuild_tensor_v2").Op("(").Storage(storageType, key, storageCount).Number(offset).Tuple(shape)
            .Tuple(strides ?? RowMajor(shape));
        return Op("\x89").Global("collections", "OrderedDict").Op(")RtR");
    }

    /// <summary>A table of tensors, each with a storage of its own, data/0, data/1, ..; wrappers are the keys of tables around it.</summary>
    public static byte[] Table(IEnumerable<StoredTensor> tensors, params ReadOnlySpan<string> wrappers)
    {
        PickleBuilder pickle = new();
        foreach (string wrapper in wrappers) pickle.Op("}").Text(wrapper);
        pickle.Op("}(");
        int key = 0;
        foreach (StoredTensor t in tensors)
            pickle.Text(t.Name).Tensor(StorageOf(t.Type), $"{key++}", t.Count, 0, [.. t.Shape.ToArray().Select(a => (long)a)]);
        pickle.Op("u");
        foreach (string _ in wrappers) pickle.Op("s");
        return pickle.Bytes;
    }

    static long[] RowMajor(long[] shape) => [.. shape.Select((_, axis) => shape.Skip(axis + 1).Aggregate(1L, (n, a) => n * a))];

    static string StorageOf(StoredType type) => type switch
    {
        StoredType.F32 => "FloatStorage",
        StoredType.F16 => "HalfStorage",
        StoredType.I64 => "LongStorage",
        _ => throw new ArgumentException($"{type}"),
    };
}
