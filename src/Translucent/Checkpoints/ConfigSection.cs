// Settings of a model as Hugging Face writes them (config.json, preprocessor_config.json), read by key and type.

using System.Text.Json;
using Translucent.Files;

namespace Translucent.Checkpoints;

/// <summary>A JSON object of settings: a whole file, or one object inside it.</summary>
/// <remarks>A key whose value is null counts as absent. Every error names the file, the key with its path, what was found and what was expected.</remarks>
sealed class ConfigSection
{
    readonly JsonElement _object;
    readonly string _file;
    readonly string _prefix; // "" or "vision_config."
    readonly HashSet<string> _asked; // keys with their path, of all sections of a file together

    ConfigSection(JsonElement value, string file, string prefix, HashSet<string>? asked = null) =>
        (_object, _file, _prefix, _asked) = (value, file, prefix, asked ?? new HashSet<string>(StringComparer.Ordinal));

    /// <summary>Reads a file that holds one JSON object.</summary>
    /// <exception cref="TranslucentException">The file is not JSON, or not an object. There is no such file.</exception>
    public static ConfigSection Open(string path) => new(JsonFile.ReadObject(path), path, "");

    /// <summary>Settings that come from elsewhere than a file alone.</summary>
    /// <param name="value">A JSON object.</param>
    /// <param name="file">For messages.</param>
    internal static ConfigSection Of(JsonElement value, string file) => new(value, file, "");

    /// <summary>The object itself, for readers of another layer.</summary>
    internal JsonElement Json => _object;

    /// <summary>All keys, in the order of the file.</summary>
    public IEnumerable<string> Keys => _object.EnumerateObject().Select(p => p.Name);

    /// <summary>What kind of value a key has; Undefined when it is absent or null.</summary>
    public JsonValueKind Kind(string key) => TryGet(key, out JsonElement value) ? value.ValueKind : JsonValueKind.Undefined;

    /// <summary>Whether the key is there, and not null.</summary>
    public bool Has(string key) => TryGet(key, out _);

    /// <summary>A whole number; <paramref name="fallback"/>, when given, stands in for an absent key.</summary>
    /// <exception cref="TranslucentException">The key is absent and has no fallback, or is no whole number of 32 bits.</exception>
    public int Int(string key, int? fallback = null) => TryGet(key, out JsonElement value) ? AsInt(value, key) : fallback
        ?? throw Missing(key, "a whole number");

    /// <summary>A number; <paramref name="fallback"/>, when given, stands in for an absent key.</summary>
    /// <exception cref="TranslucentException">The key is absent and has no fallback, or is no number within the range of float32.</exception>
    public float Float(string key, float? fallback = null) => TryGet(key, out JsonElement value) ? AsFloat(value, key) : fallback
        ?? throw Missing(key, "a number");

    /// <summary>True or false; <paramref name="fallback"/>, when given, stands in for an absent key.</summary>
    /// <exception cref="TranslucentException">The key is absent and has no fallback, or is neither true nor false.</exception>
    public bool Bool(string key, bool? fallback = null)
    {
        if (!TryGet(key, out JsonElement value)) return fallback ?? throw Missing(key, "true or false");
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(key, value, "true or false");
    }

    /// <summary>Text; <paramref name="fallback"/>, when given, stands in for an absent key.</summary>
    /// <exception cref="TranslucentException">The key is absent and has no fallback, or is not text.</exception>
    public string String(string key, string? fallback = null) => TryGet(key, out JsonElement value) ? AsString(value, key) : fallback
        ?? throw Missing(key, "text");

    /// <summary>An array of whole numbers.</summary>
    /// <exception cref="TranslucentException">The key is absent, or holds anything else.</exception>
    public int[] Ints(string key) => [.. Items(key, "an array of whole numbers").Select(v => AsInt(v, key))];

