// The samples of one component while they are needed: two MCU rows, because upsampling looks one row beyond the MCU row it works on.

namespace Translucent.Images.JpegFormat;

/// <summary>A component's samples, written block by block, read as rows of full size.</summary>
internal sealed class JpegPlane
{
    const int MinFancyWidth = 3;         // jdsample.c doubles narrower components by repetition

    readonly JpegComponent _component;
    readonly byte[] _samples;            // row y of the component lies at (y mod _rows) * _stride
    readonly int _rows, _stride;
    readonly int _across, _down;         // how many times wider and higher the picture is
    readonly bool _doublesAcross, _doublesDown;      // by the triangle filter
    readonly ushort[] _sums;             // a blended row with its edge samples repeated on both sides
    readonly byte[] _full;

    public JpegPlane(JpegFrame frame, JpegComponent component)
    {
        _component = component;
        (_across, _down) = (frame.MaxH / component.H, frame.MaxV / component.V);
        bool wide = component.Width >= MinFancyWidth;
        _doublesDown = _down == 2 && (_across == 1 || (_across == 2 && wide));
        _doublesAcross = _across == 2 && _down <= 2 && wide;
        (_rows, _stride) = (2 * 8 * component.V, 8 * component.BlocksPerRow);
        _samples = new byte[_rows * _stride];
        _sums = new ushort[component.Width + 2];
        _full = new byte[component.Width * _across];
    }

    /// <summary>Stores the samples of one block.</summary>
    public void Write(int blockRow, int blockColumn, ReadOnlySpan<short> coefficients)
        => JpegIdct.Transform(coefficients, _component.Quantization, _samples.AsSpan(8 * blockRow % _rows * _stride + 8 * blockColumn), _stride);

    /// <summary>Row <paramref name="y"/> of the picture, at least as long as the picture is wide. Valid until the next call.</summary>
    public ReadOnlySpan<byte> FullRow(int y)
    {
        ReadOnlySpan<byte> near = Row(y / _down);
        if (_doublesDown || _doublesAcross) return Fancy(near, y);
        if (_across == 1) return near;
        JpegUpsampling.Repeat(near, _across, _full);
        return _full;
    }

    ReadOnlySpan<byte> Fancy(ReadOnlySpan<byte> near, int y)
    {
        bool upper = y % 2 == 0;         // of the two rows that a row of the component becomes
        JpegUpsampling.Blend(near, _doublesDown ? Row(y / 2 + (upper ? -1 : 1)) : near, _sums.AsSpan(1));
        if (!_doublesAcross)
        {
            JpegUpsampling.Quarter(_sums.AsSpan(1), upper ? 1 : 2, _full);
            return _full;
        }
        (_sums[0], _sums[^1]) = (_sums[1], _sums[^2]);
        // Without a vertical step the sums are four times the samples, and so are the roundings 1 and 2 of jdsample.c.
        JpegUpsampling.Double(_sums, _doublesDown ? 8 : 4, _doublesDown ? 7 : 8, _full);
        return _full;
    }

    /// <summary>Row y of the component; beyond the first and the last, these.</summary>
    ReadOnlySpan<byte> Row(int y) => _samples.AsSpan(Math.Clamp(y, 0, _component.Height - 1) % _rows * _stride, _component.Width);
}
