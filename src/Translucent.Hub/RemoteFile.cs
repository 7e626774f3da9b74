// A file of a model on the hub, with the size and the hash that its content must have.

using System.Buffers;

namespace Translucent.Hub;

/// <summary>One file at one commit.</summary>
/// <param name="Name">Its path in the repository, with forward slashes.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Hash">SHA-256 (64 hexadecimal digits) of a file in large file storage, else git's SHA-1 of the blob (40).</param>
sealed record RemoteFile(string Name, long Size, string Hash)
{
    /// <summary>No file is as long; sums of sizes stay far from the end of the numbers.</summary>
    public const long Longest = 1L << 42;

    static readonly SearchValues<char> s_digits = SearchValues.Create("0123456789abcdef");

    /// <summary>Whether text is a commit, or git's hash of a blob.</summary>
    public static bool IsGitHash(string? text) => text is { Length: 40 } && !text.AsSpan().ContainsAnyExcept(s_digits);

    /// <summary>Whether text can be the hash of a file, and so its name in the cache.</summary>
    public static bool IsHash(string? text) => IsGitHash(text) || (text is { Length: 64 } && !text.AsSpan().ContainsAnyExcept(s_digits));
}
