// The pictures that pages may name: those that were given at the start, and those that were brought, kept by their content in the studio's own folder.

using System.Security.Cryptography;
using Translucent.Files;
using Translucent.Images;
using Translucent.Pictures;
using Translucent.Runs;

namespace Translucent.Studio.Scenes;

/// <summary>One picture.</summary>
/// <param name="Id">What addresses call it.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Path">Its file.</param>
sealed record ShelvedPicture(string Id, string Name, string Path);

/// <summary>Keeps pictures. Files are found by their id alone, never by a path that came from a page. Of those that were brought, the ones that nobody
/// looked at for longest make room for new ones.</summary>
sealed class PictureShelf
{
    const int ShownSide = 1600; // of a picture on a page, in pixels
    const int IdLength = 24; // of a picture that was brought: digits of the hash of its file

    readonly StudioSettings _settings;
    readonly string _uploads;
    readonly Lock _lock = new(), _taking = new();
    readonly Dictionary<string, ShelvedPicture> _given = [];
    readonly LinkedList<(ShelvedPicture Picture, long Bytes)> _brought = []; // what was looked at last comes first

    public PictureShelf(StudioSettings settings)
    {
        _settings = settings;
        _uploads = Path.Combine(settings.Folder, "pictures");
        Directory.CreateDirectory(_uploads);
        foreach (string path in settings.Pictures)
        {
            string id = Id(Path.GetFullPath(path));
            _given[id] = new ShelvedPicture(id, Path.GetFileName(path), path);
        }
        // what was brought before, so that an address can be loaded again after a restart
        foreach (FileInfo file in new DirectoryInfo(_uploads).GetFiles("*.png").Where(IsOurs).OrderByDescending(f => f.LastWriteTimeUtc))
            _brought.AddLast((new ShelvedPicture(Path.GetFileNameWithoutExtension(file.Name), "picture", file.FullName), file.Length));
        MakeRoom(0, 0);
    }

    /// <summary>All of them, those that were given first.</summary>
    public IReadOnlyList<ShelvedPicture> All
    {
        get
        {
            lock (_lock) return [.. _given.Values, .. _brought.Select(b => b.Picture)];
        }
    }

    /// <summary>The picture of an id.</summary>
    /// <exception cref="TranslucentException">There is none.</exception>
    public ShelvedPicture Find(string id) =>
        Known(id) ?? throw TranslucentException.OfRequest($"image {Describe.Name(id)}: the studio has no such picture; drop it in again.");

    /// <summary>Takes a picture in: decoded under the limit of pixels, kept as PNG. One at a time, so that many at once do not take the memory of
    /// many.</summary>
    /// <exception cref="TranslucentException">It is no picture that can be read, or it is too large.</exception>
    public ShelvedPicture Take(byte[] file, string name)
    {
        string id = Convert.ToHexStringLower(SHA256.HashData(file))[..IdLength];
        lock (_taking)
        {
            if (Known(id) is { } known) return known;
            byte[] kept = ImageFile.Encode(ImageFile.Decode(file, _settings.MostPixels));
            if (kept.Length > _settings.MostKeptBytes)
                throw TranslucentException.OfRequest($"the picture takes {ByteSize.Text(kept.Length)} as PNG, and the studio keeps "
                    + $"{ByteSize.Text(_settings.MostKeptBytes)} of all that is brought; reduce it first.");
            ShelvedPicture picture = new(id, name, Path.Combine(_uploads, id + ".png"));
            lock (_lock) MakeRoom(1, kept.Length);
            AtomicFile.Write(picture.Path, stream => stream.Write(kept));
            lock (_lock) _brought.AddFirst((picture, kept.Length));
            return picture;
        }
    }

    /// <summary>The pixels.</summary>
    /// <exception cref="TranslucentException">The file is gone, or cannot be read.</exception>
    public Image Read(string id) => ImageFile.Read(Find(id).Path, _settings.MostPixels);

    /// <summary>A PNG file for a page.</summary>
    /// <param name="id">Which picture.</param>
    /// <param name="side">The longer side at most, in pixels; null for a whole page.</param>
    public byte[] Shown(string id, int? side = null) => ImageFile.Encode(Resize.Within(Read(id), Math.Min(side ?? ShownSide, ShownSide)).ToRgb());

    /// <summary>The picture of an id, which is looked at now; null where there is none.</summary>
    ShelvedPicture? Known(string id)
    {
        lock (_lock)
        {
            if (_given.TryGetValue(id, out ShelvedPicture? given)) return given;
            for (LinkedListNode<(ShelvedPicture Picture, long Bytes)>? node = _brought.First; node is not null; node = node.Next)
            {
                if (node.Value.Picture.Id != id) continue;
                _brought.Remove(node);
                _brought.AddFirst(node);
                return node.Value.Picture;
            }
            return null;
        }
    }

    /// <summary>Lets go what nobody looked at for longest, until so many more pictures of so many bytes fit.</summary>
    void MakeRoom(int more, long bytes)
    {
        bool IsFull() => _brought.Count + more > _settings.MostKeptPictures || _brought.Sum(b => b.Bytes) + bytes > _settings.MostKeptBytes;
        while (_brought.Last is { } last && IsFull())
        {
            File.Delete(last.Value.Picture.Path);
            _brought.RemoveLast();
        }
    }

    /// <summary>Whether the studio wrote a file: it lets go no others.</summary>
    static bool IsOurs(FileInfo file) => Path.GetFileNameWithoutExtension(file.Name) is { Length: IdLength } id && id.All(char.IsAsciiHexDigitLower);

    static string Id(string path) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(path)))[..16];
}
