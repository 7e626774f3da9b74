// result.json: what was run on what, with which settings, how long it took, and what was written. The record of the latest run, and
// under "other_verbs" the latest of every other verb that wrote to the same folder.

using System.Buffers;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Translucent.Cli.Runs;

/// <summary>Writes result.json, and reads an earlier one.</summary>
static class RunRecord
{
    public const string FileName = "result.json";

    /// <summary>The property that holds the records of other verbs by their names.</summary>
    public const string OtherVerbs = "other_verbs";

    static readonly JsonWriterOptions s_indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The version of the command.</summary>
    public static string Version { get; } =
        typeof(RunRecord).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    /// <summary>Everything that decides about the files but model and image, as one line of JSON.</summary>
    public static string Settings(ImageVerb verb, int renderSize)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            verb.WriteSettings(json);
            verb.Prompts?.WriteSettings(json);
            json.WriteNumber("render_size", renderSize);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Writes result.json, the last file of a run: where it names the run, the other files are complete.</summary>
    /// <param name="run">The run.</param>
    /// <param name="verb">Its verb.</param>
    /// <param name="others">What other verbs wrote to the folder before.</param>
    public static void Write(ImageRun run, ImageVerb verb, IEnumerable<EarlierRun> others)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, s_indented))
        {
            json.WriteStartObject();
            json.WriteString("verb", verb.Name);
            json.WriteString("finished", DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
            Image(json, run);
            Model(json, run.Model);
            json.WritePropertyName("settings");
            using (JsonDocument settings = JsonDocument.Parse(run.Settings)) settings.WriteTo(json);
            Versions(json);
            json.WriteStartObject("seconds");
            foreach ((string part, double seconds) in run.Seconds) json.WriteNumber(part, Math.Round(seconds, 4));
            json.WriteEndObject();
            Predictions(json, run);
            verb.WriteFindings(json);
            Files(json, run);
            Others(json, others);
            json.WriteEndObject();
        }
        string text = Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
        Checkpoints.AtomicFile.Write(Path.Combine(run.Folder.Path, FileName), stream => stream.Write(Encoding.UTF8.GetBytes(text)));
    }

    static void Others(Utf8JsonWriter json, IEnumerable<EarlierRun> others)
    {
        json.WriteStartObject(OtherVerbs);
        foreach (EarlierRun other in others)
        {
            json.WritePropertyName(other.Verb);
            other.WriteTo(json);
        }
        json.WriteEndObject();
    }

    static void Image(Utf8JsonWriter json, ImageRun run)
    {
        json.WriteStartObject("image");
        json.WriteString("path", run.Source.Path);
        json.WriteNumber("width", run.Size.Width);
        json.WriteNumber("height", run.Size.Height);
        json.WriteNumber("bytes", run.Fingerprint.Bytes);
        json.WriteString("modified", run.Fingerprint.Modified);
        json.WriteString("sha256", run.Fingerprint.Sha256);
        json.WriteStartObject("grid");
        json.WriteNumber("rows", run.Trace.Grid.Rows);
        json.WriteNumber("columns", run.Trace.Grid.Columns);
        json.WriteNumber("prefix_tokens", run.Trace.Grid.Prefix);
        json.WriteStartObject("on_image");
        json.WriteNumber("left", Math.Round(run.FullGeometry.Left, 3));
        json.WriteNumber("top", Math.Round(run.FullGeometry.Top, 3));
        json.WriteNumber("right", Math.Round(run.FullGeometry.Right, 3));
        json.WriteNumber("bottom", Math.Round(run.FullGeometry.Bottom, 3));
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void Model(Utf8JsonWriter json, ModelInfo model)
    {
        json.WriteStartObject("model");
        json.WriteString("name", model.Name);
        json.WriteString("folder", model.Folder);
        json.WriteString("family", model.Config.Family);
        json.WriteString("hash", model.Hash);
        json.WriteNumber("parameters", model.Parameters);
        json.WriteNumber("blocks", model.Config.Depth);
        json.WriteNumber("width", model.Config.Width);
        json.WriteNumber("heads", model.Config.Heads);
        json.WriteNumber("patch", model.Config.Patch);
        json.WriteNumber("classes", model.Transformer.Classes);
        json.WriteEndObject();
    }

    static void Versions(Utf8JsonWriter json)
    {
        json.WriteStartObject("versions");
        json.WriteString("translucent", Version);
        json.WriteString("runtime", RuntimeInformation.FrameworkDescription);
        json.WriteString("system", RuntimeInformation.OSDescription);
        json.WriteString("architecture", RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant());
        json.WriteNumber("threads", Tensors.Compute.Default.Threads);
        json.WriteEndObject();
    }

    static void Predictions(Utf8JsonWriter json, ImageRun run)
    {
        json.WriteStartArray("predictions");
        foreach (Prediction p in run.Predictions.Take(5))
        {
            json.WriteStartObject();
            json.WriteNumber("index", p.Index);
            json.WriteString("label", p.Label);
            json.WriteNumber("logit", p.Logit);
            json.WriteNumber("probability", p.Probability);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static void Files(Utf8JsonWriter json, ImageRun run)
    {
        json.WriteStartArray("files");
        foreach (WrittenFile file in run.Folder.Files)
        {
            json.WriteStartObject();
            json.WriteString("name", file.Name);
            json.WriteNumber("bytes", file.Bytes);
            json.WriteString("sha256", file.Sha256);
            json.WriteString("what", file.What);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
