using System.Runtime.InteropServices;
using Google.Protobuf;

namespace Translucent.Tests.Checkpoints;

/// <summary>Writes ONNX models field by field, right and wrong ones (onnx.proto).</summary>
static class OnnxBuilder
{
    /// <summary>A field of bytes: a message, a text, or packed numbers.</summary>
    public static byte[] Field(int number, params ReadOnlySpan<byte> content) => [.. Number((number << 3) | 2), .. Number(content.Length), .. content];

    public static byte[] Field(int number, string text) => Field(number, System.Text.Encoding.UTF8.GetBytes(text));

    public static byte[] Varint(int number, long value) => [.. Number(number << 3), .. Number(value)];

    public static byte[] Number(long value)
    {
        MemoryStream to = new();
        using (CodedOutputStream output = new(to, leaveOpen: true)) output.WriteInt64(value);
        return to.ToArray();
    }

    /// <summary>ModelProto of IR version 7 around parts of a graph.</summary>
    public static byte[] Model(params IEnumerable<byte[]> graph) => Model(14, graph);

    public static byte[] Model(int opset, params IEnumerable<byte[]> graph) =>
        [.. Varint(1, 7), .. Field(2, "test"), .. Field(7, Joined(graph)), .. Field(8, [.. Field(1, ""), .. Varint(2, opset)])];

    public static byte[] Node(string kind, string[] inputs, string[] outputs, params IEnumerable<byte[]> more) => Field(1,
    [
        .. Joined(inputs.Select(i => Field(1, i))), .. Joined(outputs.Select(o => Field(2, o))), .. Field(3, kind + "_0"), .. Field(4, kind), .. Joined(more),
    ]);

    public static byte[] Attribute(string name, params IEnumerable<byte[]> content) => Field(5, [.. Field(1, name), .. Joined(content)]);

    /// <summary>A tensor of floats, as raw data.</summary>
    public static byte[] Tensor(string name, long[] shape, params float[] values) => Tensor(name, shape, 1, Field(9, MemoryMarshal.AsBytes(values.AsSpan())));

    public static byte[] Tensor(string name, long[] shape, int type, params IEnumerable<byte[]> content) =>
        Field(5, [.. Joined(shape.Select(a => Varint(1, a))), .. Varint(2, type), .. Field(8, name), .. Joined(content)]);

    /// <summary>A tensor whose numbers lie in another file.</summary>
    public static byte[] Outside(string location, string offset, string length) => Tensor("a.weight", [2, 2], 1,
        Varint(14, 1), Entry("location", location), Entry("offset", offset), Entry("length", length));

    static byte[] Entry(string key, string value) => Field(13, [.. Field(1, key), .. Field(2, value)]);

    static byte[] Joined(IEnumerable<byte[]> parts) => [.. parts.SelectMany(p => p)];
}
