// A file of finished items, one JSON object a line, so that a long job that was ended goes on where it was.

using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Translucent.Checkpoints;
using Translucent.Cli.Runs;
using Translucent.Files;

namespace Translucent.Cli.Objects;

/// <summary>The log of a job whose first line says what it is about.</summary>
/// <typeparam name="T">What an item left.</typeparam>
sealed class JobLog<T> : IDisposable
{
    readonly StreamWriter _file;
    readonly JsonTypeInfo<T> _type;

    JobLog(StreamWriter file, JsonTypeInfo<T> type, List<T> done) => (_file, _type, Done) = (file, type, done);

    /// <summary>What earlier runs with the same settings have finished.</summary>
    public List<T> Done { get; }

    /// <summary>Opens a log; one of other settings is begun anew, a last line that was cut off is dropped.</summary>
    /// <param name="folder">The folder of the job, which is made.</param>
    /// <param name="settings">One line of JSON that decides about all results.</param>
    /// <param name="type">How an item is written.</param>
    public static JobLog<T> Open(string folder, string settings, JsonTypeInfo<T> type)
    {
        RunFolder.Make(folder);
        string path = Path.Combine(folder, "items.jsonl");
        List<T> done = [];
        if (File.Exists(path) && File.ReadLines(path).FirstOrDefault() == settings)
            foreach (string line in File.ReadLines(path).Skip(1))
                try
                {
                    if (JsonSerializer.Deserialize(line, type) is { } item) done.Add(item);
                }
                catch (JsonException)
                {
                    break; // cut off when the run was ended
                }
        AtomicFile.Write(path, stream =>
        {
            stream.Write(Line(settings));
            foreach (T item in done) stream.Write(Line(JsonSerializer.Serialize(item, type)));
        });
        return new JobLog<T>(new StreamWriter(path, append: true, new UTF8Encoding(false)) { NewLine = "\n" }, type, done);

        static byte[] Line(string text) => Encoding.UTF8.GetBytes(text + "\n");
    }

    /// <summary>Adds an item that is finished.</summary>
    public void Add(T item)
    {
        Done.Add(item);
        _file.WriteLine(JsonSerializer.Serialize(item, _type));
        _file.Flush();
    }

    public void Dispose() => _file.Dispose();
}
