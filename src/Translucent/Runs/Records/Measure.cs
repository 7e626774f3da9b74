// A measured number in a record: six decimals, null where it is not defined.

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Translucent.Runs.Records;

/// <summary>A number that may be undefined.</summary>
[JsonConverter(typeof(MeasureConverter))]
readonly record struct Measure(double Value)
{
    public static implicit operator Measure(double value) => new(value);
}

/// <summary>Writes and reads it.</summary>
sealed class MeasureConverter : JsonConverter<Measure>
{
    public override bool HandleNull => true;

    public override Measure Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble();

    public override void Write(Utf8JsonWriter json, Measure measure, JsonSerializerOptions options)
    {
        if (double.IsFinite(measure.Value)) json.WriteNumberValue(Math.Round(measure.Value, 6));
        else json.WriteNullValue();
    }
}
