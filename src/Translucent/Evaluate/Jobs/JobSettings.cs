// What decides about every number of a job, as job.json keeps it; a folder belongs to one of these.

using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Translucent.Files;

namespace Translucent.Evaluate.Jobs;

/// <summary>Something with the hash of its content.</summary>
/// <param name="Name">For people; it may differ from one machine to the next.</param>
/// <param name="Sha256">Of what it holds.</param>
sealed record HashedName(string Name, string Sha256);

/// <summary>The settings of a job.</summary>
/// <param name="Preset">Which evaluation.</param>
/// <param name="Version">Of the program.</param>
/// <param name="Model">The model.</param>
/// <param name="Data">The list of the data.</param>
/// <param name="Items">How many items there are in all shards.</param>
/// <param name="Choices">Everything else that decides about a result, by name.</param>
/// <param name="Classes">Names of the classes that results are about; none where they are not about classes.</param>
sealed record JobSettings(string Preset, string Version, HashedName Model, HashedName Data, int Items, IReadOnlyDictionary<string, string> Choices,
    IReadOnlyList<string> Classes)
{
    /// <summary>As one line of JSON; equal settings, equal bytes.</summary>
    public string ToLine() => JsonSerializer.Serialize(
        this with { Choices = new SortedDictionary<string, string>(Choices.ToDictionary(), StringComparer.Ordinal) }, JobJson.Default.JobSettings);

    /// <summary>The first setting that differs, in words; null where all are the same. Names of models and data do not count.</summary>
    /// <param name="other">What it is held against: "here".</param>
    public string? Difference(JobSettings other)
    {
        if (Preset != other.Preset) return Said("the preset", Preset, other.Preset);
        if (Version != other.Version) return Said("the version of translucent", Version, other.Version);
        if (Model.Sha256 != other.Model.Sha256) return Said("the model", Short(Model), Short(other.Model));
        if (Items != other.Items) return Said("the number of items", $"{Items}", $"{other.Items}");
        if (Data.Sha256 != other.Data.Sha256) return Said("the list of the data", Short(Data), Short(other.Data));
        if (!Classes.SequenceEqual(other.Classes)) return Said("the list of classes", $"{Classes.Count} long", $"{other.Classes.Count} long with other names");
        foreach (string name in Choices.Keys.Union(other.Choices.Keys).Order(StringComparer.Ordinal))
            if (Choices.GetValueOrDefault(name, "nothing") is string a && other.Choices.GetValueOrDefault(name, "nothing") is string b && a != b)
                return Said(name, a, b);
        return null;

        static string Said(string what, string own, string others) => $"{what} is {own}, and here it is {others}";
        static string Short(HashedName name) => $"{name.Name} ({name.Sha256[..Math.Min(12, name.Sha256.Length)]})";
    }
}

/// <summary>What job.json holds.</summary>
/// <param name="Settings">What decides about results.</param>
/// <param name="Source">Where data and model were found first; where they are does not decide about results.</param>
sealed record JobFile(JobSettings Settings, JobSource Source)
{
    /// <summary>Its name in the folder of the job.</summary>
    public const string Name = "job.json";

    /// <summary>Reads the settings of a folder; null where it has none.</summary>
    /// <exception cref="TranslucentException">The file is not one of ours.</exception>
    public static JobFile? In(string folder)
    {
        string path = Path.Combine(folder, Name);
        if (!File.Exists(path)) return null;
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), JobJson.Default.JobFile) ?? throw new JsonException("it is null");
        }
        catch (JsonException e)
        {
            throw new TranslucentException($"{path}: is not what a job has written ({e.Message.TrimEnd('.')}); choose another folder.", e);
        }
    }

    /// <summary>Writes it.</summary>
    public void Write(string folder) => AtomicFile.Write(Path.Combine(folder, Name),
        stream => stream.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(this, JobJson.Readable.JobFile) + "\n")));
}

/// <summary>What the user typed.</summary>
/// <param name="Data">After --data.</param>
/// <param name="Model">After --model.</param>
sealed record JobSource(string Data, string Model);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(JobFile))]
sealed partial class JobJson : JsonSerializerContext
{
    /// <summary>For files that people read: indented, other scripts as they are.</summary>
    public static JobJson Readable => Others.Readable;

    // Made at first use: the generated Default has to be there before.
    static class Others
    {
        public static readonly JobJson Readable =
            new(new JsonSerializerOptions(Default.Options) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