    /// <summary>An array of numbers.</summary>
    /// <exception cref="TranslucentException">The key is absent, or holds anything else.</exception>
    public float[] Floats(string key) => [.. Items(key, "an array of numbers").Select(v => AsFloat(v, key))];

    /// <summary>An array of texts.</summary>
    /// <exception cref="TranslucentException">The key is absent, or holds anything else.</exception>
    public string[] Strings(string key) => [.. Items(key, "an array of texts").Select(v => AsString(v, key))];

    /// <summary>The object under a key.</summary>
    /// <exception cref="TranslucentException">The key is absent, or is not an object.</exception>
    public ConfigSection Section(string key)
    {
        if (!TryGet(key, out JsonElement value)) throw Missing(key, "an object");
        return value.ValueKind == JsonValueKind.Object ? new ConfigSection(value, _file, $"{_prefix}{key}.", _asked) : throw Wrong(key, value, "an object");
    }

    /// <summary>The objects in an array.</summary>
    /// <exception cref="TranslucentException">The key is absent, or holds anything else.</exception>
    public ConfigSection[] Sections(string key) =>
        [.. Items(key, "an array of objects").Select((v, i) => v.ValueKind == JsonValueKind.Object ? new ConfigSection(v, _file, $"{_prefix}{key}.{i}.", _asked)
            : throw Wrong(key, v, "an array of objects"))];

    /// <summary>An error about a key in words of the reader: file and key, then <paramref name="what"/>.</summary>
    internal TranslucentException Error(string key, string what) => new($"{_file}: {Describe.Name(_prefix + key)} {what}.");

    /// <summary>An error about the value of a key, for readers that know more than its type.</summary>
    /// <param name="key">The key.</param>
    /// <param name="expected">What it should be, as in "one of gelu, quick_gelu".</param>
    public TranslucentException Wrong(string key, string expected) => TryGet(key, out JsonElement value) ? Wrong(key, value, expected) : Missing(key, expected);

    bool TryGet(string key, out JsonElement value)
    {
        lock (_asked) _asked.Add(_prefix + key);
        return _object.TryGetProperty(key, out value) && value.ValueKind != JsonValueKind.Null;
    }

    /// <summary>Keys with a value that nobody has asked for, of this object and of those inside it that were looked into.</summary>
    public IEnumerable<string> Unasked()
    {
        foreach (JsonProperty property in _object.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.Null) continue;
            string name = _prefix + property.Name;
            if (!_asked.Contains(name)) yield return name;
            else if (property.Value.ValueKind == JsonValueKind.Object && _asked.Any(a => a.StartsWith($"{name}.", StringComparison.Ordinal)))
                foreach (string inner in new ConfigSection(property.Value, _file, $"{name}.", _asked).Unasked()) yield return inner;
        }
    }

    IEnumerable<JsonElement> Items(string key, string expected)
    {
        if (!TryGet(key, out JsonElement value)) throw Missing(key, expected);
        return value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : throw Wrong(key, value, expected);
    }

    int AsInt(JsonElement value, string key) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number : throw Wrong(key, value, "a whole number");

    float AsFloat(JsonElement value, string key) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out float number) && float.IsFinite(number) ? number
            : throw Wrong(key, value, "a number");

    string AsString(JsonElement value, string key) => value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(key, value, "text");

    TranslucentException Missing(string key, string expected) =>
        new($"{_file}: has no {Describe.Name(_prefix + key)}, expected {expected}{NearestName.Hint(key, Keys)}.");

    TranslucentException Wrong(string key, JsonElement value, string expected)
    {
        string found = value.ValueKind switch
        {
            JsonValueKind.String => $"text {Describe.Name(value.GetString()!)}",
            JsonValueKind.Number => value.GetRawText() is { Length: <= 40 } digits ? digits : "a very long number",
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => JsonFile.Kind(value.ValueKind),
        };
        return new TranslucentException($"{_file}: {Describe.Name(_prefix + key)} is {found}, expected {expected}.");
    }
}
