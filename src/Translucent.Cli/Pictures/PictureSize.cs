// How large pictures of a photograph are: --render-size at most; small ones are enlarged by a whole number, so that patches, lines and words can be seen.

using Translucent.Images;

namespace Translucent.Cli.Pictures;

/// <summary>The size of pictures.</summary>
static class PictureSize
{
    const int Least = 320; // pixels of the longer side below which a photograph is too small to be looked at

    /// <summary>The photograph in colour, as large as its pictures.</summary>
    /// <param name="file">As it was read.</param>
    /// <param name="most">The longer side at most, in pixels.</param>
    public static Image Of(Image file, int most)
    {
        int longest = Math.Max(file.Width, file.Height), times = Math.Min((Least + longest - 1) / longest, most / longest);
        return times > 1 ? Resize.To(file, times * file.Width, times * file.Height).ToRgb() : Resize.Within(file, most).ToRgb();
    }
}
