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
    /// Reads a file whose masks are polygons or run lengths, compressed or not. Without <c>bbox</c> an object has the box around its mask, without
    /// <c>area</c> the area of its mask.
    /// </summary>
    /// <exception cref="TranslucentException">It is no JSON, lacks a field, or has a mask that is none.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static CocoInstances Read(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            CocoSource source = JsonSerializer.Deserialize(stream, CocoJson.Default.CocoSource) ?? throw new JsonException("null");
            CocoImage[] images = [.. Whole(source.Images).Select(i => new CocoImage(i.Id, i.FileName ?? "", i.Width, i.Height))];
            Dictionary<long, CocoImage> byId = [];
            foreach (CocoImage image in images) byId[image.Id] = image;
            return new CocoInstances(images, [.. Whole(source.Annotations).Select(a => Annotation(a, byId))], [.. Whole(source.Categories)]);
        }
        catch (JsonException e)
        {
            throw new TranslucentException(
                $"{path}: not COCO instances ({Describe.Line(e.Message).TrimEnd('.')}); expected images, annotations with masks, and categories.");
        }
        catch (TranslucentException e)
        {
            throw new TranslucentException($"{path}: {Describe.Line(e.Message)}");
        }
    }

    static IEnumerable<T> Whole<T>(IEnumerable<T?> list) where T : class => list.Select(item => item ?? throw new JsonException("an entry is null"));

    static CocoAnnotation Annotation(CocoSourceObject a, Dictionary<long, CocoImage> images)
    {
        try
        {
            Rle mask = a.Segmentation.ValueKind == JsonValueKind.Object ? Mask(a.Segmentation)
                : images.TryGetValue(a.ImageId, out CocoImage? image) ? Drawn(a.Segmentation, image)
                : throw new TranslucentException("its image is none of the file's");
            return new CocoAnnotation(a.Id, a.ImageId, a.CategoryId, mask, a.Bbox is null ? mask.Around : Box(a.Bbox), IsSet(a.IsCrowd))
            {
                Area = a.Area ?? mask.Area,
                Number = a.Object is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out int n) ? n : null,
            };
        }
        catch (TranslucentException e)
        {
            throw new TranslucentException($"annotation {a.Id}: {e.Message}");
        }
    }

    /// <summary>A box of four finite numbers.</summary>
    internal static (double X, double Y, double Width, double Height) Box(double[] box)
    {
        Check(box, 4);
        return (box[0], box[1], box[2], box[3]);
    }

    static bool IsSet(JsonElement? flag) => flag is { } set && (set.ValueKind == JsonValueKind.True
        || (set.ValueKind != JsonValueKind.False && set.Deserialize(CocoJson.Default.Int32) != 0));

    static Rle Drawn(JsonElement segmentation, CocoImage image) =>
        Polygons.Mask([.. Whole(segmentation.Deserialize(CocoJson.Default.DoubleArrayArray) ?? throw new JsonException("a mask is null"))], image.Width,
            image.Height);

    /// <summary>A mask of run lengths, compressed or not.</summary>
    internal static Rle Mask(JsonElement segmentation)
    {
        CocoRuns runs = segmentation.Deserialize(CocoJson.Default.CocoRuns) ?? throw new JsonException("a mask is null");
        Check(runs.Size, 2);
        (int width, int height) = ((int)runs.Size[1], (int)runs.Size[0]);
        return runs.Counts.ValueKind == JsonValueKind.String ? Rle.Parse(runs.Counts.Deserialize(CocoJson.Default.String)!, width, height)
            : Rle.FromCounts(runs.Counts.Deserialize(CocoJson.Default.Int32Array) ?? throw new JsonException("counts are null"), width, height);
    }

    static void Check(double[] numbers, int count)
    {
        if (numbers.Length != count) throw new TranslucentException($"a list of {numbers.Length} numbers, expected {count}");
        if (!Array.TrueForAll(numbers, double.IsFinite)) throw new TranslucentException("a number is too large");
    }

    /// <summary>Writes a file with compressed masks.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(string path) => AtomicFile.Write(path, stream =>
        JsonSerializer.Serialize(stream, new CocoFile(Images, Annotations.Select(CocoObject.Of), Categories), CocoJson.Default.CocoFile));
}
