// Writes a data set of scenes into a folder: in parallel, and so that a run that was stopped goes on where it was.
// Scenes are made in chunks. The text records of a finished chunk lie in parts/ until all chunks are there and become one file each;
// every file appears whole, under its name, or not at all.

using Translucent.Files;
using Translucent.Images;
using Translucent.Pictures;
using Translucent.Shapes.Files;
using Translucent.Tensors;

namespace Translucent.Shapes;

/// <summary>How far a folder is.</summary>
/// <param name="Done">Scenes that are complete.</param>
/// <param name="Kept">Of these, the scenes that an earlier run had made.</param>
/// <param name="Total">Scenes of the plan.</param>
public readonly record struct ShapesProgress(int Done, int Kept, int Total);

/// <summary>Data sets of scenes on disk.</summary>
public sealed class ShapesFolder
{
    const int ChunkPixels = 1 << 22, MostScenes = 256, LeastScenes = 8; // of a chunk: about a second of work, the most that a stopped run loses

    static readonly string[] s_records = ["annotations", "questions", "stories", "scenes"]; // scenes are written last: they end a chunk

    /// <summary>The twelve bytes that end every whole PNG.</summary>
    static ReadOnlySpan<byte> PngEnd => [0, 0, 0, 0, (byte)'I', (byte)'E', (byte)'N', (byte)'D', 0xAE, 0x42, 0x60, 0x82];

    readonly string _folder;
    readonly ShapesPlan _plan;
    readonly IProgress<ShapesProgress>? _progress;
    readonly CancellationToken _stop;
    int _done, _kept;

    ShapesFolder(string folder, ShapesPlan plan, IProgress<ShapesProgress>? progress, CancellationToken stop) =>
        (_folder, _plan, _progress, _stop) = (folder, plan, progress, stop);

    /// <summary>Writes a data set, or what is missing of it. Equal plans give equal pixels, labels and records on every machine, in one run or
    /// several.</summary>
    /// <param name="folder">Made when it is not there; otherwise empty, or left by an earlier run of the same plan.</param>
    /// <param name="plan">What to write.</param>
    /// <param name="progress">Told after every chunk of scenes.</param>
    /// <param name="stop">Stops after the scenes at hand; a later call goes on.</param>
    /// <returns>How many scenes are there, and how many were there before.</returns>
    /// <exception cref="TranslucentException">A setting of the plan is out of its range.</exception>
    /// <exception cref="TranslucentException">The folder holds something else, or the options leave no room for so many objects.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is read-only.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static ShapesProgress Write(string folder, ShapesPlan plan, IProgress<ShapesProgress>? progress = null, CancellationToken stop = default) =>
        new ShapesFolder(folder, plan, progress, stop).Run();

    ShapesProgress Run()
    {
        IReadOnlyList<ShapesSet> sets = _plan.Sets;
        ShapesDescription.Claim(_folder, _plan);
        foreach (ShapesSet set in sets) Write(set);
        WriteText("vocabulary.txt", string.Concat(SceneVocabulary.Words.Select(w => w + "\n")));
        WriteText("README.md", ShapesDescription.Readme(_plan));
        return new ShapesProgress(_done, _kept, _plan.Count);
    }

    void Write(ShapesSet set)
    {
        string folder = Path.Combine(_folder, set.Name), parts = Path.Combine(folder, "parts");
        foreach (string name in (string[])["images", "labels"]) Directory.CreateDirectory(Path.Combine(folder, name));
        bool assembled = s_records.All(r => File.Exists(Path.Combine(folder, FinalName(r))));
        if (!assembled) Directory.CreateDirectory(parts);
        int size = Math.Clamp(ChunkPixels / (set.Options.Width * set.Options.Height), LeastScenes, MostScenes), chunks = (set.Count + size - 1) / size;
        for (int chunk = 0; chunk < chunks; chunk++)
        {
            (int first, int count) = (chunk * size, Math.Min(size, set.Count - chunk * size));
            bool recorded = assembled || File.Exists(PartName(parts, chunk, "scenes"));
            if (recorded && Enumerable.Range(first, count).All(i => HasPictures(folder, i))) _kept += count;
            else WriteChunk(set, folder, first, count, recorded ? null : record => PartName(parts, chunk, record));
            _done += count;
            _progress?.Report(new ShapesProgress(_done, _kept, _plan.Count));
        }
        if (!assembled) Assemble(set, folder, parts, chunks);
        if (Directory.Exists(parts)) Directory.Delete(parts, recursive: true);
    }

