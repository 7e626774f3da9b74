// Instance annotations in COCO's format: cocodataset.org, "Data format", object detection; masks as run lengths.

using System.Text.Json;
using Translucent.Checkpoints;
using Translucent.Files;

namespace Translucent.Evaluate.DataSets;

/// <summary>An image of a COCO file.</summary>
public sealed record CocoImage(long Id, string FileName, int Width, int Height);

/// <summary>A class of a COCO file.</summary>
public sealed record CocoCategory(int Id, string Name, string Supercategory = "");

/// <summary>An object of an image.</summary>
/// <param name="Id">Its number, unique in the file.</param>
/// <param name="ImageId">Its image.</param>
/// <param name="CategoryId">Its class.</param>
/// <param name="Mask">Its pixels.</param>
/// <param name="Box">The box as the file gives it: x, y, width, height in pixels.</param>
/// <param name="IsCrowd">Whether it stands for several objects that were not annotated one by one.</param>
public sealed record CocoAnnotation(long Id, long ImageId, int CategoryId, Rle Mask, (double X, double Y, double Width, double Height) Box, bool IsCrowd = false);

/// <summary>The content of a COCO instances file.</summary>
public sealed record CocoInstances(IReadOnlyList<CocoImage> Images, IReadOnlyList<CocoAnnotation> Annotations, IReadOnlyList<CocoCategory> Categories)
{
    /// <summary>Reads a file whose masks are run lengths, compressed or not.</summary>
    /// <exception cref="TranslucentException">It is no JSON, lacks a field, or has masks as polygons.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static CocoInstances Read(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            using JsonDocument json = JsonDocument.Parse(stream);
            JsonElement root = json.RootElement;
            return new CocoInstances(
                [.. root.GetProperty("images").EnumerateArray().Select(i =>
                    new CocoImage(i.GetProperty("id").GetInt64(), Text(i, "file_name"), i.GetProperty("width").GetInt32(), i.GetProperty("height").GetInt32()))],
                [.. root.GetProperty("annotations").EnumerateArray().Select(Annotation)],
                [.. root.GetProperty("categories").EnumerateArray().Select(c =>
                    new CocoCategory(c.GetProperty("id").GetInt32(), Text(c, "name"), c.TryGetProperty("supercategory", out JsonElement s) ? s.GetString() ?? "" : ""))]);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new TranslucentException($"{path}: not COCO instances ({Describe.Line(e.Message).TrimEnd('.')}); expected images, annotations with run-length masks, and categories.");
        }
        catch (TranslucentException e)
        {
            throw new TranslucentException($"{path}: {Describe.Line(e.Message)}");
        }
    }

    internal static CocoAnnotation Annotation(JsonElement a)
    {
        long id = a.GetProperty("id").GetInt64();
        JsonElement segmentation = a.GetProperty("segmentation");
        if (segmentation.ValueKind != JsonValueKind.Object) throw new TranslucentException($"annotation {id}: its mask is a list of polygons, expected run lengths (an object with size and counts).");
        double[] box = Numbers(a.GetProperty("bbox"), 4);
        return new CocoAnnotation(id, a.GetProperty("image_id").GetInt64(), a.GetProperty("category_id").GetInt32(), Mask(segmentation),
            (box[0], box[1], box[2], box[3]), a.TryGetProperty("iscrowd", out JsonElement crowd) && crowd.GetInt32() != 0);
    }

    static Rle Mask(JsonElement segmentation)
    {
        double[] size = Numbers(segmentation.GetProperty("size"), 2);
        JsonElement counts = segmentation.GetProperty("counts");
        return counts.ValueKind == JsonValueKind.String
            ? Rle.Parse(counts.GetString()!, (int)size[1], (int)size[0])
            : Rle.FromCounts([.. counts.EnumerateArray().Select(c => c.GetInt32())], (int)size[1], (int)size[0]);
    }

    static double[] Numbers(JsonElement array, int count) => array.GetArrayLength() == count
        ? [.. array.EnumerateArray().Select(n => n.GetDouble())]
        : throw new FormatException($"a list of {array.GetArrayLength()} numbers, expected {count}");

    static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null");

    /// <summary>Writes a file with compressed masks; areas are those of the masks.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(string path) => AtomicFile.Write(path, stream =>
        JsonSerializer.Serialize(stream, new CocoFile(Images, Annotations.Select(CocoObject.Of), Categories), CocoJson.Default.CocoFile));
}
