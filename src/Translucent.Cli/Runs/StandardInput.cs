// An image on standard input, named -: its bytes, bounded before they are read.

using Translucent.Files;
using Translucent.Pictures;
using Translucent.Pictures.Files;

namespace Translucent.Cli.Runs;

/// <summary>Reads an image that is piped into the command.</summary>
static class StandardInput
{
    /// <summary>How it is named on the command line, and what it is called in messages, records and folders.</summary>
    public const string Word = "-", Name = "stdin";

    const int Start = 512; // bytes that tell a format

    const long Beside = 64 << 20; // what a file may hold beside its pixels: text, profiles, thumbnails

    /// <summary>All of a stream; what is no picture, or larger than a picture of so many pixels can be, is refused before it fills the memory.</summary>
    /// <param name="mostPixels">The limit on width times height, as <see cref="ImageFile.Read"/> takes it.</param>
    /// <param name="input">Standard input when null.</param>
    /// <exception cref="TranslucentException">It is empty, no picture, or too large.</exception>
    public static byte[] Read(long mostPixels, Stream? input = null)
    {
        using Stream stream = input ?? Console.OpenStandardInput();
        long most = Math.Min(Array.MaxLength, 8 * mostPixels + Beside); // four channels of 16 bits
        byte[] start = new byte[Start];
        start = start[..stream.ReadAtLeast(start, Start, throwOnEndOfStream: false)];
        // what is no picture says so, as a file does
        if (ImageSignature.FormatOf(start) == FileFormat.Other) return start;
        using MemoryStream all = new();
        all.Write(start);
        byte[] piece = new byte[1 << 20];
        for (int read; (read = stream.Read(piece)) > 0;)
        {
            if (all.Length + read > most)
                throw new TranslucentException($"{Name}: has more than {most} bytes, which no picture of {mostPixels} pixels needs; --max-pixels raises that.");
            all.Write(piece, 0, read);
        }
        return all.ToArray();
    }
}
