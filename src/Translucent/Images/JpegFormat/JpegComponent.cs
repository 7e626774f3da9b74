// One component of the picture and the grid of blocks that its sampling factors give it (ITU-T T.81, A.1.1 and A.2).

namespace Translucent.Images.JpegFormat;

/// <summary>One component (luma, chroma, ink, ...) and its grid of 8 × 8 blocks.</summary>
/// <param name="id">The number by which scans name it.</param>
/// <param name="h">Horizontal sampling factor: blocks per MCU across.</param>
/// <param name="v">Vertical sampling factor: blocks per MCU down.</param>
/// <param name="table">The number of its quantization table.</param>
internal sealed class JpegComponent(int id, int h, int v, int table)
{
    public int Id { get; } = id;

    public int H { get; } = h;

    public int V { get; } = v;

    public int Table { get; } = table;

    /// <summary>Samples per row and rows, without padding to whole blocks.</summary>
    public int Width { get; set; }

    /// <inheritdoc cref="Width"/>
    public int Height { get; set; }

    /// <summary>Blocks per row with padding to whole MCUs.</summary>
    public int BlocksPerRow { get; set; }

    /// <summary>Blocks that hold at least one sample, across and down.</summary>
    public int BlocksWide => (Width + 7) / 8;

    /// <inheritdoc cref="BlocksWide"/>
    public int BlocksHigh => (Height + 7) / 8;

    /// <summary>The quantization table in force when its first scan began; null before that.</summary>
    public int[]? Quantization { get; set; }
}
