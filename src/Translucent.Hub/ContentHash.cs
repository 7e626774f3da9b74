// The two hashes by which the hub names content: SHA-256 of large files, and git's SHA-1 over "blob {size}\0" and the content.

using System.Security.Cryptography;
using System.Text;

namespace Translucent.Hub;

/// <summary>The hash of a file while it arrives.</summary>
sealed class ContentHash : IDisposable
{
    readonly RemoteFile _file;
    IncrementalHash _hash;

    public ContentHash(RemoteFile file)
    {
        _file = file;
        _hash = Start();
    }

    public void Add(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    /// <summary>Forgets everything.</summary>
    public void Restart()
    {
        _hash.Dispose();
        _hash = Start();
    }

    /// <summary>The hash of everything so far, as it is written in names.</summary>
    public string Current() => Convert.ToHexStringLower(_hash.GetCurrentHash());

    public void Dispose() => _hash.Dispose();

    IncrementalHash Start()
    {
        bool git = RemoteFile.IsGitHash(_file.Hash);
        IncrementalHash hash = IncrementalHash.CreateHash(git ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256);
        if (git) hash.AppendData(Encoding.ASCII.GetBytes($"blob {_file.Size}\0"));
        return hash;
    }
}
