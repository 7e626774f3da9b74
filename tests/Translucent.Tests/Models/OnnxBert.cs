using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using Translucent.Checkpoints;
using Translucent.Tensors;

namespace Translucent.Tests.Models;

/// <summary>
/// A BERT that PyTorch exported as ONNX, as tensors under their Hugging Face names: matrices are nameless and transposed there, and are named after the bias
/// that is added behind them. As much of protobuf as that takes.
/// </summary>
static class OnnxBert
{
    const int Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5;

    public static Dictionary<string, Tensor> Read(ReadOnlyMemory<byte> file)
    {
        ReadOnlyMemory<byte> graph = Fields(file).Single(f => f.Number == 7).Data;
        Dictionary<string, Tensor> initial = [], named = [];
        foreach ((_, ReadOnlyMemory<byte> data, _) in Fields(graph).Where(f => f.Number == 5))
            if (Initial(data) is { } tensor) initial[tensor.Name] = tensor.Values;
        (string[] Inputs, string[] Outputs, string Kind)[] nodes = [.. Fields(graph).Where(f => f.Number == 1).Select(f => Node(f.Data))];
        Dictionary<string, (string[] Inputs, string[] Outputs, string Kind)> makers =
            nodes.SelectMany(n => n.Outputs.Select(o => (o, n))).ToDictionary(p => p.o, p => p.n);
        foreach ((string name, Tensor values) in initial)
            if (name.StartsWith("embeddings.", StringComparison.Ordinal) || name.StartsWith("encoder.", StringComparison.Ordinal)) named[name] = values;
        foreach ((string[] inputs, _, string kind) in nodes.Where(n => n.Kind == "Add"))
        {
            string? bias = inputs.SingleOrDefault(i => initial.ContainsKey(i) && i.EndsWith(".bias", StringComparison.Ordinal));
            string? other = inputs.FirstOrDefault(i => !initial.ContainsKey(i));
            if (bias is null || other is null || !makers.TryGetValue(other, out var product) || product.Kind != "MatMul") continue;
            if (product.Inputs.SingleOrDefault(initial.ContainsKey) is { } weight) named[bias[..^5] + ".weight"] = Turned(initial[weight]);
        }
        return named;
    }

    static Tensor Turned(Tensor t)
    {
        Tensor turned = new(t.Width, t.Rows);
        for (int r = 0; r < t.Rows; r++)
            for (int c = 0; c < t.Width; c++) turned.Row(c)[r] = t.Row(r)[c];
        return turned;
    }

    /// <summary>A TensorProto of floats; null for others.</summary>
    static (string Name, Tensor Values)? Initial(ReadOnlyMemory<byte> data)
    {
        List<int> shape = [];
        string name = "";
        ulong type = 0;
        ReadOnlyMemory<byte> raw = default;
        foreach ((int number, ReadOnlyMemory<byte> bytes, ulong value) in Fields(data))
            switch (number)
            {
                case 1 when bytes.IsEmpty: shape.Add((int)value); break;
                case 1: shape.AddRange(Packed(bytes)); break;
                case 2: type = value; break;
                case 8: name = Encoding.UTF8.GetString(bytes.Span); break;
                case 9: raw = bytes; break;
            }
        return type == 1 && shape.Count > 0 && raw.Length > 0 ? (name, new Tensor([.. shape], MemoryMarshal.Cast<byte, float>(raw.Span))) : null;
    }

    static (string[] Inputs, string[] Outputs, string Kind) Node(ReadOnlyMemory<byte> data)
    {
        ILookup<int, string> texts = Fields(data).Where(f => f.Number is 1 or 2 or 4).ToLookup(f => f.Number, f => Encoding.UTF8.GetString(f.Data.Span));
        return ([.. texts[1]], [.. texts[2]], texts[4].Single());
    }

    static IEnumerable<int> Packed(ReadOnlyMemory<byte> bytes)
    {
        for (int at = 0; at < bytes.Length;) yield return (int)Number(bytes.Span, ref at);
    }

