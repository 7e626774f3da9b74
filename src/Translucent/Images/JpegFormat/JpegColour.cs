// What the components of a JPEG file mean: the colour spaces, and the rules by which libjpeg tells them (jdapimin.c).

namespace Translucent.Images.JpegFormat;

/// <summary>The colour space of a file.</summary>
internal enum JpegColour
{
    Grey,
    YCbCr,
    Rgb,

    /// <summary>Four inks, stored inverted.</summary>
    Cmyk,

    /// <summary>Cyan, magenta and yellow as YCbCr, and black.</summary>
    Ycck,
}

/// <summary>Finds the colour space of a file.</summary>
internal static class JpegColourSpace
{
    /// <summary>A JFIF marker decides, else an Adobe marker, else the components' numbers.</summary>
    public static JpegColour Of(JpegHeader header)
    {
        JpegComponent[] components = header.Frame!.Components;
        return components.Length switch
        {
            1 => JpegColour.Grey,
            4 => header.AdobeTransform is null or 0 ? JpegColour.Cmyk : JpegColour.Ycck,
            _ when header.Jfif => JpegColour.YCbCr,
            _ when header.AdobeTransform is { } transform => transform == 0 ? JpegColour.Rgb : JpegColour.YCbCr,
            _ => components is [{ Id: 'R' }, { Id: 'G' }, { Id: 'B' }] ? JpegColour.Rgb : JpegColour.YCbCr,
        };
    }
}
