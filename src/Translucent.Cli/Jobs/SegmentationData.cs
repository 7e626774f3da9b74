// The data of presets of segmentation: opened by the preset's reader, as pictures of a job.

using Translucent.Evaluate.DataSets;
using Translucent.Evaluate.Jobs;
using Translucent.Pictures;
using Translucent.Shapes;
using Translucent.Tensors;

namespace Translucent.Cli.Jobs;

/// <summary>A data set of a preset.</summary>
/// <param name="Images">Its pictures, as jobs have them.</param>
/// <param name="Rule">Which they are, and which pixels count.</param>
/// <param name="Classes">With classes: by key. Else empty.</param>
/// <param name="Regions">With regions of people: by key. Else empty.</param>
sealed record SegmentationData(LabelledImages Images, string Rule, IReadOnlyDictionary<string, SegmentationPicture> Classes,
    IReadOnlyDictionary<string, HumanSegmentation> Regions)
{
    const string People = "bsds500";

    /// <summary>What --data takes, for help.</summary>
    public static string Description(EvaluationPreset preset) => preset.Name switch
    {
        "shapes" => "shapes:COUNT[,seed=N][,size=PIXELS][,objects=LEAST-MOST], or a folder that 'translucent data shapes' wrote.",
        "segmentation" => "A folder with images/ and labels/ (PNG files whose grey level or palette index is the class, 255 for none), and classes.txt with "
            + "their names if there is one.",
        _ => "The folder of the data set as it is published.",
    };

    /// <summary>Opens it.</summary>
    /// <exception cref="Files.TranslucentException">Something is missing.</exception>
    /// <param name="preset">The preset.</param>
    /// <param name="data">As typed.</param>
    /// <param name="part">Of the data set; null for that of the preset.</param>
    public static SegmentationData Open(SegmentationPreset preset, string data, string? part = null)
    {
        string[] parts = (part ?? preset.Parts)?.Split('+') ?? [];
        if (preset.Preset.Name == People)
        {
            IReadOnlyList<HumanSegmentation> people = Bsds500.Read(data, LabelFile.Pictures, parts[0]);
            return new(new LabelledImages(People, [], [.. people.Select(p => new LabelledImage(p.Key, p.Photo))]), $"{parts[0]} part",
                new Dictionary<string, SegmentationPicture>(), people.ToDictionary(p => p.Key));
        }
        ShapesSource? drawn = preset.Read is null && ShapesSource.Is(data) ? ShapesSource.Parse(data, (1, 3)) : null;
        SegmentationSet set = preset.Read is { } read ? read(data, LabelFile.Pictures, parts)
            : drawn is not null ? Drawn(drawn)
            : PlainFolders.Read(data, LabelFile.Pictures, Scenes.Classes) with { Name = "shapes" };
        LabelledImages images = new(set.Name, set.Classes, [.. set.Pictures.Select(p => new LabelledImage(p.Key, p.Photo))]) { Origin = drawn?.Origin ?? "" };
        return new(images, set.Rule, set.Pictures.ToDictionary(p => p.Key), new Dictionary<string, HumanSegmentation>());
    }

    static SegmentationSet Drawn(ShapesSource source)
    {
        SegmentationPicture Picture(int index)
        {
            Scene Draw() => Scenes.Draw(SplitMix.At(source.Seed, (ulong)index), source.Options);
            return new SegmentationPicture(ShapesSource.Key(index), () => Draw().Image,
                () => new LabelMap(source.Options.Width, source.Options.Height, [.. Draw().Labels.Select(label => (int)label)]));
        }
        return new SegmentationSet(source.Name, Scenes.Classes, [.. Enumerable.Range(0, source.Count).Select(Picture)],
            $"scenes of {source.Options.MinObjects} to {source.Options.MaxObjects} objects; every pixel counts");
    }
}
