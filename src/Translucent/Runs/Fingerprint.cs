// What decides whether two runs would give the same files: the version, the model, the settings and the image.

using System.Globalization;
using System.Security.Cryptography;

namespace Translucent.Runs;

/// <summary>SHA-256 in lower-case hexadecimal.</summary>
static class FileHash
{
    public static string Of(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Of(file);
    }

    public static string Of(Stream content) => Convert.ToHexStringLower(SHA256.HashData(content));

    public static string Of(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));
}

/// <summary>An image file as it was when it was read.</summary>
/// <param name="Bytes">Its size.</param>
/// <param name="Modified">When it was last changed, UTC, ISO 8601.</param>
/// <param name="Sha256">Of its content.</param>
sealed record ImageFingerprint(long Bytes, string Modified, string Sha256)
{
    public static ImageFingerprint Of(string path)
    {
        using FileStream file = File.OpenRead(path);
        return new ImageFingerprint(file.Length, Time(path), FileHash.Of(file));
    }

    /// <summary>Whether a file is still the same; its content is read only where size and time do not settle it.</summary>
    public bool Matches(string path)
    {
        FileInfo now = new(path);
        return now.Exists && now.Length == Bytes && (Time(path) == Modified || Of(path).Sha256 == Sha256);
    }

    static string Time(string path) => File.GetLastWriteTimeUtc(path).ToString("O", CultureInfo.InvariantCulture);
}
