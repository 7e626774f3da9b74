// A file of finished items, one JSON object a line, so that a long job that was ended goes on where it was.

using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Translucent.Files;

namespace Translucent.Runs;

/// <summary>The log of a job whose first line says what it is about.</summary>
/// <typeparam name="T">What an item left. Its type information leaves out what is absent, so that a line never holds a null.</typeparam>
sealed class JobLog<T> : IDisposable where T : class
{
    readonly StreamWriter _file;
    readonly JsonTypeInfo<T> _type;

    JobLog(StreamWriter file, JsonTypeInfo<T> type, List<T> done) => (_file, _type, Done) = (file, type, done);

    /// <summary>What is finished: by earlier runs with the same settings, and by this one.</summary>
    public List<T> Done { get; }

    /// <summary>
    /// Opens a log. One of other settings is begun anew; of one of the same settings the items go up to the first line that was cut off or is none of ours,
    /// and from there the work is done again.
    /// </summary>
    /// <param name="folder">The folder of the job, which is made.</param>
    /// <param name="settings">One line of JSON that decides about all results.</param>
    /// <param name="type">How an item is written.</param>
    /// <param name="fits">Whether an item is one that this job could have written, as far as its type does not say so; null where it does.</param>
    public static JobLog<T> Open(string folder, string settings, JsonTypeInfo<T> type, Predicate<T>? fits = null)
    {
        RunFolder.Make(folder);
        string path = Path.Combine(folder, FileName);
        List<T> done = [];
        if (File.Exists(path) && File.ReadLines(path).FirstOrDefault() == settings)
            foreach (string line in File.ReadLines(path).Skip(1))
            {
                if (Item(line, type) is not { } item || fits?.Invoke(item) == false) break;
                done.Add(item);
            }
        AtomicFile.Write(path, stream =>
        {
            stream.Write(Line(settings));
            foreach (T item in done) stream.Write(Line(JsonSerializer.Serialize(item, type)));
        });
        return new JobLog<T>(new StreamWriter(path, append: true, new UTF8Encoding(false)) { NewLine = "\n" }, type, done);

        static byte[] Line(string text) => Encoding.UTF8.GetBytes(text + "\n");
    }

    /// <summary>The name of the log in the folder of the job.</summary>
    public const string FileName = "items.jsonl";

    /// <summary>Adds an item that is finished.</summary>
    public void Add(T item)
    {
        Done.Add(item);
        _file.WriteLine(JsonSerializer.Serialize(item, _type));
        _file.Flush();
    }

    public void Dispose() => _file.Dispose();

    /// <summary>The item of a line; none where it is no such item, or holds a null, which the type alone does not refuse inside lists.</summary>
    static T? Item(string line, JsonTypeInfo<T> type)
    {
        byte[] json = Encoding.UTF8.GetBytes(line);
        try
        {
            Utf8JsonReader reader = new(json);
            while (reader.Read())
                if (reader.TokenType == JsonTokenType.Null) return default;
            return JsonSerializer.Deserialize(json, type);
        }
        catch (JsonException)
        {
            return default;
        }
    }
}
