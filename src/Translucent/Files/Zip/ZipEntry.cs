// One file inside a zip archive, as the archive's directory describes it (PKWARE APPNOTE 6.3.10, section 4.3).

namespace Translucent.Files.Zip;

/// <summary>A file inside an archive.</summary>
/// <param name="Name">Its name, with folders, as in <c>archive/data/0</c>.</param>
/// <param name="Method">How its data is compressed: 0 not at all, 8 deflate.</param>
/// <param name="Crc">The CRC-32 of its content.</param>
/// <param name="Header">Where its own header starts in the archive.</param>
/// <param name="Start">Where its data starts, behind that header.</param>
/// <param name="Stored">Bytes of its data in the archive.</param>
/// <param name="Bytes">Bytes of its content.</param>
sealed record ZipEntry(string Name, int Method, uint Crc, long Header, long Start, long Stored, long Bytes)
{
    public const int NotCompressed = 0, Deflated = 8;
}
