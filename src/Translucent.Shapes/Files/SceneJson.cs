// Scenes, questions, stories and annotations as lines of JSON.

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Translucent.Evaluate.DataSets;

namespace Translucent.Shapes.Files;

/// <summary>The text records of one scene, each ending with a line feed.</summary>
sealed class SceneJson(Scene scene, int index)
{
    /// <summary>Places for objects in annotation numbers.</summary>
    const int PerScene = 8;

    /// <summary>COCO annotations, each followed by a comma and a line feed.</summary>
    public byte[] Annotations { get; } = Lines(scene.Objects.Select((o, i) => Annotation(o, index, i)), SceneRecords.Json.AnnotationRecord, ",\n"u8);

    public byte[] Questions { get; } = Lines(scene.Questions.Select(q => Record(q, index)), SceneRecords.Json.QuestionRecord, "\n"u8);

    public byte[] Stories { get; } = Lines(scene.Stories.Select(s => new StoryRecord(index, s.Sentences, s.Summary, s.Sources)), SceneRecords.Json.StoryRecord,
        "\n"u8);

    public byte[] Scenes { get; } = Lines([Record(scene, index)], SceneRecords.Json.SceneRecord, "\n"u8);

    /// <summary>The name of a scene's files.</summary>
    public static string FileName(int index) => index.ToString("D6", CultureInfo.InvariantCulture) + ".png";

    static byte[] Lines<T>(IEnumerable<T> records, JsonTypeInfo<T> type, ReadOnlySpan<byte> end)
    {
        List<byte> bytes = [];
        foreach (T record in records)
        {
            bytes.AddRange(JsonSerializer.SerializeToUtf8Bytes(record, type).AsSpan());
            bytes.AddRange(end);
        }
        return [.. bytes];
    }

    static AnnotationRecord Annotation(SceneObject o, int scene, int index) => new(
        (long)scene * PerScene + index + 1, scene, 1 + (int)o.Kind, [o.Box.X, o.Box.Y, o.Box.Width, o.Box.Height], o.Visible.Area, IsCrowd: 0,
        CocoMask.Of(o.Visible), CocoMask.Of(o.Full), index, o.Colour.Name(), o.Surface.Name());

    static QuestionRecord Record(SceneQuestion q, int scene) =>
        new(scene, q.Family.ToString().ToLowerInvariant(), q.Text, q.Answer, q.Wrong, q.Objects, q.Words, SceneVocabulary.Tokenize(q.Text));

    static SceneRecord Record(Scene scene, int index)
    {
        (Background b, Light l) = (scene.Background, scene.Light);
        return new SceneRecord(
            index, Hex(scene.Seed), "images/" + FileName(index), "labels/" + FileName(index), scene.Image.Width, scene.Image.Height,
            scene.Objects.Count == 1 ? scene.Objects[0].Kind.Name() : null, [.. scene.Kinds.Select(k => k.Name())], scene.Captions, scene.References,
            new BackgroundRecord(b.Kind.Name(), [b.First.R, b.First.G, b.First.B], [b.Second.R, b.Second.G, b.Second.B], b.Scale, b.Angle, Hex(b.Seed)),
            new LightRecord(l.Gain, l.Slope, l.Angle, l.Noise, Hex(l.Seed)),
            [.. scene.Objects.Select(Record)]);
    }

    static ObjectRecord Record(SceneObject o) => new(
        o.Kind.Name(), o.Colour.Name(), o.Surface.Name(), o.DarkPattern, o.PatternAngle, o.X, o.Y, o.Size, o.Angle, o.Shade,
        [o.Box.X, o.Box.Y, o.Box.Width, o.Box.Height], o.Area, o.WholeArea);

    // As text: JavaScript and others read large numbers with loss.
    static string Hex(ulong seed) => seed.ToString("x16", CultureInfo.InvariantCulture);
}
