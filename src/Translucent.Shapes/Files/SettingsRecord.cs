// The settings of a data set as they stand in its dataset.json: equal settings have equal bytes, which is how a folder is known again.

using System.Text.Json.Serialization;

namespace Translucent.Shapes.Files;

/// <summary>The content of dataset.json; names and order of the fields are the format.</summary>
sealed record SettingsRecord(
    string Format, int Count, string Seed, string Split, string Size, string Objects, string Kinds, string Colours, string Surfaces, string Backgrounds,
    string Bias, string BiasIn,
    double MinSize, double MaxSize, double MinVisible, int Rotation, double Noise, double Light, int Questions);

/// <summary>How it is written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(SettingsRecord))]
sealed partial class SettingsJson : JsonSerializerContext;
