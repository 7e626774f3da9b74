// Whether a JPEG file is whole: its markers are walked to the end of image, because a decoder fills what is missing with grey.
// ITU-T T.81, B.2; EXIF is CIPA DC-008.

using Translucent.Files;

namespace Translucent.Pictures.Files;

/// <summary>Reads the structure of a JPEG file.</summary>
internal static class JpegCheck
{
    const int MostScans = 1000; // a progressive file of three components has some ten; every scan costs a pass over the whole picture

    /// <summary>Walks a file to its end of image.</summary>
    /// <exception cref="TranslucentException">It is cut short, damaged, or of a kind that is not read.</exception>
    public static PictureHeader Walk(ReadOnlySpan<byte> file)
    {
        JpegSegments segments = new(file);
        (int orientation, int scans) = (0, 0);
        ReadOnlySpan<byte> frame = [];
        HashSet<byte> missing = [];
        for (byte marker = segments.Next(); marker != JpegMarker.EndOfImage; marker = segments.Next())
        {
            if (marker == JpegMarker.Temporary) continue;
            ReadOnlySpan<byte> parameters = segments.Parameters(marker);
            if (JpegMarker.IsFrame(marker))
            {
                if (!frame.IsEmpty) throw new TranslucentException("JPEG: a second frame header; a file must have one. The file is damaged.");
                missing = CheckFrame(marker, parameters, segments.Remaining);
                frame = parameters;
            }
            else if (marker == JpegMarker.StartOfScan)
            {
                if (frame.IsEmpty) throw new TranslucentException("JPEG: a scan comes before the frame header; the file is damaged.");
                if (++scans > MostScans) throw new TranslucentException($"JPEG: more than {MostScans} scans; no encoder writes that. Save the file anew.");
                if (parameters.Length < 1 || parameters.Length < 1 + 2 * parameters[0])
                    throw new TranslucentException("JPEG: a scan header is too short; the file is damaged.");
                for (int i = 0; i < parameters[0]; i++) missing.Remove(parameters[1 + 2 * i]);
                segments.LeaveScan();
            }
            else if (marker == JpegMarker.App1 && orientation == 0 && parameters.StartsWith("Exif\0"u8))
            {
                orientation = Orientation.Read(parameters[Math.Min(6, parameters.Length)..]);
            }
            else if (!JpegMarker.IsTable(marker))
            {
                throw JpegMarker.Refuse(marker);
            }
        }
        if (scans == 0) throw new TranslucentException("JPEG: the file ends without a scan; it holds no picture.");
        if (missing.Count > 0) throw new TranslucentException("JPEG: the file ends without a scan of every component; it is cut short or damaged.");
        return new PictureHeader(frame[5] == 1 ? 1 : 3, Math.Max(1, orientation));
    }

    /// <returns>The numbers of its components.</returns>
    static HashSet<byte> CheckFrame(byte marker, ReadOnlySpan<byte> p, int bytes)
    {
        if (p.Length < 6 || p.Length != 6 + 3 * p[5])
            throw new TranslucentException(
                $"JPEG: the frame header is {p.Length} bytes long, which does not fit its number of components; the file is damaged.");
        (int bits, int height, int width, int count) = (p[0], p[1] << 8 | p[2], p[3] << 8 | p[4], p[5]);
        if (bits != 8) throw new TranslucentException($"JPEG: {bits} bits per sample; only 8 are read. Convert the file to 8 bits.");
        if (height == 0 && width != 0)
            throw new TranslucentException("JPEG: the frame header leaves the height open (0, a DNL marker follows); this is not read. Save the file anew.");
        if (width == 0) throw new TranslucentException($"JPEG: {width} x {height} pixels; both must be at least 1. The file is damaged.");
        if (count is not (1 or 3 or 4))
            throw new TranslucentException($"JPEG: {count} components; 1 (grey), 3 (YCbCr, RGB) and 4 (CMYK, YCCK) are read.");
        HashSet<byte> components = [];
        for (int i = 0; i < count; i++)
            if (!components.Add(p[6 + 3 * i])) throw new TranslucentException($"JPEG: two components have the number {p[6 + 3 * i]}; the file is damaged.");

        if (marker is JpegMarker.ArithmeticFrame or JpegMarker.ArithmeticProgressiveFrame) return components; // these may take less than a bit per block
        // bits: a DC code, and in sequential mode also an end of block
        long blocks = (width + 7L) / 8 * ((height + 7L) / 8), least = blocks * (marker == JpegMarker.ProgressiveFrame ? 1 : 2) / 8;
        if (least > bytes)
            throw new TranslucentException(
                $"JPEG: {width} x {height} pixels take at least {least} bytes of data, {bytes} follow the frame header; the file is cut short or damaged.");
        return components;
    }
}
