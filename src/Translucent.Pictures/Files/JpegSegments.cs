// Walks the segments of a JPEG file (ITU-T T.81, B.1.1): marker, length, parameters, and entropy-coded data after a scan header.

using Translucent.Files;

namespace Translucent.Pictures.Files;

/// <summary>A position in a file that stands before a marker or just after one.</summary>
internal ref struct JpegSegments
{
    readonly ReadOnlySpan<byte> _file;
    int _at;

    /// <summary>Stands after the start-of-image marker.</summary>
    public JpegSegments(ReadOnlySpan<byte> file)
    {
        if (file is not [0xFF, JpegMarker.StartOfImage, ..])
            throw new TranslucentException("JPEG: the file does not start with FF D8; it is not a JPEG file.");
        _file = file;
        _at = 2;
    }

    /// <summary>How many bytes follow the last segment read.</summary>
    public readonly int Remaining => _file.Length - _at;

    /// <summary>The next marker; any number of 0xFF may fill up the space before it.</summary>
    public byte Next()
    {
        if (_at < _file.Length && _file[_at] != 0xFF)
            throw new TranslucentException($"JPEG: found 0x{_file[_at]:X2} at byte {_at} where a marker (0xFF) must stand; the file is damaged.");
        while (_at < _file.Length && _file[_at] == 0xFF) _at++;
        if (_at == _file.Length)
            throw new TranslucentException($"JPEG: the file is cut short: it ends at byte {_at} without an end-of-image marker.");
        return _file[_at++];
    }

    /// <summary>The parameters of the segment whose marker was just read.</summary>
    public ReadOnlySpan<byte> Parameters(byte marker)
    {
        if (marker < JpegMarker.BaselineFrame || JpegMarker.IsRestart(marker) || marker == JpegMarker.StartOfImage)
            throw JpegMarker.Refuse(marker);
        int length = Remaining < 2 ? int.MaxValue : _file[_at] << 8 | _file[_at + 1];
        if (length > Remaining)
            throw new TranslucentException($"JPEG: the file is cut short inside the segment of marker 0xFF{marker:X2} at byte {_at}.");
        if (length < 2)
            throw new TranslucentException($"JPEG: segment 0xFF{marker:X2} at byte {_at} says it is {length} bytes long, at least 2 expected.");
        ReadOnlySpan<byte> parameters = _file.Slice(_at + 2, length - 2);
        _at += length;
        return parameters;
    }

    /// <summary>Passes over the data of a scan: goes to the next marker that is not a restart.</summary>
    public void LeaveScan()
    {
        while (true)
        {
            int next = _file[_at..].IndexOf((byte)0xFF);
            _at = next < 0 ? _file.Length : _at + next;
            if (_at + 1 >= _file.Length) return;
            if (_file[_at + 1] is not (0x00 or 0xFF) && !JpegMarker.IsRestart(_file[_at + 1])) return;
            _at++;
        }
    }
}