    static IEnumerable<(int Number, ReadOnlyMemory<byte> Data, ulong Value)> Fields(ReadOnlyMemory<byte> data)
    {
        for (int at = 0; at < data.Length;)
        {
            ulong key = Number(data.Span, ref at), value = 0;
            ReadOnlyMemory<byte> bytes = default;
            switch ((int)(key & 7))
            {
                case Varint: value = Number(data.Span, ref at); break;
                case Fixed64: value = BinaryPrimitives.ReadUInt64LittleEndian(data.Span[at..]); at += 8; break;
                case Fixed32: value = BinaryPrimitives.ReadUInt32LittleEndian(data.Span[at..]); at += 4; break;
                case Bytes:
                    int length = (int)Number(data.Span, ref at);
                    bytes = data.Slice(at, length);
                    at += length;
                    break;
                default: throw new InvalidDataException($"wire type {key & 7}");
            }
            yield return ((int)(key >> 3), bytes, value);
        }
    }

    static ulong Number(ReadOnlySpan<byte> data, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte b = data[at++];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80) return value;
        }
    }

    /// <summary>The tokenizer of a vocabulary of lower-case word pieces.</summary>
    public static JsonObject Tokenizer(string[] vocabulary)
    {
        JsonObject ids = [];
        for (int i = 0; i < vocabulary.Length; i++) ids[vocabulary[i]] = i;
        JsonNode Id(string token) => ids[token]!.DeepClone();
        JsonObject Added(string token) => new()
        {
            ["id"] = Id(token),
            ["content"] = token,
            ["single_word"] = false,
            ["lstrip"] = false,
            ["rstrip"] = false,
            ["normalized"] = false,
            ["special"] = true,
        };
        JsonObject Special(string token) => new() { ["SpecialToken"] = new JsonObject { ["id"] = token, ["type_id"] = 0 } };
        JsonObject Entry(string token) => new() { ["id"] = token, ["ids"] = new JsonArray(Id(token)), ["tokens"] = new JsonArray(token) };
        JsonObject text = new() { ["Sequence"] = new JsonObject { ["id"] = "A", ["type_id"] = 0 } };
        return new()
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray([.. ((string[])["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]).Select(Added)]),
            ["normalizer"] = JsonNode.Parse(
                """{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true}"""),
            ["pre_tokenizer"] = JsonNode.Parse("""{"type":"BertPreTokenizer"}"""),
            ["post_processor"] = new JsonObject
            {
                ["type"] = "TemplateProcessing",
                ["single"] = new JsonArray(Special("[CLS]"), text, Special("[SEP]")),
                ["pair"] = new JsonArray(Special("[CLS]"), text.DeepClone(), Special("[SEP]"), JsonNode.Parse("""{"Sequence":{"id":"B","type_id":1}}"""),
                    JsonNode.Parse("""{"SpecialToken":{"id":"[SEP]","type_id":1}}""")),
                ["special_tokens"] = new JsonObject { ["[CLS]"] = Entry("[CLS]"), ["[SEP]"] = Entry("[SEP]") },
            },
            ["decoder"] = JsonNode.Parse("""{"type":"WordPiece","prefix":"##","cleanup":true}"""),
            ["model"] = new JsonObject
            {
                ["type"] = "WordPiece",
                ["unk_token"] = "[UNK]",
                ["continuing_subword_prefix"] = "##",
                ["max_input_chars_per_word"] = 100,
                ["vocab"] = ids,
            },
        };
    }

    /// <summary>Writes a folder that <see cref="Translucent.Models.LanguageModels"/> opens.</summary>
    public static void Write(string folder, IEnumerable<KeyValuePair<string, Tensor>> tensors, JsonObject config, string[] vocabulary)
    {
        Safetensors.Write(Path.Combine(folder, "model.safetensors"), tensors.Select(t => StoredTensor.From(t.Key, t.Value)));
        File.WriteAllText(Path.Combine(folder, "config.json"), config.ToJsonString());
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), Tokenizer(vocabulary).ToJsonString());
    }
}
