// Instance annotations in COCO's format: cocodataset.org, "Data format", object detection; masks as polygons or run lengths.

using System.Text.Json;
using Translucent.Files;

namespace Translucent.Evaluate.DataSets;

/// <summary>An image of a COCO file.</summary>
sealed record CocoImage(long Id, string FileName, int Width, int Height);

/// <summary>A class of a COCO file.</summary>
sealed record CocoCategory(int Id, string Name, string Supercategory = "");

/// <summary>An object of an image.</summary>
/// <param name="Id">Its number, unique in the file.</param>
/// <param name="ImageId">Its image.</param>
/// <param name="CategoryId">Its class.</param>
/// <param name="Mask">Its pixels.</param>
/// <param name="Box">The box as the file gives it: x, y, width, height in pixels.</param>
/// <param name="IsCrowd">Whether it stands for several objects that were not annotated one by one.</param>
sealed record CocoAnnotation(long Id, long ImageId, int CategoryId, Rle Mask, (double X, double Y, double Width, double Height) Box,
    bool IsCrowd = false)
{
    /// <summary>Square pixels as the file gives them, which need not be those of the mask; from them COCO takes small, medium and large.</summary>
    public double Area { get; init; } = Mask.Area;

    /// <summary>The number of the object in its picture, where the file says so (Shapes does); else null.</summary>
    public int? Number { get; init; }
}

/// <summary>The content of a COCO instances file.</summary>
sealed record CocoInstances(IReadOnlyList<CocoImage> Images, IReadOnlyList<CocoAnnotation> Annotations, IReadOnlyList<CocoCategory> Categories)
{
    /// <summary>
    /// Reads a file whose masks are polygons or run lengths, compressed or not. Without <c>bbox</c> an object has the box around its mask, without <c>area</c>
    /// the
    /// area of its mask.
    /// </summary>
    /// <exception cref="TranslucentException">It is no JSON, lacks a field, or has a mask that is none.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static CocoInstances Read(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            using JsonDocument json = JsonDocument.Parse(stream);
            JsonElement root = json.RootElement;
            CocoImage[] images = [.. root.GetProperty("images").EnumerateArray().Select(i =>
                    new CocoImage(i.GetProperty("id").GetInt64(), i.TryGetProperty("file_name", out JsonElement name) ? name.GetString() ?? "" : "",
                        i.GetProperty("width").GetInt32(), i.GetProperty("height").GetInt32()))];
            Dictionary<long, CocoImage> byId = [];
            foreach (CocoImage image in images) byId[image.Id] = image;
            return new CocoInstances(images,
                [.. root.GetProperty("annotations").EnumerateArray().Select(a => Annotation(a, byId))],
                [.. root.GetProperty("categories").EnumerateArray().Select(c =>
                    new CocoCategory(c.GetProperty("id").GetInt32(), Text(c, "name"), c.TryGetProperty("supercategory", out JsonElement s) ? s.GetString() ?? ""
                        : ""))]);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new TranslucentException(
                $"{path}: not COCO instances ({Describe.Line(e.Message).TrimEnd('.')}); expected images, annotations with masks, and categories.");
        }
        catch (TranslucentException e)
        {
            throw new TranslucentException($"{path}: {Describe.Line(e.Message)}");
        }
    }

    /// <summary>One annotation alone, whose mask is run lengths.</summary>
    internal static CocoAnnotation Annotation(JsonElement a) => Annotation(a, []);

    static CocoAnnotation Annotation(JsonElement a, Dictionary<long, CocoImage> images)
    {
        long id = a.GetProperty("id").GetInt64();
        JsonElement segmentation = a.GetProperty("segmentation");
        Rle mask;
        try
        {
            mask = segmentation.ValueKind == JsonValueKind.Object ? Mask(segmentation)
                : images.TryGetValue(a.GetProperty("image_id").GetInt64(), out CocoImage? image) ? Drawn(segmentation, image)
                : throw new TranslucentException("its image is none of the file's");
        }
        catch (TranslucentException e)
        {
            throw new TranslucentException($"annotation {id}: {e.Message}");
        }
        CocoAnnotation read = new(id, a.GetProperty("image_id").GetInt64(), a.GetProperty("category_id").GetInt32(), mask,
            a.TryGetProperty("bbox", out JsonElement box) ? Box(box) : mask.Around, a.TryGetProperty("iscrowd", out JsonElement crowd) && IsSet(crowd));
        if (a.TryGetProperty("object", out JsonElement number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out int n)) read = read with
        {
            Number = n,
        };
        return a.TryGetProperty("area", out JsonElement area) ? read with { Area = area.GetDouble() } : read;
    }

    internal static (double X, double Y, double Width, double Height) Box(JsonElement box)
    {
        double[] n = Numbers(box, 4);
        return (n[0], n[1], n[2], n[3]);
    }

    static bool IsSet(JsonElement flag) => flag.ValueKind == JsonValueKind.True || flag.ValueKind != JsonValueKind.False && flag.GetInt32() != 0;

    static Rle Drawn(JsonElement parts, CocoImage image) =>
        Polygons.Mask([.. parts.EnumerateArray().Select(p => p.EnumerateArray().Select(n => n.GetDouble()).ToArray())], image.Width, image.Height);

    internal static Rle Mask(JsonElement segmentation)
    {
        double[] size = Numbers(segmentation.GetProperty("size"), 2);
        JsonElement counts = segmentation.GetProperty("counts");
        return counts.ValueKind == JsonValueKind.String
            ? Rle.Parse(counts.GetString()!, (int)size[1], (int)size[0])
            : Rle.FromCounts([.. counts.EnumerateArray().Select(c => c.GetInt32())], (int)size[1], (int)size[0]);
    }

    static double[] Numbers(JsonElement array, int count)
    {
        if (array.GetArrayLength() != count) throw new FormatException($"a list of {array.GetArrayLength()} numbers, expected {count}");
        double[] numbers = [.. array.EnumerateArray().Select(n => n.GetDouble())];
        return Array.TrueForAll(numbers, double.IsFinite) ? numbers : throw new FormatException("a number is too large");
    }

    static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null");

    /// <summary>Writes a file with compressed masks.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(string path) => AtomicFile.Write(path, stream =>
        JsonSerializer.Serialize(stream, new CocoFile(Images, Annotations.Select(CocoObject.Of), Categories), CocoJson.Default.CocoFile));
}
