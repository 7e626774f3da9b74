// The smallest forms in which a PNG can hold an image without loss: grey of few bits, a palette, with or without alpha.

using System.Buffers.Binary;

namespace Translucent.Images.PngFormat;

/// <summary>An image packed for storing.</summary>
/// <param name="Header">Size and form.</param>
/// <param name="Palette">Red, green, blue of each colour; empty without a palette.</param>
/// <param name="Alphas">Alpha of the first palette colours; the others are opaque.</param>
/// <param name="Rows">All packed rows, without filter bytes.</param>
internal sealed record PngForm(PngHeader Header, byte[] Palette, byte[] Alphas, byte[] Rows)
{
    /// <summary>The samples as they are, less an alpha that is opaque everywhere and colour where all is grey.</summary>
    public static PngForm Direct(Image image)
    {
        (bool grey, bool opaque, int depth) = Survey(image);
        PngColor color = grey ? (opaque ? PngColor.Grey : PngColor.GreyAlpha) : (opaque ? PngColor.Rgb : PngColor.Rgba);
        PngHeader header = new(image.Width, image.Height, color == PngColor.Grey ? depth : 8, color, false);
        int channels = image.Channels, samples = header.Samples, alpha = channels - 1;
        ReadOnlySpan<byte> pixels = image.Pixels;
        if (header.Depth == 8 && samples == channels) return new PngForm(header, [], [], image.Pixels);

        byte[] rows = new byte[(long)header.RowBytes(image.Width) * image.Height];
        if (header.Depth < 8)
        {
            Pack(rows, header, i => image.Pixels[i * channels] * ((1 << header.Depth) - 1) / 255);
            return new PngForm(header, [], [], rows);
        }
        for (int from = 0, to = 0; from < pixels.Length; from += channels, to += samples)
        {
            rows[to] = pixels[from];
            if (!grey) (rows[to + 1], rows[to + 2]) = (pixels[from + 1], pixels[from + 2]);
            if (!opaque) rows[to + samples - 1] = pixels[from + alpha];
        }
        return new PngForm(header, [], [], rows);
    }

    /// <summary>Indices into a palette; null for an image of more than 256 colours.</summary>
    public static PngForm? Indexed(Image image)
    {
        SortedDictionary<uint, int> places = []; // by alpha, then colour: transparent ones first, so that Alphas is short
        uint last = 0;
        for (int i = 0; i < image.Width * image.Height; i++)
        {
            uint color = Argb(image, i);
            if (i > 0 && color == last) continue;
            places[last = color] = 0;
            if (places.Count > 256) return null;
        }
        byte[] palette = new byte[3 * places.Count];
        List<byte> alphas = [];
        int place = 0;
        foreach (uint color in places.Keys.ToArray())
        {
            if (color >> 24 != 255) alphas.Add((byte)(color >> 24));
            (palette[3 * place], palette[3 * place + 1], palette[3 * place + 2]) = ((byte)(color >> 16), (byte)(color >> 8), (byte)color);
            places[color] = place++;
        }
        int depth = place <= 2 ? 1 : place <= 4 ? 2 : place <= 16 ? 4 : 8;
        PngHeader header = new(image.Width, image.Height, depth, PngColor.Palette, false);
        byte[] rows = new byte[(long)header.RowBytes(image.Width) * image.Height];
        Dictionary<uint, int> find = new(places);
        Pack(rows, header, i => find[Argb(image, i)]);
        return new PngForm(header, palette, [.. alphas], rows);
    }

    /// <summary>The body of the IHDR chunk.</summary>
    public byte[] HeaderBytes()
    {
        byte[] bytes = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(bytes, Header.Width);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), Header.Height);
        (bytes[8], bytes[9]) = ((byte)Header.Depth, (byte)Header.Color);
        return bytes;
    }

    // Whether all pixels are grey, whether all are opaque, and the bits that the grey levels need.
    static (bool Grey, bool Opaque, int Depth) Survey(Image image)
    {
        (int c, bool color, bool hasAlpha) = (image.Channels, image.Channels >= 3, image.Channels is 2 or 4);
        bool grey = true, opaque = true;
        Span<bool> seen = stackalloc bool[256];
        byte[] p = image.Pixels;
        for (int i = 0; i < p.Length; i += c)
        {
            seen[p[i]] = true;
            if (color && (p[i] != p[i + 1] || p[i] != p[i + 2])) grey = false;
            if (hasAlpha && p[i + c - 1] != 255) opaque = false;
        }
        int depth = 1;
        for (int v = 0; v < 256; v++)
            if (seen[v]) depth = Math.Max(depth, v % 255 == 0 ? 1 : v % 85 == 0 ? 2 : v % 17 == 0 ? 4 : 8);
        return (grey, opaque, depth);
    }

    static uint Argb(Image image, int pixel)
    {
        int c = image.Channels;
        ReadOnlySpan<byte> p = image.Pixels.AsSpan(pixel * c, c);
        uint alpha = c is 2 or 4 ? p[^1] : 255u;
        return (alpha << 24) | (c >= 3 ? (uint)((p[0] << 16) | (p[1] << 8) | p[2]) : p[0] * 0x010101u);
    }

    // One value per pixel, the first in the high bits of a byte; each row begins a new byte.
    static void Pack(byte[] rows, PngHeader header, Func<int, int> value)
    {
        int rowBytes = header.RowBytes(header.Width);
        for (int y = 0; y < header.Height; y++)
            for (int x = 0, bit = 0; x < header.Width; x++, bit += header.Depth)
                rows[y * rowBytes + (bit >> 3)] |= (byte)(value(y * header.Width + x) << (8 - header.Depth - (bit & 7)));
    }
}
