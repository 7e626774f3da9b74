// A data set for segmentation: photographs and the class of every pixel, opened one by one when they are asked for.

using Translucent.Files;
using Translucent.Images;

namespace Translucent.Evaluate.DataSets;

/// <summary>A photograph with the class of every pixel.</summary>
/// <param name="Key">Its name, unique in the set, the same on every machine: the path in the set without its extension, with '/'.</param>
/// <param name="Photo">Opens the photograph.</param>
/// <param name="Labels">Opens the classes: 0 .. C-1, or <see cref="LabelMap.Ignored"/>.</param>
sealed record SegmentationPicture(string Key, Func<Image> Photo, Func<LabelMap> Labels)
{
    /// <summary>Both, of the same size.</summary>
    /// <exception cref="TranslucentException">A file cannot be read, or the two have different sizes.</exception>
    public (Image Photo, LabelMap Labels) Open()
    {
        Image photo = Photo();
        LabelMap labels = Labels();
        return (photo.Width, photo.Height) == (labels.Width, labels.Height) ? (photo, labels)
            : throw new TranslucentException(
                $"{Key}: the photograph is {photo.Width} x {photo.Height} pixels and its labels {labels.Width} x {labels.Height}, expected the same size.");
    }
}

/// <summary>A data set.</summary>
/// <param name="Name">As the reader is called.</param>
/// <param name="Classes">Names of the C classes.</param>
/// <param name="Pictures">By key, in ordinal order.</param>
/// <param name="Rule">Which part of the data it is, which pixels are ignored, where classes come from; one line.</param>
sealed record SegmentationSet(string Name, IReadOnlyList<string> Classes, IReadOnlyList<SegmentationPicture> Pictures, string Rule)
{
    /// <summary>A set of pairs of files.</summary>
    /// <param name="name">As the reader is called.</param>
    /// <param name="classes">Names of the classes.</param>
    /// <param name="pairs">Key, photograph and label image of each; not in order.</param>
    /// <param name="reader">Opens files.</param>
    /// <param name="toClass">From the raw number of a label image to a class; below 0, or C and above, does not count.</param>
    /// <param name="rule">See above.</param>
    public static SegmentationSet Of(string name, IReadOnlyList<string> classes, IEnumerable<(string Key, string Photo, string Labels)> pairs,
        PictureReader reader, Func<int, int> toClass, string rule) =>
        new(name, classes, [.. pairs.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => new SegmentationPicture(p.Key, () => reader.Photo(p.Photo),
            () => reader.Labels(p.Labels).Map(v => toClass(v) is int c && c >= 0 && c < classes.Count ? c : LabelMap.Ignored)))], rule);
}
