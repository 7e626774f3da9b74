// Colours for clusters and classes.
// Distinct: chosen here one after the other, each as far as can be from all before it in the OKLab space (B. Ottosson, 2020).
// Pascal: the VOC development kit's VOClabelcolormap, the bits of the index dealt out to red, green and blue.

namespace Translucent.Images;

/// <summary>A colour for each number 0, 1, 2, ...; the same in every run.</summary>
static class Palette
{
    static readonly Rgb[] s_distinct = [.. (
        "e6394b 2a7de1 3cb44b ffc61a 8e44c9 17becf f58231 ff87ff 785a00 3cffa5 ffc3d2 b487b4 008778 a51e69 87f0ff 5a5a87 "
        + "a58700 a5c387 b4b4ff d24bb4 9678ff ff87a5 007800 b41e00 a5695a b4e11e 5aa5ff 4b4bd2 e1e1a5 5a96b4 00e1c3 d2a500")
        .Split(' ').Select(hex => Rgb.Parse(hex))];

    /// <summary>32 colours that are told apart easily, then darker and lighter turns of the same.</summary>
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
