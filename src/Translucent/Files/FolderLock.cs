// One process at a time changes what is in a folder: a lock on an empty hidden file there (flock(2) on Unix), which the system gives back when a process ends.

namespace Translucent.Files;

/// <summary>A lock on a folder that is held until it is disposed.</summary>
sealed class FolderLock : IDisposable
{
    const int Pause = 20, Most = 3000, MostAbsent = 50; // milliseconds; tries

    readonly FileStream _file;

    FolderLock(FileStream file) => _file = file;

    /// <summary>The name of the file, which is removed when the lock is given back.</summary>
    public const string Name = ".lock";

    /// <summary>Waits for the lock, a minute at most: what is done under it takes far less.</summary>
    /// <exception cref="TranslucentException">Another process holds it all the while.</exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public static FolderLock Take(string folder)
    {
        string path = Path.Combine(folder, Name);
        int absent = 0; // how often what was held was gone a moment later
        for (int tried = 1; ; tried++)
            try
            {
                FileStream file = Open(path, FileMode.OpenOrCreate);
                if (IsStillThere(path)) return new FolderLock(file);
                file.Dispose();
            }
            catch (IOException e) when (File.Exists(path) || (e is not DirectoryNotFoundException && ++absent < MostAbsent))
            {
                if (tried == Most) throw new TranslucentException($"{path}: another process holds this folder; wait for it, or choose another folder.", e);
                Thread.Sleep(Pause);
            }
    }

    /// <summary>Whether the file that is held is the one that others will find: who held it before may have removed it after it was opened here.</summary>
    static bool IsStillThere(string path)
    {
        try
        {
            Open(path, FileMode.Open).Dispose();
            return false; // another file of the same name, which nobody holds
        }
        catch (IOException e)
        {
            return e is not FileNotFoundException;
        }
    }

    static FileStream Open(string path, FileMode mode) => new(path, mode, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);

    public void Dispose()
    {
        if (!OperatingSystem.IsWindows()) File.Delete(_file.Name); // while it is held; Windows removes no open file
        _file.Dispose();
        if (OperatingSystem.IsWindows()) Remove(_file.Name);
    }

    static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // the next one holds it
        }
    }
}
