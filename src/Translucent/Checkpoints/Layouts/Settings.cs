// Builds settings that are not in a file, as the JSON object that config.json would hold.

using System.Globalization;
using System.Text.Json;

namespace Translucent.Checkpoints.Layouts;

/// <summary>Keys with their values, in order.</summary>
sealed class Settings
{
    readonly List<(string Key, object Value)> _values = [];

    /// <param name="key">The key; it must be new.</param>
    /// <param name="value">A whole number, a number, a boolean, text, numbers, or other settings.</param>
    public Settings Add(string key, object value)
    {
        _values.Add((key, value));
        return this;
    }

    /// <summary>The object, each key replaced by what <paramref name="given"/> has for it, objects entry by entry.</summary>
    public JsonElement Under(JsonElement? given)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream)) Write(json, given);
        using JsonDocument document = JsonDocument.Parse(stream.ToArray());
        return document.RootElement.Clone();
    }

    void Write(Utf8JsonWriter json, JsonElement? given)
    {
        json.WriteStartObject();
        foreach ((string key, object value) in _values)
        {
            json.WritePropertyName(key);
            JsonElement? other = given is { } all && all.TryGetProperty(key, out JsonElement found) && found.ValueKind != JsonValueKind.Null ? found : null;
            if (value is Settings section && other is null or { ValueKind: JsonValueKind.Object }) ((Settings)value).Write(json, other);
            else if (other is { } instead) instead.WriteTo(json);
            else WriteValue(json, value);
        }
        if (given is { } rest)
            foreach (JsonProperty property in rest.EnumerateObject())
                if (!_values.Exists(v => v.Key == property.Name)) property.WriteTo(json);
        json.WriteEndObject();
    }

    static void WriteValue(Utf8JsonWriter json, object value)
    {
        switch (value)
        {
            case bool flag: json.WriteBooleanValue(flag); break;
            case string text: json.WriteStringValue(text); break;
            case double[] numbers:
                json.WriteStartArray();
                foreach (double number in numbers) json.WriteNumberValue(number);
                json.WriteEndArray();
                break;
            default: json.WriteRawValue(Convert.ToString(value, CultureInfo.InvariantCulture)!); break;
        }
    }
}
