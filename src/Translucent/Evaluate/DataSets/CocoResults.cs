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
            List<CocoDetection> found = [];
            foreach (JsonElement entry in JsonSerializer.Deserialize(stream, CocoJson.Default.JsonElementArray) ?? throw new JsonException("null"))
            {
                at = found.Count;
                found.Add(Detection(entry));
            }
            return found;
        }
        catch (Exception e) when (e is JsonException or TranslucentException)
        {
            string what = Describe.Line(e.Message).TrimEnd('.');
            throw new TranslucentException(at < 0
                ? $"{path}: not COCO results ({what}); expected a list of detections."
                : $"{path}: entry {at}: {what}; expected image_id, category_id, score, and bbox or a segmentation with size and counts.");
        }
    }

    static CocoDetection Detection(JsonElement entry)
    {
        CocoSourceFound found = entry.Deserialize(CocoJson.Default.CocoSourceFound) ?? throw new JsonException("null");
        double score = found.Score ?? throw No("score");
        if (!double.IsFinite(score)) throw new TranslucentException("the score is not finite");
        if (found.Segmentation is { ValueKind: not JsonValueKind.Object }) throw new TranslucentException("the mask is no object with size and counts");
        bool hasBox = found.Bbox is { Length: > 0 };
        if (found.Segmentation is null && !hasBox) throw new TranslucentException("neither bbox nor segmentation");
        Rle? mask = found.Segmentation is { } segmentation ? CocoInstances.Mask(segmentation) : null;
        return new CocoDetection(found.ImageId ?? throw No("image_id"), found.CategoryId ?? throw No("category_id"), score,
            hasBox ? CocoInstances.Box(found.Bbox!) : mask!.Around, mask);
    }

    static TranslucentException No(string name) => new($"no {name}");

    /// <summary>Writes detections with their boxes and, where there are any, compressed masks.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string path, IEnumerable<CocoDetection> detections) => AtomicFile.Write(path, stream =>
        JsonSerializer.Serialize(stream, detections.Select(d => new CocoFound(d.ImageId, d.CategoryId,
            [d.Box.X, d.Box.Y, d.Box.Width, d.Box.Height], d.Mask is null ? null : CocoMask.Of(d.Mask), d.Score)), CocoJson.Default.IEnumerableCocoFound));
}
