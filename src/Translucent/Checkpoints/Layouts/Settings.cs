// Builds settings that are not in a file, as the JSON object that config.json would hold.

using System.Text.Json;
using System.Text.Json.Nodes;

namespace Translucent.Checkpoints.Layouts;

/// <summary>Keys with their values, in order.</summary>
sealed class Settings
{
    readonly JsonObject _values = [];

    /// <param name="key">The key; it must be new.</param>
    /// <param name="value">A whole number, a number, a boolean, or text.</param>
    public Settings Add(string key, JsonNode value)
    {
        _values.Add(key, value);
        return this;
    }

    /// <inheritdoc cref="Add(string, JsonNode)"/>
    public Settings Add(string key, double[] numbers) => Add(key, new JsonArray([.. numbers.Select(number => JsonValue.Create(number))]));

    /// <inheritdoc cref="Add(string, JsonNode)"/>
    public Settings Add(string key, Settings section) => Add(key, section._values.DeepClone());

    /// <summary>The object, each key replaced by what <paramref name="given"/> has for it, objects entry by entry.</summary>
    public JsonElement Under(JsonElement? given)
    {
        JsonObject all = (JsonObject)_values.DeepClone();
        if (given is { } over) Lay(over, all);
        using JsonDocument document = JsonDocument.Parse(all.ToJsonString());
        return document.RootElement.Clone();
    }

    static void Lay(JsonElement given, JsonObject on)
    {
        foreach (JsonProperty property in given.EnumerateObject())
        {
            bool known = on.TryGetPropertyValue(property.Name, out JsonNode? own);
            if (known && property.Value.ValueKind == JsonValueKind.Null) continue;
            if (own is JsonObject section && property.Value.ValueKind == JsonValueKind.Object) Lay(property.Value, section);
            else on[property.Name] = JsonNode.Parse(property.Value.GetRawText());
        }
    }
}
