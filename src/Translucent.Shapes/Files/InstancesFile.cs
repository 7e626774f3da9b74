// The COCO instances file of a set, from the annotations of its chunks, without holding them in memory.

using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Translucent.Evaluate.DataSets;

namespace Translucent.Shapes.Files;

/// <summary>Writes instances.json, one record a line.</summary>
static class InstancesFile
{
    public static void Write(Stream stream, ShapesSet set, int chunks, Func<int, string> part)
    {
        Text("""{"info":{"description":"Shapes: scenes whose truth is known, made by Translucent","version":"1"},"licenses":[],""");
        Text("\n\"categories\":[\n");
        for (int i = 1; i < Scenes.Classes.Count; i++)
        {
            CocoCategory category = new(i, Scenes.Classes[i], "shape");
            Record(category, SceneRecords.Json.CocoCategory, last: i == Scenes.Classes.Count - 1);
        }
        Text("],\n\"images\":[\n");
        for (int i = 0; i < set.Count; i++)
        {
            CocoImage image = new(i, SceneJson.FileName(i), set.Options.Width, set.Options.Height);
            Record(image, SceneRecords.Json.CocoImage, last: i == set.Count - 1);
        }
        Text("],\n\"annotations\":[\n");
        byte[] tail = []; // the separator after the last annotation so far, held back until another follows
        for (int chunk = 0; chunk < chunks; chunk++)
        {
            byte[] records = File.ReadAllBytes(part(chunk));
            if (records.Length == 0) continue;
            stream.Write(tail);
            stream.Write(records.AsSpan()[..^2]);
            tail = records[^2..];
        }
        Text("\n]}\n");

        void Record<T>(T record, JsonTypeInfo<T> type, bool last)
        {
            JsonSerializer.Serialize(stream, record, type);
            Text(last ? "\n" : ",\n");
        }

        void Text(string text) => stream.Write(Encoding.UTF8.GetBytes(text));
    }
}
