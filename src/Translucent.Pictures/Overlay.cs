// Maps and label maps laid over a photograph, blended by their sRGB bytes.

using Translucent.Images;
using Translucent.Tensors;

namespace Translucent.Pictures;

/// <summary>Pictures of what was computed on what was photographed.</summary>
/// <remarks>Where a map has no value because the model does not see the photograph there, the photograph is dimmed.</remarks>
public static class Overlay
{
    /// <summary>A map over its photograph.</summary>
    /// <param name="photo">Any channels.</param>
    /// <param name="map">[h, w] over the whole photograph, of any resolution; NaN where there is no value.</param>
    /// <param name="scale">The colours; by default turbo from 0 to 1.</param>
    /// <param name="strength">How much of the colours shows, 0 .. 1; where it fades, how much at the largest values.</param>
    /// <param name="fade">Whether small values let the photograph through, in proportion to their weight on the scale.</param>
    /// <returns>A colour image of the photograph's size.</returns>
    public static Image Blend(Image photo, Tensor map, ColorScale? scale = null, double strength = 0.8, bool fade = true)
    {
        CheckStrength(strength);
        scale ??= new ColorScale(ColorMap.Turbo, 0, 1);
        Tensor laid = map.Shape.Length == 2 && map.Shape[0] == photo.Height && map.Shape[1] == photo.Width ? map
            : map.Shape.Length == 2 ? Interpolate.Maps(map, photo.Height, photo.Width, Resampling.Bicubic)
            : throw new ArgumentException($"map: {map}, expected [height, width].", nameof(map));
        Image picture = Canvas.Copy(photo);
        Compute.Default.For(picture.Height, y =>
        {
            ReadOnlySpan<float> values = laid.Row(y);
            for (int x = 0, pixel = y * picture.Width; x < values.Length; x++, pixel++)
            {
                Rgb under = Canvas.Get(picture, pixel);
                float value = values[x];
                double weight = fade ? strength * scale.Weight(value) : strength;
                Canvas.Set(picture, pixel, float.IsNaN(value) ? Canvas.Unseen(under) : under.Mix(scale.At(value), weight));
            }
        });
        return picture;
    }

    /// <summary>A map of labels over its photograph, one colour per label.</summary>
    /// <param name="photo">Any channels.</param>
    /// <param name="labels">[photo height · photo width]; -1 where there is none.</param>
    /// <param name="strength">How much of the colours shows, 0 .. 1.</param>
    /// <param name="colors">The colour of each label; by default <see cref="Palette.Distinct"/>.</param>
    /// <returns>A colour image of the photograph's size.</returns>
    public static Image Labels(Image photo, int[] labels, double strength = 0.5, Func<int, Rgb>? colors = null)
    {
        CheckStrength(strength);
        CheckLabels(photo, labels);
        Dictionary<int, Rgb> known = [];
        foreach (int label in labels)
            if (label >= 0 && !known.ContainsKey(label)) known[label] = (colors ?? Palette.Distinct)(label);
        Image picture = Canvas.Copy(photo);
        for (int pixel = 0; pixel < labels.Length; pixel++)
        {
            Rgb under = Canvas.Get(picture, pixel);
            Canvas.Set(picture, pixel, labels[pixel] < 0 ? Canvas.Unseen(under) : under.Mix(known[labels[pixel]], strength));
        }
        return picture;
    }

    /// <summary>Cells over a photograph, each with a colour and a strength of its own; the photograph is pale grey beneath them.</summary>
    /// <param name="photo">Any channels.</param>
    /// <param name="labels">[photo height · photo width]: which cell; -1 where there is none.</param>
    /// <param name="cells">The colour of each cell, and how much of it shows, 0 .. 1.</param>
    /// <returns>A colour image of the photograph's size.</returns>
    /// <remarks>Pale grey, so that every hue in the picture is that of a cell, and none turns dark.</remarks>
    public static Image Cells(Image photo, int[] labels, IReadOnlyList<(Rgb Color, double Strength)> cells)
    {
        CheckLabels(photo, labels);
        foreach ((_, double strength) in cells) CheckStrength(strength);
        Image picture = Canvas.Copy(photo);
        for (int pixel = 0; pixel < labels.Length; pixel++)
        {
            byte luma = (byte)(Canvas.Get(picture, pixel).Luma + 0.5);
            Rgb grey = new(luma, luma, luma);
            Canvas.Set(picture, pixel, labels[pixel] < 0 ? Canvas.Unseen(grey) : grey.Mix(Rgb.White, 0.35)
                .Mix(cells[labels[pixel]].Color, cells[labels[pixel]].Strength));
        }
        return picture;
    }

    static void CheckLabels(Image photo, int[] labels)
    {
        if (labels.Length != photo.Width * photo.Height)
            throw new ArgumentException($"labels: {labels.Length}, expected one for each of {photo.Width} x {photo.Height} pixels.", nameof(labels));
    }

    static void CheckStrength(double strength)
    {
        if (strength is not (>= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(strength), $"strength: {strength}, expected 0 to 1.");
    }
}
