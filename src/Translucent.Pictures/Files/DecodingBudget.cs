// The memory that a picture may take on its way from a file to the model, asked before its pixels get any.

using Translucent.Files;
using Translucent.Runs;

namespace Translucent.Pictures.Files;

/// <summary>What a user allows.</summary>
/// <param name="Bytes">How much.</param>
/// <param name="Option">How the user says it, as in --memory.</param>
internal sealed record DecodingBudget(long Bytes, string Option)
{
    const int Decoded = 4; // bytes that the decoder writes for a pixel

    /// <summary>Bytes of a picture and its copies: as decoded, with its own channels, turned upright, its colours weighted by alpha for resizing.</summary>
    public static long Of(int width, int height, PictureHeader header) => (long)width * height
        * (Decoded + (header.Channels == Decoded ? 0 : header.Channels) + (header.Orientation > 1 ? header.Channels : 0)
            + (header.Channels is 2 or 4 ? header.Channels : 0));

    /// <summary>Refuses a picture that takes more.</summary>
    /// <exception cref="TranslucentException">It does.</exception>
    public void Check(string format, int width, int height, PictureHeader header)
    {
        long bytes = Of(width, height, header);
        if (bytes > Bytes) throw new TranslucentException($"{format}: {width} x {height} pixels take {ByteSize.Text(bytes)} to decode, and {Option} allows "
            + $"{ByteSize.Text(Bytes)}. Give more with {Option}, or scale it down first.");
    }
}
