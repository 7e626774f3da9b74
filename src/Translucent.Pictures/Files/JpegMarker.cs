// The marker codes of a JPEG file (ITU-T T.81, Table B.1), and which kinds of picture are refused.

using Translucent.Files;

namespace Translucent.Pictures.Files;

/// <summary>The second byte of a marker; the first is 0xFF.</summary>
internal static class JpegMarker
{
    public const byte
        Temporary = 0x01,
        BaselineFrame = 0xC0, ExtendedFrame = 0xC1, ProgressiveFrame = 0xC2, ArithmeticFrame = 0xC9, ArithmeticProgressiveFrame = 0xCA,
        HuffmanTables = 0xC4, ArithmeticConditioning = 0xCC,
        Restart0 = 0xD0, Restart7 = 0xD7,
        StartOfImage = 0xD8, EndOfImage = 0xD9, StartOfScan = 0xDA,
        QuantizationTables = 0xDB, NumberOfLines = 0xDC, RestartInterval = 0xDD,
        App0 = 0xE0, App1 = 0xE1, App15 = 0xEF, Comment = 0xFE;

    public static bool IsFrame(byte marker) =>
        marker is BaselineFrame or ExtendedFrame or ProgressiveFrame or ArithmeticFrame or ArithmeticProgressiveFrame;

    /// <summary>Whether a segment of this kind may stand between a frame and its scans, or before the frame.</summary>
    public static bool IsTable(byte marker) => marker is HuffmanTables or ArithmeticConditioning or QuantizationTables or NumberOfLines or RestartInterval
        or >= App0 and <= App15 or Comment;

    public static bool IsRestart(byte marker) => marker is >= Restart0 and <= Restart7;

    /// <summary>The error for a marker that is not read, naming the kind of file it announces.</summary>
    public static TranslucentException Refuse(byte marker)
    {
        string? kind = marker switch
        {
            0xC3 => "lossless",
            0xC5 or 0xC6 or 0xC7 or 0xDE or 0xDF => "hierarchical",
            0xCB => "lossless arithmetic-coded",
            0xCD or 0xCE or 0xCF => "hierarchical arithmetic-coded",
            0xF7 => "JPEG-LS",
            _ => null,
        };
        return new TranslucentException(kind is null
            ? $"JPEG: unexpected marker 0xFF{marker:X2}; the file is damaged."
            : $"JPEG: this file is {kind}; baseline, extended sequential and progressive JPEG is read. Convert it to one of these.");
    }
}
