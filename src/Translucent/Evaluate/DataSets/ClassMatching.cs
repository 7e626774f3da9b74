// Which class of a model a class of a data set is: by name, or by place where both have as many; never by guess.

using Translucent.Files;

namespace Translucent.Evaluate.DataSets;

/// <summary>A data set whose classes are those of a model.</summary>
/// <param name="Images">Classes are indices of the model's; those of pictures that have none stay null.</param>
/// <param name="How">"by name", "by place" or "none", as settings have it.</param>
sealed record ClassMatching(LabelledImages Images, string How)
{
    /// <summary>Matches the classes of pictures with those of a model.</summary>
    /// <param name="images">The pictures.</param>
    /// <param name="labels">The model's classes by index; labels may list several names, separated by commas.</param>
    /// <param name="classes">How many classes the model has.</param>
    /// <exception cref="TranslucentException">Names differ and so do the numbers of classes; or a name stands for two classes.</exception>
    public static ClassMatching Of(LabelledImages images, IReadOnlyList<string> labels, int classes)
    {
        if (images.Images.All(i => i.Class is null)) return new ClassMatching(images, "none");
        int[]? byName = ByName(images.Classes, labels);
        if (byName is null && images.Classes.Count != classes)
            throw new TranslucentException($"{images.Name}: has the classes {Some(images.Classes)}, and the model has {classes} classes, {Some(labels)}; "
                + "expected the same names, or as many classes in the same order.");
        int[] places = byName ?? [.. Enumerable.Range(0, classes)];
        LabelledImage[] matched = [.. images.Images.Select(i => i with { Class = i.Class is { } c ? places[c] : null })];
        return new ClassMatching(images with { Classes = labels, Images = matched }, byName is null ? "by place" : "by name");
    }

    /// <summary>The pictures without their classes, for a model that does not know them.</summary>
    public static ClassMatching Without(LabelledImages images) =>
        new(images with { Classes = [], Images = [.. images.Images.Select(i => i with { Class = null })] }, "none");

    static int[]? ByName(IReadOnlyList<string> names, IReadOnlyList<string> labels)
    {
        Dictionary<string, int> known = new(StringComparer.OrdinalIgnoreCase);
        foreach (bool whole in (ReadOnlySpan<bool>)[true, false])
            for (int c = 0; c < labels.Count; c++)
                foreach (string name in whole ? [labels[c].Trim()] : labels[c].Split(',', StringSplitOptions.TrimEntries)) known.TryAdd(name, c);
        int[] found = [.. names.Select(n => known.GetValueOrDefault(n.Trim(), known.GetValueOrDefault(n.Trim().Replace('_', ' '), -1)))];
        return found.Contains(-1) || found.Distinct().Count() < found.Length ? null : found;
    }

    static string Some(IReadOnlyList<string> names) => names.Count == 0 ? "without names" : string.Join(", ", names.Take(5)) + (names.Count > 5 ? ", ..." : "");
}
