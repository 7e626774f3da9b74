// Damage to pictures of any format, above all where their headers say how large they are.

using Translucent.Pictures.Files;

namespace Translucent.Fuzz.Mutators;

/// <summary>Changes pictures as their format asks for.</summary>
static class PictureMutator
{
    const int Headers = 48; // bytes that hold sizes in every format

    /// <summary>One change.</summary>
    public static byte[] Edit(byte[] file, IReadOnlyList<byte[]> others, Random random)
    {
        if (random.Next(3) == 0 && file.Length > Headers) return [.. ByteMutator.Edit(file[..Headers], others, random), .. file[Headers..]];
        return ImageSignature.FormatOf(file) switch
        {
            FileFormat.Png => PngMutator.Edit(file, others, random),
            FileFormat.Jpeg => JpegMutator.Edit(file, others, random),
            _ => ByteMutator.Edit(file, others, random),
        };
    }
}
