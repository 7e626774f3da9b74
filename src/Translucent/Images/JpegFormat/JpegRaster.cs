// From blocks of coefficients to the picture, one MCU row at a time: inverse DCT, upsampling, colour, orientation.

namespace Translucent.Images.JpegFormat;

/// <summary>The picture as it grows from top to bottom.</summary>
internal sealed class JpegRaster
{
    readonly JpegFrame _frame;
    readonly JpegColour _colour;
    readonly JpegPlane[] _planes;
    readonly int _channels, _origin, _right, _down;
    readonly byte[] _pixels;
    readonly byte[] _row;            // a row of pixels that does not go to the picture as one piece
    readonly bool _transposed;
    int _done;                       // rows of pixels written

    public JpegRaster(JpegHeader header, bool upright)
    {
        _frame = header.Frame!;
        _colour = JpegColourSpace.Of(header);
        _channels = _colour == JpegColour.Grey ? 1 : 3;
        _planes = [.. _frame.Components.Select(c => new JpegPlane(_frame, c))];
        int orientation = upright ? header.Orientation : 1;
        (_origin, _right, _down) = Orientation.Place(orientation, _frame.Width, _frame.Height);
        _transposed = Orientation.Transposes(orientation);
        _pixels = new byte[_frame.Width * _frame.Height * _channels];
        _row = new byte[_frame.Width * _channels];
    }

    /// <summary>Stores the block of component <paramref name="index"/> of the frame in that row and column of blocks.</summary>
    public void Write(int index, int blockRow, int blockColumn, ReadOnlySpan<short> coefficients) => _planes[index].Write(blockRow, blockColumn, coefficients);

    /// <summary>Says that all blocks of an MCU row are stored. Rows must end in order, before the one after the next begins.</summary>
    public void EndMcuRow(int mcuRow)
    {
        // The last row of pixels of an MCU row may need samples of the next one.
        int ready = mcuRow == _frame.McuRows - 1 ? _frame.Height : (mcuRow + 1) * 8 * _frame.MaxV - _frame.MaxV;
        for (; _done < ready; _done++) WriteRow(_done);
    }

    /// <summary>The picture; all MCU rows have ended.</summary>
    public Image Finish() => _transposed ? new(_frame.Height, _frame.Width, _channels, _pixels) : new(_frame.Width, _frame.Height, _channels, _pixels);

    void WriteRow(int y)
    {
        int start = (_origin + y * _down) * _channels, step = _right * _channels;
        if (_right == 1)
        {
            Convert(y, _pixels.AsSpan(start, _row.Length));
            return;
        }
        Convert(y, _row);
        for (int x = 0; x < _row.Length; x += _channels, start += step)
            for (int c = 0; c < _channels; c++) _pixels[start + c] = _row[x + c];
    }

    void Convert(int y, Span<byte> pixels)
    {
        ReadOnlySpan<byte> first = _planes[0].FullRow(y);
        if (_colour == JpegColour.Grey)
        {
            first[..pixels.Length].CopyTo(pixels);
            return;
        }
        ReadOnlySpan<byte> second = _planes[1].FullRow(y), third = _planes[2].FullRow(y);
        if (_colour is JpegColour.YCbCr or JpegColour.Ycck) JpegColourConversion.YccToRgb(first, second, third, pixels);
        else JpegColourConversion.Interleave(first, second, third, pixels);
        if (_planes.Length < 4) return;
        if (_colour == JpegColour.Cmyk)
            for (int i = 0; i < pixels.Length; i++) pixels[i] ^= 255;        // stored inks are inverted
        JpegColourConversion.Print(pixels, _planes[3].FullRow(y));
    }
}
