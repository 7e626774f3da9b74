// One folder of results as the gallery shows it, read from its result.json.

using System.Text.Json.Nodes;

namespace Translucent.Cli.Sites;

/// <summary>What was found about one image, or one text.</summary>
/// <param name="Folder">Its name.</param>
/// <param name="Name">Of the image.</param>
/// <param name="Model">What looked at it.</param>
/// <param name="Pages">What every verb wrote about it; at least one.</param>
/// <param name="What">What was found, where that is no class.</param>
sealed record GalleryEntry(string Folder, string Name, string Model, IReadOnlyList<(string Verb, string Page)> Pages, string What)
{
    /// <summary>The predicted class; null where none is predicted.</summary>
    public int? Class { get; init; }

    /// <summary>Its whole label.</summary>
    public string? Label { get; init; }

    /// <summary>Its probability, 0 .. 1; null of a regression.</summary>
    public double? Probability { get; init; }

    /// <summary>The label of the class that the image's own folder is named by, where it is.</summary>
    public string? Truth { get; init; }

    /// <summary>Whether that is the predicted one.</summary>
    public bool? Correct { get; init; }

    /// <summary>Whether there is a small picture.</summary>
    public bool HasThumbnail { get; init; }

    /// <summary>All folders in a folder that hold results with pages, in the order of the images' names; those that cannot be read are passed over.</summary>
    public static IReadOnlyList<GalleryEntry> In(string folder) =>
        [.. Directory.GetDirectories(folder).Select(f => Of(f)).OfType<GalleryEntry>().OrderBy(e => e.Name, StringComparer.OrdinalIgnoreCase)
            .ThenBy(e => e.Folder, StringComparer.Ordinal)];

    static GalleryEntry? Of(string folder)
    {
        if (SiteLinks.Record(folder) is not { } record) return null;
        try
        {
            return Of(folder, record);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException) // a value of another kind than we write
        {
            return null;
        }
    }

    static GalleryEntry? Of(string folder, JsonNode record)
    {
        IReadOnlyList<(string Verb, string Page)> pages = SiteLinks.Pages(record);
        if (pages.Count == 0) return null;
        string name = (string?)record["image"]?["path"] is { } path ? Path.GetFileName(path) : Path.GetFileName(folder);
        string what = record["detections"] is JsonArray objects ? (objects.Count == 1 ? "1 object" : $"{objects.Count} objects")
            : (string?)record["settings"]?["question"] ?? "";
        JsonNode? best = (record["predictions"] as JsonArray)?.FirstOrDefault(), truth = record["truth"];
        return new GalleryEntry(Path.GetFileName(folder), name, (string?)record["model"]?["name"] ?? "", pages, what)
        {
            Class = (int?)best?["index"],
            Label = (string?)best?["label"],
            Probability = (double?)best?["probability"],
            Truth = (string?)truth?["label"],
            Correct = best is null || truth is null ? null : (int?)best["index"] == (int?)truth["index"],
            HasThumbnail = File.Exists(Path.Combine(folder, Thumbnail.Name)),
        };
    }
}
