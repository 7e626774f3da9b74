// Writes safetensors in one canonical form: largest elements first, then by name, ASCII-only JSON, header padded to 8 bytes.

using System.Buffers.Binary;
using System.Text;
using Translucent.Files;

namespace Translucent.Checkpoints;

/// <summary>The writing half of <see cref="Safetensors"/>.</summary>
static class SafetensorsWriter
{
    const int Alignment = 8;

    public static void Write(string path, IEnumerable<StoredTensor> tensors, IReadOnlyDictionary<string, string>? metadata, WriteOptions options)
    {
        (StoredTensor Tensor, StoredType Type)[] ordered = [.. tensors.Select(t => (t, TensorWriter.TypeOf(t, options)))];
        Array.Sort(ordered, static (a, b) => b.Type.Size() != a.Type.Size() ? b.Type.Size() - a.Type.Size() : CompareCodePoints(a.Tensor.Name, b.Tensor.Name));
        CheckNames(ordered.Select(t => t.Tensor));
        byte[] header = Header(ordered, metadata ?? new Dictionary<string, string>());
        TensorWriter writer = new(options, ordered.Sum(t => t.Tensor.ByteCount));
        AtomicFile.Write(path, stream =>
        {
            stream.Write(header);
            foreach ((StoredTensor tensor, _) in ordered) writer.Write(stream, tensor);
        });
    }

    internal static void CheckNames(IEnumerable<StoredTensor> tensors)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (StoredTensor tensor in tensors)
        {
            if (tensor.Name == SafetensorsHeader.MetadataName) throw new TranslucentException($"{tensor.Name} is not a name for a tensor.");
            if (!seen.Add(tensor.Name)) throw new TranslucentException($"two tensors are named {Describe.Name(tensor.Name)}.");
        }
    }

    static byte[] Header((StoredTensor Tensor, StoredType Type)[] tensors, IReadOnlyDictionary<string, string> metadata)
    {
        List<string> members = [];
        if (metadata.Count > 0)
            members.Add($"\"{SafetensorsHeader.MetadataName}\":{{{string.Join(',', metadata.Select(m => $"{Quote(m.Key)}:{Quote(m.Value)}"))}}}");
        long offset = 0;
        foreach ((StoredTensor t, StoredType type) in tensors)
        {
            long end = offset + t.Count * type.Size();
            members.Add($"{Quote(t.Name)}:{{\"dtype\":\"{type}\",\"shape\":[{string.Join(',', t.Shape.ToArray())}],\"data_offsets\":[{offset},{end}]}}");
            offset = end;
        }
        string json = $"{{{string.Join(',', members)}}}";
        byte[] header = new byte[sizeof(ulong) + (json.Length + Alignment - 1) / Alignment * Alignment];
        header.AsSpan().Fill((byte)' ');
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)(header.Length - sizeof(ulong)));
        Encoding.ASCII.GetBytes(json, header.AsSpan(sizeof(ulong)));
        return header;
    }

    /// <summary>A JSON string in ASCII, escaped as Python's json.dumps does, so that both writers make the same bytes.</summary>
    static string Quote(string text)
    {
        StringBuilder quoted = new("\"");
        foreach (char c in text)
        {
            _ = c switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                '\f' => quoted.Append("\\f"),
                '\b' => quoted.Append("\\b"),
                >= ' ' and <= '~' => quoted.Append(c),
                _ => quoted.Append($"\\u{(int)c:x4}"),
            };
        }
        return quoted.Append('"').ToString();
    }

    /// <summary>By Unicode code points, as Python sorts; UTF-16 order would differ beyond U+FFFF.</summary>
    static int CompareCodePoints(string a, string b)
    {
        StringRuneEnumerator x = a.EnumerateRunes(), y = b.EnumerateRunes();
        while (true)
        {
            bool more = x.MoveNext();
            if (!y.MoveNext()) return more ? 1 : 0;
            if (!more) return -1;
            int order = x.Current.CompareTo(y.Current);
            if (order != 0) return order;
        }
    }
}
