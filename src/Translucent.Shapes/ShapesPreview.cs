// Reads some scenes of a folder back, as its files tell them, to be looked at.

using System.Text.Json;
using Translucent.Evaluate.DataSets;
using Translucent.Files;
using Translucent.Pictures;
using Translucent.Shapes.Files;

namespace Translucent.Shapes;

/// <summary>Scenes of a folder for a contact sheet.</summary>
static class ShapesPreview
{
    /// <summary>Reads scenes with their masks and first questions.</summary>
    /// <param name="folder">A set: the folder itself, or its train or val.</param>
    /// <param name="first">The number of the first scene, from 0.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="questions">Questions per scene at most.</param>
    /// <exception cref="TranslucentException">The folder holds no whole data set of shapes, or not so many scenes.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static IReadOnlyList<SheetCell> Read(string folder, int first, int count, int questions)
    {
        foreach (string name in (string[])["instances.json", "questions.jsonl"])
            if (!File.Exists(Path.Combine(folder, name)))
                throw new TranslucentException($"{folder}: there is no {name}, so it is no finished set of "
                    + $"shapes{(Directory.Exists(Path.Combine(folder, "train")) ? "; it is split: choose train or val" : "")}.");
        List<CocoAnnotation>[] masks = Group(count, Annotations(Path.Combine(folder, "instances.json")), a => a.ImageId - first);
        List<SheetWord[]>[] lines = Group(count, Questions(Path.Combine(folder, "questions.jsonl")), q => q.Scene - first, q => q.Words);
        List<SheetCell> cells = [];
        for (int i = 0; i < count; i++)
        {
            string image = Path.Combine(folder, "images", SceneJson.FileName(first + i));
            if (File.Exists(image)) cells.Add(new SheetCell(ImageFile.Read(image).ToRgb(), [.. masks[i].Select(a => a.Mask)], [.. lines[i].Take(questions)]));
        }
        return cells.Count > 0 ? cells : throw new TranslucentException($"{folder}: there is no scene {first}.");
    }

    static List<T>[] Group<T>(int count, IEnumerable<T> records, Func<T, long> place) => Group(count, records, place, r => r);

    // Records are in the order of their scenes, so that reading ends behind the last one asked for.
    static List<TResult>[] Group<T, TResult>(int count, IEnumerable<T> records, Func<T, long> place, Func<T, TResult> result)
    {
        List<TResult>[] groups = [.. Enumerable.Range(0, count).Select(_ => new List<TResult>())];
        foreach (T record in records.TakeWhile(r => place(r) < count))
            if (place(record) >= 0) groups[place(record)].Add(result(record));
        return groups;
    }

    static IEnumerable<CocoAnnotation> Annotations(string path) =>
        Records(path, line => line.StartsWith("{\"id\":", StringComparison.Ordinal) && line.Contains("\"image_id\":"), line =>
    {
        AnnotationRecord a = JsonSerializer.Deserialize(line.TrimEnd(','), SceneRecords.Json.AnnotationRecord) ?? throw new TranslucentException("it is null");
        return a.ToAnnotation();
    });

    static IEnumerable<(long Scene, SheetWord[] Words)> Questions(string path) => Records(path, line => line.Length > 0, line =>
    {
        QuestionRecord q = JsonSerializer.Deserialize(line, SceneRecords.Json.QuestionRecord) ?? throw new TranslucentException("it is null");
        if (q.Tokens.Count < 2 || q.Tokens[0].Length == 0) throw new TranslucentException("its question has no words");
        return ((long)q.Scene, ShapesSheet.Line(q.Tokens, q.Words, q.Answer, q.Objects));
    });

    static IEnumerable<T> Records<T>(string path, Func<string, bool> wanted, Func<string, T> read)
    {
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            if (wanted(line)) yield return Record(path, number, line, read);
        }
    }

    static T Record<T>(string path, int number, string line, Func<string, T> read)
    {
        try
        {
            return read(line);
        }
        catch (Exception e) when (e is JsonException or TranslucentException)
        {
            throw new TranslucentException($"{path}: line {number} is not a record of shapes ({e.Message.TrimEnd('.')}).");
        }
    }
}
