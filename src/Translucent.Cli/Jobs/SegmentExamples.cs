// What the report of a segmentation shows of its examples: the photograph, its segments in the colours of the classes that per-image matching gives them, and
// the truth in the same colours.

using Translucent.Evaluate.Jobs;
using Translucent.Evaluate.Metrics;
using Translucent.Images;

namespace Translucent.Cli.Jobs;

/// <summary>Draws them.</summary>
static class SegmentExamples
{
    const int Gap = 4;

    static readonly Rgb s_none = new(0x20, 0x20, 0x20), s_unnamed = new(0x8A, 0x93, 0xA0);

    /// <summary>Segments and truth of some items, by item; none where the preset makes no segments.</summary>
    /// <param name="settings">Of the job.</param>
    /// <param name="items">What was measured.</param>
    /// <param name="wanted">Items to show.</param>
    public static IReadOnlyDictionary<int, (Image Segments, Image Truth)> Of(JobSettings settings, JobItems items, IReadOnlySet<int> wanted)
    {
        Dictionary<int, (Image, Image)> found = [];
        if (SegmentationPresets.Find(settings.Preset) is null || wanted.Count == 0) return found;
        Matching matching = SegmentationPresets.Matchings
            .FirstOrDefault(m => m.Word == settings.Choices.GetValueOrDefault(SegmentationPresets.MatchingChoice)).Matching;
        foreach ((int item, _, Dictionary<string, SegmentedItem> result) in items.Results(SegmentedJson.Default.DictionaryStringSegmentedItem))
        {
            if (!wanted.Contains(item) || result.Values.First() is not { Sketch: { } sketch } first) continue;
            int[]? classOf = first.Counts is null ? null : SegmentationScore.Match(first.Table(settings.Classes.Count), matching);
            found[item] = (Painted(sketch, sketch.SegmentBytes(), s => classOf is null ? Palette.Distinct(s) : s < classOf.Length && classOf[s] >= 0
                ? Palette.Distinct(classOf[s]) : s_unnamed), Painted(sketch, sketch.TruthBytes(), c => Palette.Distinct(c)));
        }
        return found;
    }

    /// <summary>Photograph, segments and truth side by side, all as large as the photograph; without it, as large as the sketches.</summary>
    public static Image Beside(Image? photo, Image segments, Image truth)
    {
        Image[] parts = photo is null ? [segments, truth] : [photo, segments, truth];
        (int width, int height) = (parts[0].Width, parts[0].Height);
        Image all = new(parts.Length * (width + Gap) - Gap, height, 3, [.. Enumerable.Repeat((byte)255, 3 * height * (parts.Length * (width + Gap) - Gap))]);
        for (int p = 0; p < parts.Length; p++)
            for (int i = 0; i < width * height; i++)
            {
                (int x, int y) = (i % width, i / width);
                int from = y * parts[p].Height / height * parts[p].Width + x * parts[p].Width / width;
                parts[p].Pixels.AsSpan(3 * from, 3).CopyTo(all.Pixels.AsSpan(3 * (y * all.Width + p * (width + Gap) + x)));
            }
        return all;
    }

    static Image Painted(SegmentSketch sketch, byte[] labels, Func<int, Rgb> color)
    {
        byte[] pixels = new byte[3 * labels.Length];
        for (int i = 0; i < labels.Length; i++)
        {
            Rgb c = labels[i] == SegmentSketch.None ? s_none : color(labels[i]);
            (pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]) = (c.R, c.G, c.B);
        }
        return new Image(sketch.Width, sketch.Height, 3, pixels);
    }
}
