// The records of a COCO file as they stand in JSON: those that are read, and those that are written, whole or one by one.

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Translucent.Evaluate.DataSets;

/// <summary>A mask: size is [height, width], counts are compressed.</summary>
sealed record CocoMask(int[] Size, string Counts)
{
    public static CocoMask Of(Rle mask) => new([mask.Height, mask.Width], mask.Compressed);
}

/// <summary>An annotation.</summary>
sealed record CocoObject(
    long Id, long ImageId, int CategoryId, double[] Bbox, double Area, [property: JsonPropertyName("iscrowd")] int IsCrowd, CocoMask Segmentation)
{
    public static CocoObject Of(CocoAnnotation a) =>
        new(a.Id, a.ImageId, a.CategoryId, [a.Box.X, a.Box.Y, a.Box.Width, a.Box.Height], a.Area, a.IsCrowd ? 1 : 0, CocoMask.Of(a.Mask));
}

/// <summary>A whole file.</summary>
sealed record CocoFile(IReadOnlyList<CocoImage> Images, IEnumerable<CocoObject> Annotations, IReadOnlyList<CocoCategory> Categories);

/// <summary>A detection.</summary>
sealed record CocoFound(long ImageId, int CategoryId, double[] Bbox, CocoMask? Segmentation, double Score);

/// <summary>A file of instances as others write it.</summary>
sealed record CocoSource(IReadOnlyList<CocoSourceImage?> Images, IReadOnlyList<CocoSourceObject?> Annotations, IReadOnlyList<CocoCategory?> Categories);

/// <summary>Its images.</summary>
sealed record CocoSourceImage(long Id, int Width, int Height, string? FileName = null);

/// <summary>Its annotations; a segmentation is polygons or <see cref="CocoRuns"/>, a crowd is 1 or true.</summary>
sealed record CocoSourceObject(
    long Id, long ImageId, int CategoryId, JsonElement Segmentation, double[]? Bbox = null, [property: JsonPropertyName("iscrowd")] JsonElement? IsCrowd = null,
    double? Area = null, JsonElement? Object = null);

/// <summary>A mask of others: size is [height, width], counts are numbers or compressed text.</summary>
sealed record CocoRuns(double[] Size, JsonElement Counts);

/// <summary>A detection of others: with a box, a mask as <see cref="CocoRuns"/>, or both.</summary>
sealed record CocoSourceFound(long? ImageId = null, int? CategoryId = null, double? Score = null, double[]? Bbox = null, JsonElement? Segmentation = null);

/// <summary>How these records are written and read.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(CocoFile))]
[JsonSerializable(typeof(IEnumerable<CocoFound>))]
[JsonSerializable(typeof(CocoSource))]
[JsonSerializable(typeof(CocoRuns))]
[JsonSerializable(typeof(double[]))]
[JsonSerializable(typeof(double[]?[]))]
[JsonSerializable(typeof(int[]))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(JsonElement[]))]
[JsonSerializable(typeof(CocoSourceFound))]
sealed partial class CocoJson : JsonSerializerContext;
