// Regions of pictures and what a detector saw in them, as files of others hold them: NumPy archives, and the TSV files of bottom-up attention
// (Anderson et al. 2018, arXiv:1707.07998; github peteanderson80/bottom-up-attention, six columns; github airsplay/lxmert, ten).

using System.Globalization;
using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Evaluate.DataSets;

/// <summary>The regions of one picture.</summary>
/// <param name="Features">[R, F].</param>
/// <param name="Boxes">[R, 4]: left, top, right, bottom in shares of the picture, 0 .. 1.</param>
sealed record RegionFeatures(Tensor Features, Tensor Boxes)
{
    static readonly string[] s_features = ["features", "visual_feats", "feat", "feats", "x"], s_boxes = ["boxes", "visual_pos", "bbox", "box"],
        s_widths = ["image_w", "image_width", "img_w", "width"], s_heights = ["image_h", "image_height", "img_h", "height"];

    static readonly string[] s_bottomUp = ["image_id", "image_w", "image_h", "num_boxes", "boxes", "features"],
        s_lxmert = ["img_id", "img_h", "img_w", "objects_id", "objects_conf", "attrs_id", "attrs_conf", "num_boxes", "boxes", "features"];

    /// <summary>Reads one picture's regions from a <c>.npz</c>, safetensors or <c>.tsv</c> file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="image">Which picture of a TSV file: its id, or the name of its file without extension; null where there is only one.</param>
    /// <exception cref="TranslucentException">The file is damaged, lacks something, or does not have the picture.</exception>
    public static RegionFeatures Read(string path, string? image = null)
    {
        if (Path.GetExtension(path).Equals(".tsv", StringComparison.OrdinalIgnoreCase)) return FromTsv(path, image);
        using TensorFile file = TensorFile.Open(path);
        StoredTensor? Find(string[] names) => names.Select(n => file.TryGet(n, out StoredTensor? t) ? t : null).FirstOrDefault(t => t is not null);
        StoredTensor features = Find(s_features) ?? throw new TranslucentException(
            $"{path}: has no features, expected an array named {string.Join(", ", s_features)}; it has {string.Join(", ", file.Names)}.");
        StoredTensor boxes = Find(s_boxes) ?? throw new TranslucentException(
            $"{path}: has no boxes, expected an array named {string.Join(", ", s_boxes)}; it has {string.Join(", ", file.Names)}.");
        double? Side(string[] names) => Find(names) is { Count: 1 } t ? t.Type.IsFloat() ? t.ToDoubles()[0] : t.ToInt64s()[0] : null;
        return Of(path, Matrix(features), Matrix(boxes), Side(s_widths), Side(s_heights));
    }

    /// <summary>[.., R, n] of one picture as [R, n].</summary>
    static Tensor Matrix(StoredTensor stored)
    {
        Tensor t = stored.Type.IsFloat() ? stored.ToTensor() : new Tensor(stored.Shape, Array.ConvertAll(stored.ToInt64s(), n => (float)n));
        return t.Shape.Length == 2 || (t.Shape.Length == 3 && t.Shape[0] == 1) ? t.Reshape(t.Shape[^2], t.Width)
            : throw new TranslucentException($"{stored}: expected [R, n] or [1, R, n], the regions of one picture.");
    }

    static RegionFeatures Of(string source, Tensor features, Tensor boxes, double? width, double? height)
    {
        if (boxes.Width != 4 || boxes.Shape[0] != features.Shape[0])
            throw new TranslucentException($"{source}: features {features} and boxes {boxes}, expected [R, F] and [R, 4].");
        foreach (float v in (ReadOnlySpan<float>)[.. features.Span, .. boxes.Span])
            if (!float.IsFinite(v)) throw new TranslucentException($"{source}: holds {v}, expected finite numbers.");
        bool pixels = boxes.Length > 0 && boxes.ToArray().Max() > 1.001f;
        if (pixels && (width is not > 0 || height is not > 0))
            throw new TranslucentException($"{source}: boxes go up to {boxes.ToArray().Max().ToString(CultureInfo.InvariantCulture)}, so they are in pixels, "
                + "but the file does not say how large the picture is; expected image_w and image_h beside them.");
        Tensor shares = new(boxes.Shape);
        for (int i = 0; i < shares.Length; i++) shares.Span[i] = pixels ? (float)(boxes.Span[i] / (i % 2 == 0 ? width : height)!.Value) : boxes.Span[i];
        return new RegionFeatures(features, shares);
    }

