// Detections in COCO's results format: cocodataset.org, "Results format", object detection; read as pycocotools' COCO.loadRes does.

using System.Text.Json;
using Translucent.Files;

namespace Translucent.Evaluate.DataSets;

/// <summary>What a detector says is on an image.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="CategoryId">The class.</param>
/// <param name="Score">How sure it is; any finite number, larger is surer.</param>
/// <param name="Box">x, y, width, height in pixels.</param>
/// <param name="Mask">Its pixels; null where only the box is known.</param>
sealed record CocoDetection(long ImageId, int CategoryId, double Score, (double X, double Y, double Width, double Height) Box, Rle? Mask = null)
{
    /// <summary>A detection that is known by its mask; the box is the one around it.</summary>
    public CocoDetection(long imageId, int categoryId, double score, Rle mask) : this(imageId, categoryId, score, mask.Around, mask)
    {
    }
}

/// <summary>Files of detections.</summary>
static class CocoResults
{
    /// <summary>Reads a file of detections with boxes, masks (run lengths, compressed or not), or both. Other fields are passed over.</summary>
    /// <returns>In the order of the file.</returns>
    /// <exception cref="TranslucentException">It is no such list; the message names the first entry that is wrong, counted from 0.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyList<CocoDetection> Read(string path)
    {
        int at = -1;
        try
        {
            using FileStream stream = File.OpenRead(path);
            using JsonDocument json = JsonDocument.Parse(stream);
            List<CocoDetection> found = [];
            foreach (JsonElement entry in json.RootElement.EnumerateArray())
            {
                at = found.Count;
                found.Add(Detection(entry));
            }
            return found;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or TranslucentException)
        {
            string what = Describe.Line(e.Message).TrimEnd('.');
            throw new TranslucentException(at < 0
                ? $"{path}: not COCO results ({what}); expected a list of detections."
                : $"{path}: entry {at}: {what}; expected image_id, category_id, score, and bbox or a segmentation with size and counts.");
        }
    }

    static CocoDetection Detection(JsonElement entry)
    {
        long image = Field(entry, "image_id").GetInt64();
        int category = Field(entry, "category_id").GetInt32();
        double score = Field(entry, "score").GetDouble();
        if (!double.IsFinite(score)) throw new FormatException("the score is not finite");
        bool hasMask = entry.TryGetProperty("segmentation", out JsonElement segmentation);
        bool hasBox = entry.TryGetProperty("bbox", out JsonElement box) && box.ValueKind == JsonValueKind.Array && box.GetArrayLength() > 0;
        if (hasMask && segmentation.ValueKind != JsonValueKind.Object) throw new FormatException("the mask is no object with size and counts");
        if (!hasMask && !hasBox) throw new FormatException("neither bbox nor segmentation");
        Rle? mask = hasMask ? CocoInstances.Mask(segmentation) : null;
        return new CocoDetection(image, category, score, hasBox ? CocoInstances.Box(box) : mask!.Around, mask);
    }

    static JsonElement Field(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out JsonElement value) ? value : throw new FormatException($"no {name}");

    /// <summary>Writes detections with their boxes and, where there are any, compressed masks.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string path, IEnumerable<CocoDetection> detections) => AtomicFile.Write(path, stream =>
        JsonSerializer.Serialize(stream, detections.Select(d => new CocoFound(d.ImageId, d.CategoryId,
            [d.Box.X, d.Box.Y, d.Box.Width, d.Box.Height], d.Mask is null ? null : CocoMask.Of(d.Mask), d.Score)), CocoJson.Default.IEnumerableCocoFound));
}
