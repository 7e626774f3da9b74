// Walks the MCUs of scans (ITU-T T.81, A.2). A sequential file with one scan goes straight into the picture; any other keeps the
// coefficients of all its scans, 2 bytes per sample, until the file ends.
// Inner loops of this decoder are marked AggressiveOptimization: most programs decode one picture, which would be half done before
// tiered compilation gets to them.

namespace Translucent.Images.JpegFormat;

/// <summary>Decodes the scans of one file.</summary>
internal sealed class JpegDecoder(JpegHeader header, bool upright)
{
    readonly JpegFrame _frame = header.Frame ?? throw new InvalidDataException("JPEG: a scan comes before the frame header; the file is damaged.");
    readonly JpegProgress _progress = new();
    JpegRaster? _raster;                     // once blocks go into the picture
    short[][]? _coefficients;                // [component][block, 64], when they do not

    /// <summary>Decodes one scan.</summary>
    /// <param name="scan">Its header.</param>
    /// <param name="data">What follows the header.</param>
    /// <returns>How many bytes of the data were read.</returns>
    public int Scan(JpegScan scan, ReadOnlySpan<byte> data)
    {
        _progress.Begin(scan);
        JpegEntropy entropy = new(scan, data);
        if (!scan.Progressive && scan.Components.Length == _frame.Components.Length)
        {
            StreamScan(scan, ref entropy);
            return entropy.Position;
        }
        _coefficients ??= [.. _frame.Components.Select(c => new short[64 * c.BlocksPerRow * _frame.McuRows * c.V])];
        if (scan.Components.Length == 1) KeepComponent(scan.Components[0], ref entropy);
        else KeepScan(scan, ref entropy);
        return entropy.Position;
    }

    /// <summary>The picture, after the last scan.</summary>
    public Image Finish()
    {
        if (!_progress.Complete(_frame)) throw new InvalidDataException("JPEG: the file ends without a scan of every component; it is cut short or damaged.");
        if (_raster is null) DrawCoefficients();
        return _raster!.Finish();
    }

    void StreamScan(JpegScan scan, ref JpegEntropy entropy)
    {
        _raster = new(header, upright);
        Span<short> block = stackalloc short[64];
        int[] indices = [.. scan.Components.Select(c => Array.IndexOf(_frame.Components, c))];
        for (int row = 0; row < _frame.McuRows; row++)
        {
            for (int column = 0; column < _frame.McusPerRow; column++)
            {
                entropy.BeginMcu();
                for (int part = 0; part < indices.Length; part++)
                {
                    JpegComponent c = scan.Components[part];
                    for (int v = 0; v < c.V; v++)
                        for (int h = 0; h < c.H; h++)
                        {
                            block.Clear();
                            entropy.Block(part, block);
                            _raster.Write(indices[part], row * c.V + v, column * c.H + h, block);
                        }
                }
            }
            _raster.EndMcuRow(row);
        }
    }

    /// <summary>An interleaved scan: MCUs of H × V blocks of each component.</summary>
    void KeepScan(JpegScan scan, ref JpegEntropy entropy)
    {
        short[][] coefficients = [.. scan.Components.Select(Coefficients)];
        for (int row = 0; row < _frame.McuRows; row++)
            for (int column = 0; column < _frame.McusPerRow; column++)
            {
                entropy.BeginMcu();
                for (int part = 0; part < coefficients.Length; part++)
                {
                    JpegComponent c = scan.Components[part];
                    for (int v = 0; v < c.V; v++)
                        for (int h = 0; h < c.H; h++)
                            entropy.Block(part, Block(coefficients[part], c, row * c.V + v, column * c.H + h));
                }
            }
    }

    /// <summary>A scan of one component: its MCU is one block, and blocks that only pad the picture are left out.</summary>
    void KeepComponent(JpegComponent c, ref JpegEntropy entropy)
    {
        short[] coefficients = Coefficients(c);
        for (int row = 0; row < c.BlocksHigh; row++)
            for (int column = 0; column < c.BlocksWide; column++)
            {
                entropy.BeginMcu();
                entropy.Block(0, Block(coefficients, c, row, column));
            }
    }

    void DrawCoefficients()
    {
        _raster = new(header, upright);
        for (int row = 0; row < _frame.McuRows; row++)
        {
            for (int i = 0; i < _frame.Components.Length; i++)
            {
                JpegComponent c = _frame.Components[i];
                for (int v = row * c.V; v < Math.Min((row + 1) * c.V, c.BlocksHigh); v++)
                    for (int h = 0; h < c.BlocksWide; h++)
                        _raster.Write(i, v, h, Block(_coefficients![i], c, v, h));
            }
            _raster.EndMcuRow(row);
        }
    }

    short[] Coefficients(JpegComponent c) => _coefficients![Array.IndexOf(_frame.Components, c)];

    static Span<short> Block(short[] coefficients, JpegComponent c, int row, int column) => coefficients.AsSpan(64 * (row * c.BlocksPerRow + column), 64);
}
