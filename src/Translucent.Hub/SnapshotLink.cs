// How a snapshot names a content: a relative link into blobs/, or, where the system has no links, the file itself
// (huggingface_hub, file_download.py _create_symlink).

namespace Translucent.Hub;

/// <summary>Puts files into snapshots.</summary>
static class SnapshotLink
{
    /// <summary>Makes a file of a snapshot lead to a blob.</summary>
    /// <param name="blob">The content.</param>
    /// <param name="file">The file of the snapshot; replaced if it is there.</param>
    /// <param name="symlinks">Whether links may be made.</param>
    /// <param name="isNew">Whether nothing else uses the content yet, so that it may be moved instead of copied.</param>
    public static void Place(string blob, string file, bool symlinks, bool isNew)
    {
        File.Delete(file); // also a link to nothing
        if (symlinks && TryLink(blob, file)) return;
        if (isNew) File.Move(blob, file);
        else File.Copy(blob, file);
    }

    /// <summary>The file that holds the content of a file of a snapshot; it may be gone.</summary>
    public static FileInfo Content(string file)
    {
        FileInfo info = new(file);
        return info.LinkTarget is null ? info : (FileInfo)info.ResolveLinkTarget(returnFinalTarget: true)!;
    }

    static bool TryLink(string blob, string file)
    {
        try
        {
            File.CreateSymbolicLink(file, Path.GetRelativePath(Path.GetDirectoryName(file)!, blob));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            return Content(file).Exists; // made by another process, or no links here
        }
    }
}
