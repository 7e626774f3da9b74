// The site of an output folder: the pages of its images, linked as they come, and a page of all of them.

namespace Translucent.Cli.Sites;

/// <summary>Links the pages of a run, and writes the page of all images.</summary>
sealed class Site
{
    readonly string? _above, _gallery;
    readonly bool _alone;
    readonly Action<string> _linked;
    string? _before, _last;

    Site(string? above, bool alone, Action<string> linked)
    {
        (_above, _alone, _linked) = (above, alone, linked);
        _gallery = above is null ? null : GalleryPage.Name(above);
    }

    /// <summary>The site of a run.</summary>
    /// <param name="folder">That of the first image.</param>
    /// <param name="alone">Whether it is the only one; else the images are linked in the order of the run.</param>
    /// <param name="ofItsOwn">Whether an only image was given its folder by name: it joins the site above only where there is one.</param>
    /// <param name="linked">Told of every folder whose pages are as they will stay.</param>
    public static Site Of(string folder, bool alone, bool ofItsOwn, Action<string> linked)
    {
        string? above = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder));
        bool joins = above is { Length: > 0 } && (!alone || !ofItsOwn || GalleryPage.IsIn(above));
        return new Site(joins ? above : null, alone, linked);
    }

    /// <summary>Takes the folder of an image whose result.json is complete.</summary>
    public void Add(string folder)
    {
        Link(next: folder);
        (_before, _last) = (_last, folder);
    }

    /// <summary>Links the last, and writes the page of all.</summary>
    /// <returns>That page; null where there is none.</returns>
    public string? End()
    {
        string? next = null;
        if (_alone && _above is not null && _last is not null)
        {
            string[] all = [.. GalleryEntry.In(_above).Select(e => e.Folder)];
            int at = Array.IndexOf(all, Path.GetFileName(_last));
            (_before, next) = (at > 0 ? Path.Combine(_above, all[at - 1]) : null,
                at >= 0 && at + 1 < all.Length ? Path.Combine(_above, all[at + 1]) : null);
        }
        Link(next);
        (_before, _last) = (null, null);
        return _above is not null && GalleryPage.Write(_above, _gallery!) ? Path.Combine(_above, _gallery!) : null;
    }

    void Link(string? next)
    {
        if (_last is null) return;
        SiteLinks.Write(_last, new Neighbours(_gallery, _before, next));
        _linked(_last);
    }
}
