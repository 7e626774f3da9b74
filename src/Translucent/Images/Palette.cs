// Colours for clusters and classes.
// Distinct: first the seven colours of Okabe and Ito (Color Universal Design, 2008), then others chosen one after the other: each as far as can be from
// all before it in the OKLab space (B. Ottosson, 2020), to the usual eye and to eyes without red or without green cones (Machado et al., 2009).
// Pascal: the VOC development kit's VOClabelcolormap, the bits of the index dealt out to red, green and blue.

namespace Translucent.Images;

/// <summary>A colour for each number 0, 1, 2, ...; the same in every run.</summary>
static class Palette
{
    static readonly Rgb[] s_distinct = [.. (
        "0072b2 e69f00 009e73 cc79a7 f0e442 d55e00 56b4e9 78005a ffd2ff 0000ff 1e5a00 5a00b4 b45aff 78d296 b4003c 785a78 "
        + "00ff96 d200b4 3c3c78 ff5a78 d2f0d2 ff78d2 b4d23c 783c96 96d2d2 5a5ad2 7896ff 00961e d25ad2 965a00 5a785a 1e3cd2")
        .Split(' ').Select(hex => Rgb.Parse(hex))];

    /// <summary>32 colours that are told apart easily, the first twelve by colour-blind eyes too; then darker and lighter turns of the same.</summary>
    public static Rgb Distinct(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        (int turn, int place) = Math.DivRem(index, s_distinct.Length);
        if (turn == 0) return s_distinct[place];
        return s_distinct[place].Mix(turn % 2 == 1 ? Rgb.Black : Rgb.White, 1 - 1 / (1 + 0.45 * ((turn + 1) / 2)));
    }

    /// <summary>The colours of PASCAL VOC label files; 0 is black, for 256 and more they start again.</summary>
    public static Rgb Pascal(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        (int r, int g, int b) = (0, 0, 0);
        for (int bit = 7, rest = index & 255; rest > 0; bit--, rest >>= 3)
            (r, g, b) = (r | ((rest & 1) << bit), g | (((rest >> 1) & 1) << bit), b | (((rest >> 2) & 1) << bit));
        return new Rgb((byte)r, (byte)g, (byte)b);
    }
}
