// A segmentation for other programs: an image whose grey levels are the numbers of segments, and masks as COCO has them.

using System.Text;
using Translucent.Evaluate.DataSets;
using Translucent.Files;
using Translucent.Images;
using Translucent.Pictures;
using Translucent.Segment;
using Translucent.Studio.Http;
using Translucent.Studio.Questions;
using Translucent.Studio.Scenes;

namespace Translucent.Studio.Exports;

/// <summary>Writes labels of all pixels of the photograph.</summary>
static class LabelFiles
{
    const int NotSeen = 255; // what label images call pixels that belong to nothing

    /// <summary>A PNG file: level i is segment i, from 0; 255 is what the model does not see.</summary>
    /// <exception cref="TranslucentException">There are more segments than grey levels.</exception>
    public static byte[] Png(Asked asked, string name)
    {
        (int[] labels, InputGeometry size, int count) = Cut(asked);
        if (count > NotSeen) throw TranslucentException.OfRequest($"{count} segments: a label image of 8 bits holds at most {NotSeen}; take fewer, or COCO.");
        return ImageFile.Encode(new Image(size.PhotoWidth, size.PhotoHeight, 1, Array.ConvertAll(labels, l => (byte)(l < 0 ? NotSeen : l))));
    }

    /// <summary>A COCO file of instances: segment i is category i + 1.</summary>
    public static byte[] Coco(Asked asked, string name)
    {
        (int[] labels, InputGeometry size, int count) = Cut(asked);
        var annotations = Enumerable.Range(0, count).Select(segment =>
        {
            Rle mask = Rle.Encode(Array.ConvertAll(labels, l => l == segment), size.PhotoWidth, size.PhotoHeight);
            return (Segment: segment, Mask: mask);
        }).Where(a => a.Mask.Area > 0).Select(a => new
        {
            id = a.Segment + 1,
            image_id = 1,
            category_id = a.Segment + 1,
            iscrowd = 0,
            area = a.Mask.Area,
            bbox = (double[])[a.Mask.Around.X, a.Mask.Around.Y, a.Mask.Around.Width, a.Mask.Around.Height],
            segmentation = new { size = (int[])[a.Mask.Height, a.Mask.Width], counts = a.Mask.Compressed },
        });
        return Encoding.UTF8.GetBytes(Bundle.Json(new
        {
            images = (object[])[new { id = 1, file_name = name, width = size.PhotoWidth, height = size.PhotoHeight }],
            annotations,
            categories = Enumerable.Range(0, count).Select(i => new { id = i + 1, name = $"segment {i + 1}" }),
        }));
    }

    static (int[] Labels, InputGeometry Size, int Count) Cut(Asked asked)
    {
        Segmentation found = Segments.Cut(asked);
        InputGeometry size = ((VisionScene)asked.Scene).Geometry;
        return (found.LabelsInBands(size, asked.Stop), size, found.Count);
    }
}
