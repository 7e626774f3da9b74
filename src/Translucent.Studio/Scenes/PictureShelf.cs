// The pictures that pages may name: those that were given at the start, and those that were brought, kept by their content in the studio's own folder.

using System.Security.Cryptography;
using Translucent.Files;
using Translucent.Images;
using Translucent.Pictures;

namespace Translucent.Studio.Scenes;

/// <summary>One picture.</summary>
/// <param name="Id">What addresses call it.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Path">Its file.</param>
sealed record ShelvedPicture(string Id, string Name, string Path);

/// <summary>Keeps pictures. Files are found by their id alone, never by a path that came from a page.</summary>
sealed class PictureShelf
{
    const int ShownSide = 1600; // of a picture on a page, in pixels

    readonly StudioSettings _settings;
    readonly string _uploads;
    readonly Lock _lock = new();
    readonly Dictionary<string, ShelvedPicture> _pictures = [];

    public PictureShelf(StudioSettings settings)
    {
        _settings = settings;
        _uploads = Path.Combine(settings.Folder, "pictures");
        Directory.CreateDirectory(_uploads);
        foreach (string path in settings.Pictures) Add(Id(Path.GetFullPath(path)), Path.GetFileName(path), path);
        // what was brought before, so that an address can be loaded again after a restart
        foreach (string file in Directory.GetFiles(_uploads, "*.png").OrderByDescending(File.GetLastWriteTimeUtc).Take(200))
            Add(Path.GetFileNameWithoutExtension(file), "picture", file);
    }

    /// <summary>All of them, those that were given first.</summary>
    public IReadOnlyList<ShelvedPicture> All
    {
        get
        {
            lock (_lock) return [.. _pictures.Values];
        }
    }

    /// <summary>The picture of an id.</summary>
    /// <exception cref="TranslucentException">There is none.</exception>
    public ShelvedPicture Find(string id)
    {
        lock (_lock)
            return _pictures.TryGetValue(id, out ShelvedPicture? found) ? found
                : throw TranslucentException.OfRequest($"image {Describe.Name(id)}: the studio has no such picture; drop it in again.");
    }

    /// <summary>Takes a picture in: decoded under the limit of pixels, kept as PNG.</summary>
    /// <exception cref="TranslucentException">It is no picture that can be read, or it is too large.</exception>
    public ShelvedPicture Take(byte[] file, string name)
    {
        string id = Convert.ToHexStringLower(SHA256.HashData(file))[..24];
        lock (_lock)
            if (_pictures.TryGetValue(id, out ShelvedPicture? known)) return known;
        Image picture = ImageFile.Decode(file, _settings.MostPixels);
        string path = Path.Combine(_uploads, id + ".png");
        ImageFile.Write(path, picture);
        lock (_lock) return Add(id, name, path);
    }

    /// <summary>The pixels.</summary>
    /// <exception cref="TranslucentException">The file is gone, or cannot be read.</exception>
    public Image Read(string id) => ImageFile.Read(Find(id).Path, _settings.MostPixels);

    /// <summary>A PNG file for a page.</summary>
    /// <param name="id">Which picture.</param>
    /// <param name="side">The longer side at most, in pixels; null for a whole page.</param>
    public byte[] Shown(string id, int? side = null) => ImageFile.Encode(Resize.Within(Read(id), Math.Min(side ?? ShownSide, ShownSide)).ToRgb());

    ShelvedPicture Add(string id, string name, string path) => _pictures[id] = new ShelvedPicture(id, name, path);

    static string Id(string path) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(path)))[..16];
}
