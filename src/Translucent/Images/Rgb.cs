// An sRGB colour.

using System.Globalization;

namespace Translucent.Images;

/// <summary>A colour of 8-bit red, green and blue.</summary>
/// <param name="R">Red, 0 .. 255.</param>
/// <param name="G">Green, 0 .. 255.</param>
/// <param name="B">Blue, 0 .. 255.</param>
public readonly record struct Rgb(byte R, byte G, byte B)
{
    /// <summary>Black.</summary>
    public static Rgb Black { get; } = new(0, 0, 0);

    /// <summary>White.</summary>
    public static Rgb White { get; } = new(255, 255, 255);

    /// <summary>A colour as six hexadecimal digits, with or without a leading #.</summary>
    /// <param name="hex">As in <c>ff8800</c> or <c>#ff8800</c>.</param>
    /// <exception cref="FormatException">It is not that.</exception>
    public static Rgb Parse(ReadOnlySpan<char> hex)
    {
        if (hex.StartsWith("#")) hex = hex[1..];
        if (hex.Length != 6 || !int.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value))
            throw new FormatException($"'{hex}' is not a colour, expected six hexadecimal digits such as ff8800.");
        return new Rgb((byte)(value >> 16), (byte)(value >> 8), (byte)value);
    }

    /// <summary>This colour mixed with another, by the bytes: 0 gives this one, 1 the other.</summary>
    /// <param name="other">The colour at weight 1.</param>
    /// <param name="weight">0 .. 1.</param>
    public Rgb Mix(Rgb other, double weight) => new(Between(R, other.R, weight), Between(G, other.G, weight), Between(B, other.B, weight));

    /// <summary>How light the colour looks, 0 .. 255 (Rec. 601 luma).</summary>
    public double Luma => 0.299 * R + 0.587 * G + 0.114 * B;

    /// <summary>As in <c>#ff8800</c>.</summary>
    public override string ToString() => $"#{R:x2}{G:x2}{B:x2}";

    static byte Between(byte from, byte to, double weight) => (byte)Math.Clamp(from + (to - from) * weight + 0.5, 0, 255);
}
