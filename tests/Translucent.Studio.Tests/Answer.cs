using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Translucent.Studio.Tests;

/// <summary>A bundle, read as its format is written down, without the code that writes it.</summary>
public sealed record Answer(JsonElement Facts, IReadOnlyDictionary<string, (string Type, int[] Shape, byte[] Bytes)> Arrays)
{
    public static Answer Of(byte[] wire)
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(wire);
        Assert.Equal(0, length % 4);
        using JsonDocument json = JsonDocument.Parse(wire.AsMemory(4, length));
        Dictionary<string, (string, int[], byte[])> arrays = [];
        int end = 4 + length;
        foreach (JsonElement a in json.RootElement.GetProperty("arrays").EnumerateArray())
        {
            int[] shape = [.. a.GetProperty("shape").EnumerateArray().Select(n => n.GetInt32())];
            int at = 4 + length + a.GetProperty("offset").GetInt32(), bytes = 4 * shape.Aggregate(1, (x, y) => x * y);
            Assert.Equal(end, at); // one behind the other, and nothing between
            arrays.Add(a.GetProperty("name").GetString()!, (a.GetProperty("type").GetString()!, shape, wire[at..(at + bytes)]));
            end = at + bytes;
        }
        Assert.Equal(wire.Length, end);
        return new Answer(json.RootElement.GetProperty("facts").Clone(), arrays);
    }

    public int[] Shape(string name) => Arrays[name].Shape;

    public float[] Floats(string name) => Numbers<float>(name, "f32");

    public int[] Ints(string name) => Numbers<int>(name, "i32");

    T[] Numbers<T>(string name, string type) where T : unmanaged
    {
        Assert.Equal(type, Arrays[name].Type);
        return MemoryMarshal.Cast<byte, T>(Arrays[name].Bytes).ToArray();
    }
}
