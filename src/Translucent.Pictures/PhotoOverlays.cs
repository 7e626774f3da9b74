// Explanations and segmentations as pictures, and pictures as files, in one call each.

using Translucent.Explain;
using Translucent.Images;
using Translucent.Models;
using Translucent.Segment;
using Translucent.Tensors;

namespace Translucent.Pictures;

/// <summary>Lays what was computed over the photograph it was computed from.</summary>
public static class PhotoOverlays
{
    const double Strength = 0.8;

    /// <summary>One map over its photograph, where the model saw it, whatever preparation cropped or padded.</summary>
    /// <param name="trace">A pass over the photograph (<c>model.Forward(photo)</c>).</param>
    /// <param name="photo">That photograph.</param>
    /// <param name="map">A row over tokens or patches, or a map, as <see cref="Trace.Lay"/> takes them.</param>
    /// <param name="scale">The colours; by default turbo from the smallest to the largest number, and blue to red where some are negative.</param>
    /// <param name="strength">How much of the colours shows, 0 .. 1; where it fades, how much at the largest numbers.</param>
    /// <param name="fade">Whether small numbers let the photograph through.</param>
    /// <exception cref="ArgumentException">It is no map of this pass, it is several, or the photograph has another size.</exception>
    /// <exception cref="InvalidOperationException">The pass was not given a photograph.</exception>
    public static Image Overlay(this Trace trace, Image photo, Tensor map, ColorScale? scale = null, double strength = Strength,
        bool fade = true)
    {
        if (trace.Geometry is { } seen && (seen.PhotoWidth, seen.PhotoHeight) != (photo.Width, photo.Height))
            throw new ArgumentException(
                $"photo: {photo.Width} x {photo.Height} pixels, but the pass was given one of {seen.PhotoWidth} x {seen.PhotoHeight}; give that one.",
                nameof(photo));
        scale ??= Colors(map, map.Span.ContainsAnyInRange(float.NegativeInfinity, -float.Epsilon));
        return Translucent.Pictures.Overlay.Blend(photo, trace.Lay(map), scale, strength, fade);
    }

    /// <summary>A map of an explanation over its photograph.</summary>
    /// <param name="why">The explanation.</param>
    /// <param name="target">Which of its maps.</param>
    /// <param name="strength">How much of the colours shows, 0 .. 1; where it fades, how much at the largest numbers.</param>
    /// <param name="fade">Whether small numbers let the photograph through.</param>
    public static Image Overlay(this Explanation why, int target = 0, double strength = Strength, bool fade = true) =>
        Translucent.Pictures.Overlay.Blend(why.Photo, why.OnPhoto[target], Colors(why.Maps[target], why.Method.IsSigned), strength, fade);

    /// <summary>Segments in their colours over the photograph, with outlines.</summary>
    /// <param name="segments">The segments.</param>
    /// <param name="strength">How much of the colours shows, 0 .. 1.</param>
    public static Image Overlay(this PhotoSegments segments, double strength = 0.5) =>
        Outline.Draw(Translucent.Pictures.Overlay.Labels(segments.Photo, segments.Labels, strength), segments.Labels);

    /// <summary>The outlines of segments on the photograph.</summary>
    /// <param name="segments">The segments.</param>
    public static Image Outlines(this PhotoSegments segments) => Outline.Draw(segments.Photo, segments.Labels);

    /// <summary>Writes a map of an explanation over its photograph as a PNG file.</summary>
    /// <param name="why">The explanation.</param>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="target">Which of its maps.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(this Explanation why, string path, int target = 0) => ImageFile.Write(path, why.Overlay(target));

    /// <summary>Writes segments over their photograph as a PNG file.</summary>
    /// <param name="segments">The segments.</param>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(this PhotoSegments segments, string path) => ImageFile.Write(path, segments.Overlay());

    /// <summary>Writes an image as a PNG file.</summary>
    /// <param name="image">1 to 4 channels.</param>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(this Image image, string path) => ImageFile.Write(path, image);

    static ColorScale Colors(Tensor map, bool signed) => ColorScale.Of(map, signed ? ColorMap.BlueWhiteRed : ColorMap.Turbo);
}
