// The report of `models inspect --json`.

using System.Text;
using System.Text.Json;
using Translucent.Models;

namespace Translucent.Cli.Verbs;

/// <summary>Prints a model report as one JSON object.</summary>
static class InspectJson
{
    public static void Print(Terminal terminal, ModelReport report)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true })) Write(json, report);
        terminal.Raw(Encoding.UTF8.GetString(stream.ToArray()));
    }

    static void Write(Utf8JsonWriter json, ModelReport r)
    {
        json.WriteStartObject();
        json.WriteString("model", r.Path);
        json.WriteBoolean("opens", r.Opens);
        json.WriteString("problem", r.Problem);
        json.WriteString("format", r.Format);
        json.WriteNumber("files", r.Files);
        json.WriteNumber("bytes", r.Bytes);
        json.WriteString("layout", r.Layout);
        json.WriteString("prefix", r.Prefix);
        json.WriteString("model_type", r.ModelType);
        json.WriteNumber("parameters", r.Parameters);
        if (r.Config is { } c) WriteConfig(json, r, c);
        json.WriteStartArray("missing");
        foreach (var m in r.Missing)
        {
            json.WriteStartObject();
            json.WriteString("name", m.Name);
            WriteShape(json, "expected", m.Expected);
            json.WriteString("found", m.Found);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStrings("left_over", r.LeftOver);
        json.WriteNumber("passed_over", r.PassedOver);
        json.WriteStrings("not_run", r.OtherObjects);
        json.WriteStartArray("tensors");
        foreach (TensorReport t in r.Tensors)
        {
            json.WriteStartObject();
            json.WriteString("name", t.Name);
            WriteShape(json, "shape", t.Shape);
            json.WriteString("type", t.Type.ToString());
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteConfig(Utf8JsonWriter json, ModelReport r, VisionConfig c)
    {
        json.WriteString("family", c.Family);
        json.WriteNumber("layers", c.Depth);
        json.WriteNumber("heads", c.Heads);
        json.WriteNumber("width", c.Width);
        json.WriteNumber("hidden", c.Hidden);
        json.WriteNumber("patch", c.Patch);
        json.WriteNumber("image_width", r.Input!.Value.Width);
        json.WriteNumber("image_height", r.Input.Value.Height);
        json.WriteNumber("tokens", r.Tokens);
        json.WriteNumber("prefix_tokens", c.Prefix);
        json.WriteNumber("classes", r.Classes);
        json.WriteBoolean("takes_class_vectors", r.TakesVectors);
        if (r.MissingForTexts is { } missing) json.WriteStrings("missing_for_texts", missing);
        json.WriteBoolean("gated", r.IsGated);
        json.WriteStartObject("verbs");
        foreach (InspectNeeds need in InspectNeeds.OfVerbs(r)) json.WriteString(need.Who, need.Here);
        json.WriteEndObject();
        json.WriteStartObject("methods");
        foreach (InspectNeeds need in InspectNeeds.OfMethods(r)) json.WriteString(need.Who, need.Here);
        json.WriteEndObject();
    }

    static void WriteShape(Utf8JsonWriter json, string key, IEnumerable<int> shape)
    {
        json.WriteStartArray(key);
        foreach (int axis in shape) json.WriteNumberValue(axis);
        json.WriteEndArray();
    }
}
