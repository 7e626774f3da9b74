// Letters for captions and colour bars, after the classic dot matrix of 5 x 7 with one row for descenders.
// Neighbouring dots are joined by round strokes, so that letters are crisp at their own size and smooth at larger ones.

namespace Translucent.Images;

/// <summary>Draws printable ASCII; any other character shows as a question mark.</summary>
internal static class Lettering
{
    const int Space = 3;

    /// <summary>Rows of a line of text at scale 1.</summary>
    public const int Height = 8;

    // From ' ' to '~', five columns each as two hexadecimal digits, the lowest bit on top.
    static readonly byte[] s_columns = Convert.FromHexString(
        "0000000000" + "00005F0000" + "0007000700" + "147F147F14" + "242A7F2A12" + "2313086462" + "3649562050" + "0000070000"   //  !"#$%&'
        + "001C224100" + "0041221C00" + "14083E0814" + "08083E0808" + "0080603000" + "0808080808" + "0000606000" + "2010080402" // ()*+,-./
        + "3E5149453E" + "00427F4000" + "4261514946" + "2241494936" + "1814127F10" + "2745454539" + "3C4A494930" + "0171090503" // 01234567
        + "3649494936" + "064949291E" + "0000360000" + "0080760000" + "0008142241" + "1414141414" + "4122140800" + "0201590906" // 89:;<=>?
        + "3E415D595E" + "7E1111117E" + "7F49494936" + "3E41414122" + "7F4141413E" + "7F49494941" + "7F09090901" + "3E4149497A" // @ABCDEFG
        + "7F0808087F" + "00417F4100" + "2040413F01" + "7F08142241" + "7F40404040" + "7F020C027F" + "7F0408107F" + "3E4141413E" // HIJKLMNO
        + "7F09090906" + "3E4151215E" + "7F09192946" + "4649494931" + "01017F0101" + "3F4040403F" + "1F2040201F" + "3F4038403F" // PQRSTUVW
        + "6314081463" + "0304780403" + "6151494543" + "007F414100" + "0204081020" + "0041417F00" + "0402010204" + "4040404040" // XYZ[\]^_
        + "0001020400" + "2054545478" + "7F48444438" + "3844444428" + "384444487F" + "3854545418" + "00087E0902" + "18A4A4A47C" // `abcdefg
        + "7F08040478" + "00447D4000" + "0080847D00" + "7F10284400" + "00417F4000" + "7C04780478" + "7C08040478" + "3844444438" // hijklmno
        + "FC24242418" + "18242424FC" + "7C08040408" + "4854545424" + "043F444020" + "3C4040207C" + "1C2040201C" + "3C4030403C" // pqrstuvw
        + "4428102844" + "1CA0A0A07C" + "4464544C44" + "0008364100" + "00007F0000" + "0041360800" + "0201020402");              // xyz{|}~

    /// <summary>Pixels that a line of text needs at a scale.</summary>
    public static int Width(string text, int scale)
    {
        int width = 0;
        foreach (char c in text) width += Glyph(c).Length + 1;
        return Math.Max(0, width - 1) * scale;
    }

    /// <summary>Draws a line of text, its upper left corner at the given place.</summary>
    public static void Draw(Image onto, string text, int left, int top, int scale, Rgb color)
    {
        foreach (char c in text)
        {
            ReadOnlySpan<byte> columns = Glyph(c);
            Draw(onto, columns, left, top, scale, color);
            left += (columns.Length + 1) * scale;
        }
    }

    static void Draw(Image onto, ReadOnlySpan<byte> columns, int left, int top, int scale, Rgb color)
    {
        for (int y = -1; y <= Height * scale; y++)
            for (int x = -1; x <= columns.Length * scale; x++)
            {
                if (left + x < 0 || left + x >= onto.Width || top + y < 0 || top + y >= onto.Height) continue;
                double ink = 0.5 * scale + 0.5 - scale * Distance(columns, (x + 0.5) / scale - 0.5, (y + 0.5) / scale - 0.5);
                int pixel = (top + y) * onto.Width + left + x;
                if (ink > 0) Canvas.Set(onto, pixel, Canvas.Get(onto, pixel).Mix(color, Math.Min(ink, 1)));
            }
    }

    // From a point to the nearest dot, or stroke between two dots, in steps of the matrix.
    static double Distance(ReadOnlySpan<byte> columns, double x, double y)
    {
        double least = double.MaxValue;
        for (int column = Math.Max(0, (int)x - 1); column <= Math.Min(columns.Length - 1, (int)x + 1); column++)
            for (int row = Math.Max(0, (int)y - 1); row <= Math.Min(Height - 1, (int)y + 1); row++)
            {
                if (!On(columns, column, row)) continue;
                bool right = On(columns, column + 1, row), below = On(columns, column, row + 1);
                least = Math.Min(least, ToStroke(x - column, y - row, 0, 0));
                if (right) least = Math.Min(least, ToStroke(x - column, y - row, 1, 0));
                if (below) least = Math.Min(least, ToStroke(x - column, y - row, 0, 1));
                if (!right && !below && On(columns, column + 1, row + 1)) least = Math.Min(least, ToStroke(x - column, y - row, 1, 1));
                if (!On(columns, column - 1, row) && !below && On(columns, column - 1, row + 1)) least = Math.Min(least, ToStroke(x - column, y - row, -1, 1));
            }
        return least;
    }

    static bool On(ReadOnlySpan<byte> columns, int column, int row) =>
        column >= 0 && column < columns.Length && row < Height && (columns[column] >> row & 1) == 1;

    // From (x, y) to the line between the origin and (dx, dy).
    static double ToStroke(double x, double y, double dx, double dy)
    {
        double along = dx == 0 && dy == 0 ? 0 : Math.Clamp((x * dx + y * dy) / (dx * dx + dy * dy), 0, 1);
        return Math.Sqrt((x - along * dx) * (x - along * dx) + (y - along * dy) * (y - along * dy));
    }

    /// <summary>The text, or its beginning and two dots, so that it is no wider than asked.</summary>
    public static string Fit(string text, int width, int scale)
    {
        if (Width(text, scale) <= width) return text;
        int length = text.Length;
        while (length > 0 && Width(text[..length] + "..", scale) > width) length--;
        return length == 0 ? "" : text[..length] + "..";
    }

    // The columns of a letter without the empty ones around it.
    static ReadOnlySpan<byte> Glyph(char c)
    {
        if (c == ' ') return s_columns.AsSpan(0, Space);
        ReadOnlySpan<byte> columns = s_columns.AsSpan(5 * ((c is > ' ' and <= '~' ? c : '?') - ' '), 5);
        int first = columns.IndexOfAnyExcept((byte)0), last = columns.LastIndexOfAnyExcept((byte)0);
        return columns[first..(last + 1)];
    }
}
