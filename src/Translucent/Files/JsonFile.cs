// A JSON file (RFC 8259) read whole, with every text in it known to be readable.

using System.Text.Json;
using System.Text.Unicode;

namespace Translucent.Files;

/// <summary>Reads the JSON files of a model folder.</summary>
static class JsonFile
{
    const long LongestBytes = 100_000_000;

    /// <summary>The object that a file holds.</summary>
    /// <exception cref="TranslucentException">The file is empty, huge, not JSON, or not an object. There is no such file.</exception>
    public static JsonElement ReadObject(string path)
    {
        byte[] bytes = ReadAll(path);
        ReadOnlyMemory<byte> text = bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsMemory(3) : bytes; // editors on Windows write a byte order mark
        JsonElement root = Parse(text, path);
        return root.ValueKind == JsonValueKind.Object ? root : throw new TranslucentException($"{path}: holds {Kind(root.ValueKind)}, expected a JSON object.");
    }

    /// <summary>A kind of value in words.</summary>
    public static string Kind(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        JsonValueKind.Null => "null",
        _ => "nothing",
    };

    static byte[] ReadAll(string path)
    {
        using MappedFile file = new(path, minimum: 1);
        if (file.Length > LongestBytes)
            throw new TranslucentException($"{path}: holds {file.Length} bytes, expected at most {LongestBytes} bytes of JSON; fetch the file again.");
        return file.Bytes(0, (int)file.Length).ToArray();
    }

    static JsonElement Parse(ReadOnlyMemory<byte> text, string path)
    {
        if (!Utf8.IsValid(text.Span)) throw new TranslucentException($"{path}: is not UTF-8 text, expected JSON; fetch the file again.");
        try
        {
            // the parser would decode these escapes only when the text is read
            Utf8JsonReader reader = new(text.Span);
            while (reader.Read())
                if (reader.ValueIsEscaped) reader.GetString();
            using JsonDocument document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new TranslucentException(
                $"{path}: is not JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}; fetch the file again, or correct it there.");
        }
        catch (InvalidOperationException)
        {
            throw new TranslucentException($"{path}: holds an escape that is not a character; fetch the file again.");
        }
    }
}
