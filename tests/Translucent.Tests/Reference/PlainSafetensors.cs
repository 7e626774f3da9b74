// A safetensors reader with nothing but the layout in it: whole file in memory, one number at a time. For trusted files.

using System.Text.Json;

namespace Translucent.Tests.Reference;

/// <summary>Reads every tensor of a file as doubles.</summary>
static class PlainSafetensors
{
    public static Dictionary<string, (int[] Shape, double[] Values)> Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        int header = (int)BitConverter.ToInt64(file, 0);
        using JsonDocument json = JsonDocument.Parse(file.AsMemory(8, header));
        Dictionary<string, (int[], double[])> tensors = [];
        foreach (JsonProperty entry in json.RootElement.EnumerateObject().Where(e => e.Name != "__metadata__"))
        {
            string type = entry.Value.GetProperty("dtype").GetString()!;
            int[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(a => a.GetInt32())];
            int start = 8 + header + entry.Value.GetProperty("data_offsets")[0].GetInt32();
            double[] values = new double[shape.Aggregate(1, (n, axis) => n * axis)];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = type switch
                {
                    "F64" => BitConverter.ToDouble(file, start + 8 * i),
                    "F32" => BitConverter.ToSingle(file, start + 4 * i),
                    "F16" => (double)BitConverter.ToHalf(file, start + 2 * i),
                    "BF16" => BitConverter.Int32BitsToSingle(BitConverter.ToUInt16(file, start + 2 * i) << 16), // the upper half of a float32
                    "I64" => BitConverter.ToInt64(file, start + 8 * i),
                    "U8" => file[start + i],
                    _ => throw new NotSupportedException(type),
                };
            }
            tensors[entry.Name] = (shape, values);
        }
        return tensors;
    }
}
