// Pictures on their way into the folder of a run: drawn and packed, as PNG or SVG.

using Translucent.Images;
using Translucent.Pictures;
using Translucent.Runs;

namespace Translucent.Cli.Pictures;

/// <summary>Packs pictures.</summary>
static class PictureFile
{
    /// <summary>A picture without words, as PNG.</summary>
    public static FileToWrite Png(string name, Image image, string what) => new(name, ImageFile.Encode(image), what);

    /// <summary>A figure, as SVG.</summary>
    public static FileToWrite Svg(string name, Figure figure, string what) => new(name, figure.ToFile(what), what);
}
