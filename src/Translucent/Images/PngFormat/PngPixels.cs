// From a packed row of a PNG to 8-bit samples (PNG specification, sections 7.2, 11.3.1 and 13.12).

using System.Buffers.Binary;

namespace Translucent.Images.PngFormat;

/// <summary>Expands packed rows: depths to 8 bits, palettes to colours, a transparent colour to an alpha channel.</summary>
internal sealed class PngPixels
{
    readonly PngHeader _header;
    readonly byte[]? _transparent; // the samples of the transparent colour, two bytes each
    readonly byte[] _table = [];   // for one sample per pixel of at most 8 bits: its colour, Channels bytes per value
    readonly int _values;          // how many values the table knows

    public PngPixels(PngFile file)
    {
        _header = file.Header;
        bool palette = _header.Color == PngColor.Palette;
        Channels = (palette ? 3 : _header.Samples) + (file.Transparency == null ? 0 : 1);
        _transparent = palette ? null : file.Transparency;
        if (_header.Samples > 1 || _header.Depth > 8) return;
        _values = palette ? file.Palette.Length / 3 : 1 << _header.Depth;
        _table = new byte[_values * Channels];
        for (int v = 0; v < _values; v++)
        {
            Span<byte> color = _table.AsSpan(v * Channels, Channels);
            if (palette) file.Palette.AsSpan(v * 3, 3).CopyTo(color);
            else color[0] = (byte)(v * 255 / (_values - 1));
            if (file.Transparency is not byte[] t) continue;
            color[^1] = palette ? (v < t.Length ? t[v] : (byte)255) : Alpha(BinaryPrimitives.ReadUInt16BigEndian(t) == v);
        }
    }

    /// <summary>Samples per pixel of the result.</summary>
    public int Channels { get; }

    /// <param name="packed">A row without its filter byte.</param>
    /// <param name="line">Takes <see cref="Channels"/> samples per pixel; its length says how many pixels the row has.</param>
    public void Expand(ReadOnlySpan<byte> packed, Span<byte> line)
    {
        if (_table.Length > 0) LookUp(packed, line);
        else if (_transparent != null) Match(packed, line, _header.Depth / 8);
        else if (_header.Depth == 16) for (int i = 0; i < line.Length; i++) line[i] = packed[2 * i];
        else packed.CopyTo(line);
    }

    void LookUp(ReadOnlySpan<byte> packed, Span<byte> line)
    {
        int depth = _header.Depth, mask = (1 << depth) - 1, channels = Channels;
        ReadOnlySpan<byte> table = _table;
        for (int at = 0, bit = 0; at < line.Length; at += channels, bit += depth)
        {
            int value = (packed[bit >> 3] >> (8 - depth - (bit & 7))) & mask;
            if (value >= _values) throw Png.Bad($"a pixel has colour {value} of a palette of {_values}.");
            if (channels == 1) line[at] = table[value];
            else table.Slice(value * channels, channels).CopyTo(line[at..]);
        }
    }

    // One or three samples of 8 or 16 bits, alpha 0 where all equal the transparent colour's (whose samples always have 16 bits).
    void Match(ReadOnlySpan<byte> packed, Span<byte> line, int bytes)
    {
        int samples = _header.Samples;
        Span<byte> transparent = stackalloc byte[samples * bytes];
        for (int i = 0; i < transparent.Length; i++) transparent[i] = bytes == 2 ? _transparent![i] : _transparent![2 * i + 1];
        for (int at = 0, from = 0; at < line.Length; at += samples + 1, from += samples * bytes)
        {
            for (int s = 0; s < samples; s++) line[at + s] = packed[from + s * bytes];
            line[at + samples] = Alpha(packed.Slice(from, samples * bytes).SequenceEqual(transparent));
        }
    }

    static byte Alpha(bool transparent) => transparent ? (byte)0 : (byte)255;
}
