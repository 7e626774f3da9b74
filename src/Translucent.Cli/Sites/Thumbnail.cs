// The small picture of an image that the gallery shows: a JPEG of a few kilobytes, the same whichever verb writes it.

using Translucent.Images;
using Translucent.Pictures;
using Translucent.Runs;

namespace Translucent.Cli.Sites;

/// <summary>Makes small pictures.</summary>
static class Thumbnail
{
    /// <summary>The name of its file.</summary>
    public const string Name = "thumbnail.jpg";

    const int Side = 320, Quality = 82; // pixels; of JPEG, 0 .. 100

    /// <summary>The file.</summary>
    public static FileToWrite Of(Image photo) =>
        new(Name, ImageFile.EncodeJpeg(Resize.Within(photo, Side), Quality), "the photograph, small, for the page of all images");
}
