// The JSON header of a safetensors file, trusted in nothing: {"name": {"dtype", "shape", "data_offsets": [begin, end]}, ..., "__metadata__": {..}}
// (github.com/huggingface/safetensors, README "Format": no duplicate names, no holes, no overlaps, nothing left over).

using System.Text.Json;
using System.Text.Unicode;
using Translucent.Files;

namespace Translucent.Checkpoints;

/// <summary>What a header says, after it was checked against the length of the data.</summary>
sealed class SafetensorsHeader
{
    /// <summary>One tensor: its bytes are Begin .. End, counted from the end of the header.</summary>
    public sealed record Entry(string Name, StoredType Type, int[] Shape, long Begin, long End);

    public const string MetadataName = "__metadata__";

    readonly string _file;
    readonly HashSet<string> _names = new(StringComparer.Ordinal);

    SafetensorsHeader(string file) => _file = file;

    /// <summary>All tensors, in the order of the header.</summary>
    public List<Entry> Entries { get; } = [];

    /// <summary>Free text by name, in the order of the header.</summary>
    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads and checks a header; memory stays within a small multiple of its length.</summary>
    /// <param name="json">The header alone; trailing spaces are allowed.</param>
    /// <param name="dataLength">Bytes after the header, all of which must belong to exactly one tensor.</param>
    /// <param name="file">For messages.</param>
    /// <exception cref="TranslucentException">Anything is not as the format says.</exception>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> json, long dataLength, string file)
    {
        SafetensorsHeader header = new(file);
        if (!Utf8.IsValid(json)) throw header.Bad("header is not UTF-8 text", "this is not a safetensors file, or it is damaged");
        try
        {
            header.Read(json);
            if (json[0] != '{') throw header.Bad($"header begins with 0x{json[0]:x2}, expected '{{'", "export the file again");
        }
        catch (JsonException e)
        {
            throw header.Bad($"header is not JSON (byte {e.BytePositionInLine} of line {e.LineNumber})", "this is not a safetensors file, or it is damaged");
        }
        catch (InvalidOperationException) // the reader's word for an escaped half of a surrogate pair
        {
            throw header.Bad("header holds an escape that is not a character", "the file is damaged");
        }
        header.CheckLayout(dataLength);
        return header;
    }

    void Read(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = 16 });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw Bad($"header is {Kind(reader.TokenType)}, expected an object", "this is not a safetensors file");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            if (!_names.Add(name)) throw Bad($"tensor {Describe.Name(name)} occurs twice in the header", "export the file again");
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
                throw Bad($"{Describe.Name(name)} is {Kind(reader.TokenType)}, expected an object", "the header is damaged");
            if (name == MetadataName) ReadMetadata(ref reader);
            else Entries.Add(ReadEntry(ref reader, name));
        }
        reader.Read(); // anything but white space after the object throws
    }

    void ReadMetadata(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
                throw Bad($"{MetadataName} {Describe.Name(key)} is {Kind(reader.TokenType)}, expected text", "the header is damaged");
            if (!Metadata.TryAdd(key, reader.GetString()!)) throw Bad($"{MetadataName} {Describe.Name(key)} occurs twice", "export the file again");
        }
    }

    Entry ReadEntry(ref Utf8JsonReader reader, string name)
    {
        string? type = null;
        List<long>? shape = null, offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            reader.Read();
            switch (key)
            {
                case "dtype":
                    if (type != null) throw BadTensor(name, "has two dtypes");
                    if (reader.TokenType != JsonTokenType.String) throw BadTensor(name, $"dtype is {Kind(reader.TokenType)}, expected text");
                    type = reader.GetString();
                    break;
                case "shape":
                    if (shape != null) throw BadTensor(name, "has two shapes");
                    shape = ReadIntegers(ref reader, name, key);
                    break;
                case "data_offsets":
                    if (offsets != null) throw BadTensor(name, "has two data_offsets");
                    offsets = ReadIntegers(ref reader, name, key);
                    break;
                default:
                    reader.Skip(); // a later version of the format may say more
                    break;
            }
        }
        string missing = type == null ? "dtype" : shape == null ? "shape" : "data_offsets";
        if (type == null || shape == null || offsets == null) throw BadTensor(name, $"has no {missing}");
        if (!StoredTypes.TryParse(type, out StoredType known))
            throw Bad($"tensor {Describe.Name(name)}: dtype {Describe.Name(type)}, expected one of {StoredTypes.Known}",
                "convert the file to F32, F16 or BF16");
        return CheckEntry(name, known, shape, offsets);
    }

    List<long> ReadIntegers(ref Utf8JsonReader reader, string name, string key)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw BadTensor(name, $"{key} is {Kind(reader.TokenType)}, expected an array");
        List<long> numbers = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number) throw BadTensor(name, $"{key} holds {Kind(reader.TokenType)}, expected whole numbers");
            if (!reader.TryGetInt64(out long number) || number < 0)
                throw BadTensor(name, $"{key} holds a number that is negative, fractional or too large, expected 0 .. 2^63-1");
            numbers.Add(number);
        }
        return numbers;
    }

    Entry CheckEntry(string name, StoredType type, List<long> lengths, List<long> offsets)
    {
        int[] shape = new int[lengths.Count];
        Int128 bytes = type.Size();
        for (int i = 0; i < shape.Length; i++)
        {
            if (lengths[i] > int.MaxValue) throw BadTensor(name, $"axis {i} has length {lengths[i]}, expected at most {int.MaxValue}");
            shape[i] = (int)lengths[i];
            bytes *= shape[i];
            if (bytes > long.MaxValue) throw BadTensor(name, $"shape {Describe.Shape(shape)} holds more than 2^63-1 bytes");
        }
        if (offsets.Count != 2) throw BadTensor(name, $"data_offsets holds {offsets.Count} numbers, expected [begin, end]");
        (long begin, long end) = (offsets[0], offsets[1]);
        if (end < begin) throw BadTensor(name, $"data_offsets [{begin}, {end}] are reversed");
        if (end - begin != bytes) throw BadTensor(
            name, $"data_offsets [{begin}, {end}] span {end - begin} bytes, but shape {Describe.Shape(shape)} of {type} takes {bytes}");
        return new Entry(name, type, shape, begin, end);
    }

    /// <summary>Tensors must tile the data: each byte belongs to exactly one.</summary>
    void CheckLayout(long dataLength)
    {
        long end = 0;
        foreach (Entry e in Entries.OrderBy(e => e.Begin).ThenBy(e => e.End))
        {
            if (e.End > dataLength)
                throw Bad($"tensor {Describe.Name(e.Name)} ends at byte {e.End} of the data, but only {dataLength} bytes follow the header",
                    "the file is cut off, fetch or export it again");
            if (e.Begin < end) throw BadTensor(e.Name, $"starts at byte {e.Begin}, inside the tensor that ends at {end}");
            if (e.Begin > end) throw BadTensor(e.Name, $"starts at byte {e.Begin}, leaving a hole after byte {end}");
            end = e.End;
        }
        if (end != dataLength) throw Bad($"{dataLength} bytes follow the header, but its tensors take {end}", "the file is damaged, fetch or export it again");
    }

    TranslucentException BadTensor(string name, string what) =>
        Bad($"tensor {Describe.Name(name)}: {what}", "the header is damaged, fetch or export the file again");

    TranslucentException Bad(string what, string advice) => new($"{_file}: {what}; {advice}.");

    static string Kind(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "text",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        JsonTokenType.Null => "null",
        _ => "empty",
    };
}
