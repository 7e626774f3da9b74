// An answer on the wire: JSON for words and sizes, and behind it arrays of numbers as they lie in memory.
//   uint32 length of the JSON (with spaces up to a multiple of 4), the JSON, then the arrays, little-endian, at the offsets that the JSON gives.

using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Translucent.Tensors;

namespace Translucent.Studio.Http;

/// <summary>Facts and arrays.</summary>
/// <param name="facts">Anything that becomes a JSON object.</param>
sealed class Bundle(object facts)
{
    static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    readonly List<(string Name, string Type, int[] Shape, byte[] Bytes)> _arrays = [];

    /// <summary>As answers without arrays are written.</summary>
    public static string Json(object facts) => JsonSerializer.Serialize(facts, s_json);

    /// <summary>Adds float32 numbers.</summary>
    public Bundle With(string name, Tensor values) => With(name, values.Span, [.. values.Shape]);

    /// <inheritdoc cref="With(string, Tensor)"/>
    public Bundle With(string name, ReadOnlySpan<float> values, params int[] shape) => Add(name, "f32", shape, MemoryMarshal.AsBytes(values));

    /// <summary>Adds int32 numbers.</summary>
    public Bundle With(string name, ReadOnlySpan<int> values, params int[] shape) => Add(name, "i32", shape, MemoryMarshal.AsBytes(values));

    /// <summary>All of it.</summary>
    public byte[] ToBytes()
    {
        int at = 0;
        List<object> index = [];
        foreach ((string name, string type, int[] shape, byte[] bytes) in _arrays)
        {
            index.Add(new { name, type, shape, offset = at });
            at += bytes.Length;
        }
        byte[] json = Encoding.UTF8.GetBytes(Json(new { facts, arrays = index }));
        int padded = (json.Length + 3) / 4 * 4;
        byte[] all = new byte[4 + padded + at];
        BinaryPrimitives.WriteInt32LittleEndian(all, padded);
        json.CopyTo(all, 4);
        all.AsSpan(4 + json.Length, padded - json.Length).Fill((byte)' ');
        int to = 4 + padded;
        foreach ((_, _, _, byte[] bytes) in _arrays)
        {
            bytes.CopyTo(all, to);
            to += bytes.Length;
        }
        return all;
    }

    Bundle Add(string name, string type, int[] shape, ReadOnlySpan<byte> bytes)
    {
        _arrays.Add((name, type, shape, bytes.ToArray()));
        return this;
    }
}