    void WriteChunk(ShapesSet set, string folder, int first, int count, Func<string, string>? part)
    {
        SceneJson[] records = new SceneJson[count];
        try
        {
            Compute.Default.For(count, i =>
            {
                if (_stop.IsCancellationRequested) return;
                Scene scene = Scenes.Draw(set.SceneSeed(first + i), set.Options);
                string name = SceneJson.FileName(first + i);
                Put(Path.Combine(folder, "images", name), ImageFile.Encode(scene.Image));
                Put(Path.Combine(folder, "labels", name), ImageFile.Encode(new Image(scene.Image.Width, scene.Image.Height, 1, scene.Labels)));
                records[i] = new SceneJson(scene, first + i);
            });
        }
        catch (AggregateException e)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
        _stop.ThrowIfCancellationRequested();
        if (part is null) return;
        foreach (string record in s_records)
            AtomicFile.Write(part(record), stream =>
            {
                foreach (SceneJson scene in records) stream.Write(Bytes(scene, record));
            });
    }

    static byte[] Bytes(SceneJson scene, string record) => record switch
    {
        "annotations" => scene.Annotations,
        "questions" => scene.Questions,
        "stories" => scene.Stories,
        _ => scene.Scenes,
    };

    void Assemble(ShapesSet set, string folder, string parts, int chunks)
    {
        foreach (string record in s_records)
        {
            _stop.ThrowIfCancellationRequested();
            string whole = Path.Combine(parts, FinalName(record)); // what a killed run leaves half done goes with the parts
            AtomicFile.Write(whole, stream =>
            {
                if (record == "annotations") InstancesFile.Write(stream, set, chunks, chunk => PartName(parts, chunk, record));
                else
                    for (int chunk = 0; chunk < chunks; chunk++) Append(stream, PartName(parts, chunk, record));
            });
            File.Move(whole, Path.Combine(folder, FinalName(record)), overwrite: true);
        }
    }

    static void Append(Stream to, string path)
    {
        using FileStream from = File.OpenRead(path);
        from.CopyTo(to);
    }

    static string FinalName(string record) => record == "annotations" ? "instances.json" : record + ".jsonl";

    static string PartName(string parts, int chunk, string record) => Path.Combine(parts, $"{chunk:D6}.{record}");

    // Images are not flushed one by one, that would take most of the time: after a power failure one may be cut, so its end is looked at.
    static bool HasPictures(string folder, int index)
    {
        string name = SceneJson.FileName(index);
        return IsWhole(Path.Combine(folder, "images", name)) && IsWhole(Path.Combine(folder, "labels", name));
    }

    static bool IsWhole(string path)
    {
        if (!File.Exists(path)) return false;
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        Span<byte> end = stackalloc byte[PngEnd.Length];
        if (stream.Length < end.Length) return false;
        stream.Seek(-end.Length, SeekOrigin.End);
        stream.ReadExactly(end);
        return end.SequenceEqual(PngEnd);
    }

    static void Put(string path, byte[] content)
    {
        if (File.Exists(path) && new FileInfo(path).Length == content.Length && File.ReadAllBytes(path).AsSpan().SequenceEqual(content)) return;
        string temporary = path + ".tmp";
        try
        {
            using (FileStream stream = new(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0)) stream.Write(content);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    void WriteText(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        if (!File.Exists(path) || File.ReadAllText(path) != text) AtomicFile.Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));
    }
}
