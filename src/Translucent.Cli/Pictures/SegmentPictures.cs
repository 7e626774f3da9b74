// The files of a segmentation: label map, overlay, a map per cluster, masks, the dendrogram, and the numbers.

using Translucent.Cli.Runs;
using Translucent.Images;
using Translucent.Pictures;
using Translucent.Runs;
using Translucent.Segment;
using Translucent.Tensors;

namespace Translucent.Cli.Pictures;

/// <summary>Writes segmentations.</summary>
static class SegmentPictures
{
    const int BandBytes = 32 << 20; // of label maps computed at once

    /// <summary>The colours of clusters 0, 1, 2, ...</summary>
    public static (byte Red, byte Green, byte Blue)[] Colors(Segmentation s) =>
        [.. Enumerable.Range(0, Math.Min(s.Count, 256)).Select(Palette.Distinct).Select(c => (c.R, c.G, c.B))];

    /// <summary>The clusters in their colours over the photograph, with their borders and numbers.</summary>
    public static Image Overlay(ImageRun run, Segmentation s)
    {
        int[] labels = s.Labels(run.Geometry);
        return RegionMarks.Number(Outline.Draw(Translucent.Pictures.Overlay.Labels(run.Photo, labels, 0.5), labels), labels);
    }

    /// <summary>The tree of the patch tokens, cut where the clusters are.</summary>
    public static string Dendrogram(ImageRun run, Segmentation s)
    {
        string Name(int token) => $"{token / run.Trace.Grid.Columns + 1},{token % run.Trace.Grid.Columns + 1}";
        return s.Settings.Threshold is { } zeta
            ? DendrogramSvg.RenderBelow(s.Tree, zeta, Colors(s), name: Name)
            : DendrogramSvg.Render(s.Tree, s.Count, Colors(s), name: Name);
    }

    /// <summary>Writes everything that the verb <c>segment</c> writes, masks apart.</summary>
    /// <param name="run">The image.</param>
    /// <param name="s">Its segments.</param>
    /// <param name="before">What all names begin with, so that two verbs do not write over each other.</param>
    public static void Write(ImageRun run, Segmentation s, string before = "")
    {
        RunFolder to = run.Folder;
        Labels(run, s, before);
        to.Add(PictureFile.Png($"{before}segment-overlay.png", Overlay(run, s), "clusters over the photograph, with borders and numbers"));
        to.Text($"{before}dendrogram.svg", Dendrogram(run, s), "how the patch tokens merge into clusters");
        to.Numbers($"{before}cluster-maps.npy", s.Maps, "float32 [K, h, w]: the map of each cluster on the patch grid");
        to.Numbers<int>($"{before}token-labels.npy", [run.Trace.Grid.Rows, run.Trace.Grid.Columns], s.TokenLabels,
            "int32 [h, w]: the cluster of each patch token");
        Clusters(run, s, before);
    }

    /// <summary>Writes a picture for each cluster.</summary>
    static void Clusters(ImageRun run, Segmentation s, string before)
    {
        run.Folder.Add([.. Enumerable.Range(0, s.Count).Select(k => (Func<FileToWrite[]>)(() =>
        {
            Tensor map = MapPictures.At(s.Maps, k);
            return MapPictures.Files(run, $"{before}cluster-{k}", map, ColorScale.Of(map, run.Look.Colors), $"cluster {k}", $"the map of cluster {k}");
        }))], run.Progress.Stop);
    }

    /// <summary>Writes a black and white mask for each cluster: where its scaled map reaches tau.</summary>
    public static void Masks(ImageRun run, Segmentation s, float tau)
    {
        run.Folder.Add([.. Enumerable.Range(0, s.Count).Select(k => (Func<FileToWrite[]>)(() =>
            [PictureFile.Png($"mask-{k}.png", Mask(run, s, k, tau),
                FormattableString.Invariant($"white where the scaled map of cluster {k} reaches {tau}"))]))], run.Progress.Stop);
    }

    static Image Mask(ImageRun run, Segmentation s, int cluster, float tau)
    {
        Tensor laid = run.Measured.Lay(MapPictures.At(s.Scaled, cluster), s.Settings.Upsample);
        byte[] mask = new byte[laid.Length];
        for (int i = 0; i < mask.Length; i++) mask[i] = laid.Span[i] >= tau ? (byte)255 : (byte)0; // NaN is not
        return new Image(laid.Shape[1], laid.Shape[0], 1, mask);
    }

    /// <summary>Writes the label map of the whole photograph, computed in bands because all maps at once could be larger than memory.</summary>
    static void Labels(ImageRun run, Segmentation s, string before)
    {
        (int width, int height) = run.Size;
        short[] labels = new short[(long)width * height];
        byte[] pixels = new byte[3L * width * height];
        Rgb[] colors = [.. Enumerable.Range(0, s.Count).Select(Palette.Distinct)];
        int rows = (int)Math.Clamp(BandBytes / (12L * s.Count * width), 1, height);
        for (int top = 0; top < height; top += rows)
        {
            run.Progress.Stop.ThrowIfCancellationRequested();
            InputGeometry whole = run.FullGeometry;
            int[] band = s.Labels(whole with { PhotoHeight = Math.Min(rows, height - top), Top = whole.Top - top, Bottom = whole.Bottom - top });
            for (int i = 0, at = top * width; i < band.Length; i++, at++)
            {
                labels[at] = (short)band[i];
                Rgb color = band[i] < 0 ? Rgb.Black : colors[band[i]];
                (pixels[3L * at], pixels[3L * at + 1], pixels[3L * at + 2]) = (color.R, color.G, color.B);
            }
        }
        run.Folder.Add(PictureFile.Png($"{before}labels.png", new Image(width, height, 3, pixels),
            "the cluster of every pixel of the photograph, in the colours of the dendrogram; black where the model does not see"));
        run.Folder.Numbers<short>($"{before}labels.npy", [height, width], labels,
            "int16 [height, width]: the cluster of every pixel of the photograph, -1 where the model does not see");
    }
}