    static RegionFeatures FromTsv(string path, string? image)
    {
        int lines = 0;
        foreach (string line in File.ReadLines(path))
        {
            lines++;
            if (image is null || Same(line.Split('\t', 2)[0], image)) return OfLine(path, lines, line);
        }
        throw new TranslucentException(image is null ? $"{path}: is empty, expected a line for every picture."
            : $"{path}: none of its {lines} lines is of the picture '{image}'.");
    }

    /// <summary>The regions in a line of a TSV file.</summary>
    internal static RegionFeatures OfLine(string path, int number, string line)
    {
        string[] cells = line.Split('\t');
        string[] names = cells.Length == s_bottomUp.Length ? s_bottomUp : cells.Length == s_lxmert.Length ? s_lxmert
            : throw new TranslucentException(
                $"{path}: line {number} has {cells.Length} columns, expected {s_bottomUp.Length} ({string.Join(", ", s_bottomUp)}) or {s_lxmert.Length}.");
        string Cell(string name) => cells[Array.IndexOf(names, name)];
        int count = Whole(path, number, Cell("num_boxes"));
        Tensor boxes = Numbers(path, number, Cell("boxes"), count), features = Numbers(path, number, Cell("features"), count);
        return Of($"{path}: line {number}", features, boxes, Whole(path, number, Cell(names == s_lxmert ? "img_w" : "image_w")),
            Whole(path, number, Cell(names == s_lxmert ? "img_h" : "image_h")));
    }

    /// <summary>Whether an id names a picture: as it is, or as the number at the end of a COCO file name.</summary>
    static bool Same(string id, string image) =>
        id == image || (long.TryParse(id, CultureInfo.InvariantCulture, out long number)
            && long.TryParse(image[(image.LastIndexOf('_') + 1)..], CultureInfo.InvariantCulture, out long other) && number == other);

    static int Whole(string path, int line, string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int n)
        && n is > 0 and < 1 << 20 ? n
        : throw new TranslucentException($"{path}: line {line} has '{Describe.Line(text, 40)}' where a whole number above 0 is expected.");

    /// <summary>Float32 numbers in base 64, [count, n].</summary>
    static Tensor Numbers(string path, int line, string text, int count)
    {
        byte[] bytes = new byte[text.Length / 4 * 3 + 3];
        if (!Convert.TryFromBase64String(text, bytes, out int length) || length % (4 * count) != 0 || length == 0)
            throw new TranslucentException($"{path}: line {line} has {text.Length} characters that are not the base 64 of float32 numbers for {count} boxes.");
        float[] numbers = new float[length / 4];
        Buffer.BlockCopy(bytes, 0, numbers, 0, length);
        return new Tensor([count, numbers.Length / count], numbers);
    }

    /// <summary>What a detector found as regions: the decoder's states of its objects, the surest first, and their boxes.</summary>
    /// <param name="trace">A forward pass of a detector.</param>
    /// <param name="above">Objects whose score is above it; the best one when there is none.</param>
    /// <param name="item">Which item of the batch.</param>
    /// <returns>The regions, and the objects that they are.</returns>
    /// <exception cref="ArgumentException">The model is no detector.</exception>
    public static (RegionFeatures Regions, IReadOnlyList<Detection> Objects) Of(Trace trace, double above = 0.5, int item = 0)
    {
        ObjectReadout objects = trace.Objects ?? throw new ArgumentException($"{trace.Model.Family}: finds no objects.", nameof(trace));
        IReadOnlyList<Detection> found = objects.Found(above, item);
        if (found.Count == 0) found = [objects.All(item).MaxBy(d => d.Score)!];
        Tensor states = trace.Tape["decoder"].Value, features = new(found.Count, states.Width), boxes = new(found.Count, 4);
        for (int r = 0; r < found.Count; r++)
        {
            states.Row(item * objects.Stream.Length + found[r].Query).CopyTo(features.Row(r));
            (double left, double top, double right, double bottom) = found[r].Box.On(1, 1);
            Span<float> box = boxes.Row(r);
            (box[0], box[1], box[2], box[3]) = ((float)Math.Clamp(left, 0, 1), (float)Math.Clamp(top, 0, 1), (float)Math.Clamp(right, 0, 1),
                (float)Math.Clamp(bottom, 0, 1));
        }
        return (new RegionFeatures(features, boxes), found);
    }
}
