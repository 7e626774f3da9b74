using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;

namespace Translucent.Tests.Models;

/// <summary>A safetensors file of any size whose data are holes, zeros that take no blocks on disk, until they are written.</summary>
sealed class SparseSafetensors : IDisposable
{
    static readonly float[] s_noise = Noise(new Random(5));

    readonly FileStream _stream;
    readonly byte[] _noise;
    readonly Dictionary<string, (long Begin, long End)> _places = [];

    /// <param name="path">The file to make.</param>
    /// <param name="tensors">Floats, but for position_ids, which are int64.</param>
    /// <param name="type">How floats are stored.</param>
    /// <param name="bytes">Bytes of one.</param>
    public SparseSafetensors(string path, IEnumerable<(string Name, int[] Shape)> tensors, string type = "F32", int bytes = 4)
    {
        Tensors = [.. tensors];
        JsonObject header = new() { ["__metadata__"] = new JsonObject { ["format"] = "pt" } };
        long end = 0;
        foreach ((string name, int[] shape) in Tensors)
        {
            bool ids = name.EndsWith("position_ids", StringComparison.Ordinal);
            long begin = end;
            end += shape.Aggregate(ids ? 8L : bytes, (n, axis) => n * axis);
            header[name] = new JsonObject
            {
                ["dtype"] = ids ? "I64" : type,
                ["shape"] = new JsonArray([.. shape.Select(a => (JsonNode)a)]),
                ["data_offsets"] = new JsonArray(begin, end),
            };
            if (!ids) _places.Add(name, (begin, end));
        }
        _noise = bytes == 4 ? MemoryMarshal.AsBytes<float>(s_noise).ToArray()
            : MemoryMarshal.AsBytes<ushort>(Array.ConvertAll(s_noise, v => (ushort)(BitConverter.SingleToUInt32Bits(v) >> 16))).ToArray(); // bfloat16
        byte[] text = Encoding.UTF8.GetBytes(header.ToJsonString());
        _stream = File.Create(path);
        _stream.Write(BitConverter.GetBytes((long)text.Length));
        _stream.Write(text);
        Start = _stream.Position;
        _stream.SetLength(Start + end);
    }

    public IReadOnlyList<(string Name, int[] Shape)> Tensors { get; }

    long Start { get; }

    /// <summary>Writes small random numbers; nothing for a tensor of integers.</summary>
    public void FillWithNoise(string name)
    {
        if (!_places.TryGetValue(name, out (long Begin, long End) place)) return;
        _stream.Position = Start + place.Begin;
        ReadOnlySpan<byte> noise = _noise;
        for (long left = place.End - place.Begin; left > 0; left -= noise.Length) _stream.Write(noise[..(int)Math.Min(left, noise.Length)]);
    }

    public void Dispose() => _stream.Dispose();

    static float[] Noise(Random random) => [.. Enumerable.Range(0, 1_000_003).Select(_ => 0.04f * (random.NextSingle() - 0.5f))];
}
