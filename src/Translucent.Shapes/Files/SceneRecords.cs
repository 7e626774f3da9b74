// The records of a set of scenes as they stand in its files, one JSON object a line; names and order of the fields are the format.

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Translucent.Evaluate.DataSets;
using Translucent.Files;

namespace Translucent.Shapes.Files;

/// <summary>An object in instances.json; what follows COCO's own fields is passed over by COCO's tools.</summary>
sealed record AnnotationRecord(
    long Id, long ImageId, int CategoryId, double[] Bbox, int Area, [property: JsonPropertyName("iscrowd")] int IsCrowd, CocoMask Segmentation,
    CocoMask FullSegmentation, int Object, string Colour, string Surface)
{
    /// <summary>What COCO's own fields say.</summary>
    /// <exception cref="TranslucentException">The mask or the box is not one.</exception>
    public CocoAnnotation ToAnnotation() => Segmentation.Size is [var height, var width] && Bbox is [var x, var y, var w, var h]
        ? new(Id, ImageId, CategoryId, Rle.Parse(Segmentation.Counts, width, height), (x, y, w, h), IsCrowd != 0)
        : throw new TranslucentException("its box or the size of its mask has another number of entries");
}

/// <summary>A line of questions.jsonl.</summary>
sealed record QuestionRecord(
    int Scene, string Family, string Question, string Answer, IReadOnlyList<string> Wrong, IReadOnlyList<int> Objects, IReadOnlyList<int> Words,
    IReadOnlyList<string> Tokens);

/// <summary>A line of stories.jsonl.</summary>
sealed record StoryRecord(int Scene, IReadOnlyList<string> Sentences, string Summary, IReadOnlyList<int> Sources);

/// <summary>A line of scenes.jsonl.</summary>
/// <param name="Scene">Its number, from 0.</param>
/// <param name="Seed">In hexadecimal.</param>
/// <param name="Image">The file, from the folder of the set.</param>
/// <param name="Labels">Its label map, likewise.</param>
/// <param name="Width">Pixels per row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Class">The kind, where there is exactly one object; otherwise the field is not there.</param>
/// <param name="Classes">Kinds that occur.</param>
/// <param name="Captions">Sentences about the whole.</param>
/// <param name="References">Phrases that mean one object each.</param>
/// <param name="Background">What is behind the objects.</param>
/// <param name="Light">Light and noise.</param>
/// <param name="Objects">In the order that indices of objects elsewhere refer to.</param>
sealed record SceneRecord(
    int Scene, string Seed, string Image, string Labels, int Width, int Height, string? Class, IReadOnlyList<string> Classes, IReadOnlyList<string> Captions,
    IReadOnlyList<Reference> References, BackgroundRecord Background, LightRecord Light, IReadOnlyList<ObjectRecord> Objects);

/// <summary>The background of a scene; colours are red, green, blue.</summary>
sealed record BackgroundRecord(string Kind, int[] First, int[] Second, double Scale, int Angle, string Seed);

/// <summary>Light and noise of a scene.</summary>
sealed record LightRecord(double Gain, double Slope, int Angle, double Noise, string Seed);

/// <summary>An object of a scene; the box is x, y, width, height.</summary>
sealed record ObjectRecord(
    string Kind, string Colour, string Surface, bool DarkPattern, int PatternAngle, double X, double Y, double Size, int Angle, double Shade, int[] Box,
    int Area, int WholeArea);

/// <summary>How these records are written: snake_case, without fields that are null, non-ASCII characters as they are.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(AnnotationRecord))]
[JsonSerializable(typeof(QuestionRecord))]
[JsonSerializable(typeof(StoryRecord))]
[JsonSerializable(typeof(SceneRecord))]
[JsonSerializable(typeof(CocoImage))]
[JsonSerializable(typeof(CocoCategory))]
sealed partial class SceneRecords : JsonSerializerContext
{
    /// <summary>The context that files are written with.</summary>
    public static SceneRecords Json => Relaxed.Context;

    // Made at first use: the generated Default has to be there before.
    static class Relaxed
    {
        public static readonly SceneRecords Context = new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
