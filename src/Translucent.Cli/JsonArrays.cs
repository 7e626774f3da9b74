// Lists as System.Text.Json's writer has no one call for.

using System.Text.Json;

namespace Translucent.Cli;

static class JsonArrays
{
    /// <summary>Writes a property that is a list of texts.</summary>
    public static void WriteStrings(this Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
