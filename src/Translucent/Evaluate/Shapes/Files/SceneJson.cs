// Scenes, questions, stories and annotations as lines of JSON.

using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Translucent.Evaluate.Coco;

namespace Translucent.Evaluate.Shapes.Files;

/// <summary>The text records of one scene, each ending with a line feed.</summary>
sealed class SceneJson
{
    /// <summary>Places for objects in annotation numbers.</summary>
    const int PerScene = 8;

    static readonly JsonWriterOptions s_style = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public SceneJson(Scene scene, int index)
    {
        Annotations = Lines(scene.Objects.Count, (json, i) => Annotation(json, scene.Objects[i], index, i), separator: ",");
        Questions = Lines(scene.Questions.Count, (json, i) => Write(json, scene.Questions[i], index));
        Stories = Lines(scene.Stories.Count, (json, i) => Write(json, scene.Stories[i], index));
        Scenes = Lines(1, (json, _) => Write(json, scene, index));
    }

    /// <summary>COCO annotations, each followed by a comma and a line feed.</summary>
    public byte[] Annotations { get; }

    public byte[] Questions { get; }

    public byte[] Stories { get; }

    public byte[] Scenes { get; }

    /// <summary>The name of a scene's files.</summary>
    public static string FileName(int index) => index.ToString("D6", CultureInfo.InvariantCulture) + ".png";

    static byte[] Lines(int count, Action<Utf8JsonWriter, int> write, string separator = "")
    {
        ArrayBufferWriter<byte> bytes = new(1 << 12);
        using Utf8JsonWriter json = new(bytes, s_style);
        for (int i = 0; i < count; i++)
        {
            write(json, i);
            json.Flush();
            json.Reset();
            foreach (char c in separator) bytes.Write([(byte)c]);
            bytes.Write("\n"u8);
        }
        return bytes.WrittenSpan.ToArray();
    }

    static void Annotation(Utf8JsonWriter json, SceneObject o, int scene, int index) =>
        CocoJson.Write(json, new CocoAnnotation((long)scene * PerScene + index + 1, scene, 1 + (int)o.Kind, o.Visible, (o.Box.X, o.Box.Y, o.Box.Width, o.Box.Height)), more =>
        {
            CocoJson.Write(more, "full_segmentation", o.Full);
            more.WriteNumber("object", index);
            more.WriteString("colour", o.Colour.Name());
            more.WriteString("surface", o.Surface.Name());
        });

    static void Write(Utf8JsonWriter json, Question question, int scene)
    {
        json.WriteStartObject();
        json.WriteNumber("scene", scene);
        json.WriteString("family", question.Family.ToString().ToLowerInvariant());
        json.WriteString("question", question.Text);
        json.WriteString("answer", question.Answer);
        Write(json, "wrong", question.Wrong);
        Write(json, "objects", question.Objects);
        Write(json, "words", question.Words);
        Write(json, "tokens", Vocabulary.Tokenize(question.Text));
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, Story story, int scene)
    {
        json.WriteStartObject();
        json.WriteNumber("scene", scene);
        Write(json, "sentences", story.Sentences);
        json.WriteString("summary", story.Summary);
        Write(json, "sources", story.Sources);
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, Scene scene, int index)
    {
        json.WriteStartObject();
        json.WriteNumber("scene", index);
        json.WriteString("seed", Hex(scene.Seed));
        json.WriteString("image", "images/" + FileName(index));
        json.WriteString("labels", "labels/" + FileName(index));
        json.WriteNumber("width", scene.Image.Width);
        json.WriteNumber("height", scene.Image.Height);
        if (scene.Objects.Count == 1) json.WriteString("class", scene.Objects[0].Kind.Name());
        Write(json, "classes", [.. scene.Kinds.Select(k => k.Name())]);
        Write(json, "captions", scene.Captions);
        json.WriteStartArray("references");
        foreach (Reference reference in scene.References)
        {
            json.WriteStartObject();
            json.WriteString("text", reference.Text);
            json.WriteNumber("object", reference.Object);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        Write(json, scene.Background);
        Write(json, scene.Light);
        json.WriteStartArray("objects");
        foreach (SceneObject o in scene.Objects) Write(json, o);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, Background b)
    {
        json.WriteStartObject("background");
        json.WriteString("kind", b.Kind.Name());
        Write(json, "first", [b.First.R, b.First.G, b.First.B]);
        Write(json, "second", [b.Second.R, b.Second.G, b.Second.B]);
        json.WriteNumber("scale", b.Scale);
        json.WriteNumber("angle", b.Angle);
        json.WriteString("seed", Hex(b.Seed));
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, Light light)
    {
        json.WriteStartObject("light");
        json.WriteNumber("gain", light.Gain);
        json.WriteNumber("slope", light.Slope);
        json.WriteNumber("angle", light.Angle);
        json.WriteNumber("noise", light.Noise);
        json.WriteString("seed", Hex(light.Seed));
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, SceneObject o)
    {
        json.WriteStartObject();
        json.WriteString("kind", o.Kind.Name());
        json.WriteString("colour", o.Colour.Name());
        json.WriteString("surface", o.Surface.Name());
        json.WriteBoolean("dark_pattern", o.DarkPattern);
        json.WriteNumber("pattern_angle", o.PatternAngle);
        json.WriteNumber("x", o.X);
        json.WriteNumber("y", o.Y);
        json.WriteNumber("size", o.Size);
        json.WriteNumber("angle", o.Angle);
        json.WriteNumber("shade", o.Shade);
        Write(json, "box", [o.Box.X, o.Box.Y, o.Box.Width, o.Box.Height]);
        json.WriteNumber("area", o.Area);
        json.WriteNumber("whole_area", o.WholeArea);
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    static void Write(Utf8JsonWriter json, string name, IReadOnlyList<int> numbers)
    {
        json.WriteStartArray(name);
        foreach (int number in numbers) json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    // As text: JavaScript and others read large numbers with loss.
    static string Hex(ulong seed) => seed.ToString("x16", CultureInfo.InvariantCulture);
}
