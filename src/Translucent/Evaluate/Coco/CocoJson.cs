// The records of a COCO file as JSON objects, for files that are too long to be held in memory.

using System.Text.Json;

namespace Translucent.Evaluate.Coco;

/// <summary>Writes COCO's records one by one.</summary>
static class CocoJson
{
    public static void Write(Utf8JsonWriter json, CocoImage image)
    {
        json.WriteStartObject();
        json.WriteNumber("id", image.Id);
        json.WriteString("file_name", image.FileName);
        json.WriteNumber("width", image.Width);
        json.WriteNumber("height", image.Height);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, CocoCategory category)
    {
        json.WriteStartObject();
        json.WriteNumber("id", category.Id);
        json.WriteString("name", category.Name);
        json.WriteString("supercategory", category.Supercategory);
        json.WriteEndObject();
    }

    /// <param name="json">Where to write.</param>
    /// <param name="annotation">The object.</param>
    /// <param name="more">Writes further properties, which COCO's tools pass over.</param>
    public static void Write(Utf8JsonWriter json, CocoAnnotation annotation, Action<Utf8JsonWriter>? more = null)
    {
        json.WriteStartObject();
        json.WriteNumber("id", annotation.Id);
        json.WriteNumber("image_id", annotation.ImageId);
        json.WriteNumber("category_id", annotation.CategoryId);
        json.WriteStartArray("bbox");
        json.WriteNumberValue(annotation.Box.X);
        json.WriteNumberValue(annotation.Box.Y);
        json.WriteNumberValue(annotation.Box.Width);
        json.WriteNumberValue(annotation.Box.Height);
        json.WriteEndArray();
        json.WriteNumber("area", annotation.Mask.Area);
        json.WriteNumber("iscrowd", annotation.IsCrowd ? 1 : 0);
        Write(json, "segmentation", annotation.Mask);
        more?.Invoke(json);
        json.WriteEndObject();
    }

    /// <summary>A mask as a property: size and compressed counts.</summary>
    public static void Write(Utf8JsonWriter json, string name, Rle mask)
    {
        json.WriteStartObject(name);
        json.WriteStartArray("size");
        json.WriteNumberValue(mask.Height);
        json.WriteNumberValue(mask.Width);
        json.WriteEndArray();
        json.WriteString("counts", mask.Compressed);
        json.WriteEndObject();
    }
}
