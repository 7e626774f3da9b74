// The records of a COCO file as they stand in JSON, for whole files and for files too long to be held in memory, which are written one by one.

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

/// <summary>How these records are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CocoFile))]
[JsonSerializable(typeof(IEnumerable<CocoFound>))]
sealed partial class CocoJson : JsonSerializerContext;
